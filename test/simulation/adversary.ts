/**
 * What a liar says. It runs a production node, so that it knows the protocol; but between its machine and its feeds
 * stands the adversary, who tells one peer this and the other one that, hides what it likes, and now and then has
 * the node say something that no rule asked for. It cannot forge the signature of anybody else.
 */
import type { BallotId, NodeId } from '../../node/core/ids.js';
import type { Ballot, BallotBody, BallotDraft, CharterTerms } from '../../node/core/settlement/ballot.js';
import type { BallotOf } from '../../node/core/settlement/docket.js';
import { solveSnapshot } from '../../node/core/settlement/solve-snapshot.js';
import { onGridFrom } from '../../node/core/settlement/terms.js';
import { type SEAL_HASH, snapshotHash } from '../../node/core/settlement/value.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY, HOUR, type Instant, MINUTE } from '../../node/core/time.js';
import type { Wording } from '../../node/ports.js';
import type { Chronicle } from './chronicle.js';
import { type Book, type Forge, signBallot } from './cryptography.js';
import type { Dice } from './dice.js';
import { CASE, type House } from './house.js';
import { ABOUT, fragmentOf } from './people.js';
import type { Plan } from './plan.js';

/** What the adversary sees: everything that anybody ever signed. */
export interface Sight {
  readonly book: Book;
  readonly chronicle: Chronicle;
  readonly plan: Plan;
  /** Ballots that each liar was ever told; it forgets none, whatever becomes of its disk. */
  readonly kept: ReadonlyMap<NodeId, ReadonlySet<Ballot>>;
}

/** The words of one liar, twisted and hidden by its recipient. */
export function forgeOf(chance: Dice, { book, chronicle, plan }: Sight): Forge {
  const { twist, hide } = plan.lies;
  return (wording, place) => {
    const { author, recipient } = place.feed;
    if (author === recipient || wording.body.kind !== 'ballot') return wording;
    const draw = chance.stream(`${recipient} ${place.sequence}`);
    const { kind } = wording.body.ballot.body;
    // A lead that means to have two charters keeps its own signatures back.
    const isOwn =
      wording.body.ballot.author === author && wording.body.ballot.incarnation === place.incarnation;
    const keeps = plan.lies.charters && kind === 'charter_sign' && isOwn;
    if (keeps || draw.happens(hide)) return said(wording, { kind: 'comment', text: '' });
    const { ballot } = wording.body;
    // What the adversary had said out of turn is a lie already.
    if (!isOwn || !draw.happens(twist)) return wording;
    const other = otherBody(ballot, draw, chronicle, plan);
    if (other === undefined) return wording;
    const draft: BallotDraft = { caseId: ballot.caseId, charter: ballot.charter, body: other };
    return said(wording, { kind: 'ballot', ballot: signBallot(author, book, draft, place.incarnation) });
  };
}

function said(wording: Wording, body: SpokenBody): Wording {
  return { ...wording, body };
}

/** Something else that could stand under the same key, or under that of the opposite. */
function otherBody(ballot: Ballot, draw: Dice, chronicle: Chronicle, plan: Plan): BallotBody | undefined {
  const { body } = ballot;
  switch (body.kind) {
    case 'vote':
      return { ...body, value: draw.pick(valuesIn(chronicle)) };
    case 'commit':
      if (draw.happens(0.5)) return { kind: 'skip', slot: body.slot, round: body.round };
      return { ...body, value: draw.pick(valuesIn(chronicle)) };
    case 'skip':
      return { ...body, kind: 'commit', value: draw.pick(valuesIn(chronicle)) };
    case 'propose':
      return otherProposal(ballot, draw, chronicle);
    case 'constraint': {
      const from = draw.between(0, 30) * 12 * HOUR;
      return { ...body, fragment: fragmentOf({ from, until: from + 30 * 24 * HOUR }, plan) };
    }
    default:
      return undefined;
  }
}

/** The same snapshot prepared at another minute: as good as the first, and another value. */
function otherProposal(
  { caseId, charter, body }: Ballot,
  draw: Dice,
  chronicle: Chronicle,
): BallotBody | undefined {
  const terms = chronicle.termsOf(charter);
  if (body.kind !== 'propose' || terms === undefined) return undefined;
  const seats = charter && chronicle.chain(charter)?.epochs[body.slot - 1]?.seats;
  if (body.value.kind !== 'amend' || seats === undefined) return undefined;
  const preparedAt = after(body.preparedAt, -draw.between(1, 50) * MINUTE);
  const constraints = body.snapshot.flatMap((id) => constraintOf(chronicle, id));
  if (draw.happens(0.3)) {
    // An instant that no solver gave.
    const at = onGridFrom(body.value.at + draw.between(-20, 20) * 12 * HOUR);
    return { ...body, value: { ...body.value, at } };
  }
  const answer = solveSnapshot({
    caseId,
    terms,
    roster: seats.roster,
    slot: body.slot,
    preparedAt,
    constraints,
  });
  if (!answer.ok) return undefined;
  const value = { kind: 'amend', ...answer.value, snapshot: snapshotHash(body.snapshot) } as const;
  return { ...body, preparedAt, value };
}

function constraintOf(chronicle: Chronicle, id: BallotId): readonly BallotOf<'constraint'>[] {
  const ballot = chronicle.ballots.get(id);
  return ballot?.body.kind === 'constraint' ? [ballot as BallotOf<'constraint'>] : [];
}

function valuesIn({ values }: Chronicle): readonly (typeof SEAL_HASH)[] {
  return [...values.keys()];
}

/** Says something out of turn: a vote more, an old ballot again, a publication that never was. */
export function lie(house: House, chance: Dice, { book, chronicle }: Sight, peers: readonly House[]): void {
  const running = house.running();
  const charters = [...chronicle.ballots.values()].filter(({ body }) => body.kind === 'charter');
  if (running === undefined || charters.length === 0) return;
  const charter = chance.pick(charters);
  const ballot = chance.happens(0.15)
    ? chance.pick([...chronicle.ballots.values()])
    : signBallot(
        house.node,
        book,
        { caseId: charter.caseId, charter: charter.id, body: outOfTurn(house, chance, chronicle) },
        running.state().now,
      );
  const others = peers.filter(({ node }) => node !== house.node);
  const told = chance.happens(0.4) ? others : chance.some(others, 0.5);
  for (const { node } of told)
    void running.order('nobody', { act: 'say', to: node, body: { kind: 'ballot', ballot } }, ABOUT);
}

function outOfTurn(house: House, chance: Dice, chronicle: Chronicle): BallotBody {
  const keyed = [...chronicle.ballots.values()].map(({ body }) => body).filter((body) => 'slot' in body);
  const place = keyed.length > 0 && chance.happens(0.9) ? chance.pick(keyed) : { slot: 1, round: 0 };
  const slot = place.slot;
  const round = Math.max(0, place.round + (chance.happens(0.2) ? chance.between(-1, 2) : 0));
  const value = chance.pick(valuesIn(chronicle));
  const kind = chance.below(12);
  const now: Instant = house.clock.now();
  if (kind < 3) return { kind: 'vote', slot, round, value };
  if (kind < 7) return { kind: 'commit', slot, round, value };
  if (kind < 9) return { kind: 'skip', slot, round };
  if (kind < 10) return { kind: 'leak', evidence: 'seen', seenAt: now };
  if (kind < 11) return { kind: 'published', epoch: slot - 1, at: now, digest: value, revision: 1 };
  return { kind: 'skip', slot: slot + 1, round };
}

/**
 * Shows the others what one member once said to this liar, with words of its own to the same effect.
 * @returns whether that member has forgotten some of it.
 */
export function show(
  house: House,
  victim: House | undefined,
  { book, kept }: Sight,
  peers: readonly House[],
): boolean {
  const running = house.running();
  const said = [...(kept.get(house.node) ?? [])].filter(
    ({ author, body }) => author === victim?.node && (body.kind === 'vote' || body.kind === 'commit'),
  );
  if (running === undefined || victim === undefined) return false;
  for (const ballot of said) {
    const { caseId, charter, body } = ballot;
    const own = signBallot(house.node, book, { caseId, charter, body }, running.state().now);
    for (const { node } of peers.filter((peer) => peer !== house && peer !== victim))
      for (const shown of [ballot, own])
        void running.order(
          'nobody',
          { act: 'say', to: node, body: { kind: 'ballot', ballot: shown } },
          ABOUT,
        );
  }
  const held = victim.running()?.state().cases.get(CASE)?.chamber.ballots;
  return said.some(({ id, body }) => body.kind === 'commit' && held?.has(id) === false);
}

/** A lead tries to have two charters: it offers another one, and shows its signatures to some and not to others. */
export function duplicity(
  house: House,
  chance: Dice,
  { book, chronicle }: Sight,
  peers: readonly House[],
): void {
  const running = house.running();
  const charters = [...chronicle.ballots.values()].filter(
    (ballot): ballot is BallotOf<'charter'> => ballot.body.kind === 'charter' && ballot.author === house.node,
  );
  const [first] = charters;
  if (running === undefined || first === undefined) return;
  const { caseId } = first;
  const version = charters.length + 1;
  const picked = chance.pick(charters);
  const draft: BallotDraft =
    version < 4 && chance.happens(0.4)
      ? { caseId, charter: undefined, body: { kind: 'charter', version, terms: laterTerms(first, version) } }
      : { caseId, charter: picked.id, body: { kind: 'charter_sign', version: picked.body.version } };
  const body: SpokenBody = {
    kind: 'ballot',
    ballot: signBallot(house.node, book, draft, running.state().now),
  };
  const others = peers.filter(({ node }) => node !== house.node);
  for (const { node } of draft.body.kind === 'charter' ? others : chance.some(others, 0.5))
    void running.order('nobody', { act: 'say', to: node, body }, ABOUT);
}

function laterTerms({ body: { terms } }: BallotOf<'charter'>, version: number): CharterTerms {
  return { ...terms, defaultInstant: after(terms.defaultInstant, (version - 1) * DAY) };
}
