/**
 * Who may publish now, and by which rule (R8).
 *
 * A cut-off node does not know what the others decided. It may be late; it must not be early, because early cannot
 * be undone. So it releases only what no certificate elsewhere can contradict: a seal (P1), an instant that could not
 * be moved without its own commit (P2), or, having committed, the later of the two instants (P3).
 */
import type { NodeId } from '../ids.js';
import type { ReleaseRule } from '../statement.js';
import { after, HOUR, type Instant, type Millis } from '../time.js';
import { byArrival, type Docket, type Held, hasReleased, heldOf } from './docket.js';
import { breachReportersNeeded, releaseBy } from './quorum.js';
import { type Standing, spelledOut, standingOf } from './settle.js';
import { isSuspect } from './suspects.js';
import { twinPublications } from './twins.js';

/** After this long without a seal somebody has to be told (R8). */
export const SEAL_OVERDUE_MS: Millis = 24 * HOUR;

export type WaitReason =
  /** No charter is in force: nothing was agreed to. */
  | 'CHARTER'
  /** The intent is written; what is left is to finish the release. */
  | 'RELEASED'
  /** The instant in force lies ahead. */
  | 'INSTANT'
  /** We committed to a move and saw no certificate: the later of both instants (P3). */
  | 'LIMBO'
  /** Only a seal releases, and the slot is not decided. */
  | 'SEAL'
  /** This centre has no seat: it was invited and not yet seated, or it has left (R12). */
  | 'SEAT';

export type HoldReason =
  /** Two certificates in one slot: more than fS members lie. */
  | 'TWO_FINALS'
  /** A decided or committed value is not spelled out by any proposal that we hold. */
  | 'VALUE_UNKNOWN'
  /** No seal a day after the instant: an officer may release. */
  | 'SEAL_OVERDUE'
  /** Our clock is further from the median of the peers' clocks than the charter allows (R10). */
  | 'CLOCK'
  /** We committed to a change of seats and saw neither its certificate nor that its round is null (R12). */
  | 'SEAT_CHANGE'
  /** By our own memory it would be time, and that may be wrong: others have not answered yet (R9). */
  | 'PROBATION';

export type ReleaseVerdict =
  | { readonly kind: 'release'; readonly rule: ReleaseRule; readonly epoch: number; readonly at: Instant }
  | { readonly kind: 'wait'; readonly because: WaitReason; readonly until: Instant | undefined }
  /** Loud: shown, alarmed, counted. `because` holds {@link HoldReason}s and those of `Docket.holds`. */
  | { readonly kind: 'held'; readonly because: readonly string[] };

/**
 * May this node publish at `docket.now`? The caller writes the intent, syncs, and only then acts.
 *
 * P1 to P3 come first; a confirmed or sufficiently reported breach (P4) and a named officer (MANUAL) override every
 * wait and hold, and release at once, under the actual instant.
 */
export function mayRelease(
  docket: Docket,
  standing: Standing | undefined = standingOf(docket),
): ReleaseVerdict {
  if (hasReleased(docket)) return wait('RELEASED');
  const verdict = standing ? byAgreement(docket, standing) : wait('CHARTER');
  const holds = isClockOff(docket, standing) ? [...docket.holds, 'CLOCK'] : docket.holds;
  if (verdict.kind === 'release' && holds.length === 0) return verdict;
  const epoch = standing?.epoch ?? 0;
  if (isBreached(docket, standing)) return { kind: 'release', rule: 'P4', epoch, at: docket.now };
  if (docket.manualRelease) return { kind: 'release', rule: 'MANUAL', epoch, at: docket.now };
  if (verdict.kind === 'release') return { kind: 'held', because: holds };
  return verdict.kind === 'held' ? { ...verdict, because: [...verdict.because, ...holds] } : verdict;
}

/** Who released by name, the first words of each centre that did; our own officer among them. */
export function manualReleases(docket: Docket): readonly Held<'manual_release'>[] {
  const first = new Map<NodeId, Held<'manual_release'>>();
  for (const held of [...heldOf(docket.ballots, 'manual_release')].sort(byArrival))
    if (!first.has(held.ballot.author)) first.set(held.ballot.author, held);
  return [...first.values()];
}

/** R10: by more than the bound of the charter; without a charter, or anybody's time, nothing is known to be wrong. */
export function isClockOff({ clock }: Docket, standing: Standing | undefined): boolean {
  return (
    clock !== undefined && standing !== undefined && Math.abs(clock.aheadMs) > standing.charter.terms.skewMs
  );
}

/** Other members who reported a leak, or published before the instant in force here; for prompting operators. */
export function breachReporters(docket: Docket, standing: Standing): readonly NodeId[] {
  const { charter, at } = standing;
  const ordered = { twins: docket.twins.filter(({ isOrdered }) => isOrdered) };
  const reports = [
    ...heldOf(docket.ballots, 'leak'),
    // By the instant that it claims: a peer whose clock is a second ahead publishes at T_e, not early.
    ...heldOf(docket.ballots, 'published').filter(({ ballot }) => ballot.body.at < at),
  ].filter(({ ballot }) => ballot.charter === charter.id);
  const authors = new Set<NodeId>([
    ...reports.map(({ ballot }) => ballot.author),
    // Who published a case of the same defect has published this one (DESIGN §5).
    ...twinPublications(ordered, standing).map(({ by }) => by),
  ]);
  return charter.roster.filter((member) => member !== docket.self && authors.has(member));
}

/**
 * The instant of P3, `undefined` where this node committed nothing in the open slot.
 *
 * SEAT_CHANGE: if the change is decided elsewhere, another roster has moved on and may settle another instant; the
 * later of two instants says nothing about that one.
 */
export function limboOf(
  docket: Docket,
  standing: Standing,
): Instant | 'VALUE_UNKNOWN' | 'SEAT_CHANGE' | undefined {
  const slot = standing.open;
  if (!slot) return undefined;
  const instants: number[] = [];
  for (const round of slot.tally)
    for (const { ballot } of round.statements) {
      const { body } = ballot;
      const isCommit = ballot.author === docket.self && body.kind === 'commit';
      if (!isCommit && !isSuspect(docket, round, ballot)) continue;
      const known = spelledOut(
        slot.tally,
        'value' in body && body.kind !== 'propose' ? body.value : undefined,
      );
      if (!known) return 'VALUE_UNKNOWN';
      if (known.value.kind === 'change' && !round.nulled) return 'SEAT_CHANGE';
      instants.push(known.value.kind === 'amend' ? known.value.at : standing.at);
    }
  return instants.length === 0 ? undefined : (Math.max(standing.at, ...instants) as Instant);
}

function byAgreement(docket: Docket, standing: Standing): ReleaseVerdict {
  const { charter, epoch, at, sealed, trouble } = standing;
  if (!charter.roster.includes(docket.self)) return wait('SEAT');
  if (trouble !== undefined) return { kind: 'held', because: [trouble] };
  if (sealed) return docket.now >= at ? { kind: 'release', rule: 'P1', epoch, at } : wait('INSTANT', at);
  if (releaseBy(charter.n, charter.q) === 'seal') {
    const overdueAt = after(at, SEAL_OVERDUE_MS);
    return docket.now >= overdueAt ? { kind: 'held', because: ['SEAL_OVERDUE'] } : wait('SEAL', overdueAt);
  }
  const limbo = limboOf(docket, standing);
  if (limbo === 'VALUE_UNKNOWN') return { kind: 'held', because: [limbo] };
  if (limbo === 'SEAT_CHANGE')
    return docket.now >= at ? { kind: 'held', because: [limbo] } : wait('LIMBO', at);
  const due = limbo ?? at;
  if (docket.now < due) return wait(limbo === undefined ? 'INSTANT' : 'LIMBO', due);
  // P2 and P3 lean on what we remember of our own commits, and after a start that may not be all (R9).
  if (docket.heldBy.length > 0) return { kind: 'held', because: ['PROBATION'] };
  return { kind: 'release', rule: limbo === undefined ? 'P2' : 'P3', epoch, at: due };
}

/** P4: the own operator, or fS + 1 others where there are that many, one of whom then is correct. */
function isBreached(docket: Docket, standing: Standing | undefined): boolean {
  if (docket.breachConfirmed) return true;
  if (!standing) return false;
  const needed = breachReportersNeeded(standing.charter.n, standing.charter.q);
  return needed !== undefined && breachReporters(docket, standing).length >= needed;
}

function wait(because: WaitReason, until?: Instant): ReleaseVerdict {
  return { kind: 'wait', because, until };
}
