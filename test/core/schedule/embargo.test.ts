/** SCHEDULING §5, §17: "45 days" in a centre's constraint is one instant, whichever way it is counted. */
import { describe, expect, test } from 'vitest';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { deadlineEnd } from '../../../node/core/schedule/bound.js';
import { workCalendarOf } from '../../../node/core/schedule/calendar.js';
import { textOfSeconds } from '../../../node/core/schedule/civil.js';
import { type EmbargoWish, embargoConstraint } from '../../../node/core/schedule/embargo.js';
import type { HardConstraint } from '../../../node/core/schedule/problem.js';
import { zoneOf } from '../../../node/core/schedule/zone.js';

const WIDE = { from: '2027-01-01T00:00:00Z', until: '2027-12-31T00:00:00Z' };

function made(zone: string, wish: EmbargoWish, covered = WIDE.from): HardConstraint | undefined {
  const table = zoneTransitions(zone, WIDE);
  if (!table.ok) throw new Error(table.fault.where);
  return embargoConstraint(wish, {
    ...{ party: 'c0', zone, calendar: 'office', days: HOLIDAYS.US.calendar, table: table.value },
    coverage: { from: covered, until: WIDE.until },
  });
}

/** The first instant that the constraint forbids. */
function ends(zone: string, constraint: HardConstraint | undefined): string {
  const table = zoneTransitions(zone, WIDE);
  if (!table.ok || constraint === undefined) throw new Error('none');
  if (constraint.kind === 'before') return `before ${constraint.at}`;
  if (constraint.kind !== 'deadline') throw new Error(constraint.kind);
  const end = deadlineEnd(constraint, {
    zone: () => zoneOf(table.value),
    calendar: () => workCalendarOf(HOLIDAYS.US.calendar),
  });
  return 'before' in end ? `before ${textOfSeconds(end.before)}` : `not after ${textOfSeconds(end.notAfter)}`;
}

const FROM = '2027-01-29T23:30:00Z';
const DAYS = { length: { days: 45 }, from: FROM, roll: 'none' } as const;

describe('SCHEDULING §17: three ends of 45 days', () => {
  test.each([
    ['America/New_York', 'elapsed', 'not after 2027-03-15T23:30:00Z'],
    ['America/New_York', 'civil', 'before 2027-03-16T04:00:00Z'],
    ['Asia/Tokyo', 'civil', 'before 2027-03-16T15:00:00Z'],
  ] as const)('in %s, %s: %s', (zone, count, end) => {
    expect(ends(zone, made(zone, { ...DAYS, count }))).toBe(end);
    // Counted before the coverage begins it is the same bound.
    expect(ends(zone, made(zone, { ...DAYS, count }, '2027-02-10T00:00:00Z'))).toBe(end);
  });

  test('a roll goes by the calendar of the office: 15 February 2027 is a holiday there', () => {
    const wish = { length: { days: 14 }, from: '2027-02-01T15:00:00Z', count: 'civil' } as const;
    const end = (roll: EmbargoWish['roll']) =>
      ends('America/New_York', made('America/New_York', { ...wish, roll }));
    expect(end('none')).toBe('before 2027-02-16T05:00:00Z');
    expect(end('next')).toBe('before 2027-02-17T05:00:00Z');
    expect(end('previous')).toBe('before 2027-02-13T05:00:00Z');
  });

  test('it is named after its party, has a price, and no cite', () => {
    expect(made('America/New_York', { ...DAYS, count: 'civil' })).toEqual({
      ...{ id: 'c0.embargo', kind: 'deadline', party: 'c0', relax: 40, count: 'civil' },
      ...{ from: FROM, days: 45, zone: 'America/New_York', roll: 'none' },
    });
  });

  test.each([
    ['months', { months: 6 }, 'elapsed'],
    ['hours', { minutes: 1_440 }, 'civil'],
  ] as const)('%s are not counted %s', (_, length, count) => {
    expect(made('America/New_York', { ...DAYS, length, count })).toBeUndefined();
  });
});
