/**
 * What a telling is made of: its lines, and what every part of it looks names, zones and costs up in.
 */
import { type Ground, groundOf } from './ground.js';
import { type Stairs, stairsFor } from './laid.js';
import type { HardConstraint, Party, Problem } from './problem.js';
import { sayDemand } from './tell-constraints.js';
import { isMadeUp } from './tell-times.js';

/** What a line says; closed, so that a program can pick the lines it wants. */
export type TellingCode =
  | 'INSTANT'
  | 'LOCAL'
  | 'PAYS'
  | 'COST'
  | 'OVERRUN'
  | 'FREE'
  | 'ORDER'
  | 'WITHOUT'
  | 'UNBOUND'
  | 'ALTERNATIVE'
  | 'CHANGE'
  | 'CONFLICT'
  | 'DEMAND'
  | 'RELAXATION'
  | 'WAIVE'
  | 'NOTICE'
  | 'MORE';

/** One line. Members are there where the code has them; the numbers are those of the answer. */
export type TellingLine = {
  readonly code: TellingCode;
  /** How far in it stands: 0 for a sentence of its own, 1 and 2 for what belongs to the line before. */
  readonly depth: 0 | 1 | 2;
  readonly words: string;
  readonly at?: string;
  readonly party?: string;
  readonly soft?: string;
  readonly constraint?: string;
  readonly zone?: string;
  readonly cost?: number;
};

/** The whole telling; `sentence` is its first line, for where there is room for one. */
export type Telling = {
  readonly status: 'solved' | 'infeasible';
  readonly sentence: string;
  readonly lines: readonly TellingLine[];
};

/** More than a screenful of parties or constraints is counted, not listed: the answer document has them all. */
export const MOST_LISTED = 24;

/** Names in one sentence. */
export const MOST_NAMES = 8;

/** What every part of the telling looks things up in. */
export interface Teller {
  readonly problem: Problem;
  readonly ground: Ground;
  readonly parties: ReadonlyMap<string, Party>;
  readonly constraints: ReadonlyMap<string, HardConstraint>;
  readonly called: (party: string) => string;
  readonly stairs: Stairs;
}

/** Makes a document ready to be told. */
export function tellerOf(problem: Problem, called: Teller['called']): Teller {
  const ground = groundOf(problem);
  return {
    problem,
    ground,
    parties: new Map(problem.parties.map((party) => [party.id, party])),
    constraints: new Map(problem.hard.map((constraint) => [constraint.id, constraint])),
    called,
    stairs: stairsFor(ground),
  };
}

/** Where a party lives: what it says, else the zone of its office. `undefined`: it says neither. */
export function homeZoneOf(party: Party): string | undefined {
  return party.zone ?? party.soft.find((soft) => soft.kind === 'office')?.zone;
}

/** `constraint CERT-45d of CERTCC`, or `a constraint of CERTCC` where the id is a random name. */
export function named(teller: Teller, id: string): string {
  const party = teller.constraints.get(id)?.party;
  const which = isMadeUp(id) ? 'a constraint' : `constraint ${id}`;
  return `${which}${party === undefined ? '' : ` of ${teller.called(party)}`}`;
}

/** ` (only Mon 09:00–17:00 in London)`: what a constraint demands, to stand after its name. */
export function demandOf(teller: Teller, id: string): string {
  const constraint = teller.constraints.get(id);
  return constraint === undefined ? '' : ` (${sayDemand(constraint, teller.ground)})`;
}

/** What it costs to waive a constraint. */
export function sayPrice(relax: number | 'never'): string {
  return relax === 'never' ? 'never to be waived' : `price of waiving it ${relax}`;
}

/** Factor of a party in the sum. */
export function weightOf(teller: Teller, party: string): number {
  return teller.parties.get(party)?.weight ?? 1;
}
