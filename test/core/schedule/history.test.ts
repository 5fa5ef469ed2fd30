/** The historic fixtures: facts that hold together, and what the solver makes of them. */
import { describe, expect, test } from 'vitest';
import { CENTRES, momentsIn, tallyArchive } from '../../../fixtures/make/history-archive.js';
import { readCases, readTables, verdictOn } from '../../../fixtures/make/history-cases.js';
import { dayOf, secondsOf, weekdayOf } from '../../../node/core/schedule/civil.js';
import { localTimeAt, zoneOf } from '../../../node/core/schedule/zone.js';

const FOLDER = new URL('../../../fixtures/history/', import.meta.url);
const tables = readTables(FOLDER);
const cases = readCases(FOLDER);
const verdict = (name: string) => {
  const held = cases.find((one) => one.name.startsWith(name));
  if (held === undefined) throw new Error(name);
  return verdictOn(held, tables);
};

describe('well-known cases', () => {
  test('there are at least ten, each with sources, ids and what is assumed', () => {
    expect(cases.length).toBeGreaterThanOrEqual(10);
    for (const one of cases) {
      expect(one.sources.length, one.name).toBeGreaterThan(0);
      expect(one.ids.length, one.name).toBeGreaterThan(0);
      expect(one.assumed.join(' '), one.name).toContain('ready dates');
    }
  });

  test.each(cases.map((one) => [one.name, one] as const))(
    '%s is solved, and its own day lies in its horizon',
    (_, held) => {
      const found = verdictOn(held, tables);
      expect(found.done).toBeDefined();
      expect(Math.abs(found.fromPublished)).toBeLessThanOrEqual(7);
      // The proposal is the best there is: what was done costs no less, or breaks something.
      if (found.waives.length === 0 && found.done?.violates.length === 0)
        expect(found.done.sum).toBeGreaterThanOrEqual(found.proposed.sum);
    },
  );

  test('a case that ended early ended before the proposal and broke what vendors needed', () => {
    const early = cases.filter(({ ended }) => ended.startsWith('early'));
    expect(early.length).toBeGreaterThan(0);
    for (const held of early) {
      const { fromPublished, done } = verdictOn(held, tables);
      expect(fromPublished, held.name).toBeLessThan(0);
      expect(done?.violates.map(({ constraint }) => constraint).join(' '), held.name).toContain('-ready');
    }
  });

  test('Heartbleed: the solver proposes the day that had been planned', () => {
    expect(verdict('Heartbleed')).toMatchObject({ fromPlanned: 0, fromPublished: -2 });
  });

  test('DNS 2008 and BlueBorne: the morning after the patch day, as the patch hour is night in Tokyo', () => {
    for (const name of ['DNS', 'BlueBorne']) {
      const { proposed, fromPublished, done } = verdict(name);
      expect([proposed.at.slice(11), fromPublished]).toEqual(['12:00:00Z', -1]);
      const there = done?.pays.find(({ party }) => party === 'JPCERT')?.cost ?? 0;
      const here = proposed.pays.find(({ party }) => party === 'JPCERT')?.cost ?? 0;
      expect(there).toBeGreaterThan(here);
    }
  });

  test('KRACK: the 45 days and the readiness of access points exclude each other; the embargo gives way', () => {
    expect(verdict('KRACK')).toMatchObject({
      waives: ['CERTCC-embargo'],
      proposed: { at: '2017-10-16T12:00:00Z' },
    });
  });
});

describe('the tables of those years', () => {
  test('US clocks changed in April until 2006 and in March from 2007 on', () => {
    const changes = tables.zones['America/New_York']?.transitions.map(({ at }) => at.slice(0, 7)) ?? [];
    expect(changes).toContain('2006-04');
    expect(changes).toContain('2007-03');
    expect(changes).not.toContain('2007-04');
  });

  test('dates ascend, no weekday is missing, and proclaimed days are there', () => {
    for (const calendar of Object.values(tables.holidays)) {
      expect([...calendar.dates]).toEqual([...new Set(calendar.dates)].toSorted());
    }
    expect(tables.holidays['GB']?.dates).toEqual(
      expect.arrayContaining(['2002-06-04', '2011-04-29', '2012-06-05', '2020-05-08']),
    );
    expect(tables.holidays['JP']?.dates).toEqual(
      expect.arrayContaining(['2019-05-01', '2019-10-22', '2020-07-23', '2021-07-22']),
    );
  });

  test('every published day is a working day somewhere: none of them is a Saturday or Sunday', () => {
    expect(cases.filter(({ published }) => weekdayOf(dayOf(published.date)) >= 5)).toEqual([]);
  });
});

describe('hours of an archive', () => {
  // Invented: a Friday afternoon in Pittsburgh, a holiday in London, a line without an instant, an instant before 2000.
  const LINES = ['2018-03-02T20:00:00Z', '2018-05-07T14:00:00Z', '', '1999-01-01T00:00:00Z'].map((at) =>
    JSON.stringify({ first_published_utc: at, title: 'never read' }),
  );

  test('counts night, weekend and holiday by the clock of each centre, and what cannot be counted', () => {
    const tally = tallyArchive(momentsIn(`${LINES.join('\n')}\n`), tables);
    expect([tally.notes, tally.left, tally.weeks]).toEqual([2, 2, 2]);
    expect(tally.published).toEqual([
      { centre: 'CERTCC', night: 0, weekend: 0, holiday: 0, none: 2 },
      // Saturday 05:00, and Monday 23:00.
      { centre: 'JPCERT', night: 2, weekend: 1, holiday: 0, none: 0 },
      { centre: 'UK', night: 0, weekend: 0, holiday: 1, none: 1 },
    ]);
    expect(tally.proposed.map(({ night, weekend, holiday }) => night + weekend + holiday)).toEqual([0, 0, 0]);
  });

  test('the three clocks are the right ones', () => {
    const at = secondsOf('2018-03-02T20:00:00Z');
    const shown = CENTRES.map(({ zone }) => {
      const table = tables.zones[zone];
      return table === undefined ? '' : localTimeAt(zoneOf(table), at).local.slice(11, 16);
    });
    expect(shown).toEqual(['15:00', '05:00', '20:00']);
  });
});
