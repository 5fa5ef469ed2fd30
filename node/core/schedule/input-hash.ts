/**
 * The name of a problem: nodes that compare it know that they solved the same document.
 * @see SCHEDULING §9
 */
import { byText, type Hash, sha256 } from '../bytes.js';
import { canonical } from '../canonical.js';
import type { HardConstraint, ProblemDocument } from './problem.js';

/**
 * SHA-256 of the canonical form. The order of parties, constraints, soft costs and quorum vendors and the spelling
 * of numbers do not matter; everything else does, notes included.
 */
export function inputHash(document: ProblemDocument): Hash {
  return sha256(canonicalProblem(document));
}

/** The document in RFC 8785 form, with the four lists that have no order sorted by id. */
export function canonicalProblem(document: ProblemDocument): string {
  return canonical({
    ...document,
    parties: document.parties.toSorted(byId).map((party) => ({ ...party, soft: party.soft.toSorted(byId) })),
    hard: document.hard.toSorted(byId).map(withSortedVendors),
  });
}

function withSortedVendors(constraint: HardConstraint): HardConstraint {
  return constraint.kind === 'readyQuorum'
    ? { ...constraint, vendors: constraint.vendors.toSorted(byId) }
    : constraint;
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return byText(left.id, right.id);
}
