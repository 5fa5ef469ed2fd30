import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import {
  appointmentsOf,
  type ProposedEvent,
  type SettlementCalendar,
  settledUid,
} from '../../../../adapters/format/icalendar/settlement.js';
import { writeAppointment } from '../../../../adapters/format/icalendar/write.js';
import type { CaseId } from '../../../../node/core/ids.js';
import { HOUR } from '../../../../node/core/time.js';
import { at } from '../samples.js';

const CASE = 'f3a1c2' as CaseId;
const T0 = at('2027-04-14T00:00:00Z');
const T1 = at('2027-04-21T12:00:00Z');

const CALM: SettlementCalendar = {
  caseId: CASE,
  at: T0,
  epoch: 0,
  ended: false,
  proposed: [],
  shared: {
    node: 'node.example',
    stampedAt: at('2027-03-26T09:00:00Z'),
    publicId: 'VU#000007',
    freeze: 72 * HOUR,
  },
};

const under = (slot: number, changes = 0): ProposedEvent => ({ slot, at: T1, changes, over: false });
const gone = (slot: number, changes = 1): ProposedEvent => ({ slot, at: T1, changes, over: true });

/** What a foreign parser reads: status, sequence and start of each event by its UID. */
function read(calendar: SettlementCalendar): ReadonlyMap<string, readonly [string, number, string, string]> {
  return new Map(
    appointmentsOf(calendar).map((one) => {
      const written = writeAppointment(one);
      if (!written.ok) throw new Error(written.fault.where);
      const root = new ICAL.Component(ICAL.parse(written.value.text));
      const event = root.getFirstSubcomponent('vevent');
      const said = (name: string): string => String(event?.getFirstPropertyValue(name));
      return [
        said('uid'),
        [
          said('status'),
          Number(said('sequence')),
          said('dtstart'),
          String(root.getFirstPropertyValue('method')),
        ],
      ];
    }),
  );
}

const SETTLED = `${settledUid(CASE)}@node.example`;

describe('SCHEDULING §13: a case through its life, read by a foreign parser', () => {
  test('in force and calm: one confirmed event', () => {
    expect([...read(CALM)]).toEqual([[SETTLED, ['CONFIRMED', 0, '2027-04-14T00:00:00Z', 'REQUEST']]]);
  });

  test('a freeze that is no whole number of minutes is announced in the minute before it, not refused', () => {
    const [event] = appointmentsOf({ ...CALM, shared: { ...CALM.shared, freeze: 90_500 } });
    const written = event && writeAppointment(event);
    expect(written?.ok && written.value.text).toContain('TRIGGER:-PT2M');
  });

  test('a proposal under vote has its own UID and is tentative, the old event stays confirmed', () => {
    const events = read({ ...CALM, proposed: [under(1)] });
    expect(events.get(SETTLED)).toEqual(['CONFIRMED', 0, '2027-04-14T00:00:00Z', 'REQUEST']);
    const [proposal, ...others] = [...events].filter(([uid]) => uid !== SETTLED);
    expect(others).toEqual([]);
    expect(proposal?.[1]).toEqual(['TENTATIVE', 0, '2027-04-21T12:00:00Z', 'REQUEST']);
  });

  test('decided: the old event moves under its UID with the next SEQUENCE, the proposal’s is cancelled', () => {
    const voting = read({ ...CALM, proposed: [under(1)] });
    const decided = read({ ...CALM, at: T1, epoch: 1, proposed: [gone(1)] });
    expect([...decided.keys()].toSorted()).toEqual([...voting.keys()].toSorted());
    expect(decided.get(SETTLED)).toEqual(['CONFIRMED', 1, '2027-04-21T12:00:00Z', 'REQUEST']);
    const [proposal] = [...decided].filter(([uid]) => uid !== SETTLED);
    expect(proposal?.[1]).toEqual(['CANCELLED', 1, '2027-04-21T12:00:00Z', 'CANCEL']);
  });

  test('the same instant proposed again in a later slot is another event', () => {
    const events = read({ ...CALM, proposed: [under(2), gone(1)] });
    expect([...events.values()].map(([status]) => status)).toEqual(['CONFIRMED', 'CANCELLED', 'TENTATIVE']);
  });

  test('a proposal that fails is cancelled and the instant in force stays; proposed again it comes back', () => {
    const life = [under(1), gone(1), under(1, 2), gone(1, 3)].map((one) => {
      const events = read({ ...CALM, proposed: [one] });
      expect(events.get(SETTLED)).toEqual(['CONFIRMED', 0, '2027-04-14T00:00:00Z', 'REQUEST']);
      const [uid, event] = [...events].find(([id]) => id !== SETTLED) ?? [];
      return [uid, event?.[0], event?.[1], event?.[3]];
    });
    expect(life.map(([, ...rest]) => rest)).toEqual([
      ['TENTATIVE', 0, 'REQUEST'],
      ['CANCELLED', 1, 'CANCEL'],
      ['TENTATIVE', 2, 'REQUEST'],
      ['CANCELLED', 3, 'CANCEL'],
    ]);
    expect(new Set(life.map(([uid]) => uid)).size).toBe(1);
  });

  test('ended: everything is cancelled with a higher SEQUENCE', () => {
    const events = read({ ...CALM, epoch: 1, ended: true, proposed: [under(2)] });
    expect([...events.values()].map(([status, sequence]) => [status, sequence])).toEqual([
      ['CANCELLED', 2],
      ['CANCELLED', 1],
    ]);
  });

  test('a case without a public id has a name that tells nothing', () => {
    const { publicId: _publicId, ...shared } = CALM.shared;
    const [event] = appointmentsOf({ ...CALM, shared });
    expect(event?.publicId).toMatch(/^case-[0-9a-f]{8}$/);
    expect(event?.publicId).not.toContain(CASE);
  });
});
