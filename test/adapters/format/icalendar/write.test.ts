import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { fold } from '../../../../adapters/format/icalendar/fold.js';
import { type Appointment, writeAppointment } from '../../../../adapters/format/icalendar/write.js';
import type { Hash } from '../../../../node/core/bytes.js';
import { HOUR, MINUTE } from '../../../../node/core/time.js';
import { at } from '../samples.js';

const SETTLED: Appointment = {
  uid: '3f0c2a9e-6d1b-4f57-9a80-1be2c47d5a11',
  node: 'node.example',
  sequence: 0,
  publicId: 'VU#000007',
  standing: 'in_force',
  at: at('2027-04-14T00:00:00Z'),
  stampedAt: at('2027-03-26T09:00:00Z'),
  organizer: 'coord@certcc.example',
  attendee: { mail: 'vh@jpcert.example', answer: 'accepted' },
  inputHash: '1682101ac75af1dc2171125eb22d86ec8f2c61d45f9ea46dfb104febd43ef26d' as Hash,
  tzdb: '2026c',
  freeze: 72 * HOUR,
};

function text(appointment: Appointment): string {
  const outcome = writeAppointment(appointment);
  if (!outcome.ok) throw new Error(`${outcome.fault.code} ${outcome.fault.where}`);
  return outcome.value.text;
}

function event(appointment: Appointment): {
  property: (name: string) => unknown;
  method: unknown;
  alarms: number;
} {
  const calendar = new ICAL.Component(ICAL.parse(text(appointment)));
  const inner = calendar.getFirstSubcomponent('vevent');
  if (!inner) throw new Error('no event');
  return {
    property: (name) => inner.getFirstPropertyValue(name)?.toString(),
    method: calendar.getFirstPropertyValue('method'),
    alarms: inner.getAllSubcomponents('valarm').length,
  };
}

test('SCHEDULING §13: the document of the text, byte for byte', () => {
  expect(text(SETTLED)).toBe(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Isochron//SCHED-1//EN',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      'UID:3f0c2a9e-6d1b-4f57-9a80-1be2c47d5a11@node.example',
      'SEQUENCE:0',
      'DTSTAMP:20270326T090000Z',
      'DTSTART:20270414T000000Z',
      'SUMMARY:VU#000007 embargo expiration',
      'STATUS:CONFIRMED',
      'CLASS:CONFIDENTIAL',
      'TRANSP:TRANSPARENT',
      'CATEGORIES:EMBARGO',
      'ORGANIZER:mailto:coord@certcc.example',
      'ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:vh@jpcert.',
      ' example',
      'X-ISOCHRON-INPUT-SHA256:1682101ac75af1dc2171125eb22d86ec8f2c61d45f9ea46dfb1',
      ' 04febd43ef26d',
      'X-ISOCHRON-TZDB:2026c',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Freeze window starts',
      'TRIGGER:-PT72H',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  );
});

describe('SCHEDULING §13: a foreign parser reads what we meant', () => {
  test.each([
    ['proposed', 'TENTATIVE', 'REQUEST', 1],
    ['in_force', 'CONFIRMED', 'REQUEST', 1],
    ['ended', 'CANCELLED', 'CANCEL', 0],
  ] as const)('%s is %s', (standing, status, method, alarms) => {
    const read = event({ ...SETTLED, standing, sequence: 3 });
    expect(read.method).toBe(method);
    expect(read.property('status')).toBe(status);
    expect(read.property('sequence')).toBe('3');
    expect(read.property('dtstart')).toBe('2027-04-14T00:00:00Z');
    expect(read.property('uid')).toBe('3f0c2a9e-6d1b-4f57-9a80-1be2c47d5a11@node.example');
    expect(read.property('dtend')).toBeUndefined();
    expect(read.property('description')).toBeUndefined();
    expect(read.alarms).toBe(alarms);
  });

  test('a move keeps the UID and raises SEQUENCE', () => {
    const moved = event({ ...SETTLED, sequence: 1, at: at('2027-04-21T12:00:00.900Z') });
    expect(moved.property('uid')).toBe(event(SETTLED).property('uid'));
    expect(moved.property('dtstart')).toBe('2027-04-21T12:00:00Z');
  });

  test('an exercise says so, and the least there is still parses', () => {
    const { organizer: _o, attendee: _a, inputHash: _i, tzdb: _t, freeze: _f, ...least } = SETTLED;
    expect(event({ ...least, drill: true }).property('summary')).toBe('DRILL: VU#000007 embargo expiration');
  });

  test.each([
    [90 * MINUTE, '-PT1H30M'],
    [72 * HOUR, '-PT72H'],
    [30 * MINUTE, '-PT30M'],
    [0, '-PT0M'],
  ])('an alarm %i ms before is TRIGGER:%s', (freeze, trigger) => {
    expect(text({ ...SETTLED, freeze })).toContain(`TRIGGER:${trigger}\r\n`);
  });
});

test('SCHEDULING §13: a text that could open another line or carry a title is refused', () => {
  const bad: readonly (readonly [string, Partial<Appointment>])[] = [
    ['uid', { uid: 'case-17' }],
    ['node', { node: 'a\r\nATTENDEE:mailto:x@y.example' }],
    ['sequence', { sequence: -1 }],
    ['publicId', { publicId: 'VU#7 buffer overflow in Gate' }],
    ['publicId', { publicId: '' }],
    ['organizer', { organizer: 'x@y.example\r\nDESCRIPTION:z' }],
    ['attendee', { attendee: { mail: 'nobody', answer: 'none' } }],
    ['tzdb', { tzdb: '2026c\n' }],
    ['freeze', { freeze: 1 }],
  ];
  for (const [where, change] of bad) {
    const outcome = writeAppointment({ ...SETTLED, ...change });
    expect(outcome).toEqual({ ok: false, fault: { code: 'FORMAT_CONTRADICTION', where } });
  }
});

test('RFC 5545 §3.1: folded lines have at most 75 octets, no broken character, and unfold to the line', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }).map((line) => line.replace(/[\r\n]/g, '')),
      (line) => {
        const folded = fold(line);
        expect(folded.replaceAll('\r\n ', '')).toBe(line);
        for (const piece of folded.split('\r\n')) {
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(75);
          expect(piece).not.toContain('\ufffd');
        }
      },
    ),
    { seed: 13 },
  );
});
