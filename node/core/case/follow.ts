/**
 * What follows from a case as it stands: ballots that are due, relays, notices to our vendors, details that the
 * process model owes a centre. Each is said once, because what was said is remembered as a fact.
 */

import { byText } from '../bytes.js';
import type { Effect } from '../effect.js';
import type { BallotId, NodeId } from '../ids.js';
import type { Ballot, BallotBody, BallotDraft } from '../settlement/ballot.js';
import { proofOf } from '../settlement/certificate.js';
import { type Docket, heldOf } from '../settlement/docket.js';
import { nextMoves } from '../settlement/moves.js';
import { briefing, relays } from '../settlement/relays.js';
import { freezeOf } from '../settlement/rounds.js';
import { rosterAt, type Standing, standingOf } from '../settlement/settle.js';
import { solveSnapshot } from '../settlement/solve-snapshot.js';
import type { State } from '../state.js';
import { advanceNotices } from './advance.js';
import type { Case } from './case.js';
import { docketOf, membersAndVendors, ownVendors } from './chamber.js';
import { grantEffects } from './disclose.js';
import { tell } from './heard.js';
import { localClock } from './local-clock.js';
import { orSelf } from './obey-settling.js';
import { publishedBy } from './published.js';

/** Everything that this node owes in this case now; empty for a vendor's node. */
export function follow(state: State, held: Case): readonly Effect[] {
  if (state.self.role !== 'centre') return [];
  const docket = docketOf(state, held, state.now);
  const standing = standingOf(docket);
  const moves = nextMoves(docket, solveSnapshot).map((draft) => castMove(state, held, draft, standing));
  const passed = [
    ...ownWords(state, held, standing),
    ...relays(docket).flatMap((id) => relay(state, held, id, standing)),
  ];
  if (standing === undefined) return [...moves, ...passed];
  const said = [...moves, ...once([...passed, ...welcome(state, held, standing, docket)])];
  return [
    ...said,
    ...announcement(state, held, standing, docket),
    ...owedDetails(state, held, standing),
    ...notices(state, held, standing),
    ...advanceNotices(state, held, standing),
  ];
}

/**
 * R8: the publication is told to the roster and to our vendors. A seal, a breach or an officer releases before anybody
 * has answered; but our word of it is a keyed statement, and an older life may have given another one (R9). So it waits
 * for the answers that a release by our own memory waits for, and falls silent before what they give back.
 */
function announcement(
  state: State,
  held: Case,
  { charter }: Standing,
  { ballots, heldBy }: Docket,
): readonly Effect[] {
  const { published } = held.chamber;
  if (published === undefined || heldBy.length > 0) return [];
  const isSaid = heldOf(ballots, 'published').some(
    ({ ballot }) => ballot.author === state.self.node && ballot.charter === charter.id,
  );
  if (isSaid) return [];
  const { epoch, at, digest, revision } = published;
  const body = { kind: 'published', epoch, at, digest, revision } as const;
  const draft: BallotDraft = { caseId: held.id, charter: charter.id, body };
  return [{ kind: 'cast', draft, tlp: held.tlp, to: membersAndVendors(state, held, charter) }];
}

/** A relay and a briefing may name the same ballot for the same node. */
function once(effects: readonly Effect[]): readonly Effect[] {
  const seen = new Set<string>();
  return effects.filter((effect) => {
    if (effect.kind !== 'say' || effect.draft.body.kind !== 'ballot') return true;
    const key = `${effect.draft.to} ${effect.draft.body.ballot.id}`;
    return !seen.has(key) && seen.add(key);
  });
}

function castMove(state: State, held: Case, draft: BallotDraft, standing: Standing | undefined): Effect {
  const self = state.self.node;
  const to = audience(held, draft.charter, draft.body, standing).filter((node) => node !== self);
  return { kind: 'cast', draft, tlp: held.tlp, to: orSelf(to, self) };
}

/**
 * Own ballots that some member was never told: their feeds were not free, or the disk that held our words to them
 * is lost and another member returned what we said (R9). Nothing to do in a life that was not begun by a start.
 */
function ownWords({ self, life }: State, held: Case, standing: Standing | undefined): readonly Effect[] {
  if (life.incarnation === 0) return [];
  const { ballots, known } = held.chamber;
  return [...ballots.values()]
    .filter(({ ballot }) => ballot.author === self.node)
    .sort((left, right) => byText(left.ballot.id, right.ballot.id))
    .flatMap(({ ballot }) => {
      const { body } = ballot;
      // Who joins by a slot is briefed by its sponsor, not by everybody (R12).
      const seated = standing && 'slot' in body ? rosterAt(standing, body.slot) : undefined;
      return (seated ?? audience(held, ballot.charter, body, standing))
        .filter((node) => node !== self.node && known.get(ballot.id)?.has(node) !== true)
        .map((node) => tell(held, node, { kind: 'ballot', ballot }));
    });
}

/**
 * What a member is told when it began a new life (R9): its own ballots that reached us by others, for it may have
 * forgotten them, and what we know of the slot that is open here. What it said to us itself it gets back as it was, and
 * what we said to it before is still owed to it.
 */
export function reportTo(state: State, held: Case, peer: NodeId): readonly Effect[] {
  const { ballots, known } = held.chamber;
  const standing = standingOf(docketOf(state, held, state.now));
  const slot = standing?.open?.slot ?? Number.POSITIVE_INFINITY;
  return [...ballots.values()]
    .filter(({ ballot }) => known.get(ballot.id)?.has(peer) !== true)
    .filter(({ ballot: { author, body } }) => author === peer || ('slot' in body && body.slot >= slot))
    .filter(({ ballot }) => audience(held, ballot.charter, ballot.body, standing).includes(peer))
    .sort((left, right) => byText(left.ballot.id, right.ballot.id))
    .map(({ ballot }) => tell(held, peer, { kind: 'ballot', ballot }));
}

/** A ballot goes to the members that neither said it to us nor heard it from us. */
function relay(state: State, held: Case, id: BallotId, standing: Standing | undefined): readonly Effect[] {
  const kept = held.chamber.ballots.get(id);
  if (kept === undefined) return [];
  const known = held.chamber.known.get(id);
  return audience(held, kept.ballot.charter, kept.ballot.body, standing)
    .filter((node) => node !== state.self.node && node !== kept.ballot.author)
    .filter((node) => known?.has(node) !== true)
    .map((node) => tell(held, node, { kind: 'ballot', ballot: kept.ballot }));
}

/**
 * What belongs to a slot goes to the roster of that slot, so that who leaves hears it, and once it is decided to that of
 * the next one, so that who joins does; news of a breach to everybody who ever had a seat; all else to the roster of the
 * charter that it speaks under, whatever charters came after it.
 */
function audience(
  held: Case,
  charter: BallotId | undefined,
  body: BallotBody,
  standing: Standing | undefined,
): readonly NodeId[] {
  const under = charter === undefined ? undefined : held.chamber.ballots.get(charter)?.ballot.body;
  const terms = body.kind === 'charter' ? body.terms : under?.kind === 'charter' ? under.terms : undefined;
  const signed = (terms?.roster ?? []).map(({ node }) => node);
  if (standing === undefined || charter !== standing.charter.id) return signed;
  const { roster, former } = standing.charter;
  if ('slot' in body) {
    const [here, next] = [rosterAt(standing, body.slot) ?? roster, rosterAt(standing, body.slot + 1) ?? []];
    return [...here, ...next.filter((node) => !here.includes(node))];
  }
  switch (body.kind) {
    case 'constraint':
    case 'charter_join':
      return roster;
    case 'published':
    case 'leak':
    case 'manual_release':
      return [...roster, ...former];
    default:
      return signed;
  }
}

/**
 * R12: the lead shows a centre that its operator wants to have seated what it is to sign; the sponsor of one that has
 * just been seated passes on what is alive.
 */
function welcome(state: State, held: Case, standing: Standing, docket: Docket): readonly Effect[] {
  const self = state.self.node;
  const { charter, epoch, open } = standing;
  const seated = charter.seats.filter(
    ({ since, sponsor, node }) => since > 0 && sponsor === self && node !== self,
  );
  const passed = seated.flatMap((seat) =>
    briefing(docket, standing, seat)
      .filter((id) => held.chamber.known.get(id)?.has(seat.node) !== true)
      .flatMap((id) => docket.ballots.get(id) ?? [])
      .filter(({ ballot }) => ballot.author !== seat.node)
      .map(({ ballot }) => tell(held, seat.node, { kind: 'ballot', ballot })),
  );
  if (charter.lead !== self || open === undefined) return passed;
  const wanted = docket.wants.flatMap(({ by, slot, change }) =>
    by === self && slot === open.slot && change?.kind === 'join' ? [change.member.node] : [],
  );
  const owed = [...new Set(wanted)].filter(
    (node) => !charter.roster.includes(node) && !held.chamber.invited.has(`${node}/${epoch}`),
  );
  if (owed.length === 0) return passed;
  const proof = proofOf(docket, standing);
  const vouched = vouchedIn(state, proof);
  return [...passed, ...owed.map((node) => tell(held, node, { kind: 'invitation', proof, vouched }))];
}

/**
 * Model 2: the origin, whose details they are, owes them to every such centre that has a seat, whoever leads now, once a
 * time exists and the centre is bound to it (DOMAIN §3, DESIGN §7.2, R12).
 */
function owedDetails(state: State, held: Case, { charter }: Standing): readonly Effect[] {
  const self = state.self.node;
  if (held.origin !== self || held.details === undefined) return [];
  return charter.seats
    .filter(({ node, model }) => node !== self && model === 2 && !held.granted.has(node))
    .flatMap(({ node }) => grantEffects(held, node, undefined));
}

/** Our vendors hear the settled instant at settlement and again at the freeze, with the proof (R13). */
function notices(state: State, held: Case, standing: Standing): readonly Effect[] {
  // A centre without a seat hears of no later instant, so it promises its vendors none.
  const { node } = state.self;
  if (publishedBy(held, node) !== undefined || !standing.charter.roster.includes(node)) return [];
  const frozen = state.now >= freezeOf(standing.charter, standing.at);
  const stage = frozen ? 'freeze' : 'settled';
  const { epoch, at } = standing;
  const owed = ownVendors(state, held).filter((node) => !held.noticed.has(`${node}/${epoch}/${stage}`));
  if (owed.length === 0) return [];
  const proof = proofOf(docketOf(state, held, state.now), standing);
  const vouched = vouchedIn(state, proof);
  return owed.map((node) => {
    const zone = state.peers.get(node)?.card.zone ?? 'UTC';
    return tell(held, node, {
      kind: 'publication_notice',
      stage,
      epoch,
      at,
      local: localClock(state.self.zones, at, zone),
      proof,
      vouched,
    });
  });
}

/** Certificates of everybody who signed a part of the proof (R13). */
function vouchedIn(
  state: State,
  proof: readonly Ballot[],
): readonly { readonly node: NodeId; readonly certificate: string }[] {
  const authors = [...new Set(proof.map(({ author }) => author))];
  return authors.map((node) => ({ node, certificate: certificateOf(state, node) }));
}

function certificateOf(state: State, node: NodeId): string {
  return node === state.self.node ? state.self.certificate : (state.peers.get(node)?.card.certificate ?? '');
}
