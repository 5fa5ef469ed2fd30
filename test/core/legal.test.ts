import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hash } from '../../node/core/bytes.js';
import { alarms } from '../../node/core/duties.js';
import type { FaultCode } from '../../node/core/fault.js';
import { clockInstants, clocksOf, oneMonthAfter } from '../../node/core/legal/clocks.js';
import {
  checkDelay,
  type DelayRecord,
  delayDoubts,
  delayId,
  type HeldDelay,
} from '../../node/core/legal/delay.js';
import type { LegalDuty, LegalFacts } from '../../node/core/legal/facts.js';
import type { Order } from '../../node/core/statement.js';
import { after, DAY, HOUR, type Instant, readInstant, writeInstant } from '../../node/core/time.js';
import { about, agree, CASE, introduceAll, opening } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { openWorld, type World } from '../support/world.js';

function at(text: string): Instant {
  const read = readInstant(text);
  if (read === undefined) throw new Error(text);
  return read;
}

const AWARE = at('2027-03-05T17:30:00Z');

const FACTS: LegalFacts = {
  kind: 'exploited',
  awareAt: AWARE,
  exploitedSince: undefined,
  evidence: 'A customer was hit.',
  nature: '',
  severity: '',
  actor: '',
  measuresTaken: '',
  measuresForUsers: '',
  measureAvailableAt: undefined,
  memberStates: ['DE'],
  mainEstablishment: '',
  sensitivity: { tlp: undefined, pap: undefined, text: '' },
  euvdId: '',
  reporterAnonymous: false,
  crossBorder: false,
};

function duty(facts: Partial<LegalFacts> = {}, differs: Partial<LegalDuty> = {}): LegalDuty {
  return { manufacturer: 'Maker', facts: { ...FACTS, ...facts }, notices: [], demands: [], ...differs };
}

function due(of: LegalDuty, now = AWARE): readonly (readonly [string, string | undefined, string])[] {
  return clocksOf(of, now).map(({ stage, dueAt, standing }) => [
    stage,
    dueAt === undefined ? undefined : writeInstant(dueAt),
    standing,
  ]);
}

describe('CRA Art. 14(2): an actively exploited vulnerability', () => {
  it('counts 24 and 72 hours from awareness, over a weekend; the final report waits for a measure', () => {
    // A Friday evening.
    expect(due(duty())).toEqual([
      ['early_warning', '2027-03-06T17:30:00Z', 'running'],
      ['notification', '2027-03-08T17:30:00Z', 'running'],
      ['final_report', undefined, 'waiting'],
    ]);
  });

  it('counts 14 days from when a measure is available, whatever was known before', () => {
    const measureAvailableAt = at('2027-04-01T00:00:00Z');
    expect(due(duty({ measureAvailableAt }))[2]).toEqual(['final_report', '2027-04-15T00:00:00Z', 'running']);
  });

  it.each<readonly [string, number, string]>([
    ['before six hours are left', 17.9, 'running'],
    ['when six hours are left', 18, 'near'],
    ['just before the end', 23.99, 'near'],
    ['at the end', 24, 'overdue'],
    ['a year later', 9_000, 'overdue'],
  ])('the early warning: %s', (_, hours, standing) => {
    const [warning] = clocksOf(duty(), after(AWARE, hours * HOUR));
    expect(warning?.standing).toBe(standing);
  });

  it('what was handed in stands, in time or late', () => {
    const sent = (hours: number) => ({
      notices: [
        { stage: 'early_warning', sentAt: after(AWARE, hours * HOUR), reference: 'X-1', by: 'A' },
      ] as const,
    });
    const now = after(AWARE, 100 * DAY);
    expect(clocksOf(duty({}, sent(24)), now)[0]).toMatchObject({ standing: 'sent', reference: 'X-1' });
    expect(clocksOf(duty({}, sent(25)), now)[0]?.standing).toBe('sent_late');
  });

  it('Art. 14(6): an intermediate report is due when a CSIRT asks, each by its own clock', () => {
    const demand = (day: number) => ({
      askedBy: 'CSIRT',
      askedAt: after(AWARE, day * DAY),
      dueAt: after(AWARE, (day + 2) * DAY),
    });
    const notices = [
      { stage: 'intermediate', sentAt: after(AWARE, 4 * DAY), reference: '', by: 'A' },
    ] as const;
    const asked = duty({}, { demands: [demand(3), demand(9)], notices });
    expect(due(asked, after(AWARE, 12 * DAY)).filter(([stage]) => stage === 'intermediate')).toEqual([
      ['intermediate', '2027-03-10T17:30:00Z', 'sent'],
      ['intermediate', '2027-03-16T17:30:00Z', 'overdue'],
    ]);
  });

  it('moves with its facts: an earlier awareness makes everything earlier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (hours) => {
        const [before, now] = [duty({ awareAt: after(AWARE, -hours * HOUR) }), duty()];
        const pairs = clockInstants(before, AWARE).map((early, nth) => [
          early,
          clockInstants(now, AWARE)[nth] ?? 0,
        ]);
        return pairs.every(([early = 0, late = 0]) => late - early === hours * HOUR);
      }),
      { seed: 14 },
    );
  });
});

describe('CRA Art. 14(4): a severe incident', () => {
  it.each([
    ['2027-03-08T10:00:00Z', '2027-04-08T10:00:00Z'],
    ['2027-01-31T10:00:00Z', '2027-02-28T10:00:00Z'],
    ['2028-01-31T10:00:00Z', '2028-02-29T10:00:00Z'],
    ['2027-12-15T23:59:59Z', '2028-01-15T23:59:59Z'],
  ])('one month after %s is %s', (from, to) => {
    expect(writeInstant(oneMonthAfter(at(from)))).toBe(to);
  });

  it('counts the month from when the notification was handed in', () => {
    const notices = [
      { stage: 'notification', sentAt: at('2027-03-08T10:00:00Z'), reference: '', by: 'A' },
    ] as const;
    expect(due(duty({ kind: 'incident' }))[2]).toEqual(['final_report', undefined, 'waiting']);
    expect(due(duty({ kind: 'incident' }, { notices }))[2]).toEqual([
      'final_report',
      '2027-04-08T10:00:00Z',
      'running',
    ]);
  });
});

const DELAY: DelayRecord = {
  ground: 'nature',
  targetCsirt: '',
  justification: 'No label would hold it back.',
  decidedAt: AWARE,
  decidedBy: 'An officer',
  enisaInformedAt: undefined,
  expectedAt: after(AWARE, 3 * DAY),
  liftedAt: undefined,
  replaces: undefined,
};

describe('CRA Art. 16(2): a record of delay', () => {
  const own = testNode('cert');
  const held = (record: DelayRecord): HeldDelay => ({ id: delayId(record), author: own, at: AWARE, record });
  const none: ReadonlyMap<Hash, HeldDelay> = new Map();

  it.each<readonly [string, Partial<DelayRecord>, string]>([
    ['a justification', { justification: ' ' }, 'justification'],
    ['who decided', { decidedBy: '' }, 'decidedBy'],
    ['which CSIRT, on that ground', { ground: 'specific_csirt' }, 'targetCsirt'],
    ['no CSIRT on another ground', { targetCsirt: 'X' }, 'targetCsirt'],
    ['an expected end behind the decision', { expectedAt: AWARE }, 'expectedAt'],
  ])('is refused without %s', (_, differs, where) => {
    expect(checkDelay(none, own, { ...DELAY, ...differs })).toEqual({
      ok: false,
      fault: { code: 'DELAY_INCOMPLETE', where },
    });
  });

  it('alarms at once until ENISA is told, and again when its expected end comes', () => {
    expect(delayDoubts(held(DELAY), AWARE)).toEqual(['untold']);
    const told = { ...DELAY, enisaInformedAt: AWARE };
    expect(delayDoubts(held(told), AWARE)).toEqual([]);
    expect(delayDoubts(held(told), DELAY.expectedAt)).toEqual(['expired']);
    expect(delayDoubts(held({ ...told, liftedAt: AWARE }), DELAY.expectedAt)).toEqual([]);
  });

  it('is replaced by a new record that names it, once', () => {
    const delays = new Map([[delayId(DELAY), held(DELAY)]]);
    const next = { ...DELAY, replaces: delayId(DELAY), expectedAt: after(AWARE, 9 * DAY) };
    expect(checkDelay(delays, own, next).ok).toBe(true);
    const both = new Map([...delays, [delayId(next), held(next)]]);
    const code = (record: DelayRecord, author = own) => {
      const checked = checkDelay(both, author, record);
      return checked.ok ? 'ok' : checked.fault.code;
    };
    expect(code({ ...next, justification: 'Again.' })).toBe('DELAY_UNKNOWN');
    expect(code({ ...next, replaces: delayId(next) }, testNode('jpcert'))).toBe('DELAY_UNKNOWN');
  });

  it('has the same id at every node, and another one for every change', () => {
    expect(delayId({ ...DELAY })).toBe(delayId(DELAY));
    expect(delayId({ ...DELAY, enisaInformedAt: AWARE })).not.toBe(delayId(DELAY));
  });
});

describe('on a node', () => {
  let world: World;
  afterEach(() => world.stop());

  async function order(given: Order): Promise<FaultCode | 'done'> {
    const outcome = await world.node('cert').order(given, about());
    return outcome.ok ? 'done' : outcome.fault.code;
  }

  const alarmed = () => alarms(world.node('cert').state(), world.clock.now()).map(({ alarm }) => alarm);
  const events = () =>
    world.node('cert').journal.flatMap((line) => (line.event === 'alarm' ? [line.alarm] : []));

  it('a clock rings before it ends and when it ends, whatever became of the case, and is silent once it was met', async () => {
    world = await openWorld([{ name: 'cert', role: 'centre' }]);
    expect(await order(opening())).toBe('done');
    const awareAt = world.clock.now();
    const enter = { act: 'legal_enter', manufacturer: 'Maker', facts: { ...FACTS, awareAt } } as const;
    expect(await order(enter)).toBe('done');
    expect(await order({ act: 'case_close', reason: 'handed over' })).toBe('done');
    await world.passUntil(after(awareAt, 19 * HOUR));
    expect(events()).toEqual(['legal_near: early_warning']);
    await world.passUntil(after(awareAt, 25 * HOUR));
    expect(events()).toEqual(['legal_near: early_warning', 'legal_overdue: early_warning']);
    expect(alarmed()).toEqual(['legal_overdue']);
    const notice = { stage: 'early_warning', sentAt: world.clock.now(), reference: 'SRP-1' } as const;
    expect(await order({ act: 'legal_notice', manufacturer: 'Maker', notice })).toBe('done');
    expect(alarmed()).toEqual([]);
    expect(await order({ act: 'legal_notice', manufacturer: 'Maker', notice })).toBe('LEGAL_SENT');
    const intermediate = { ...notice, stage: 'intermediate' } as const;
    expect(await order({ act: 'legal_notice', manufacturer: 'Maker', notice: intermediate })).toBe(
      'LEGAL_SENT',
    );
    expect(await order({ act: 'legal_notice', manufacturer: 'Another', notice })).toBe('LEGAL_UNKNOWN');
    const early = { ...FACTS, awareAt: after(world.clock.now(), HOUR) };
    expect(await order({ ...enter, facts: early })).toBe('LEGAL_TIME');
    // The fold says the same.
    const before = world.node('cert').state().cases.get(CASE)?.legal;
    await world.restart('cert');
    expect(world.node('cert').state().cases.get(CASE)?.legal).toEqual(before);
  });

  it('a delay is an entry, is said to the centres that are named and to nobody else, and ends by a new record', async () => {
    world = await openWorld([
      { name: 'cert', role: 'centre' },
      { name: 'jpcert', role: 'centre' },
      { name: 'nisc', role: 'centre' },
      { name: 'vendor', role: 'vendor' },
    ]);
    await introduceAll(world, ['cert', 'jpcert', 'nisc'], [['vendor', 'cert']]);
    await agree(world, { centres: ['cert', 'jpcert'] });
    const now = world.clock.now();
    const record: DelayRecord = { ...DELAY, decidedAt: now, expectedAt: after(now, 3 * DAY) };
    const to = [testNode('jpcert')];
    expect(await order({ act: 'delay_record', record, to: [testNode('vendor')] })).toBe('CASE_MEMBER');
    // Of this case nisc was told nothing: not even that there is a delay.
    expect(await order({ act: 'delay_record', record, to: [testNode('nisc')] })).toBe('CASE_UNTOLD');
    expect(await order({ act: 'delay_record', record: { ...record, justification: '' }, to })).toBe(
      'DELAY_INCOMPLETE',
    );
    expect(await order({ act: 'delay_record', record, to })).toBe('done');
    await world.settle();
    const heard = world.node('jpcert').state().cases.get(CASE)?.delays;
    expect([...(heard?.values() ?? [])]).toMatchObject([{ author: testNode('cert'), record }]);
    expect(alarmed()).toContain('delay_untold');
    // Another centre's delay is no duty of ours.
    expect(alarms(world.node('jpcert').state(), now).map(({ alarm }) => alarm)).not.toContain('delay_untold');
    const told = { ...record, enisaInformedAt: now, replaces: delayId(record) };
    expect(await order({ act: 'delay_record', record: told, to: [] })).toBe('done');
    expect(alarmed()).not.toContain('delay_untold');
    await world.passUntil(after(now, 3 * DAY + HOUR));
    expect(events()).toContain('delay_expired');
    const lifted = { ...told, liftedAt: world.clock.now(), replaces: delayId(told) };
    expect(await order({ act: 'delay_record', record: lifted, to })).toBe('done');
    await world.settle();
    expect(alarmed()).not.toContain('delay_expired');
    // jpcert was never told of the record in between, and takes the last one all the same.
    expect(world.node('jpcert').state().cases.get(CASE)?.delays.size).toBe(2);
    expect(
      await order({ act: 'delay_record', record: { ...lifted, replaces: delayId(record) }, to: [] }),
    ).toBe('DELAY_UNKNOWN');
  });
});
