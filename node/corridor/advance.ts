/**
 * Second stretch of the corridor, doors 4 to 6: what has arrived is heard by the machine, in order; what the
 * machine wants said comes back as facts before the next arrival, is sealed, and written in one synced batch with
 * the place that was heard. Only then may it be spoken.
 *
 * One arrival at a time decides, but several share one batch: nothing leaves the house before the batch is on
 * disk, and after a crash all of them are heard again with the same answers.
 */
import { Breakage, type Fault, type Outcome, ok } from '../core/fault.js';
import type { FeedId } from '../core/ids.js';
import { emptyState, type Input, type State } from '../core/state.js';
import { consequences, type Stepped, step, stepIllegible } from '../core/step.js';
import type { Arrival, ArrivalKey, Wording } from '../ports.js';
import type { Doors } from './doors.js';
import { type Admitted, type ArrivalQueue, arrivalQueue, type HomeWords, type Slot } from './queue.js';
import { checkpointsOf, type Growth, noGrowth, sealAll, speak } from './voice.js';

/** Slots that share one batch, and words after which it takes no further slot: more would only keep them waiting. */
const BURST = { slots: 64, words: 48 } as const;

export interface Machine {
  readonly state: () => State;
  readonly queue: ArrivalQueue;
  /** Words to ourselves. Resolves when the entry is on disk and heard: with the refusal, if it was refused. */
  say(wording: Wording): Promise<Outcome<true>>;
  /** The first words of a life: heard before anything that was left unheard, so that nothing is decided before them. */
  begin(wording: Wording): Promise<void>;
  /** Begins to hear; from then on whatever arrives is heard as it comes. */
  run(): void;
  readonly isIdle: () => boolean;
  /** Finishes the batch in hand and refuses what waits (NODE_STOPPED); it will be heard at the next start. */
  stop(): Promise<void>;
}

export interface Watch {
  /** Called before words are sealed that follow from this change: they may be for a key that came with it. */
  sealing(before: State, after: State): Promise<void>;
  /** Everything that changed `before` into `after` is on disk; own feeds in `grown` have new entries. */
  advanced(before: State, after: State, grown: readonly FeedId[]): Promise<void>;
  /** Breakage: nobody knows what is on disk, the process ends. */
  broken(cause: unknown): void;
}

/** What one batch gathers. */
interface Burst {
  readonly growth: Growth;
  readonly answers: (() => void)[];
  readonly refusals: ((fault: Fault) => void)[];
  heard: ArrivalKey | undefined;
}

/**
 * Folds the feeds into the state. What a crash left unheard waits in the queue; the caller calls `run`.
 * @throws Breakage STORE_DAMAGED
 */
export async function openMachine(doors: Doors, watch: Watch): Promise<Machine> {
  const { feeds } = doors;
  let state = emptyState(doors.self);
  let running: Promise<void> | undefined;
  /** Nothing is heard before the house is complete: what follows may have to be spoken at once. */
  let begun = false;
  let stopped = false;
  let last: ArrivalKey | undefined;

  const unheard: Arrival[] = [];
  for await (const arrival of feeds.unheard()) unheard.push(arrival);
  const firstUnheard = unheard[0]?.key;
  for await (const arrival of feeds.arrivals()) {
    if (firstUnheard !== undefined && !isBefore(arrival.key, firstUnheard)) break;
    last = arrival.key;
    // Own words are facts and refusals were journalled when they happened: only the state counts here.
    state = stepped(await withStatement(arrival)).state;
  }

  const queue = arrivalQueue(feeds.nextMajor(), wake);
  // These places are taken already; the slot only brings them to the machine in front of everything new.
  if (unheard.length > 0) queue.reserve(0).fill(await Promise.all(unheard.map(withStatement)));

  return {
    state: () => state,
    queue,
    say: (wording) =>
      stopped
        ? Promise.resolve({ ok: false, fault: { code: 'NODE_STOPPED' } })
        : new Promise((resolve) => queue.push({ wording, answer: resolve })),
    begin,
    run,
    isIdle: () => running === undefined && queue.isEmpty(),
    stop,
  };

  async function begin(wording: Wording): Promise<void> {
    const burst: Burst = { growth: noGrowth(), answers: [], refusals: [], heard: undefined };
    // Behind the last words that were heard, and so in front of what was not.
    const place = last === undefined ? queue.reserve(1) : undefined;
    const before = last ?? { major: place?.major ?? 0, minor: -1 };
    await hearWords({ wording, answer: () => undefined }, before, burst);
    await flush(burst);
    place?.fill([]);
  }

  function run(): void {
    begun = true;
    wake();
  }

  function wake(): void {
    if (!begun || running !== undefined || stopped) return;
    running = drain()
      .catch((cause: unknown) => {
        stopped = true;
        watch.broken(cause);
      })
      .finally(() => {
        running = undefined;
        // A slot may have been filled between the last look and this line.
        if (queue.isReady()) wake();
      });
  }

  async function stop(): Promise<void> {
    stopped = true;
    await running;
    for (const { answer } of queue.abandon()) answer({ ok: false, fault: { code: 'NODE_STOPPED' } });
  }

  async function drain(): Promise<void> {
    while (queue.isReady() && !stopped) {
      const before = state;
      const burst: Burst = { growth: noGrowth(), answers: [], refusals: [], heard: undefined };
      const { said } = burst.growth;
      try {
        for (let taken = 0; taken < BURST.slots && said.length < BURST.words && queue.isReady(); taken += 1) {
          const slot = queue.take();
          if (slot !== undefined) await hear(slot, burst);
        }
        await watch.sealing(before, state);
        await flush(burst);
      } catch (cause) {
        // Nobody knows whether the batch is on disk; whoever waits is told no more than that.
        for (const refuse of burst.refusals) refuse(faultOf(cause));
        throw cause;
      }
      const grown = [...burst.growth.feeds.values()].map(({ feed }) => feed);
      await watch.advanced(before, state, grown);
      for (const answer of burst.answers) answer();
    }
  }

  async function hear(slot: Slot, burst: Burst): Promise<void> {
    if (slot.kind === 'admitted') {
      for (const admitted of slot.admitted) {
        const { key, feed, sequence } = admitted.arrival;
        await hearOne(key, sequence, feed, stepped(admitted), burst);
      }
      return;
    }
    await hearWords(slot.words, { major: slot.major, minor: -1 }, burst);
  }

  async function hearWords({ wording, answer }: HomeWords, before: ArrivalKey, burst: Burst): Promise<void> {
    burst.refusals.push((fault) => answer({ ok: false, fault }));
    const at = doors.clock.now();
    const draft = { to: doors.self.node, ...wording };
    let refused: Fault | undefined;
    const [fact] = await speak([{ kind: 'say', draft }], before, at, burst.growth, doors, (fault) => {
      refused = fault;
    });
    if (refused !== undefined) {
      const fault = refused;
      burst.answers.push(() => answer({ ok: false, fault }));
      return;
    }
    if (fact === undefined) throw new Error('one effect makes one entry');
    const key = { major: before.major, minor: before.minor + 1 };
    const fault = await hearOne(key, fact.statement.sequence, fact.feed, step(state, fact), burst);
    burst.answers.push(() => answer(fault === undefined ? ok(true) : { ok: false, fault }));
  }

  /** One arrival that was stepped and, before anything else, all own words that follow from it. */
  async function hearOne(
    { major, minor }: ArrivalKey,
    sequence: number,
    feed: FeedId,
    first: Stepped,
    burst: Burst,
  ): Promise<Fault | undefined> {
    let last = minor;
    let effects = first.effects;
    state = first.state;
    while (effects.length > 0) {
      const facts = await speak(
        effects,
        { major, minor: last },
        doors.clock.now(),
        burst.growth,
        doors,
        unspeakable,
      );
      last += facts.length;
      const lifted = facts.flatMap((fact) => {
        const next = step(state, fact);
        state = next.state;
        return next.effects;
      });
      effects = [...lifted, ...consequences(state, facts)];
    }
    burst.heard = { major, minor: last };
    for (const { statement, fault } of first.lapsed) {
      const { author, recipient, sequence: place } = statement;
      doors.journal.write({ event: 'refused', feed: { author, recipient }, sequence: place, fault });
    }
    for (const fault of first.faults) doors.journal.write({ event: 'refused', feed, sequence, fault });
    return first.faults[0];
  }

  function stepped({ arrival, statement }: Admitted): Stepped {
    const { feed, statement: id, at, content } = arrival;
    if (statement === undefined || id === undefined)
      return stepIllegible(state, feed, arrival.sequence, 'fault' in content ? content.fault : undefined);
    const input: Input = { feed, id, statement, at };
    return step(state, input);
  }

  /** What cannot be said is dropped loudly; the arrival that asked for it was heard all the same. */
  function unspeakable(fault: Fault, { caseId, body }: Wording): void {
    doors.journal.write({ event: 'fault', fault, ...(caseId === undefined ? {} : { caseId }) });
    doors.journal.write({
      event: 'alarm',
      alarm: `unsaid ${body.kind}`,
      ...(caseId === undefined ? {} : { caseId }),
    });
  }

  /** Door 6: words, write-once keys and the heard place go to disk together (LOG-4). */
  async function flush({ growth, heard }: Burst): Promise<void> {
    if (growth.said.length === 0) return;
    const entries = await sealAll(growth, doors);
    await feeds.write({ entries, tips: checkpointsOf(growth, doors), once: growth.once, heard });
  }

  async function withStatement(arrival: Arrival): Promise<Admitted> {
    const { content } = arrival;
    return { arrival, statement: 'rest' in content ? await doors.sealer.recall(content.rest) : undefined };
  }
}

/** What the disk refused, where that is known. */
function faultOf(cause: unknown): Fault {
  return cause instanceof Breakage && cause.fault.code.startsWith('STORE_')
    ? cause.fault
    : { code: 'STORE_FAILED' };
}

function isBefore(left: ArrivalKey, right: ArrivalKey): boolean {
  return left.major < right.major || (left.major === right.major && left.minor < right.minor);
}
