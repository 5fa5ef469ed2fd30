/**
 * The clocks of the Cyber Resilience Act (FORMATS §8): calendar hours in UTC, weekends and holidays included, from an
 * event that an operator entered.
 */
import {
  after,
  civilFromDays,
  DAY,
  daysFromCivil,
  daysInMonth,
  HOUR,
  type Instant,
  type Millis,
} from '../time.js';
import type { LegalDuty, LegalStage } from './facts.js';

export type ClockStanding = 'waiting' | 'running' | 'near' | 'overdue' | 'sent' | 'sent_late';

/** One clock of one manufacturer. */
export interface LegalClock {
  readonly manufacturer: string;
  readonly stage: LegalStage;
  /** Absent while what starts it has not happened. */
  readonly startsAt: Instant | undefined;
  readonly dueAt: Instant | undefined;
  /** From when on it is an alarm that it is near. */
  readonly nearAt: Instant | undefined;
  readonly sentAt: Instant | undefined;
  readonly reference: string;
  readonly standing: ClockStanding;
}

const EARLY_WARNING_MS: Millis = 24 * HOUR;
const NOTIFICATION_MS: Millis = 72 * HOUR;
const FINAL_REPORT_MS: Millis = 14 * DAY;

/** How long before it is due a clock becomes an alarm: a quarter of the time, or three days of fourteen. */
const NEAR_MS: Readonly<Record<LegalStage, Millis>> = {
  early_warning: 6 * HOUR,
  notification: 18 * HOUR,
  intermediate: 24 * HOUR,
  final_report: 3 * DAY,
};

/** All clocks of one manufacturer, in the order in which they are handed in. */
export function clocksOf(duty: LegalDuty, now: Instant): readonly LegalClock[] {
  const { facts, demands } = duty;
  const { awareAt } = facts;
  return [
    clock(duty, 'early_warning', awareAt, after(awareAt, EARLY_WARNING_MS), 0, now),
    clock(duty, 'notification', awareAt, after(awareAt, NOTIFICATION_MS), 0, now),
    ...demands.map(({ askedAt, dueAt }, nth) => clock(duty, 'intermediate', askedAt, dueAt, nth, now)),
    finalReport(duty, now),
  ];
}

/** 14 days after a measure is available; of an incident one month after its notification was handed in. */
function finalReport(duty: LegalDuty, now: Instant): LegalClock {
  if (duty.facts.kind === 'exploited') {
    const start = duty.facts.measureAvailableAt;
    const due = start === undefined ? undefined : after(start, FINAL_REPORT_MS);
    return clock(duty, 'final_report', start, due, 0, now);
  }
  const start = duty.notices.find(({ stage }) => stage === 'notification')?.sentAt;
  return clock(duty, 'final_report', start, start === undefined ? undefined : oneMonthAfter(start), 0, now);
}

function clock(
  { manufacturer, notices }: LegalDuty,
  stage: LegalStage,
  startsAt: Instant | undefined,
  dueAt: Instant | undefined,
  nth: number,
  now: Instant,
): LegalClock {
  const notice = notices.filter((one) => one.stage === stage)[nth];
  const nearAt = dueAt === undefined ? undefined : after(dueAt, -NEAR_MS[stage]);
  return {
    manufacturer,
    stage,
    startsAt,
    dueAt,
    nearAt,
    sentAt: notice?.sentAt,
    reference: notice?.reference ?? '',
    standing: standing(dueAt, nearAt, notice?.sentAt, now),
  };
}

function standing(
  dueAt: Instant | undefined,
  nearAt: Instant | undefined,
  sentAt: Instant | undefined,
  now: Instant,
): ClockStanding {
  if (sentAt !== undefined) return dueAt !== undefined && sentAt > dueAt ? 'sent_late' : 'sent';
  if (dueAt === undefined || nearAt === undefined) return 'waiting';
  if (now >= dueAt) return 'overdue';
  return now >= nearAt ? 'near' : 'running';
}

/** The same day and hour of the next month; the last day of a month that has no such day. */
export function oneMonthAfter(start: Instant): Instant {
  const days = Math.floor(start / DAY);
  const { year, month, day } = civilFromDays(days);
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  const nextDay = Math.min(day, daysInMonth(nextYear, nextMonth));
  return (daysFromCivil(nextYear, nextMonth, nextDay) * DAY + (start - days * DAY)) as Instant;
}

/** Instants at which a clock becomes an alarm. */
export function clockInstants(duty: LegalDuty, now: Instant): readonly Instant[] {
  return clocksOf(duty, now)
    .filter(({ sentAt }) => sentAt === undefined)
    .flatMap(({ nearAt, dueAt }) => [
      ...(nearAt === undefined ? [] : [nearAt]),
      ...(dueAt === undefined ? [] : [dueAt]),
    ]);
}
