/**
 * What follows from a case as it stands: ballots that are due, relays, notices to our vendors, details that the
 * process model owes a centre. Each is said once, because what was said is remembered as a fact.
 */
import type { Effect } from '../effect.js';
import type { BallotId, NodeId } from '../ids.js';
import type { BallotBody, BallotDraft } from '../settlement/ballot.js';
import { proofOf } from '../settlement/certificate.js';
import { nextMoves } from '../settlement/moves.js';
import { relays } from '../settlement/relays.js';
import { freezeOf } from '../settlement/rounds.js';
import { type Standing, standingOf } from '../settlement/settle.js';
import { solveSnapshot } from '../settlement/solve-snapshot.js';
import type { State } from '../state.js';
import type { Case } from './case.js';
import { docketOf, ownVendors } from './chamber.js';
import { grantEffects } from './disclose.js';
import { tell } from './heard.js';
import { localClock } from './local-clock.js';
import { orSelf } from './obey-settling.js';

/** Everything that this node owes in this case now; empty for a vendor's node. */
export function follow(state: State, held: Case): readonly Effect[] {
  if (state.self.role !== 'centre') return [];
  const docket = docketOf(state, held, state.now);
  const standing = standingOf(docket);
  const moves = nextMoves(docket, solveSnapshot).map((draft) => castMove(state, held, draft));
  const passed = relays(docket).flatMap((id) => relay(state, held, id));
  if (standing === undefined) return [...moves, ...passed];
  return [...moves, ...passed, ...owedDetails(state, held, standing), ...notices(state, held, standing)];
}

function castMove(state: State, held: Case, draft: BallotDraft): Effect {
  const self = state.self.node;
  const to = rosterUnder(held, draft.charter, draft.body).filter((node) => node !== self);
  return { kind: 'cast', draft, tlp: held.tlp, to: orSelf(to, self) };
}

/** A ballot goes to the members that neither said it to us nor heard it from us. */
function relay(
  state: State,
  held: Case,
  id: Parameters<Case['chamber']['known']['get']>[0],
): readonly Effect[] {
  const kept = held.chamber.ballots.get(id);
  if (kept === undefined) return [];
  const known = held.chamber.known.get(id);
  return rosterUnder(held, kept.ballot.charter, kept.ballot.body)
    .filter((node) => node !== state.self.node && known?.has(node) !== true)
    .map((node) => tell(held, node, { kind: 'ballot', ballot: kept.ballot }));
}

/** A body goes to the roster of the charter that it speaks under, whatever charters came after it. */
function rosterUnder(held: Case, charter: BallotId | undefined, body: BallotBody): readonly NodeId[] {
  const under = charter === undefined ? undefined : held.chamber.ballots.get(charter)?.ballot.body;
  const terms = body.kind === 'charter' ? body.terms : under?.kind === 'charter' ? under.terms : undefined;
  return (terms?.roster ?? []).map(({ node }) => node);
}

/** Model 2: the origin owes every such centre the details, once a time exists (DOMAIN §3, DESIGN §7.2). */
function owedDetails(state: State, held: Case, { charter }: Standing): readonly Effect[] {
  const self = state.self.node;
  if (held.origin !== self || held.details === undefined) return [];
  return charter.terms.roster
    .filter(({ node, model }) => node !== self && model === 2 && !held.granted.has(node))
    .flatMap(({ node }) => grantEffects(held, node, undefined));
}

/** Our vendors hear the settled instant at settlement and again at the freeze, with the proof (R13). */
function notices(state: State, held: Case, standing: Standing): readonly Effect[] {
  if (held.chamber.published !== undefined) return [];
  const frozen = state.now >= freezeOf(standing.charter, standing.at);
  const stage = frozen ? 'freeze' : 'settled';
  const { epoch, at } = standing;
  const owed = ownVendors(state, held).filter((node) => !held.noticed.has(`${node}/${epoch}/${stage}`));
  if (owed.length === 0) return [];
  const proof = proofOf(docketOf(state, held, state.now), standing);
  const vouched = standing.charter.roster.map((node) => ({ node, certificate: certificateOf(state, node) }));
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

function certificateOf(state: State, node: NodeId): string {
  return node === state.self.node ? state.self.certificate : (state.peers.get(node)?.card.certificate ?? '');
}
