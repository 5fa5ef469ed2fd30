/**
 * Raises an event for each alarm, once when it begins: whoever watches the journal hears what `status` would show.
 * An alarm that ends and begins again is raised again; one that stands is raised anew after a restart.
 */
import type { Case } from '../core/case/case.js';
import { type Alarm, alarmsIn, houseAlarms } from '../core/duties.js';
import type { CaseId } from '../core/ids.js';
import type { State } from '../core/state.js';
import { after, DAY } from '../core/time.js';
import type { JournalLine } from '../ports.js';
import type { Doors } from './doors.js';
import { hasOtherPersons } from './trusted.js';

export interface Bell {
  /** The state has changed; looks at the cases that are others than before. */
  changed(before: State, now: State): void;
  /** Time has passed: looks at every case. */
  ticked(now: State): void;
  stop(): void;
}

type AlarmLine = Extract<JournalLine, { event: 'alarm' }>;

/** @param broken called with what was thrown while keys were judged. */
export function openBell(first: State, doors: Doors, broken: (cause: unknown) => void): Bell {
  const { journal, clock, sealer } = doors;
  /** What rings now. */
  const ringing = new Map<CaseId | 'house' | 'keys', ReadonlySet<string>>();
  let cancel: () => void = () => undefined;
  let stopped = false;
  ticked(first);
  void daily();
  return {
    changed(before, now) {
      if (before.peers !== now.peers || hasOtherPersons(before, now)) void judgeKeys();
      if (before.unread !== now.unread || before.life !== now.life || before.mail !== now.mail)
        lookAround(now);
      // A wrong clock is an alarm of every case that is to be published by it (R10).
      // So is an answer that was awaited since our start of every case with that centre (R9).
      if (before.clocks !== now.clocks || before.life.answers !== now.life.answers) return ticked(now);
      for (const [id, held] of now.cases) if (before.cases.get(id) !== held) look(now, held);
    },
    ticked,
    stop() {
      stopped = true;
      cancel();
    },
  };

  function lookAround(state: State): void {
    ring('house', houseAlarms(state).map(lineOf));
  }

  function ticked(state: State): void {
    lookAround(state);
    for (const held of state.cases.values()) look(state, held);
  }

  function look(state: State, held: Case): void {
    const now = clock.now();
    ring(held.id, alarmsIn(state, held, now > state.now ? now : state.now).map(lineOf));
  }

  /** Cards and keys end without anything happening: once a day is often enough for a notice of 30 days. */
  async function daily(): Promise<void> {
    await judgeKeys();
    if (!stopped) cancel = clock.alarm(after(clock.now(), DAY), () => void daily());
  }

  async function judgeKeys(): Promise<void> {
    try {
      const ending = await sealer.expiring(clock.now());
      ring(
        'keys',
        ending.map((expiry): AlarmLine => {
          const line = { event: 'alarm', alarm: `${expiry.what}_expires`, peer: expiry.node } as const;
          return expiry.what === 'person_key' ? { ...line, key: expiry.person.fingerprint } : line;
        }),
      );
    } catch (cause) {
      broken(cause);
    }
  }

  function ring(about: CaseId | 'house' | 'keys', lines: readonly AlarmLine[]): void {
    if (stopped) return;
    const before = ringing.get(about);
    const now = new Map(lines.map((line) => [`${line.alarm} ${line.peer ?? ''} ${line.key ?? ''}`, line]));
    for (const [key, line] of now) if (before?.has(key) !== true) journal.write(line);
    if (now.size > 0) ringing.set(about, new Set(now.keys()));
    else ringing.delete(about);
  }
}

function lineOf(alarm: Alarm): AlarmLine {
  const { caseId } = alarm;
  const about = caseId === undefined ? {} : { caseId };
  if ('stage' in alarm) return { event: 'alarm', alarm: `${alarm.alarm}: ${alarm.stage}`, ...about };
  if ('node' in alarm) return { event: 'alarm', alarm: alarm.alarm, ...about, peer: alarm.node };
  return {
    event: 'alarm',
    alarm: alarm.alarm === 'held' ? `held: ${alarm.because}` : alarm.alarm,
    ...about,
  };
}
