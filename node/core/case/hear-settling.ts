/** What bears on the one instant: notices of it, wishes for another one, ballots (DESIGN §7). */
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { readFragment } from '../schedule/merge.js';
import { judgeArrival } from '../settlement/arrival.js';
import type { Ballot } from '../settlement/ballot.js';
import { verifyCertificate } from '../settlement/certificate.js';
import type { Input, State } from '../state.js';
import type { SpokenBody } from '../statement.js';
import { type Case, withEntry } from './case.js';
import { docketOf } from './chamber.js';
import { type Heard, quiet, roomFor } from './heard.js';
import { admitBallot, admitWant, rosterOf } from './settle-words.js';

type NoticeBody = Extract<SpokenBody, { kind: 'publication_notice' }>;

/** A centre tells its vendor the settled instant, with the proof (R13). Faults: CASE_MEMBER, CERTIFICATE_INVALID, CASE_FULL. */
export function hearNotice(held: Case, input: Input, body: NoticeBody): Outcome<Heard> {
  const { author, createdAt: saidAt } = input.statement;
  if (author !== held.from && author !== held.origin) return refuse('CASE_MEMBER', { where: author });
  const proven = verifyCertificate(body.proof);
  if (!proven.ok) return proven;
  const { epoch, at, charter, caseId, terms, inputHash } = proven.value;
  // A genuine certificate of another case, or of another lead, proves nothing here.
  if (caseId !== held.id || terms.lead !== held.origin)
    return refuse('CERTIFICATE_INVALID', { where: 'case' });
  if (epoch !== body.epoch || at !== body.at) return refuse('CERTIFICATE_INVALID', { where: 'notice' });
  const room = roomFor(author, held.notices, ({ from }) => from);
  if (!room.ok) return room;
  const { stage, local } = body;
  const { freezeMs } = terms;
  const notice = { stage, epoch, at, local, from: author, charter, saidAt, freezeMs, inputHash };
  return ok(quiet({ ...held, notices: withEntry(held.notices, input.id, notice) }));
}

type WantBody = Extract<SpokenBody, { kind: 'amend_request' }>;

/** A member asks for another instant (R5) or for other seats (R12). Faults: CASE_MEMBER, CASE_FULL. */
export function hearWant(state: State, held: Case, input: Input, body: WantBody): Outcome<Heard> {
  const { author } = input.statement;
  if (!rosterOf(state, held).has(author)) return refuse('CASE_MEMBER', { where: author });
  const own = [...held.chamber.wants.values()].filter(({ by }) => by === author);
  if (own.length >= LIMITS.wantsPerMember.most)
    return refuse('CASE_FULL', { where: author, most: LIMITS.wantsPerMember.most });
  const { slot, round, change } = body;
  return ok(quiet(admitWant(held, { by: author, slot, round, change, heldAt: input.at })));
}

type InvitationBody = Extract<SpokenBody, { kind: 'invitation' }>;

/**
 * The lead shows us the charter and what was settled, so that we may join (R12). The bodies prove themselves: each
 * author is the fingerprint of the certificate that came along.
 * Faults: CASE_MEMBER, CERTIFICATE_INVALID.
 */
export function hearInvitation(
  state: State,
  held: Case,
  input: Input,
  { proof }: InvitationBody,
): Outcome<Heard> {
  const { author } = input.statement;
  if (state.self.role !== 'centre' || author !== held.from) return refuse('CASE_MEMBER', { where: author });
  const proven = verifyCertificate(proof);
  if (!proven.ok) return proven;
  const { caseId, terms, seats } = proven.value;
  if (caseId !== held.id || terms.lead !== held.origin)
    return refuse('CERTIFICATE_INVALID', { where: 'case' });
  // Who invites must lead by what it shows.
  if (seats.lead !== author) return refuse('CASE_MEMBER', { where: author });
  return ok(quiet(proof.reduce((known, ballot) => admitBallot(known, ballot, author, input.at), held)));
}

/**
 * A body for third parties, from its author or relayed (ENV-3).
 * Faults: BALLOT_CHARTER, CHARTER_ROSTER, CASE_FULL, and those of `judgeArrival`.
 */
export function hearBallot(state: State, held: Case, input: Input, ballot: Ballot): Outcome<Heard> {
  const { author } = input.statement;
  if (ballot.caseId !== held.id) return refuse('BALLOT_CHARTER', { where: held.id });
  const admitted =
    state.self.role === 'centre'
      ? judgeArrival(docketOf(state, held, state.now), ballot, readFragment)
      : vouchedBreach(held, ballot, author);
  if (!admitted.ok) return admitted;
  if (ballot.body.kind === 'charter' && ballot.author !== held.origin)
    return refuse('CHARTER_ROSTER', { where: ballot.author });
  return ok(quiet(admitBallot(held, ballot, author, input.at)));
}

/** A vendor holds no roster: breach evidence and publications reach it through its centre, which vouches for them. */
function vouchedBreach(held: Case, { body, author: member }: Ballot, author: NodeId): Outcome<unknown> {
  const isNews = body.kind === 'published' || body.kind === 'leak';
  if (!isNews || author !== held.from) return refuse('CHARTER_ROSTER', { where: member });
  if (held.chamber.ballots.size >= LIMITS.listEntries.most)
    return refuse('CASE_FULL', { most: LIMITS.listEntries.most });
  return ok(body);
}
