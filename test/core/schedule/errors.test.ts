import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../node/core/bytes.js';
import { answerFor } from '../../../node/core/schedule/answer.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { sample } from './sample.js';

type Faulty = readonly [code: string, fault: string, spoil: (document: Loose) => void];

/** A document to be spoilt: what it holds is anybody's guess from then on. */
// biome-ignore lint/suspicious/noExplicitAny: the table writes what no type allows.
type Loose = any;

const chars = (count: number): string => 'x'.repeat(count);
const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

const TABLE: readonly Faulty[] = [
  ['E_SPEC', 'spec absent', (d) => delete d.spec],
  ['E_SPEC', 'another spec', (d) => (d.spec = 'SCHED/2')],
  ['E_SPEC', 'spec is a number', (d) => (d.spec = 1)],

  ['E_FIELD', 'member missing at the top', (d) => delete d.tzdb],
  ['E_FIELD', 'unknown member at the top', (d) => (d.extra = 1)],
  ['E_FIELD', 'member of a prototype name', (d) => (d.constructor = 1)],
  ['E_FIELD', 'cite where only note may be', (d) => (d.cite = 'x')],
  ['E_FIELD', 'note inside a band', (d) => (d.tables['staff-1'].bands[0].note = 'x')],
  ['E_FIELD', 'note inside a zone', (d) => (d.zones['Asia/Tokyo'].note = 'x')],
  ['E_FIELD', 'overrun of a window', (d) => (d.hard[8].overrunPerDay = 1)],
  ['E_FIELD', 'no length of an elapsed deadline', (d) => delete d.hard[3].days],
  ['E_FIELD', 'two lengths of an elapsed deadline', (d) => (d.hard[3].minutes = 5)],
  ['E_FIELD', 'months of an elapsed deadline', (d) => (d.hard[3].months = 5)],
  ['E_FIELD', 'zone of an elapsed deadline', (d) => (d.hard[3].zone = 'Asia/Tokyo')],
  ['E_FIELD', 'minutes of a civil deadline', (d) => (d.hard[4].minutes = 5)],
  ['E_FIELD', 'two lengths of a civil deadline', (d) => (d.hard[4].months = 5)],
  ['E_FIELD', 'roll without calendar', (d) => delete d.hard[4].calendar],
  ['E_FIELD', 'calendar without roll', (d) => (d.hard[4].roll = 'none')],
  ['E_FIELD', 'count missing', (d) => delete d.hard[4].count],
  ['E_FIELD', 'kind missing', (d) => delete d.hard[0].kind],
  ['E_FIELD', 'a blackout without periods', (d) => delete d.hard[8].intervals],
  ['E_FIELD', 'an avoid without periods', (d) => delete d.parties[0].soft[2].dates],
  ['E_FIELD', 'an empty notice', (d) => (d.parties[1].notice = {})],
  ['E_FIELD', 'a member of another kind', (d) => (d.rules.weekly.parts[0].day = 3)],

  ['E_TYPE', 'a number as a string', (d) => (d.revision = '0')],
  ['E_TYPE', 'a fraction', (d) => (d.revision = 0.5)],
  ['E_TYPE', 'a list for an object', (d) => (d.zones = [])],
  ['E_TYPE', 'null for an object', (d) => (d.coverage = null)],
  ['E_TYPE', 'an object for a list', (d) => (d.parties = {})],
  ['E_TYPE', 'a number for a truth', (d) => (d.parties[0].fair = 1)],
  ['E_TYPE', 'a number for an instant', (d) => (d.preparedAt = 0)],
  ['E_TYPE', 'a fraction of an offset', (d) => (d.zones['Asia/Tokyo'].initialOffsetMinutes = 0.5)],
  ['E_TYPE', 'a number for a reference', (d) => (d.hard[0].party = 7)],
  ['E_TYPE', 'a truth for a price', (d) => (d.hard[0].relax = true)],
  ['E_TYPE', 'a number for a kind', (d) => (d.hard[0].kind = 3)],
  ['E_TYPE', 'a deep list for a note', (d) => (d.note = [[[1]]])],

  ['E_VALUE', 'number out of range', (d) => (d.revision = 1_000_000)],
  ['E_VALUE', 'weight 0', (d) => (d.parties[0].weight = 0)],
  ['E_VALUE', 'an instant with a fraction', (d) => (d.preparedAt = '2027-03-26T09:00:00.0Z')],
  ['E_VALUE', 'an instant with an offset', (d) => (d.preparedAt = '2027-03-26T09:00:00+00:00')],
  ['E_VALUE', 'a leap second', (d) => (d.preparedAt = '2027-03-26T09:00:60Z')],
  ['E_VALUE', 'an instant of the last century', (d) => (d.preparedAt = '1999-12-31T23:59:59Z')],
  ['E_VALUE', 'an instant of the next century', (d) => (d.preparedAt = '2100-01-01T00:00:00Z')],
  ['E_VALUE', 'a date that does not exist', (d) => (d.rules.listed.parts[0].dates = ['2027-02-29'])],
  ['E_VALUE', 'a time of 24:00 where none may be', (d) => (d.rules.weekly.parts[0].time = '24:00')],
  ['E_VALUE', 'a release of another form', (d) => (d.tzdb = '2026')],
  ['E_VALUE', 'an objective that is none', (d) => (d.objective = 'fair')],
  ['E_VALUE', 'an id with a space', (d) => (d.case = 'a b')],
  ['E_VALUE', 'an id that is too long', (d) => (d.case = chars(65))],
  ['E_VALUE', 'a table name that is no id', (d) => (d.tables['-x'] = d.tables['lead-1'])],
  ['E_VALUE', 'a role that is none', (d) => (d.parties[0].role = 'queen')],
  ['E_VALUE', 'a kind of constraint that is none', (d) => (d.hard[0].kind = 'soon')],
  ['E_VALUE', 'a kind of cost that is none', (d) => (d.parties[0].soft[0].kind = 'toString')],
  ['E_VALUE', 'a kind of rule that is none', (d) => (d.rules.weekly.parts[0].kind = 'daily')],
  ['E_VALUE', 'a weekday that is none', (d) => (d.rules.nth.parts[0].weekday = 'MI')],
  ['E_VALUE', 'ordinal 0', (d) => (d.rules.nth.parts[0].ordinals = [0, 1])],
  ['E_VALUE', 'ordinal 6', (d) => (d.rules.nth.parts[0].ordinals = [6])],
  ['E_VALUE', 'a day of the month after 28', (d) => (d.rules.nearest.parts[0].day = 29)],
  ['E_VALUE', 'a price that is a word', (d) => (d.hard[0].relax = 'always')],
  ['E_VALUE', 'the first band after midnight', (d) => d.tables['staff-1'].bands.shift()],
  ['E_VALUE', 'the first cycle tier above 0', (d) => d.tables['cycle-1'].tiers.shift()],
  ['E_VALUE', 'the first lead tier at 0', (d) => (d.tables['lead-1'].tiers[0].underMinutes = 0)],
  [
    'E_VALUE',
    'a calendar date outside its years',
    (d) => (d.calendars.JP.dates = ['2026-12-31', '2027-04-29']),
  ],
  ['E_VALUE', 'stay at an instant off the grid', (d) => (d.parties[0].soft[6].at = '2027-04-14T00:01:00Z')],
  ['E_VALUE', 'a quorum of more than all', (d) => (d.hard[7].percent = 101)],

  ['E_ORDER', 'dates', (d) => d.calendars.JP.dates.reverse()],
  ['E_ORDER', 'a date twice', (d) => (d.calendars.JP.dates = ['2027-04-29', '2027-04-29'])],
  ['E_ORDER', 'weekdays', (d) => (d.calendars.JP.weekend = ['SU', 'SA'])],
  ['E_ORDER', 'months', (d) => (d.rules.nth.parts[0].months = [4, 1])],
  ['E_ORDER', 'ordinals', (d) => (d.rules.nth.parts[0].ordinals = [2, -1])],
  ['E_ORDER', 'tiers', (d) => (d.tables['cycle-1'].tiers[1].fromMinutes = 0)],
  ['E_ORDER', 'bands', (d) => (d.tables['staff-1'].bands[2].from = '08:00')],
  ['E_ORDER', 'transitions', (d) => d.zones['America/Los_Angeles'].transitions.reverse()],
  ['E_ORDER', 'intervals', (d) => d.hard[8].intervals.reverse()],
  ['E_ORDER', 'dates of periods', (d) => d.parties[0].soft[2].dates.reverse()],
  ['E_ORDER', 'days of a window', (d) => (d.hard[9].windows[0].days = ['TU', 'MO'])],

  ['E_DUPLICATE', 'parties', (d) => (d.parties[1].id = d.parties[0].id)],
  ['E_DUPLICATE', 'constraints', (d) => (d.hard[1].id = d.hard[0].id)],
  ['E_DUPLICATE', 'soft costs of a party', (d) => (d.parties[0].soft[1].id = d.parties[0].soft[0].id)],
  ['E_DUPLICATE', 'vendors of a quorum', (d) => (d.hard[7].vendors[1].id = d.hard[7].vendors[0].id)],

  ['E_REF', 'zone', (d) => (d.parties[0].zone = 'Europe/Paris')],
  ['E_REF', 'zone of a prototype name', (d) => (d.parties[0].zone = 'toString')],
  ['E_REF', 'calendar', (d) => (d.hard[6].calendar = 'FR')],
  ['E_REF', 'rule', (d) => (d.hard[10].rule = 'none')],
  ['E_REF', 'party', (d) => (d.hard[0].party = 'nobody')],
  ['E_REF', 'table', (d) => (d.parties[0].soft[0].table = 'staff-9')],
  ['E_REF', 'table of the wrong kind', (d) => (d.parties[0].soft[0].table = 'cycle-1')],

  [
    'E_INTERVAL',
    'an interval that ends before it starts',
    (d) => (d.hard[8].intervals[0].until = '2027-04-01T00:00:00Z'),
  ],
  ['E_INTERVAL', 'an empty interval', (d) => (d.hard[8].intervals[0].until = d.hard[8].intervals[0].from)],
  ['E_INTERVAL', 'dates reversed', (d) => (d.parties[0].soft[2].dates[0].to = '2027-04-01')],
  ['E_INTERVAL', 'an empty window', (d) => (d.hard[9].windows[0].to = d.hard[9].windows[0].from)],
  ['E_INTERVAL', 'coverage reversed', (d) => (d.coverage.until = d.coverage.from)],
  [
    'E_INTERVAL',
    'calendar reversed',
    (d) => Object.assign(d.calendars.JP, { from: '2028-01-01', dates: [] }),
  ],
  [
    'E_INTERVAL',
    'validity reversed',
    (d) => Object.assign(d.rules.nth.parts[0], { validFrom: '2027-02-01', validTo: '2027-01-01' }),
  ],
  ['E_INTERVAL', 'notice reversed', (d) => (d.parties[1].notice = { atLeastMinutes: 2, atMostMinutes: 1 })],
  ['E_INTERVAL', 'no neighbourhood of an onCycle', (d) => (d.hard[10].afterMinutes = 0)],
  ['E_INTERVAL', 'no neighbourhood of an avoidCycle', (d) => (d.parties[0].soft[3].afterMinutes = 0)],

  ['E_HORIZON', 'off the grid', (d) => (d.horizon.start = '2027-04-05T00:01:00Z')],
  ['E_HORIZON', 'empty', (d) => (d.horizon.end = d.horizon.start)],
  ['E_HORIZON', 'reversed', (d) => ([d.horizon.start, d.horizon.end] = [d.horizon.end, d.horizon.start])],
  [
    'E_HORIZON',
    'over 733 days',
    (d) => {
      d.horizon.end = '2029-04-08T00:00:00Z';
      d.coverage.until = '2029-06-20T00:00:00Z';
      for (const one of Object.values(d.calendars) as Loose[]) one.until = '2029-12-31';
    },
  ],

  ['E_COVERAGE', 'less than 40 days before the horizon', (d) => (d.horizon.start = '2027-03-31T00:00:00Z')],
  ['E_COVERAGE', 'less than 40 days after the horizon', (d) => (d.horizon.end = '2027-05-11T00:15:00Z')],
  ['E_COVERAGE', 'a calendar that starts too late', (d) => (d.calendars.JP.from = '2027-02-20')],
  ['E_COVERAGE', 'a calendar that ends too early', (d) => (d.calendars.JP.until = '2027-06-20')],
  ['E_COVERAGE', 'ready of a cycle', (d) => (d.parties[0].soft[1].ready = '2027-02-19T23:59:59Z')],
  ['E_COVERAGE', 'ready of an onCycle', (d) => (d.hard[10].ready = '2027-02-19T23:59:59Z')],
  ['E_COVERAGE', 'start of a civil deadline', (d) => (d.hard[4].from = '2027-02-19T23:59:59Z')],
  ['E_COVERAGE', 'start of a lead in working days', (d) => (d.hard[6].from = '2027-06-20T00:00:00Z')],

  [
    'E_ZONE',
    'an abbreviation as a name',
    (d) => (d.zones.EST = { initialOffsetMinutes: -300, transitions: [] }),
  ],
  ['E_ZONE', 'an offset too wide', (d) => (d.zones['Asia/Tokyo'].initialOffsetMinutes = 855)],
  ['E_ZONE', 'an offset off the grid', (d) => (d.zones['Asia/Tokyo'].initialOffsetMinutes = 541)],
  [
    'E_ZONE',
    'a transition that changes nothing',
    (d) => (d.zones['America/Los_Angeles'].transitions[0].offsetMinutes = -480),
  ],
  [
    'E_ZONE',
    'a transition within a minute',
    (d) => (d.zones['America/Los_Angeles'].transitions[0].at = '2027-03-14T10:00:30Z'),
  ],
  [
    'E_ZONE',
    'a transition at the edge of the coverage',
    (d) => (d.zones['America/Los_Angeles'].transitions[0].at = d.coverage.from),
  ],
  [
    'E_ZONE',
    'transitions within 48 hours',
    (d) => (d.zones['America/Los_Angeles'].transitions[1].at = '2027-03-16T09:59:00Z'),
  ],
  [
    'E_ZONE',
    'too many transitions',
    (d) =>
      (d.zones['Asia/Tokyo'].transitions = many(401, (at) => ({
        at: '2027-03-01T00:00:00Z',
        offsetMinutes: at % 2 ? 540 : 600,
      }))),
  ],

  ['E_LIMIT', 'no parties', (d) => Object.assign(d, { parties: [], hard: [] })],
  [
    'E_LIMIT',
    'too many soft costs',
    (d) =>
      (d.parties[2].soft = many(17, (at) => ({
        id: `s${at}`,
        kind: 'delay',
        from: '2027-04-05T00:00:00Z',
        perDay: 1,
        cap: 1,
      }))),
  ],
  [
    'E_LIMIT',
    'too many fair parties',
    (d) =>
      d.parties.push(
        ...many(127, (at) => ({ id: `f${at}`, role: 'other', weight: 1, fair: true, soft: [] })),
      ),
  ],
  [
    'E_LIMIT',
    'too many zones',
    (d) => many(126, (at) => (d.zones[`Etc/Z${at}`] = { initialOffsetMinutes: 0, transitions: [] })),
  ],
  ['E_LIMIT', 'too many tables', (d) => many(14, (at) => (d.tables[`t${at}`] = d.tables['lead-1']))],
  [
    'E_LIMIT',
    'no bands',
    (d) => Object.assign(d.tables, { spare: { kind: 'staff', bands: [], eve: 0, off: 0 } }),
  ],
  ['E_LIMIT', 'no parts', (d) => (d.rules.spare = { parts: [] })],
  ['E_LIMIT', 'no intervals', (d) => (d.hard[8].intervals = [])],
  [
    'E_LIMIT',
    'a week without working days',
    (d) => (d.calendars.JP.weekend = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']),
  ],
  ['E_LIMIT', 'a window without days', (d) => (d.hard[9].windows[0].days = [])],
  ['E_LIMIT', 'a note that is too long', (d) => (d.note = chars(2_001))],
  ['E_LIMIT', 'a cite that is too long', (d) => (d.hard[0].cite = chars(501))],

  ['E_BUDGET', 'who asks for more than 1000', (d) => (d.parties[0].soft[2].cost = 1_000)],

  [
    'E_RANGE',
    'overruns that may reach 2^31',
    (d) =>
      d.hard.push(
        ...many(3_200, (at) => ({
          id: `far${at}`,
          kind: 'notBefore',
          party: 'MS',
          relax: 1,
          overrunPerDay: 1_000,
          at: '2029-03-01T00:00:00Z',
        })),
      ),
  ],
  ['E_JSON', 'a lone surrogate', (d) => (d.note = '\ud800')],
];

describe('§12: a document with one fault gets its code', () => {
  test('the document they are made from is right', () => {
    expect(readProblem(JSON.stringify(sample()))).toMatchObject({ ok: true });
  });

  test.each(TABLE)('%s: %s', (code, _, spoil) => {
    const document = sample();
    spoil(document);
    const answer = answerFor(JSON.stringify(document));
    expect(answer.status).toBe('error');
    const codes = answer.status === 'error' ? answer.errors.map((error) => error.code) : [];
    expect(codes).toContain(code);
  });

  const right = JSON.stringify(sample());
  test.each([
    ['E_JSON', 'not JSON', '{'],
    ['E_JSON', 'empty', ''],
    ['E_JSON', 'a list at the top', '[]'],
    ['E_JSON', 'text after the end', `${right} x`],
    ['E_JSON', 'a byte order mark', `\ufeff${right}`],
    ['E_JSON', 'a byte order mark in bytes', utf8(`\ufeff${right}`)],
    ['E_JSON', 'not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['E_JSON', 'a member twice', right.replace('"revision":', '"revision":1,"revision":')],
    [
      'E_JSON',
      'a member twice, spelt differently',
      right.replace('"revision":', '"revisio\\u006e":1,"revision":'),
    ],
    ['E_JSON', 'a lone surrogate by escape', right.replace('"revision":', '"note":"\\udc00","revision":')],
    ['E_FIELD', 'a member named __proto__', right.replace('"revision":', '"__proto__":{},"revision":')],
    ['E_VALUE', 'a number beyond a double', right.replace('"revision":0', '"revision":1e999')],
  ])('%s: %s', (code, _, text) => {
    const answer = answerFor(text);
    expect(answer.status === 'error' ? answer.errors.map((error) => error.code) : []).toContain(code);
  });

  test('every code of §12 has a document above', () => {
    const spec = readFileSync(new URL('../../../node/core/schedule/problem.ts', import.meta.url), 'utf8');
    const codes = [...spec.matchAll(/'(E_[A-Z]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBe(15);
    const tested = new Set<string | undefined>(TABLE.map(([code]) => code));
    expect(codes.filter((code) => !tested.has(code))).toEqual([]);
  });

  test('§3.1: numbers are read by value, whatever their spelling', () => {
    const plain = answerFor(right);
    const odd = answerFor(
      right.replace('"revision":0', '"revision":0.0').replace('"weight":10', '"weight":1e1'),
    );
    expect(odd).toEqual(plain);
    expect(plain.status).not.toBe('error');
  });
});
