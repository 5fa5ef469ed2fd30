import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerFor } from '../../../node/core/schedule/answer.js';
import { deadlineEnd, lastQuarterOf, quorumInstant } from '../../../node/core/schedule/bound.js';
import { workCalendarOf } from '../../../node/core/schedule/calendar.js';
import {
  DAY_SECONDS,
  dayOf,
  minuteOf,
  QUARTER_SECONDS,
  secondsOf,
  textOfDay,
  textOfSeconds,
} from '../../../node/core/schedule/civil.js';
import { noticeTimes } from '../../../node/core/schedule/notify.js';
import type {
  Calendar,
  Deadline,
  Named,
  Notice,
  QuorumVendor,
  Rule,
  Span,
  ZoneTable,
} from '../../../node/core/schedule/problem.js';
import { occurrencesOf } from '../../../node/core/schedule/rule.js';
import { instantOf, localDayAt, localTimeAt, type Zone, zoneOf } from '../../../node/core/schedule/zone.js';

const FOLDER = new URL('../../../fixtures/vectors/schedule/', import.meta.url);

interface Vector {
  readonly name: string;
  readonly problem?: object;
  readonly text?: string;
  readonly conversion?: Conversion;
  readonly expect: unknown;
}

type Conversion =
  | ({ readonly do: 'occurrences' } & Occurrences)
  | ({
      readonly do: 'occurrencesOnDates';
      readonly zone: string;
      readonly dates: readonly string[];
    } & Occurrences)
  | {
      readonly do: 'localToUtc';
      readonly zones: Named<ZoneTable>;
      readonly zone: string;
      readonly date: string;
      readonly time: string;
    }
  | {
      readonly do: 'deadline';
      readonly zones?: Named<ZoneTable>;
      readonly calendars?: Named<Calendar>;
      readonly deadline: Deadline;
    }
  | { readonly do: 'notice'; readonly at: string; readonly notice: Notice }
  | { readonly do: 'quorum'; readonly percent: number; readonly vendors: readonly QuorumVendor[] };

interface Occurrences extends Span {
  readonly rule: Rule;
  readonly zones: Named<ZoneTable>;
  readonly coverage: Span;
  readonly show?: readonly string[];
}

const vectors = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const vector = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Vector;
    return { file, ...vector };
  });

const titles = (kind: RegExp) =>
  vectors.filter(({ file }) => kind.test(file)).map((one) => [one.name, one] as const);

test('all sixty-one vectors are there', () => {
  expect(vectors.length).toBe(61);
});

describe('SCHED/1 vectors: problems', () => {
  test.each(titles(/^[SN]/))('%s: every member of the answer agrees', (_, vector) => {
    const answer = answerFor(JSON.stringify(vector.problem));
    expect(answer).toMatchObject(vector.expect as object);
    expect(Object.keys(answer).sort()).toEqual(Object.keys(vector.expect as object).sort());
    // Strict equality of the parts that are there: lists agree in length and order.
    expect(JSON.parse(JSON.stringify(answer))).toEqual(vector.expect);
  });
});

describe('SCHED/1 vectors: refused documents', () => {
  test.each(titles(/^E/))('%s: the code is listed', (_, vector) => {
    const answer = answerFor(vector.text ?? JSON.stringify(vector.problem));
    const wanted = vector.expect as { errors: readonly { code: string }[] };
    expect(answer.status).toBe('error');
    expect(answer.status === 'error' ? answer.errors.map(({ code }) => code) : []).toContain(
      wanted.errors[0]?.code,
    );
  });
});

describe('SCHED/1 vectors: conversions', () => {
  test.each(titles(/^T/))('%s', (_, vector) => {
    expect(vector.conversion).toBeDefined();
    if (vector.conversion) expect(convert(vector.conversion)).toEqual(vector.expect);
  });
});

function convert(conversion: Conversion): unknown {
  switch (conversion.do) {
    case 'occurrences':
      return shown(conversion, () => true);
    case 'occurrencesOnDates': {
      const zone = zoneNamed(conversion.zones)(conversion.zone);
      return shown({ show: [conversion.zone], ...conversion }, (at) =>
        conversion.dates.includes(textOfDay(localDayAt(zone, at))),
      );
    }
    case 'localToUtc': {
      const zone = zoneNamed(conversion.zones)(conversion.zone);
      const at = instantOf(zone, dayOf(conversion.date) * DAY_SECONDS + minuteOf(conversion.time) * 60);
      return { at: textOfSeconds(at), ...localTimeAt(zone, at) };
    }
    case 'deadline': {
      const calendars = conversion.calendars ?? {};
      const end = deadlineEnd(conversion.deadline, {
        zone: zoneNamed(conversion.zones ?? {}),
        calendar: (name) => workCalendarOf(calendars[name] as Calendar),
      });
      const lastSlot = textOfSeconds(lastQuarterOf(end) * QUARTER_SECONDS);
      return 'notAfter' in end
        ? { notAfter: textOfSeconds(end.notAfter), lastSlot }
        : { before: textOfSeconds(end.before), lastDay: textOfDay(end.lastDay), lastSlot };
    }
    case 'notice':
      return noticeTimes(conversion.notice, conversion.at);
    case 'quorum': {
      const at = quorumInstant(conversion.percent, conversion.vendors);
      return { notBefore: at === undefined ? null : textOfSeconds(at) };
    }
    default:
      throw new Error(`a vector asks for ${JSON.stringify(conversion)}`);
  }
}

function shown(asked: Occurrences, wanted: (at: number) => boolean): unknown {
  const zone = zoneNamed(asked.zones);
  const coverage = { from: secondsOf(asked.coverage.from), until: secondsOf(asked.coverage.until) };
  return occurrencesOf(asked.rule, zone, coverage)
    .filter((at) => at >= secondsOf(asked.from) && at < secondsOf(asked.until) && wanted(at))
    .map((at) => ({
      at: textOfSeconds(at),
      local: Object.fromEntries((asked.show ?? []).map((name) => [name, localTimeAt(zone(name), at)])),
    }));
}

function zoneNamed(zones: Named<ZoneTable>): (name: string) => Zone {
  return (name) => zoneOf(zones[name] as ZoneTable);
}
