/** What a vendor sees of an instant: how it suits its own wish, and nothing of anybody else's (DESIGN §6). */
import { describe, expect, test } from 'vitest';
import { CYCLES, TABLES_1 } from '../../../adapters/calendar/cycles.js';
import { ZONE_RELEASE } from '../../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { canonical } from '../../../node/core/canonical.js';
import { type Fragment, readFragment } from '../../../node/core/schedule/merge.js';
import { judgeWish } from '../../../node/core/schedule/own-wish.js';
import type { ZoneTable } from '../../../node/core/schedule/problem.js';
import { coverageFor, type VendorWish, vendorFragment } from '../../../node/core/schedule/wishes.js';
import { after, DAY, type Instant, readInstant } from '../../../node/core/time.js';
import { testNode } from '../../support/keys.js';

const at = (text: string): Instant => readInstant(text) as Instant;
const NOW = at('2027-03-01T09:00:00Z');
const coverage = coverageFor(NOW, after(NOW, 700 * DAY));

function zone(name: string): ZoneTable {
  const read = zoneTransitions(name, coverage);
  if (!read.ok) throw new Error(name);
  return read.value;
}

function wish(differs: Partial<VendorWish>): Fragment {
  const whole = { readyAt: undefined, cycle: undefined, cycleZones: {}, blackouts: [], ...differs };
  const ground = { tzdb: ZONE_RELEASE, coverage, zone: { name: 'Asia/Tokyo', table: zone('Asia/Tokyo') } };
  const read = readFragment(canonical(vendorFragment(whole, ground)));
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
}

const judged = (fragment: Fragment, when: string, now = NOW) =>
  judgeWish(fragment, testNode('vendor'), at(when), now, TABLES_1);

const PATCH_DAY: Partial<VendorWish> = {
  cycle: CYCLES['microsoft'],
  cycleZones: { 'America/Los_Angeles': zone('America/Los_Angeles') },
};

describe('an instant beside one’s own wish', () => {
  test.each([
    ['ready before', { readyAt: at('2027-04-10T00:00:00Z') }, '2027-04-15T10:15:00Z', true],
    ['ready at that very moment', { readyAt: at('2027-04-15T10:15:00Z') }, '2027-04-15T10:15:00Z', true],
    ['not ready yet', { readyAt: at('2027-04-15T10:30:00Z') }, '2027-04-15T10:15:00Z', false],
    [
      'closed then',
      { blackouts: [{ from: at('2027-04-15T00:00:00Z'), until: at('2027-04-16T00:00:00Z') }] },
      '2027-04-15T10:15:00Z',
      false,
    ],
    ['on the patch day', { ...PATCH_DAY, onPatchDay: true }, '2027-04-13T17:00:00Z', true],
    ['on another day', { ...PATCH_DAY, onPatchDay: true }, '2027-04-15T10:15:00Z', false],
  ] as const)('%s', (_, differs, when, suits) => {
    const verdict = judged(wish(differs), when);
    expect(verdict).toMatchObject({ ok: true, value: { suits } });
    const lines = verdict.ok ? verdict.value.lines : [];
    expect(lines.filter((line) => line.startsWith('not kept: '))).toHaveLength(suits ? 0 : 1);
  });

  test('beside a patch day it costs what the tables say, with the reason; on it nothing', () => {
    const late = judged(wish(PATCH_DAY), '2027-04-15T10:15:00Z');
    expect(late).toMatchObject({ ok: true, value: { suits: true, cost: expect.any(Number) } });
    if (!late.ok) return;
    expect(late.value.cost).toBeGreaterThan(0);
    expect(late.value.lines).toEqual([expect.stringMatching(/^1 d 17 h 15 min after its own patch day \(/)]);
    expect(judged(wish(PATCH_DAY), '2027-04-13T17:00:00Z')).toMatchObject({
      ok: true,
      value: { cost: 0, lines: [] },
    });
  });

  test('an instant that has passed is judged as well, and one beyond the wish is refused by name', () => {
    const ready = wish({ readyAt: at('2027-04-10T00:00:00Z') });
    const passed = judged(ready, '2027-04-15T10:15:00Z', at('2027-06-01T00:00:00Z'));
    expect(passed).toMatchObject({ ok: true, value: { suits: true } });
    expect(judged(ready, '2031-01-01T00:00:00Z')).toMatchObject({
      ok: false,
      fault: { code: 'CONSTRAINT_INVALID' },
    });
  });
});
