/** What a summary may hold, to whom it goes, and which of two statements about one thing holds. Pure machines. */
import { beforeEach, describe, expect, it } from 'vitest';
import { made } from '../../fixtures/make/vectors/samples.js';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import { newest } from '../../node/core/case/case.js';
import type { NodeId } from '../../node/core/ids.js';
import { after, DAY, type Instant } from '../../node/core/time.js';
import { STATEMENT_RULE, writeStatement } from '../../node/wire/codec.js';
import { about, CASE } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { testNode } from '../support/keys.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
  { name: 'supplier', role: 'vendor' },
];
const VENDORS: readonly NodeId[] = [testNode('vendor'), testNode('supplier')];

let world: CoreWorld;

beforeEach(() => {
  world = openCores(SEATS, { details: 'Details.', onward: 'own_vendors' });
  world.order('cert', { act: 'tell', to: VENDORS, replyBy: after(world.now, 7 * DAY) }, about());
  world.settle();
});

describe('a summary', () => {
  it('DIS-M1: has no field for details, in the type and on the wire', () => {
    const rule = made(STATEMENT_RULE.oneof?.members['caseSummary']);
    expect(JSON.stringify(rule)).not.toContain('details');
    expect(rule.kind === 'record' && Object.keys(rule.fields)).toEqual([
      'caseSummary',
      'replyByMs',
      'origin',
      'model',
      'originCard',
    ]);
  });

  it('DIS-M7, ENV-4: goes to each vendor in a statement of its own that names nobody else', () => {
    for (const name of ['vendor', 'supplier'] as const) {
      const heard = world.node(name).arrivals.filter(({ feed }) => feed.author === testNode('cert'));
      expect(heard.map(({ statement }) => [statement.recipient, statement.body.kind])).toEqual([
        [testNode(name), 'case_summary'],
      ]);
      const other = made(VENDORS.find((vendor) => vendor !== testNode(name)));
      for (const { statement } of heard)
        expect(Buffer.from(writeStatement(statement)).includes(other)).toBe(false);
      expect(world.node(name).state.cases.get(CASE)?.told.size).toBe(0);
    }
  });
});

describe('of two statements about one thing', () => {
  const stamped = (at: number, id: string) => ({
    stamp: { at: at as Instant, id: id as never },
    value: `${at} ${id}`,
  });

  it.each([
    ['the later one', stamped(1, 'b'), stamped(2, 'a'), '2 a'],
    ['of two of one time the one with the greater id', stamped(1, 'a'), stamped(1, 'b'), '1 b'],
  ])('STMT-M9: holds %s, whichever came first', (_, one, other, expected) => {
    expect(newest(newest(undefined, one), other).value).toBe(expected);
    expect(newest(newest(undefined, other), one).value).toBe(expected);
  });
});
