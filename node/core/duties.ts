/**
 * What is due outside the feeds, read off the state: staging and release. There is no second queue (STYLE §2.1,
 * rule 7); what was done comes back as a report in the home feed.
 */

import type { Hash } from './bytes.js';
import { advanceDue } from './case/advance.js';
import type { Case } from './case/case.js';
import { docketOf } from './case/chamber.js';
import { awaited } from './case/last-heard.js';
import { publishedBy } from './case/published.js';
import { unreadBy } from './case/unread.js';
import type { CaseId, NodeId } from './ids.js';
import { clockInstants, clocksOf } from './legal/clocks.js';
import { delayDoubts, type HeldDelay, standingDelays } from './legal/delay.js';
import type { LegalStage } from './legal/facts.js';
import { hasRestored, verifiedCentres } from './life.js';
import { LIMITS } from './limits.js';
import { mayPost, stuckLetters } from './mail/book.js';
import { type Docket, hasReleased, heldOf } from './settlement/docket.js';
import { nextDue as settlementDue } from './settlement/due.js';
import { evidenceOf } from './settlement/evidence.js';
import { breachReporters, isClockOff, manualReleases, mayRelease } from './settlement/release.js';
import { freezeOf } from './settlement/rounds.js';
import { type Standing, standingOf } from './settlement/settle.js';
import { twinPublications } from './settlement/twins.js';
import type { State } from './state.js';
import type { ReleaseRule } from './statement.js';
import { after, HOUR, type Instant, type Millis, SECOND } from './time.js';

/** What is public has to stay so. */
export interface PublicDuty {
  readonly kind: 'keep';
  readonly held: Case;
  readonly epoch: number;
  readonly at: Instant;
  readonly rule: ReleaseRule;
  /** Of what was published, by our own word. */
  readonly digest: Hash;
}

export type Duty =
  /** From the freeze on the documents lie ready, and are drawn up anew when the case changes (DESIGN §8). */
  | { readonly kind: 'stage'; readonly held: Case; readonly epoch: number; readonly at: Instant }
  | {
      readonly kind: 'release';
      readonly held: Case;
      readonly epoch: number;
      readonly at: Instant;
      readonly rule: ReleaseRule;
    }
  /** The intent is on disk and the report is missing: a crash came between. */
  | {
      readonly kind: 'finish';
      readonly held: Case;
      readonly epoch: number;
      readonly at: Instant;
      readonly rule: ReleaseRule;
    };

/**
 * What was published, as we said it: by our report, or, where that was lost with the home feed, by our ballot that came
 * back from a peer. It has to lie in the public directory; where it does not, that was lost as well, and it is published again.
 * @returns `undefined` while others may still give back what belongs into the documents (R9), and for what is not public.
 */
export function publicationOf(state: State, held: Case, now: Instant): PublicDuty | undefined {
  const record = publishedBy(held, state.self.node);
  if (state.self.role !== 'centre' || record === undefined || record.at > now) return undefined;
  if (docketOf(state, held, now).heldBy.length > 0) return undefined;
  const { epoch, at, digest, rule } = record;
  // The documents tell only an agreed release from the others.
  return { kind: 'keep', held, epoch, at, digest, rule: rule === 'unknown' ? 'P2' : rule };
}

/** Everything that is due at `now`, in no particular order. Empty for a vendor's node. */
export function duties(state: State, now: Instant): readonly Duty[] {
  return [...state.cases.values()].flatMap((held) => dutiesIn(state, held, now));
}

/** What is due in one case at `now`. Empty for a vendor's node. */
export function dutiesIn(state: State, held: Case, now: Instant): readonly Duty[] {
  const { chamber } = held;
  if (state.self.role !== 'centre') return [];
  if (chamber.published !== undefined) return [];
  if (chamber.intent !== undefined) return [{ kind: 'finish', held, ...chamber.intent }];
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  const verdict = mayRelease(docket, standing);
  if (verdict.kind === 'release') {
    const { epoch, at, rule } = verdict;
    return [{ kind: 'release', held, epoch, at, rule }];
  }
  if (standing === undefined || now < freezeOf(standing.charter, standing.at)) return [];
  // A centre without a seat publishes nothing by agreement, so it need not be ready (R12).
  if (!standing.charter.roster.includes(state.self.node)) return [];
  return [{ kind: 'stage', held, epoch: standing.epoch, at: standing.at }];
}

/** A release that is held or late, a timer that ran out, a lie: loud until somebody acts (DESIGN §8, §5.6, R11). */
export type Alarm =
  | CaseAlarm
  /** What we said to this node it could not open, and it was not said anew (ENV-2). */
  | { readonly caseId: undefined; readonly alarm: 'unread'; readonly node: NodeId }
  /** So many words wait for this node, which has not been here since our start, that somebody should call it. */
  | { readonly caseId: undefined; readonly alarm: 'owed'; readonly node: NodeId }
  /** Words of ours may be missing here, until these centres have answered (R9). */
  | { readonly caseId: undefined; readonly alarm: 'restored'; readonly missing: readonly NodeId[] }
  /** Letters to this vendor are not sent, or came back: its key, its address, its server. */
  | {
      readonly caseId: undefined;
      readonly alarm: 'letters_held';
      readonly node: NodeId;
      readonly letters: number;
      readonly why: string;
    }
  /** Nobody knows which letters went out before words of ours were lost: none goes out (LOG-6). */
  | { readonly caseId: undefined; readonly alarm: 'letters_paused' };

/** An alarm about one case. */
export type CaseAlarm = { readonly caseId: CaseId } & (
  | { readonly alarm: 'held'; readonly because: string }
  /** The instant has passed by more than two minutes and nothing is public. */
  | { readonly alarm: 'overdue'; readonly at: Instant }
  /** A case merged with this one is public, and this one is not due yet. */
  | { readonly alarm: 'twin_published' }
  /** Peers' clocks are so much ahead of ours, by the median: more than the charter allows (R10). */
  | { readonly alarm: 'clock'; readonly aheadMs: Millis }
  /** A report is due soon, or was (FORMATS §8). */
  | {
      readonly alarm: 'legal_near' | 'legal_overdue';
      readonly manufacturer: string;
      readonly stage: LegalStage;
      readonly at: Instant;
    }
  /** A delay of ours that ENISA was not told of, or whose expected end has come. */
  | { readonly alarm: 'delay_untold' | 'delay_expired'; readonly delay: Hash; readonly at: Instant }
  /** Not heard since our start: so long we sign nothing in this case (R9). */
  | { readonly alarm: 'muted'; readonly node: NodeId }
  | { readonly alarm: 'silent' | 'breach_reported' | 'evidence' | 'manual_release'; readonly node: NodeId }
);

/** A publication later than this is an alarm (SCHEDULING §2). */
const LATE_MS: Millis = 120 * SECOND;

/** Peers answer within minutes of a start; who has not by then is away, and somebody has to be told before T. */
const MUTE_MS: Millis = HOUR;

/** What `status` must show and its exit code must tell. */
export function alarms(state: State, now: Instant): readonly Alarm[] {
  return [...houseAlarms(state), ...[...state.cases.values()].flatMap((held) => alarmsIn(state, held, now))];
}

/** The alarms about no case in particular. */
export function houseAlarms(state: State): readonly Alarm[] {
  const unread = [...state.unread.keys()].filter((node) => unreadBy(state, node).length > 0);
  return [
    ...unread.map((node): Alarm => ({ caseId: undefined, alarm: 'unread', node })),
    ...[...state.life.owed].flatMap(([node, { count }]): readonly Alarm[] =>
      count > LIMITS.owedEntries.most && state.peers.get(node)?.standing === 'verified'
        ? [{ caseId: undefined, alarm: 'owed', node }]
        : [],
    ),
    ...restoration(state),
    ...heldLetters(state),
    ...(mayPost(state) || state.mail.letters.size === 0
      ? []
      : [{ caseId: undefined, alarm: 'letters_paused' } as const]),
  ];
}

function heldLetters(state: State): readonly Alarm[] {
  const stuck = new Map<NodeId, { readonly letters: number; readonly why: string }>();
  for (const letter of stuckLetters(state)) {
    const why = letter.standing.kind === 'held' ? letter.standing.code : 'it came back';
    stuck.set(letter.to, { letters: (stuck.get(letter.to)?.letters ?? 0) + 1, why });
  }
  return [...stuck].map(([node, rest]) => ({ caseId: undefined, alarm: 'letters_held', node, ...rest }));
}

/** With no centre verified, nobody can tell what was lost: an empty disk is told of its peers by its operator. */
function restoration(state: State): readonly Alarm[] {
  if (state.life.restored === undefined || state.self.role !== 'centre') return [];
  const centres = verifiedCentres(state);
  const missing = centres.filter((node) => !hasRestored(state, node));
  return missing.length === 0 && centres.length > 0
    ? []
    : [{ caseId: undefined, alarm: 'restored', missing }];
}

/** The alarms of one case. */
export function alarmsIn(state: State, held: Case, now: Instant): readonly CaseAlarm[] {
  return [
    ...(state.self.role === 'centre' ? settlementAlarms(state, held, now) : []),
    ...silences(state, held, now),
    ...legalAlarms(state, held, now),
  ];
}

function settlementAlarms(state: State, held: Case, now: Instant): readonly CaseAlarm[] {
  const { id: caseId, chamber } = held;
  const docket = docketOf(state, held, now);
  const lies = evidenceOf(docket).map(({ member: node }): CaseAlarm => ({ caseId, alarm: 'evidence', node }));
  if (chamber.published !== undefined) return lies;
  const standing = standingOf(docket);
  const verdict = mayRelease(docket, standing);
  const due = chamber.intent?.at ?? (verdict.kind === 'release' ? verdict.at : undefined);
  const late: CaseAlarm[] =
    due !== undefined && now - due > LATE_MS ? [{ caseId, alarm: 'overdue', at: due }] : [];
  const holds = verdict.kind === 'held' ? verdict.because : [];
  const clock: CaseAlarm[] =
    docket.clock && isClockOff(docket, standing)
      ? [{ caseId, alarm: 'clock', aheadMs: docket.clock.aheadMs }]
      : [];
  // Too few reports to release by themselves: an officer looks and decides (R8 P4).
  const reporters = standing === undefined ? [] : breachReporters(docket, standing);
  const muted = now < after(state.life.begunAt, MUTE_MS) ? [] : mutedIn(state, docket, standing);
  return [
    ...lies,
    ...muted.map((node): CaseAlarm => ({ caseId, alarm: 'muted', node })),
    ...late,
    ...clock,
    ...holds.map((because): CaseAlarm => ({ caseId, alarm: 'held', because })),
    // Another centre publishes by an officer's word, and this one has not: somebody has to look (R8).
    ...manualReleases(docket)
      .filter(({ ballot }) => ballot.author !== docket.self)
      .map(({ ballot }): CaseAlarm => ({ caseId, alarm: 'manual_release', node: ballot.author })),
    ...(standing !== undefined && twinPublications(docket, standing).length > 0
      ? [{ caseId, alarm: 'twin_published' } as const]
      : []),
    ...reporters.map((node): CaseAlarm => ({ caseId, alarm: 'breach_reported', node })),
  ];
}

/**
 * Without whose answer this node signs nothing that the case still needs (R9). After a loss that is known, the alarm of
 * the house names them already.
 */
function mutedIn(state: State, docket: Docket, standing: Standing | undefined): readonly NodeId[] {
  if (docket.mutedBy.length === 0 || hasReleased(docket) || restoration(state).length > 0) return [];
  if (standing === undefined) return heldOf(docket.ballots, 'charter').length > 0 ? docket.mutedBy : [];
  const needsUs = !standing.sealed && standing.charter.roster.includes(docket.self);
  return needsUs ? docket.mutedBy : [];
}

/** Clocks of the law, whatever became of the case. */
function legalAlarms({ self }: State, held: Case, now: Instant): readonly CaseAlarm[] {
  const caseId = held.id;
  const clocks = [...held.legal.values()].flatMap((duty) => clocksOf(duty, now));
  return [
    ...clocks.flatMap(({ manufacturer, stage, dueAt, standing }): CaseAlarm[] => {
      if (dueAt === undefined || (standing !== 'near' && standing !== 'overdue')) return [];
      const alarm = standing === 'near' ? 'legal_near' : 'legal_overdue';
      return [{ caseId, alarm, manufacturer, stage, at: dueAt }];
    }),
    ...ownDelays(held, self.node).flatMap((one) =>
      delayDoubts(one, now).map((doubt): CaseAlarm => {
        const { expectedAt: at } = one.record;
        return { caseId, alarm: doubt === 'untold' ? 'delay_untold' : 'delay_expired', delay: one.id, at };
      }),
    ),
  ];
}

function ownDelays({ delays }: Case, self: NodeId): readonly HeldDelay[] {
  return delays.size === 0 ? [] : standingDelays(delays).filter(({ author }) => author === self);
}

/** Silence is recorded as silence: asked, past the time to answer, and no answer. */
function silences(state: State, held: Case, now: Instant): readonly CaseAlarm[] {
  // Who closes a case waits for nobody any more.
  if (held.closed !== undefined) return [];
  return [...awaited(state, held)]
    .filter(([, until]) => until <= now)
    .map(([node]): CaseAlarm => ({ caseId: held.id, alarm: 'silent', node }));
}

/**
 * The least instant after `now` at which anything may become due. The node enters a tick then.
 *
 * @param now the clock, where it stands behind the last instant heard: a clock that was set back must not skip T.
 * @returns `undefined` where time alone changes nothing.
 */
export function nextDue(state: State, now: Instant = state.now): Instant | undefined {
  // What is awaited beyond its time (R9) stands in front of what lapses next.
  const early = state.waiting.find(({ at }) => after(at, LIMITS.waitingMs.most) >= now);
  let least = early === undefined ? undefined : after(early.at, LIMITS.waitingMs.most + 1);
  for (const held of state.cases.values()) {
    for (const at of dueInstants(state, held, now))
      if (at > now && (least === undefined || at < least)) least = at;
  }
  return least;
}

function dueInstants(state: State, held: Case, now: Instant): readonly Instant[] {
  return [...settlementInstants(state, held, now), ...legalInstants(state, held, now)];
}

function legalInstants({ self }: State, held: Case, now: Instant): readonly Instant[] {
  return [
    ...[...held.legal.values()].flatMap((duty) => clockInstants(duty, now)),
    ...ownDelays(held, self.node).flatMap(({ record }) =>
      record.liftedAt === undefined ? [record.expectedAt] : [],
    ),
  ];
}

function settlementInstants(state: State, held: Case, now: Instant): readonly Instant[] {
  // Closing a case ends the talk about it, not the promise to publish at the settled instant.
  if (held.chamber.published !== undefined) return [];
  const due: Instant[] = [...awaited(state, held).values()];
  if (state.self.role === 'centre') {
    const docket = docketOf(state, held, now);
    const settlement = settlementDue(docket);
    if (settlement !== undefined) due.push(settlement);
    // Nothing is due then but an alarm, and an alarm that nobody raises is none.
    const standing = standingOf(docket);
    if (standing !== undefined) due.push(...advanceDue(held, standing));
    const promised = held.chamber.intent?.at ?? standing?.at;
    if (promised !== undefined) due.push(after(promised, LATE_MS + 1));
    if (mutedIn(state, docket, standing).length > 0) due.push(after(state.life.begunAt, MUTE_MS));
  }
  return due;
}
