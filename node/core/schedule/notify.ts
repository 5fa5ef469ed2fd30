/**
 * When each party is told: a party with a short policy is told later, so that its own maximum still reaches the
 * common instant.
 * @see SCHEDULING §11
 */
import { byText } from '../bytes.js';
import { secondsOf, textOfSeconds } from './civil.js';
import type { Notice, Problem } from './problem.js';

export type NoticeTimes = {
  readonly earliest: string | null;
  readonly preferredFrom: string | null;
  readonly latest: string | null;
};

export type Notification = NoticeTimes & {
  readonly party: string;
  /** Late: the party needed to be told before the document was frozen. Wait: it is too early to tell it. */
  readonly state: 'late' | 'wait' | 'open';
};

/** The span in which a party is told of an instant; null where the notice names no such bound. */
export function noticeTimes(notice: Notice, at: string): NoticeTimes {
  const earlier = (minutes: number | undefined): string | null =>
    minutes === undefined ? null : textOfSeconds(secondsOf(at) - minutes * 60);
  return {
    earliest: earlier(notice.atMostMinutes),
    preferredFrom: earlier(notice.preferAtMostMinutes),
    latest: earlier(notice.atLeastMinutes),
  };
}

/** The plan for every party with a notice, in byte order of ids. */
export function notificationPlan(problem: Problem, at: string): readonly Notification[] {
  return problem.parties
    .flatMap(({ id, notice }) => (notice === undefined ? [] : [{ id, notice }]))
    .sort((left, right) => byText(left.id, right.id))
    .map(({ id, notice }) => {
      const times = noticeTimes(notice, at);
      return { party: id, ...times, state: stateOf(times, problem.preparedAt) };
    });
}

/** Instants of SCHED/1 have one spelling of one length, so they compare as texts. */
function stateOf({ earliest, latest }: NoticeTimes, preparedAt: string): Notification['state'] {
  if (latest !== null && preparedAt > latest) return 'late';
  return earliest !== null && preparedAt < earliest ? 'wait' : 'open';
}
