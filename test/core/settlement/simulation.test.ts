import { describe, expect, it } from 'vitest';
import type { BallotDraft } from '../../../node/core/settlement/ballot.js';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { nextMoves } from '../../../node/core/settlement/moves.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { DAY, HOUR, type Instant, MINUTE } from '../../../node/core/time.js';
import { wrongIn, wrongOrder } from './invariants.js';
import { docketAt, type Ended, type Rules, simulate } from './simulation.js';
import { earliest, START, termsFor } from './world.js';

/**
 * Three kinds of seeds by turns: quiet terms; a short freeze with many rounds; and no freeze with requests close to
 * T0, so that votes and commits are under way when the instant comes.
 */
function run(
  n: number,
  liars: number,
  seed: number,
  rules: Partial<Rules> = {},
  kind: number = seed % 3,
  seats = false,
): Ended & { readonly wrong: readonly string[] } {
  const short = { freezeMs: HOUR, roundMs: 30 * MINUTE };
  const none = { freezeMs: 0, roundMs: DAY };
  const terms = termsFor(n, [{}, short, none][kind]);
  const ended = simulate({ seed, terms, liars, rules, edge: kind === EDGE, seats });
  return { ...ended, wrong: [...wrongIn(ended, terms), ...wrongOrder(ended, seed)] };
}

const EDGE = 2;

const reached = new Map<string, number>();

function note(ended: Ended): void {
  const seen = new Set<string>();
  for (const centre of ended.centres) if (centre.intent && !centre.lies) seen.add(centre.intent.rule);
  for (const { body } of ended.said.values()) {
    if ('round' in body && body.kind === 'propose' && body.round > 0) seen.add('later round');
    if (body.kind === 'skip') seen.add('skip');
    if (body.kind === 'propose' && body.value.kind === 'seal') seen.add('seal');
  }
  for (const centre of ended.centres) {
    const docket = docketAt(centre, ended.at);
    const standing = standingOf(docket);
    for (const { value } of standing?.decisions ?? [])
      if (value.kind === 'change') seen.add(value.change.kind);
    const verdict = mayRelease(docket);
    if (verdict.kind === 'held' && verdict.because.includes('SEAT_CHANGE'))
      seen.add('held for a change of seats');
    const joined = standing?.charter.seats.some(({ node, since }) => since > 0 && node === centre.node);
    if (centre.intent && joined) seen.add('published by a centre that joined');
  }
  for (const centre of ended.centres) {
    if (centre.lies || !centre.intent) continue;
    if (centre.intent.epoch > 1) seen.add('second amendment');
    if ((centre.releasedAt ?? 0) > centre.intent.at + 5 * MINUTE) seen.add('late');
  }
  for (const rare of seen) reached.set(rare, (reached.get(rare) ?? 0) + 1);
}

describe('a case of correct centres on a bad network', () => {
  it.each([
    [1, 40],
    [2, 100],
    [3, 80],
    [4, 25],
    [5, 10],
    [7, 3],
  ])(
    'n = %i keeps I1 to I7, order and due times over %i seeds',
    (n, seeds) => {
      for (let seed = 0; seed < seeds; seed++) {
        const ended = run(n, 0, seed);
        note(ended);
        expect([seed, ...ended.wrong, ...ended.faults]).toEqual([seed]);
      }
    },
    120_000,
  );
});

describe('a case with as many liars as safety tolerates (fS)', () => {
  it.each([
    [2, 1, 50],
    [3, 2, 20],
    [4, 1, 8],
    [5, 2, 2],
  ])(
    'n = %i with %i liars keeps I1 to I7 over %i seeds',
    (n, liars, seeds) => {
      for (let seed = 0; seed < seeds; seed++) {
        const ended = run(n, liars, seed);
        note(ended);
        expect([seed, ...ended.wrong]).toEqual([seed]);
        expect(ended.faults).not.toContain('DUE_MISSED');
      }
    },
    120_000,
  );
});

describe('R12: a case whose seats change', () => {
  it.each([
    [2, 0, 20],
    [3, 0, 20],
    [4, 0, 8],
    [3, 1, 8],
    [4, 1, 4],
  ])(
    'n = %i with %i liars keeps I1 to I7 over %i seeds',
    (n, liars, seeds) => {
      for (let seed = 0; seed < seeds; seed++) {
        const ended = run(n, liars, seed, {}, seed % 3, true);
        note(ended);
        expect([seed, ...ended.wrong]).toEqual([seed]);
        expect(ended.faults).not.toContain('DUE_MISSED');
      }
    },
    240_000,
  );
});

describe('sometimes', () => {
  it.each([
    'join',
    'leave',
    'lead',
    'held for a change of seats',
    'published by a centre that joined',
    'P1',
    'P2',
    'P3',
    'seal',
    'skip',
    'later round',
    'second amendment',
    'late',
  ])('the runs above reach: %s', (rare) => {
    expect(reached.get(rare) ?? 0).toBeGreaterThan(0);
  });
});

/** Small wrong changes, each of which the runs must notice. */
const MUTANTS: readonly {
  readonly rule: string;
  readonly n: number;
  readonly kind?: number;
  readonly seats?: boolean;
  readonly rules: Partial<Rules>;
}[] = [
  { rule: 'R8: P2 without regard to the own commit', n: 3, kind: EDGE, rules: { release: atInstant } },
  { rule: 'R8: with q < n at T without a seal', n: 4, rules: { release: atInstant } },
  {
    rule: 'R8: an hour early',
    n: 3,
    rules: { release: (docket) => mayRelease({ ...docket, now: (docket.now + HOUR) as Instant }) },
  },
  {
    rule: 'R3 and R8: commit after the instant and the release',
    n: 3,
    kind: EDGE,
    rules: {
      moves: (docket, solve) => [
        ...nextMoves(docket, solve).filter(({ body }) => body.kind !== 'commit'),
        ...nextMoves({ ...docket, now: START, intent: undefined }, solve).filter(
          ({ body }) => body.kind === 'commit',
        ),
      ],
    },
  },
  {
    rule: 'R4: skip although committed',
    n: 4,
    rules: { moves: (docket, solve) => [...nextMoves(docket, solve), ...skipsOf(docket)] },
  },
  { rule: 'R12: P3 for a change of seats', n: 3, kind: EDGE, seats: true, rules: { release: limboOfSeats } },
  {
    rule: 'R12: released at T without a seat',
    n: 3,
    seats: true,
    rules: {
      release: (docket) => {
        const verdict = mayRelease(docket);
        const isOut = verdict.kind === 'wait' && verdict.because === 'SEAT';
        return isOut ? atInstant(docket) : verdict;
      },
    },
  },
  {
    rule: 'R2 (d, e): a vote for what one constraint allows',
    n: 3,
    rules: {
      moves: (docket, solve) => {
        const asked = nextMoves(docket, solve);
        return asked.length > 0
          ? asked
          : nextMoves(docket, (question) =>
              earliest({ ...question, constraints: question.constraints.slice(0, 1) }),
            );
      },
    },
  },
];

/** A held change of seats is released at T_e all the same, as P3 would any other value. */
function limboOfSeats(docket: Docket): ReturnType<typeof mayRelease> {
  const verdict = mayRelease(docket);
  const standing = standingOf(docket);
  if (!standing || verdict.kind !== 'held' || !verdict.because.includes('SEAT_CHANGE')) return verdict;
  return { kind: 'release', rule: 'P3', epoch: standing.epoch, at: standing.at };
}

describe('the runs see a broken rule', () => {
  it.each(MUTANTS)(
    '$rule',
    ({ n, kind, seats, rules }) => {
      const seeds = Array.from({ length: 160 }, (_, seed) => seed);
      expect(seeds.some((seed) => run(n, 0, seed, rules, kind ?? seed % 3, seats).wrong.length > 0)).toBe(
        true,
      );
    },
    120_000,
  );
});

function atInstant(docket: Docket): ReturnType<typeof mayRelease> {
  const standing = standingOf(docket);
  if (!standing || docket.intent || docket.now < standing.at) return mayRelease(docket);
  return { kind: 'release', rule: 'P2', epoch: standing.epoch, at: standing.at };
}

function skipsOf(docket: Docket): readonly BallotDraft[] {
  const own = [...docket.ballots.values()]
    .map(({ ballot }) => ballot)
    .filter(({ author }) => author === docket.self);
  return own.flatMap(({ body, charter }) => {
    if (body.kind !== 'commit') return [];
    const { slot, round } = body;
    const isSaid = own.some(
      ({ body: other }) => other.kind === 'skip' && other.slot === slot && other.round === round,
    );
    return isSaid ? [] : [{ caseId: docket.caseId, charter, body: { kind: 'skip', slot, round } } as const];
  });
}
