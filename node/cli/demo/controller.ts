/**
 * The clock of the exercise. All nodes started at the same drill instant and a jump names its target, so after each
 * jump all clocks show the same again, up to the time that a call takes; between jumps they run in real time.
 *
 * Problem: weeks must pass in seconds, yet nothing may be skipped. Naively one would jump straight to the instant of
 * publication; but timers, freeze and notices lie between, and words still on their way would arrive weeks late. So
 * the clock jumps to the next due instant of any node, and only when every feed is receipted and every core idle.
 */

import { type Instant, instant, readInstant, writeInstant } from '../../core/time.js';
import type { Document } from '../call.js';
import { ExerciseFailed } from './failed.js';
import { forAll, type Operator } from './operator.js';

export interface Controller {
  /** What the clocks show. */
  now(): Instant;
  /** Waits until nothing is under way anywhere. @throws ExerciseFailed after a deadline, naming who is busy. */
  settle(): Promise<void>;
  /** Jumps from one due instant to the next and then to `at`, each time from quiet. Earlier than now: settles only. */
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

/** Hundreds of vendors on a small machine take some seconds to say something. */
const SETTLE_MS = 60_000;
const LOOK_AGAIN_MS = { least: 10, most: 120 };

/**
 * @param operators one for each process.
 * @param start what the clocks showed when the processes were configured.
 */
export function openController(operators: readonly Operator[], start: Instant): Controller {
  const centres = operators.filter(({ role }) => role === 'centre');
  const vendors = operators.filter(({ role }) => role !== 'centre');
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
    if (at > now()) await jump(at);
  }

  /** Centres first and together: their clocks are the ones that are compared afterwards. */
  async function jump(to: Instant): Promise<void> {
    const given = { to: writeInstant(to) };
    await Promise.all(centres.map((operator) => operator.order('drill jump', given)));
    base = to;
    since = performance.now();
    await forAll(vendors, (operator) => operator.order('drill jump', given));
  }

  /**
   * Nothing is under way when the centres are quiet, then the vendors, then the centres again without a new entry:
   * every word goes to or comes from a centre, so a vendor that was quiet in between can have missed nothing and, as
   * no entry is new, has said nothing. So the many are looked at once, the three twice.
   */
  async function quiet(): Promise<readonly Standing[]> {
    const end = performance.now() + SETTLE_MS;
    for (let pause = LOOK_AGAIN_MS.least; ; pause = Math.min(pause * 2, LOOK_AGAIN_MS.most)) {
      const found = await lookAround();
      if (found !== undefined) return found;
      if (performance.now() > end) throw new ExerciseFailed(`still busy: ${await busyNames()}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Everybody's standing, if nothing is under way. */
  async function lookAround(): Promise<readonly Standing[] | undefined> {
    // A light question first: the whole page of a centre with a large case takes it some milliseconds.
    const rest = await forAll(centres, (centre) => centre.ask('drill idle'));
    if (!rest.every(({ idle }) => idle === true)) return undefined;
    const before = await forAll(centres, look);
    if (before.some(({ isBusy }) => isBusy)) return undefined;
    const outer = await forAll(vendors, look);
    const after = await forAll(centres, look);
    const found = [...after, ...outer];
    const isQuiet = !found.some(({ isBusy }) => isBusy) && entriesOf(after) === entriesOf(before);
    return isQuiet ? found : undefined;
  }

  async function busyNames(): Promise<string> {
    const found = await forAll(operators, look);
    return found.flatMap(({ isBusy, operator }) => (isBusy ? operator.name : [])).join(', ');
  }
}

function entriesOf(standings: readonly Standing[]): number {
  return standings.reduce((sum, { entries }) => sum + entries, 0);
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
