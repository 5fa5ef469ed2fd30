/**
 * What the parties of a merged document are called on this screen. Their ids are random (DESIGN §6); a duty officer
 * needs a word for each, and one that the officer of another centre can be told over the telephone.
 */
import { byText } from '../../core/bytes.js';
import type { NodeId } from '../../core/ids.js';
import type { Party, Problem, Role } from '../../core/schedule/problem.js';
import type { State } from '../../core/state.js';
import { nameOf } from '../find.js';

/** One party of a case, for people. */
export type CaseParty = {
  readonly party: string;
  /** Who speaks for it. */
  readonly centre: string;
  readonly role: Role;
  readonly weight: number;
  readonly fair: boolean;
  /** Who it is, as far as this node knows by itself: its own parties, and every centre. */
  readonly name: string | null;
  /** It is one of those that this node named by itself in its own constraint. */
  readonly known: boolean;
  /** Such as `vendor 2 of CERT/CC`: the same words on the screen of every centre, and no more than they all know. */
  readonly shared: string;
};

/**
 * The parties of a merged document, in its order.
 *
 * Numbers count a centre's parties of one role in byte order of their random ids, so every centre counts alike and
 * the number tells nothing.
 *
 * @param roster of the slot that the document was made for: its ids begin with places on it.
 * @param own names behind the parties of this node's own constraints, by id without prefix.
 */
export function caseParties(
  state: State,
  { parties }: Problem,
  roster: readonly NodeId[],
  own: ReadonlyMap<string, string>,
): readonly CaseParty[] {
  const numbers = numbersOf(parties);
  return parties.map(({ id, role, weight, fair }) => {
    const node = roster[Number(memberOf(id))];
    const centre = node === undefined ? '' : nameOf(state, node);
    const { number, count } = numbers.get(id) ?? { number: 1, count: 1 };
    const alone = role === 'centre' && count === 1;
    const known = node === state.self.node ? own.get(id.slice(id.indexOf('.') + 1)) : undefined;
    return {
      party: id,
      centre,
      role,
      weight,
      fair,
      known: known !== undefined,
      name: known ?? (alone ? centre : null),
      shared: alone ? centre : `${WORDS[role]} ${number} of ${centre}`,
    };
  });
}

/** A name for each id: who it is where that is known here, else what every centre calls it. */
export function calledBy(parties: readonly CaseParty[]): (party: string) => string {
  const names = new Map(parties.map(({ party, name, shared }) => [party, name ?? shared]));
  return (party) => names.get(party) ?? party;
}

const WORDS: Readonly<Record<Role, string>> = {
  centre: 'office',
  vendor: 'vendor',
  reporter: 'reporter',
  public: 'public',
  criticalInfrastructure: 'infrastructure site',
  other: 'party',
};

function memberOf(id: string): string {
  return /^(\d+)\./.exec(id)?.[1] ?? '';
}

function numbersOf(
  parties: readonly Party[],
): ReadonlyMap<string, { readonly number: number; readonly count: number }> {
  const kin = new Map<string, string[]>();
  for (const { id, role } of parties) {
    const key = `${memberOf(id)} ${role}`;
    kin.set(key, [...(kin.get(key) ?? []), id]);
  }
  return new Map(
    [...kin.values()].flatMap((ids) =>
      ids.toSorted(byText).map((id, at) => [id, { number: at + 1, count: ids.length }] as const),
    ),
  );
}
