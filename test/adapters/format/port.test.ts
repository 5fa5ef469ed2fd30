import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeCsaf } from '../../../adapters/format/csaf/write.js';
import type { ReadFormat, WriteFormat, Written } from '../../../adapters/format/format.js';
import { type Appointment, writeAppointment } from '../../../adapters/format/icalendar/write.js';
import { readImport } from '../../../adapters/format/read-import.js';
import type { Advisory } from '../../../node/core/advisory.js';
import type { ImportedCase } from '../../../node/core/case/imported.js';
import { MEANINGS, type Outcome } from '../../../node/core/fault.js';
import { ADVISORY, at, SMALLEST, WITH_CANARIES } from './samples.js';

// What every writer and reader of the Format port has in common (FORMATS §0). A new format adds a row here.

const writeAdvisory: WriteFormat<Advisory, { readonly lang?: string }> = writeCsaf;
const writeEvent: WriteFormat<Appointment, undefined> = (model) => writeAppointment(model);
const readCases: ReadFormat<readonly ImportedCase[]> = (text) => {
  const read = readImport(text);
  return read.ok ? { ok: true, value: { value: read.value.cases, losses: read.value.report } } : read;
};

const APPOINTMENT: Appointment = {
  uid: '3f0c2a9e-6d1b-4f57-9a80-1be2c47d5a11',
  node: 'node.example',
  sequence: 0,
  publicId: 'VU#000007',
  standing: 'proposed',
  at: at('2027-04-14T00:00:00Z'),
  stampedAt: at('2027-03-26T09:00:00Z'),
};

const WRITERS: readonly (readonly [string, () => Outcome<Written>])[] = [
  ['CSAF', () => writeAdvisory(ADVISORY, {})],
  ['CSAF, translated', () => writeAdvisory(ADVISORY, { lang: 'ja' })],
  ['CSAF, the smallest', () => writeAdvisory(SMALLEST, {})],
  ['CSAF, with private fields', () => writeAdvisory(WITH_CANARIES, {})],
  ['iCalendar', () => writeEvent(APPOINTMENT, undefined)],
];

describe('FORMATS §0: every writer', () => {
  test.each(WRITERS)(
    '%s: the same bytes each time, a safe name, losses with place and reason',
    (_name, write) => {
      const first = write();
      if (!first.ok) throw new Error(first.fault.code);
      expect(write()).toEqual(first);
      const { text, fileName, mediaType, losses } = first.value;
      expect(text.length).toBeGreaterThan(0);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(fileName).toMatch(/^[a-z0-9_+-]+\.[a-z]+$/);
      expect(mediaType).toMatch(/^[a-z]+\/[a-z+]+/);
      for (const { path, what, why } of losses) {
        expect(path).not.toBe('');
        expect(what).toMatch(/^[a-z0-9_]+$/);
        expect(why).toMatch(/^[A-Z].*\.$/s);
      }
    },
  );
});

describe('FORMATS §12: every reader', () => {
  test('any text at all gives a value or a named refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const outcome = readCases(text);
        if (outcome.ok) expect(Array.isArray(outcome.value.losses)).toBe(true);
        else expect(Object.keys(MEANINGS)).toContain(outcome.fault.code);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
