/**
 * Who may speak about a case, and for whom: a valid signature says who somebody is, not what it may say
 * (FORMATS §12.7).
 */
import type { NodeId } from '../ids.js';
import type { NodeRole } from '../registry/card.js';
import type { State } from '../state.js';
import type { SpokenBody } from '../statement.js';
import type { Case } from './case.js';
import { owedSummaries } from './owed-summaries.js';
import { rosterOf } from './settle-words.js';

/** Who knows of the case, and a centre that a member wants to have seated. */
export function takesPart(state: State, held: Case, author: NodeId): boolean {
  return knows(state, held, author) || isInvited(held, author);
}

/**
 * Who may be told anything about a case beside its summary: who knows of it, and who is owed the summary, which stands
 * before these words in its feed. Anybody else could not even hear them, for it has no such case; but it would hold the
 * text. A centre that is only wished for is invited first.
 */
export function mayBeTold(state: State, held: Case, node: NodeId): boolean {
  return knows(state, held, node) || owedSummaries(state, held).has(node);
}

/** Who told us, whom we told or granted, who has or had a seat, and vendors that a centre named. */
function knows(state: State, held: Case, node: NodeId): boolean {
  return (
    node === held.origin ||
    node === held.from ||
    held.told.has(node) ||
    held.granted.has(node) ||
    isListed(held, node) ||
    rosterOf(state, held).has(node)
  );
}

/** What only a vendor says, of its products and for itself. */
const OF_VENDORS: ReadonlySet<SpokenBody['kind']> = new Set<SpokenBody['kind']>([
  'detail_request',
  'vendor_status',
  'remedy',
  'schedule_preference',
]);

/** A site has no products in a case: it is told what to do, and is named nowhere (DESIGN §5.5). */
export function mayRoleSay(role: NodeRole | undefined, kind: SpokenBody['kind']): boolean {
  return role !== 'infrastructure_site' || !OF_VENDORS.has(kind);
}

/** A vendor speaks for itself once it was told or granted; a centre of the roster relays for its vendors. */
export function maySpeakFor(state: State, held: Case, author: NodeId, vendor: NodeId): boolean {
  if (author === vendor) return held.told.has(vendor) || held.granted.has(vendor) || isListed(held, vendor);
  // Nobody speaks over a vendor that we told ourselves.
  if (held.told.has(vendor)) return false;
  return rosterOf(state, held).has(author) && state.peers.get(author)?.card.role === 'centre';
}

/** A centre that a member wants to have seated signs before it is (R12). */
function isInvited(held: Case, author: NodeId): boolean {
  return [...held.chamber.wants.values()].some(
    ({ change }) => change?.kind === 'join' && change.member.node === author,
  );
}

function isListed(held: Case, vendor: NodeId): boolean {
  return [...held.lists.values()].some((marks) => marks.some((mark) => mark.vendor === vendor));
}
