/**
 * One operator at the console of one node: every question and order goes through the control socket, as a person's
 * would. When the node dies under an order, a person looks whether it was entered and else gives it again; so does this.
 */
import { type ControlClient, openControl } from '../../control/client.js';
import type { Json } from '../../core/canonical.js';
import { Breakage, type FaultCode, type Outcome, refuse } from '../../core/fault.js';
import type { Document } from '../call.js';
import { ExerciseFailed, refusedTo } from './failed.js';
import type { Place } from './homes.js';

export interface Operator extends Place {
  /** Fingerprint, as `init` printed it. */
  readonly node: string;
  /** A question. @throws ExerciseFailed where it is refused. */
  ask(verb: string, given?: Json): Promise<Document>;
  /** An order. @throws ExerciseFailed where it is refused. */
  order(verb: string, given: Json, after?: AfterCrash): Promise<Document>;
  /** Hangs up for good: whatever is still being asked fails, and nothing waits for the node to come back. */
  leave(): void;
}

/** How to find out, after the node died under an order, whether it was entered. */
export interface AfterCrash {
  /** Refusals that say so: "it is already". */
  readonly means?: readonly FaultCode[];
  /** What the order would have answered, if the node shows that it was entered. */
  look?(): Promise<Document | undefined>;
}

/** How long a node may be away before the exercise gives up. */
const AWAY_MS = 20_000;
const AGAIN_MS = 40;

export function operatorOf(place: Place, node: string): Operator {
  let client: ControlClient | undefined;
  let hasLeft = false;
  return { ...place, node, ask: (verb, given = {}) => ask(verb, given), order, leave };

  async function ask(verb: string, given: Json): Promise<Document> {
    const outcome = await untilBack(verb, () => call(verb, given));
    return settled(verb, outcome);
  }

  async function order(verb: string, given: Json, after: AfterCrash = {}): Promise<Document> {
    let crashed = false;
    const outcome = await untilBack(verb, async () => {
      const before = crashed ? await after.look?.() : undefined;
      if (before !== undefined) return { ok: true, value: before };
      const said = await call(verb, given);
      crashed ||= !said.ok && isAway(said.fault.code);
      return said;
    });
    if (!outcome.ok && after.means?.includes(outcome.fault.code) === true) return {};
    return settled(verb, outcome);
  }

  /** Repeats while the node is away. */
  async function untilBack(verb: string, attempt: () => Promise<Outcome<Json>>): Promise<Outcome<Json>> {
    const end = performance.now() + AWAY_MS;
    for (;;) {
      const outcome = await attempt();
      if (outcome.ok || !isAway(outcome.fault.code)) return outcome;
      if (hasLeft || performance.now() > end)
        throw new ExerciseFailed(`${place.name} does not answer "${verb}"`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async function call(verb: string, given: Json): Promise<Outcome<Json>> {
    client ??= openControl(place.socket);
    try {
      const outcome = await client.call(verb, given, place.officer);
      // A channel that failed once waits before it dials again; a new one does not.
      if (!outcome.ok && isAway(outcome.fault.code)) hangUp();
      return outcome;
    } catch (cause) {
      if (!(cause instanceof Breakage)) throw cause;
      hangUp();
      return refuse(cause.fault.code, cause.fault);
    }
  }

  function settled(verb: string, outcome: Outcome<Json>): Document {
    if (!outcome.ok) throw refusedTo(place.name, verb, outcome.fault);
    return outcome.value as Document;
  }

  function hangUp(): void {
    client?.close();
    client = undefined;
  }

  function leave(): void {
    hasLeft = true;
    hangUp();
  }
}

/** The node is not there, or went away under the call, or is on its way down. */
function isAway(code: FaultCode): boolean {
  return code === 'NODE_NOT_RUNNING' || code === 'LINK_CLOSED' || code === 'NODE_STOPPED';
}

/** Does the same for many, so many at a time, and keeps the order of the answers. */
export async function forAll<T, R>(
  list: readonly T[],
  work: (one: T) => Promise<R>,
  atOnce = 24,
): Promise<readonly R[]> {
  const results: R[] = new Array<R>(list.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < list.length; at = next++) results[at] = await work(list[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  return results;
}
