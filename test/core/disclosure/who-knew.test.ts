/** Who was told what, when, and since when it is proved (DESIGN §5.1). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../node/core/bytes.js';
import type { Disclosure } from '../../../node/core/case/case.js';
import { whoKnew } from '../../../node/core/disclosure/who-knew.js';
import { type NodeId, nodeId } from '../../../node/core/ids.js';
import { type Instant, SECOND } from '../../../node/core/time.js';

const ANNA = nodeId('a'.repeat(40)) as NodeId;
const BEA = nodeId('b'.repeat(40)) as NodeId;

function said(to: NodeId, sequence: number, at: number, what: Disclosure['what'] = 'summary'): Disclosure {
  const statement = sha256(`${to} ${sequence}`);
  return { to, what, kind: what, statement, sequence, at: at as Instant, tlp: 'AMBER', register: undefined };
}

/** A receipt counts whole seconds. */
function receipt(size: number, seconds: number): { size: number; at: Instant } {
  return { size, at: (seconds * SECOND) as Instant };
}

describe('who knew what when', () => {
  test('the first receipt that covers an entry is the proof, whatever the order of receipts', () => {
    const told = [said(ANNA, 0, 100_000), said(ANNA, 1, 200_000, 'details')];
    const receipts = new Map([[ANNA, [receipt(2, 300), receipt(1, 150), receipt(2, 250)]]]);
    const [anna] = whoKnew(told, receipts, 1_000_000 as Instant);
    expect(anna?.disclosed.map(({ saidAt, receivedAt }) => [saidAt, receivedAt])).toEqual([
      [100_000, 150_000],
      [200_000, 250_000],
    ]);
  });

  test('what was said or receipted later is not known yet', () => {
    const told = [said(ANNA, 0, 100_000), said(ANNA, 1, 200_000)];
    const receipts = new Map([[ANNA, [receipt(1, 150)]]]);
    const at = (seconds: number) => whoKnew(told, receipts, (seconds * SECOND) as Instant)[0]?.disclosed;
    expect(at(99)).toBeUndefined();
    expect(at(120)).toMatchObject([{ receivedAt: undefined }]);
    expect(at(150)).toMatchObject([{ receivedAt: 150_000 }]);
  });

  test('it is right to the second: what was said within a second is known at that second, as it is written', () => {
    const told = [said(ANNA, 0, 100_600)];
    const receipts = new Map([[ANNA, [receipt(1, 100)]]]);
    expect(whoKnew(told, receipts, 99_999 as Instant)).toEqual([]);
    expect(whoKnew(told, receipts, 100_000 as Instant)).toMatchObject([
      { disclosed: [{ saidAt: 100_600, receivedAt: 100_000 }] },
    ]);
  });

  test('a receipt for n entries covers 0 to n − 1 and no more', () => {
    const receipts = new Map([[ANNA, [receipt(1, 150)]]]);
    const [anna] = whoKnew([said(ANNA, 1, 100)], receipts, 1_000_000 as Instant);
    expect(anna?.disclosed[0]?.receivedAt).toBeUndefined();
  });

  test('recipients stand in the order in which they were first told', () => {
    const told = [said(BEA, 0, 100), said(ANNA, 0, 200), said(BEA, 1, 300)];
    expect(whoKnew(told, new Map(), 1_000 as Instant).map(({ to }) => to)).toEqual([BEA, ANNA]);
  });

  test('agrees with the definition: min over covering receipts up to the instant', () => {
    const entry = fc.record({ sequence: fc.nat(6), at: fc.nat(50_000), bea: fc.boolean() });
    const given = fc.record({ size: fc.nat(8), at: fc.nat(60), bea: fc.boolean() });
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { selector: ({ sequence, bea }) => `${sequence} ${bea}` }),
        fc.array(given),
        fc.nat(60_000),
        (entries, receipts, at) => {
          const told = entries.map(({ sequence, at: when, bea }) => said(bea ? BEA : ANNA, sequence, when));
          const of = (bea: boolean) =>
            receipts.filter((one) => one.bea === bea).map((one) => receipt(one.size, one.at));
          const known = whoKnew(
            told,
            new Map([
              [ANNA, of(false)],
              [BEA, of(true)],
            ]),
            at as Instant,
          );
          const slowly = told
            .filter((one) => Math.floor(one.at / SECOND) <= Math.floor(at / SECOND))
            .map((one) => {
              const covering = of(one.to === BEA).filter(
                ({ size, at: when }) => size > one.sequence && when <= at,
              );
              return [
                one.statement,
                covering.length === 0 ? undefined : Math.min(...covering.map((r) => r.at)),
              ];
            });
          const found = known.flatMap(({ disclosed }) =>
            disclosed.map(({ statement, receivedAt }) => [statement, receivedAt]),
          );
          expect(Object.fromEntries(found)).toEqual(Object.fromEntries(slowly));
        },
      ),
      { seed: 20270301, numRuns: 200 },
    );
  });
});
