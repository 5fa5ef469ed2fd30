/**
 * The clock of the exercise. All nodes started at the same drill instant and a jump names its target, so after each
 * jump all clocks show the same again, up to the time that a call takes; between jumps they run in real time.
 *
 * Problem: weeks must pass in seconds, yet nothing may be skipped. Naively one would jump straight to the instant of
 * publication; but timers, freeze and notices lie between, and words still on their way would arrive weeks late. So
 * the clock jumps to the next due instant of any node, and only when every feed is receipted and every core idle.
 */
import type { Document } from '../call.js';
import { type Instant, instant, readInstant, writeInstant } from '../../core/time.js';
import { ExerciseFailed } from './failed.js';
import { forAll, type Operator } from './operator.js';

export interface Controller {
  /** What the clocks show. */
  now(): Instant;
  /** Waits until nothing is under way anywhere. @throws ExerciseFailed after a deadline, naming who is busy. */
  settle(): Promise<void>;
  /** Jumps from one due instant to the next until `at`, and settles there. Less than now: settles only. */
  passTo(at: Instant): Promise<void>;
  /** Sets the clock of a node that was started again. */
  bring(operator: Operator): Promise<void>;
}

interface Standing {
  readonly operator: Operator;
  readonly isBusy: boolean;
  readonly entries: number;
  readonly due: Instant | undefined;
}

const SETTLE_MS = 30_000;
const LOOK_AGAIN_MS = { least: 10, most: 120 };

/** @param start what the clocks showed when the processes were configured. */
export function openController(operators: readonly Operator[], start: Instant): Controller {
  let base: Instant = start;
  let since = performance.now();
  return { now, settle: async () => void (await quiet()), passTo, bring };

  function now(): Instant {
    const at = instant(Math.floor(base + performance.now() - since));
    if (at === undefined) throw new Error('the exercise stays within the years that can be written');
    return at;
  }

  async function bring(operator: Operator): Promise<void> {
    await operator.order('drill jump', { to: writeInstant(now()) });
  }

  async function passTo(at: Instant): Promise<void> {
    for (;;) {
      const dues = (await quiet()).flatMap(({ due }) => due ?? []).filter((due) => due < at);
      if (dues.length === 0) break;
      await jump(Math.min(...dues) as Instant);
    }
    if (at <= now()) return;
    await jump(at);
    await quiet();
  }

  /** Centres first and together: their clocks are the ones that are compared afterwards. */
  async function jump(to: Instant): Promise<void> {
    const given = { to: writeInstant(to) };
    const centres = operators.filter(({ role }) => role === 'centre');
    await Promise.all(centres.map((operator) => operator.order('drill jump', given)));
    base = to;
    since = performance.now();
    await forAll(
      operators.filter(({ role }) => role !== 'centre'),
      (operator) => operator.order('drill jump', given),
    );
  }

  /**
   * Two looks in a row must find everybody idle, everything receipted and no new entry: what was under way between two
   * nodes during the first look is an entry more at the second.
   */
  async function quiet(): Promise<readonly Standing[]> {
    const end = performance.now() + SETTLE_MS + operators.length * 100;
    let pause = LOOK_AGAIN_MS.least;
    let before: number | undefined;
    for (;;) {
      const found = await forAll(operators, look);
      const busy = found.filter(({ isBusy }) => isBusy);
      const entries = found.reduce((sum, one) => sum + one.entries, 0);
      if (busy.length === 0 && entries === before) return found;
      before = busy.length === 0 ? entries : undefined;
      if (performance.now() > end)
        throw new ExerciseFailed(`still busy: ${busy.map(({ operator }) => operator.name).join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = busy.length === 0 ? LOOK_AGAIN_MS.least : Math.min(pause * 2, LOOK_AGAIN_MS.most);
    }
  }
}

async function look(operator: Operator): Promise<Standing> {
  const status = await operator.ask('node status');
  const feeds = status['feeds'] as Document;
  const due = instantOf(status['due']);
  const now = instantOf(status['now']);
  // What is due already is being entered: a jump has moved the clock and the alarm rings in a moment.
  const isDue = due !== undefined && now !== undefined && due <= now;
  return {
    operator,
    isBusy: status['idle'] !== true || feeds['owed'] !== 0 || isDue,
    entries: Number(feeds['entries']),
    due: isDue ? undefined : due,
  };
}

function instantOf(value: unknown): Instant | undefined {
  return typeof value === 'string' ? readInstant(value) : undefined;
}
