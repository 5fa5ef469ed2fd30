import { describe, expect, it } from 'vitest';
import { CHARTER_LIMITS } from '../../../node/core/limits.js';
import type { Ballot, CharterTerms } from '../../../node/core/settlement/ballot.js';
import { charterInForce, charterMoves, judgeCharter } from '../../../node/core/settlement/charter.js';
import type { BallotOf } from '../../../node/core/settlement/docket.js';
import {
  breachReportersNeeded,
  downTolerated,
  liarsTolerated,
  quorumOf,
  releaseBy,
} from '../../../node/core/settlement/quorum.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { checkTerms, defaultInstant, defaultRoundMs, QUARTER } from '../../../node/core/settlement/terms.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../../node/core/time.js';
import { ballotOf, days, docketOf, formed, later, must, nodes, poolOf, START, termsFor } from './world.js';

/** Every number of centres that the table of DESIGN §7.1 knows. */
const SIZES: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('§7.1 the quorum table', () => {
  it.each([
    [1, 1, 0, 0, 'self', undefined],
    [2, 2, 1, 0, 'self', undefined],
    [3, 3, 2, 0, 'self', undefined],
    [4, 3, 1, 1, 'seal', 2],
    [5, 4, 2, 1, 'seal', 3],
    [6, 5, 3, 1, 'seal', 4],
    [7, 5, 2, 2, 'seal', 3],
    [8, 6, 3, 2, 'seal', 4],
    [9, 7, 4, 2, 'seal', 5],
    [10, 7, 3, 3, 'seal', 4],
  ])('n = %i: q = %i, fS = %i, fL = %i, release by %s, P4 after %s others', (n, q, fS, fL, by, others) => {
    expect(quorumOf(n)).toBe(q);
    expect([liarsTolerated(n, q), downTolerated(n, q), releaseBy(n, q)]).toEqual([fS, fL, by]);
    expect(breachReportersNeeded(n, q)).toBe(others);
    // Two quorums share fS + 1 members (§7.5).
    expect(2 * q - n).toBe(liarsTolerated(n, q) + 1);
  });

  it('n = 4 with q raised to n leaves the breach to the operator', () => {
    expect([releaseBy(4, 4), breachReportersNeeded(4, 4)]).toEqual(['self', undefined]);
  });
});

describe('§7.2 the terms of a charter', () => {
  const off = later(7 * MINUTE, days(20));
  const bad: readonly [string, Partial<CharterTerms>][] = [
    ['roster', { roster: [] }],
    [
      'roster',
      {
        roster: nodes(10)
          .concat(nodes(1))
          .map((node) => ({ node, model: 2 })),
      },
    ],
    ['roster', { roster: [...nodes(3), must(nodes(1)[0])].map((node) => ({ node, model: 1 })) }],
    ['roster.model', { roster: nodes(3).map((node) => ({ node, model: 3 as 2 })) }],
    ['lead', { lead: must(nodes(9)[8]) }],
    ['quorum', { quorum: 2 }],
    ['quorum', { quorum: 4 }],
    ['quorum', { quorum: 2.5 }],
    ['freezeMs', { freezeMs: 30 * DAY + 1 }],
    ['freezeMs', { freezeMs: -1 }],
    ['roundMs', { roundMs: SECOND - 1 }],
    ['roundMs', { roundMs: 30 * DAY + 1 }],
    ['skewMs', { skewMs: 0 }],
    ['defaultInstant', { defaultInstant: off }],
    ['window', { window: { notBefore: days(21), notAfter: days(60) } }],
    ['window', { window: { notBefore: days(4), notAfter: days(19) } }],
    ['window', { window: { notBefore: off, notAfter: days(60) } }],
    ['horizonEnd', { horizonEnd: days(20) }],
    ['horizonEnd', { horizonEnd: later(1, days(90)) }],
    ['horizonEnd', { horizonEnd: days(20 + 367) }],
    ['window', { window: { notBefore: days(4), notAfter: days(4 + 734) } }],
    ['skewMs', { skewMs: HOUR + 1 }],
    ['objective', { objective: 'best' as 'total' }],
    ['solver', { solver: 'SCHED/2' as 'SCHED/1' }],
    ['tables', { tables: '{ }' }],
    ['tables', { tables: '[]' }],
    ['tables', { tables: '{"a":{"kind":"staff"}}' }],
    ['tables', { tables: '['.repeat(100_000) }],
  ];

  it.each(bad)('CHARTER_INVALID names %s', (where, changes) => {
    const checked = checkTerms(termsFor(3, changes));
    expect(checked.ok ? checked : checked.fault).toMatchObject({ code: 'CHARTER_INVALID', where });
  });

  it.each(SIZES)('n = %i with its bounds is accepted, and q may be raised to n', (n) => {
    expect(checkTerms(termsFor(n)).ok).toBe(true);
    expect(checkTerms(termsFor(n, { quorum: n, freezeMs: 0, roundMs: SECOND })).ok).toBe(true);
    for (let quorum = 0; quorum <= n + 1; quorum += 1)
      expect([quorum, checkTerms(termsFor(n, { quorum })).ok]).toEqual([
        quorum,
        quorum >= quorumOf(n) && quorum <= n,
      ]);
  });

  it('T0 is the proposal time and the least embargo, on the grid and never earlier', () => {
    expect(defaultInstant(later(1), [45, 7, 120])).toBe(later(7 * DAY + QUARTER));
    expect(defaultInstant(START, [45])).toBe(days(45));
  });

  it('the round timer is 2 h where all accept automatically, else 24 h', () => {
    expect([defaultRoundMs(true), defaultRoundMs(false)]).toEqual([2 * HOUR, 24 * HOUR]);
  });
});

describe('§7.2 every length of a charter has its bounds in the table of limits', () => {
  const ends = {
    windowMs: (length: number) => ({ window: { notBefore: days(20), notAfter: later(length, days(20)) } }),
    horizonMs: (length: number) => ({ horizonEnd: later(length, days(20)) }),
  };
  const lengths = Object.entries(CHARTER_LIMITS).map(([name, bounds]) => {
    const grid = name in ends ? QUARTER : 1;
    const change = (length: number) =>
      (name in ends ? ends[name as keyof typeof ends](length) : { [name]: length }) as Partial<CharterTerms>;
    return { name, ...bounds, grid, change };
  });

  it.each(lengths)('$name', ({ least, most, usual, grid, change }) => {
    const isGood = (length: number) => checkTerms(termsFor(3, change(length))).ok;
    expect([least, usual, most].map(isGood)).toEqual([true, true, true]);
    expect([least - grid, most + grid].map(isGood)).toEqual([false, false]);
  });
});

describe('§7.2 a charter for 1 to 10 centres', () => {
  /** Charter 1 of n centres, all signatures, and what each member would be asked to do. */
  const formation = (n: number) => {
    const all = nodes(n);
    const offered = ballotOf(must(all[0]), undefined, {
      kind: 'charter',
      version: 1,
      terms: termsFor(n),
    }) as BallotOf<'charter'>;
    const signs = all.map((by) => ballotOf(by, offered.id, { kind: 'charter_sign', version: 1 }));
    return { all, offered, signs };
  };

  it.each(SIZES)('n = %i: in force with the last of all signatures, and not with one less', (n) => {
    const { all, offered, signs } = formation(n);
    for (const [place, self] of all.entries()) {
      const without = signs.filter((_, other) => other !== place);
      expect(charterInForce(docketOf(self, { ballots: poolOf([offered, ...without]) }))).toBeUndefined();
      const inForce = charterInForce(docketOf(self, { ballots: poolOf([offered, ...signs]) }));
      expect([inForce?.n, inForce?.q, inForce?.lead]).toEqual([n, quorumOf(n), all[0]]);
    }
  });

  it.each(SIZES)('n = %i: the members sign on order, the lead when all others have', (n) => {
    const { all, offered, signs } = formation(n);
    const charterOrders = [{ order: 'sign', charter: offered.id }] as const;
    for (const self of all.slice(1)) {
      const docket = docketOf(self, { ballots: poolOf([offered]), charterOrders });
      expect(charterMoves(docket)).toMatchObject([{ body: { kind: 'charter_sign' } }]);
    }
    const others = signs.slice(1);
    const lead = docketOf(must(all[0]), { ballots: poolOf([offered, ...others]) });
    expect(charterMoves(lead)).toMatchObject([{ body: { kind: 'charter_sign' } }]);
    const early = docketOf(must(all[0]), { ballots: poolOf([offered, ...others.slice(1)]) });
    expect(charterMoves(early)).toHaveLength(n === 1 ? 1 : 0);
  });

  it.each(SIZES.slice(1))('n = %i: version 2 may leave out who refused version 1, and nobody else', (n) => {
    const { all, offered } = formation(n);
    const last = must(all.at(-1));
    const refused = ballotOf(last, offered.id, { kind: 'charter_refuse', version: 1, reason: 'no' });
    const fewer = termsFor(n - 1);
    const next = ballotOf(must(all[0]), undefined, {
      kind: 'charter',
      version: 2,
      terms: fewer,
    }) as BallotOf<'charter'>;
    const judged = (ballots: readonly Ballot[]) => {
      const verdict = judgeCharter(docketOf(must(all[0]), { ballots: poolOf(ballots) }), next);
      return verdict.ok ? 'sign' : verdict.fault.code;
    };
    expect([judged([offered, next, refused]), judged([offered, next])]).toEqual(['sign', 'CHARTER_INVALID']);
    const elsewhere = ballotOf(last, next.id, { kind: 'charter_refuse', version: 2, reason: 'no' });
    expect(judged([offered, next, elsewhere])).toBe('CHARTER_INVALID');
  });

  it.each(SIZES)(
    'n = %i: who signed version 2 never signs version 1, and a complete one has no successor',
    (n) => {
      const { all, offered, signs } = formation(n);
      const self = must(all.at(-1));
      const next = ballotOf(must(all[0]), undefined, {
        kind: 'charter',
        version: 2,
        terms: termsFor(n, { freezeMs: HOUR }),
      }) as BallotOf<'charter'>;
      const later2 = ballotOf(self, next.id, { kind: 'charter_sign', version: 2 });
      const judged = (ballots: readonly Ballot[], charter: BallotOf<'charter'>) => {
        const verdict = judgeCharter(docketOf(self, { ballots: poolOf(ballots) }), charter);
        return verdict.ok ? 'sign' : verdict.fault.code;
      };
      expect(judged([offered, next, later2], offered)).toBe('CHARTER_SUPERSEDED');
      expect(judged([offered, ...signs, next], next)).toBe('CHARTER_SUPERSEDED');
      expect(judged([offered, next], next)).toBe('sign');
    },
  );

  it.each(SIZES)('n = %i: at T0 it is released as the table says', (n) => {
    const { all, offered, signs } = formation(n);
    const docket = docketOf(must(all[0]), { ballots: poolOf([offered, ...signs]), now: days(20) });
    const verdict = mayRelease(docket);
    if (releaseBy(n, quorumOf(n)) === 'self') expect(verdict).toMatchObject({ kind: 'release', rule: 'P2' });
    else expect(verdict).toMatchObject({ kind: 'wait', because: 'SEAL' });
  });
});

const terms = termsFor(3);
const [lead, second, third] = nodes(3) as [never, never, never];

function charterBy(version: number, changes: Partial<CharterTerms> = {}): BallotOf<'charter'> {
  const body = { kind: 'charter', version, terms: { ...terms, ...changes } } as const;
  return ballotOf(body.terms.lead, undefined, body) as BallotOf<'charter'>;
}

function sign(by: never, charter: BallotOf<'charter'>): Ballot {
  return ballotOf(by, charter.id, { kind: 'charter_sign', version: charter.body.version });
}

function refusal(by: never, charter: BallotOf<'charter'>): Ballot {
  return ballotOf(by, charter.id, { kind: 'charter_refuse', version: charter.body.version, reason: 'no' });
}

describe('§7.2 the charter in force', () => {
  it('needs every signature, the last one included', () => {
    const { ballots } = formed(terms);
    for (const missing of ballots.slice(1)) {
      const pool = poolOf(ballots.filter((ballot) => ballot !== missing));
      expect(charterInForce(docketOf(lead, { ballots: pool }))).toBeUndefined();
    }
    expect(charterInForce(docketOf(lead, { ballots: poolOf(ballots) }))?.version).toBe(1);
  });

  it('does not count a signature under another body or version', () => {
    const one = charterBy(1);
    const other = charterBy(1, { freezeMs: HOUR });
    const strange = ballotOf(third, one.id, { kind: 'charter_sign', version: 2 });
    const ballots = [one, other, sign(lead, one), sign(second, one), sign(third, other), strange];
    expect(charterInForce(docketOf(lead, { ballots: poolOf(ballots) }))).toBeUndefined();
  });

  it('who signed k + 1 lets k go, even when a lying lead completes k afterwards', () => {
    const one = charterBy(1);
    const two = charterBy(2, { freezeMs: HOUR });
    const all = [one, two, ...[lead, second, third].flatMap((by) => [sign(by, one), sign(by, two)])];
    expect(charterInForce(docketOf(second, { ballots: poolOf(all) }))?.version).toBe(2);
    const withoutLead = all.filter(
      ({ author, charter, body }) => !(author === lead && charter === two.id && body.kind === 'charter_sign'),
    );
    expect(charterInForce(docketOf(second, { ballots: poolOf(withoutLead) }))).toBeUndefined();
  });

  it('does not bind a node that is not on its roster', () => {
    const outsider = must(nodes(4)[3]);
    expect(charterInForce(docketOf(outsider, { ballots: poolOf(formed(terms).ballots) }))).toBeUndefined();
  });
});

describe('§7.2 may this node sign', () => {
  const one = charterBy(1);
  const two = charterBy(2, { freezeMs: HOUR });
  const smaller = charterBy(2, {
    roster: [lead, second].map((node) => ({ node, model: 2 })),
    quorum: 2,
  });
  const forged = ballotOf(second, undefined, one.body) as BallotOf<'charter'>;
  const rows: readonly [string, BallotOf<'charter'>, readonly Ballot[], string][] = [
    ['a first version', one, [one], 'ok'],
    ['one by somebody else than its lead', forged, [forged], 'CHARTER_ROSTER'],
    ['a version after one that has not arrived', two, [two], 'CASE_WAITING'],
    ['a version after an incomplete one', two, [one, two, sign(second, one)], 'ok'],
    [
      'a second body of a version that it signed',
      charterBy(1, { freezeMs: 0 }),
      [one, sign(second, one)],
      'CHARTER_SUPERSEDED',
    ],
    ['version k after k + 1 was signed', one, [one, two, sign(second, two)], 'CHARTER_SUPERSEDED'],
    [
      'version k + 1 while k is complete',
      two,
      [one, two, sign(lead, one), sign(second, one), sign(third, one)],
      'CHARTER_SUPERSEDED',
    ],
    ['a roster without a member who did not refuse', smaller, [one, smaller], 'CHARTER_INVALID'],
    ['a roster without a member who refused', smaller, [one, smaller, refusal(third, one)], 'ok'],
    ['bad terms', charterBy(1, { quorum: 1 }), [], 'CHARTER_INVALID'],
  ];

  it.each(rows)('%s', (_, charter, ballots, expected) => {
    const judged = judgeCharter(docketOf(second, { ballots: poolOf(ballots) }), charter);
    expect(judged.ok ? 'ok' : judged.fault.code).toBe(expected);
  });

  it('not after T0, for a charter that comes into force then would publish at once', () => {
    const judged = judgeCharter(docketOf(second, { ballots: poolOf([one]), now: days(20) }), one);
    expect(judged).toMatchObject({ ok: false, fault: { code: 'CHARTER_INVALID', where: 'defaultInstant' } });
  });

  it('not by a node that is not on the roster', () => {
    const judged = judgeCharter(docketOf(must(nodes(4)[3]), { ballots: poolOf([one]) }), one);
    expect(judged).toMatchObject({ ok: false, fault: { code: 'CHARTER_ROSTER' } });
  });
});

describe('§7.2 what is due for a charter', () => {
  const one = charterBy(1);

  it('the lead proposes what its operator ordered, once', () => {
    const docket = docketOf(lead, { charterDraft: terms });
    expect(charterMoves(docket).map(({ body }) => body)).toEqual([one.body]);
    expect(charterMoves({ ...docket, ballots: poolOf([one]) })).toEqual([]);
  });

  it('other terms become the next version, but never drop a member in silence', () => {
    const ballots = poolOf([one]);
    const changed = charterMoves(docketOf(lead, { ballots, charterDraft: { ...terms, freezeMs: HOUR } }));
    expect(changed).toMatchObject([{ body: { kind: 'charter', version: 2 } }]);
    const fewer = { ...terms, roster: terms.roster.slice(0, 2), quorum: 2 };
    expect(charterMoves(docketOf(lead, { ballots, charterDraft: fewer }))).toEqual([]);
    const refused = poolOf([one, refusal(third, one)]);
    expect(charterMoves(docketOf(lead, { ballots: refused, charterDraft: fewer }))).toHaveLength(1);
  });

  it('a member signs on order only, and names the body that it signs', () => {
    const docket = docketOf(second, { ballots: poolOf([one]) });
    expect(charterMoves(docket)).toEqual([]);
    const ordered = charterMoves({ ...docket, charterOrders: [{ order: 'sign', charter: one.id }] });
    expect(ordered).toMatchObject([{ charter: one.id, body: { kind: 'charter_sign', version: 1 } }]);
  });

  it('a member refuses on order, unless it has signed; the last order counts', () => {
    const orders = [
      { order: 'sign', charter: one.id },
      { order: 'refuse', charter: one.id, reason: 'too late' },
    ] as const;
    const docket = docketOf(second, { ballots: poolOf([one]), charterOrders: orders });
    expect(charterMoves(docket)).toMatchObject([{ body: { kind: 'charter_refuse', reason: 'too late' } }]);
    const signed = { ...docket, ballots: poolOf([one, sign(second, one)]) };
    expect(charterMoves(signed)).toEqual([]);
  });

  it('CHA-M4: the lead signs last', () => {
    const docket = docketOf(lead, { ballots: poolOf([one, sign(second, one)]), charterDraft: terms });
    expect(charterMoves(docket)).toEqual([]);
    const all = { ...docket, ballots: poolOf([one, sign(second, one), sign(third, one)]) };
    expect(charterMoves(all)).toMatchObject([{ body: { kind: 'charter_sign' } }]);
  });

  it('the lead does not sign a version that it has replaced', () => {
    const two = charterBy(2, { freezeMs: HOUR });
    const ballots = poolOf([one, two, sign(second, one), sign(third, one)]);
    expect(charterMoves(docketOf(lead, { ballots }))).toEqual([]);
  });

  it('n = 1: a centre alone forms its charter by itself', () => {
    const alone = termsFor(1);
    const charter = ballotOf(lead, undefined, { kind: 'charter', version: 1, terms: alone });
    const moves = charterMoves(docketOf(lead, { ballots: poolOf([charter]), charterDraft: alone }));
    expect(moves).toMatchObject([{ body: { kind: 'charter_sign' } }]);
  });
});
