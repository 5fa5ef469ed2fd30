/**
 * Processes killed without warning while the exercise goes on, for those who want to see that nothing acknowledged is
 * lost: `ISOCHRON_DEMO_KILL=<seed>`. The seed chooses who dies in which act and how soon; the same seed chooses alike.
 */
import type { Document } from '../call.js';
import type { Controller } from './controller.js';
import { ExerciseFailed } from './failed.js';
import { forAll, type Operator } from './operator.js';
import type { Processes } from './processes.js';
import { type Host, restart } from './stage.js';

export interface Mishap {
  readonly act: string;
  /** The process. */
  readonly name: string;
  /** After the act began, in milliseconds. */
  readonly afterMs: number;
}

export interface Mishaps {
  /** Lets happen what is planned for this act; resolves when whoever died is back. */
  during(act: string): Promise<void>;
}

export const NO_MISHAPS: Mishaps = { during: () => Promise.resolve() };

/** So many acts of an exercise have one. */
const KILLS = 5;
/** Within the first orders of an act, or while their consequences travel. */
const SOON_MS = 400;

/** @param seed a whole number. */
export function planMishaps(
  seed: number,
  acts: readonly string[],
  names: readonly string[],
): readonly Mishap[] {
  const draw = drawing(seed);
  const order = acts.map((act) => ({ act, rank: draw() })).sort((left, right) => left.rank - right.rank);
  const chosen = new Set(order.slice(0, KILLS).map(({ act }) => act));
  return acts
    .filter((act) => chosen.has(act))
    .map((act) => ({
      act,
      name: names[Math.floor(draw() * names.length)] ?? '',
      afterMs: Math.floor(draw() * SOON_MS),
    }));
}

export function openMishaps(
  plan: readonly Mishap[],
  hosts: readonly Host[],
  processes: Processes,
  controller: Controller,
  say: (line: string) => void,
): Mishaps {
  const operators = hosts.flatMap((host) => host.operators);
  return {
    async during(act) {
      for (const mishap of plan.filter((one) => one.act === act)) {
        const host = hosts.find(({ program }) => program.name === mishap.name);
        if (host === undefined) continue;
        await new Promise((resolve) => setTimeout(resolve, mishap.afterMs));
        const promised = await promisesOf(host, operators);
        const died = performance.now();
        await restart(host, processes);
        const kept = await checkKept(host, promised);
        await controller.bring(host.console);
        const away = ((performance.now() - died) / 1_000).toFixed(1);
        say(
          `SIGKILL: ${mishap.name} died and was back after ${away} s with all ${kept} entries that it had promised`,
        );
      }
    },
  };
}

interface FeedLine {
  readonly feed: string;
  readonly recipient: { readonly node: string };
  readonly size: number;
  readonly acknowledged: number;
}

/** By node and feed: as many entries as it must hold, whatever happens to it now. */
type Promised = ReadonlyMap<string, number>;

/** What its own console shows as written, and what its peers hold receipts for. */
async function promisesOf(host: Host, operators: readonly Operator[]): Promise<Promised> {
  const promised = new Map<string, number>();
  const promise = (node: string, feed: string, size: number) => {
    const key = `${node} ${feed}`;
    promised.set(key, Math.max(promised.get(key) ?? 0, size));
  };
  const victims = new Set(host.operators.map(({ node }) => node));
  await forAll(operators, async (operator) => {
    for (const { feed, recipient, size, acknowledged } of await feedsOf(operator)) {
      if (victims.has(operator.node)) promise(operator.node, feed, size);
      else if (victims.has(recipient.node)) promise(recipient.node, feed, acknowledged);
    }
  });
  return promised;
}

async function checkKept(host: Host, promised: Promised): Promise<number> {
  const held = new Map<string, number>();
  await forAll(host.operators, async (operator) => {
    for (const { feed, size } of await feedsOf(operator)) held.set(`${operator.node} ${feed}`, size);
  });
  let kept = 0;
  for (const [key, size] of promised) {
    const now = held.get(key) ?? 0;
    if (now < size)
      throw new ExerciseFailed(
        `${host.program.name} lost what it had acknowledged: ${now} of ${size} entries`,
      );
    kept += size;
  }
  return kept;
}

async function feedsOf(operator: Operator): Promise<readonly FeedLine[]> {
  const { feeds }: Document = await operator.ask('log list');
  return feeds as unknown as readonly FeedLine[];
}

/** A small generator of numbers from 0 to 1 (mulberry32); good enough to choose with, and the same everywhere. */
function drawing(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
