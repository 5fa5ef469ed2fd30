/**
 * What this node passes on because others may lack it: a member that crashed or lies may have told only some (R5, R6).
 * The caller remembers to whom each ballot was said and by whom it was heard.
 */
import { byText } from '../bytes.js';
import type { BallotId } from '../ids.js';
import { charterStandings } from './charter.js';
import { type Docket, heldById, heldOf } from './docket.js';
import { evidenceOf } from './evidence.js';
import type { Seat } from './seats.js';
import { type Decision, type OpenSlot, type Standing, spelledOut, standingOf } from './settle.js';
import { newestConstraints } from './snapshot.js';
import { type Quorum, roundOf } from './tally.js';

/**
 * Ballots of others that every member of the roster should hold: ids ascending, each once.
 *
 * The lead passes on charters and their signatures; everybody passes on certificates (R6), the Notars and Nulls that
 * the open round rests on and what started it (R5), and evidence (R11); a proposer passes on its snapshot.
 */
export function relays(
  docket: Docket,
  standing: Standing | undefined = standingOf(docket),
): readonly BallotId[] {
  const isSeated = standing?.charter.roster.includes(docket.self) === true;
  const due = new Set<BallotId>([
    ...charterRelays(docket),
    ...evidenceOf(docket).flatMap(({ ballots }) => ballots),
    ...decidedHere(docket, standing).flatMap(({ proposal, commits }) => [
      ...commits,
      ...(proposal === undefined ? [] : [proposal]),
    ]),
    ...(standing?.open && isSeated ? slotRelays(docket, standing.open) : []),
  ]);
  return [...due].filter((id) => docket.ballots.get(id)?.ballot.author !== docket.self).sort(byText);
}

/**
 * Slots that this node had a voice in, and the one that seated it: a liar may have shown that certificate to nobody
 * else (R6, R12). What was decided before came with the invitation, from one who passes it on.
 */
function decidedHere({ self }: Docket, standing: Standing | undefined): readonly Decision[] {
  const decisions = standing?.decisions ?? [];
  return decisions.filter(({ roster }, place) => {
    const next = decisions[place + 1]?.roster ?? standing?.charter.roster ?? [];
    return roster.includes(self) || next.includes(self);
  });
}

/**
 * What a centre lacks that has been seated and its sponsor owes it (R12): the certificate that seated it, everybody's
 * newest constraint, and reports of breaches. What is said in a slot of its own it hears like everybody.
 * @returns own ballots among them: when they were said the centre had no seat.
 */
export function briefing(docket: Docket, standing: Standing, { since }: Seat): readonly BallotId[] {
  const seating = standing.decisions[since - 1];
  const news = [...heldOf(docket.ballots, 'leak'), ...heldOf(docket.ballots, 'published')];
  const live = [...newestConstraints(docket, standing.charter).values(), ...news];
  const certificate = seating ? [...seating.commits, ...(seating.proposal ? [seating.proposal] : [])] : [];
  return [...new Set([...certificate, ...live.map(({ ballot }) => ballot.id)])].sort(byText);
}

/** A member without a link to another one hears its signature or refusal from the lead. */
function charterRelays(docket: Docket): readonly BallotId[] {
  const own = charterStandings(docket).filter(({ terms }) => terms.lead === docket.self);
  const ids = new Set(own.map(({ id }) => id));
  const words = [...docket.ballots.values()].filter(({ ballot }) => {
    const isAboutCharter = ballot.body.kind === 'charter_sign' || ballot.body.kind === 'charter_refuse';
    return isAboutCharter && ballot.charter !== undefined && ids.has(ballot.charter);
  });
  return words.map(({ ballot }) => ballot.id);
}

function slotRelays(docket: Docket, slot: OpenSlot): readonly BallotId[] {
  const finals = slot.tally.flatMap((round) => round.finals);
  const grounds = [...(slot.open?.basis.quorums ?? []), ...finals];
  const starter = slot.open?.start?.ballot;
  return [
    ...grounds.flatMap(({ ballots }) => ballots),
    ...proposalsOf(slot, grounds),
    ...(starter === undefined ? [] : [starter]),
    ...snapshotRelays(docket, slot),
  ];
}

/** A Notar is of little use to somebody who does not hold the value that it names. */
function proposalsOf(slot: OpenSlot, quorums: readonly Quorum[]): readonly BallotId[] {
  return quorums.flatMap(({ value }) => {
    const proposal = value === undefined ? undefined : spelledOut(slot.tally, value)?.proposal;
    return proposal === undefined ? [] : [proposal];
  });
}

function snapshotRelays(docket: Docket, slot: OpenSlot): readonly BallotId[] {
  const { proposals } = roundOf(slot.tally, slot.open?.round ?? 0);
  return proposals
    .filter(({ ballot }) => ballot.author === docket.self)
    .flatMap(({ ballot }) => ballot.body.snapshot)
    .filter((id) => heldById(docket.ballots, id, 'constraint'));
}
