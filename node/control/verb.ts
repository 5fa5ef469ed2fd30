/**
 * One row of the table of commands: how its arguments are read and what it does. A view looks and needs no node; an
 * order is entered into the home feed under an officer's name.
 */

import type { Json } from '../core/canonical.js';
import type { Case } from '../core/case/case.js';
import { type Outcome, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Order } from '../core/statement.js';
import { type Read, wrong } from './arguments.js';
import type { Desk, Live } from './desk.js';

export interface Verb {
  readonly kind: 'view' | 'order';
  run(given: unknown, desk: Desk, officer: string): Promise<Outcome<Json>>;
}

/** Rows of one noun, by verb. */
export type Verbs = Readonly<Record<string, Verb>>;

/** A desk with a running node behind it. */
export interface Bench extends Desk {
  readonly live: Live;
  /** Who gives the order. */
  readonly officer: string;
  /** Enters one order about no case. */
  order(order: Order): Promise<Outcome<true>>;
  /** Enters one order about a case. */
  orderIn(held: Case, order: Order): Promise<Outcome<true>>;
}

/** A command that only looks. */
export function view<T>(
  read: Read<T>,
  look: (given: T, desk: Desk) => Outcome<Json> | Promise<Outcome<Json>>,
): Verb {
  return {
    kind: 'view',
    async run(given, desk) {
      const taken = read(given, '');
      return taken.ok ? look(taken.value, desk) : taken;
    },
  };
}

/**
 * A command that changes something. Faults: NODE_NOT_RUNNING, COMMAND_MALFORMED where no officer is named, and those
 * of the order.
 */
export function order<T>(read: Read<T>, act: (given: T, bench: Bench) => Promise<Outcome<Json>>): Verb {
  return {
    kind: 'order',
    async run(given, desk, officer) {
      const { live } = desk;
      if (live === undefined) return refuse('NODE_NOT_RUNNING');
      const by = officer.trim();
      if (by === '' || by.length > LIMITS.nameCharacters.most) return wrong('officer');
      const taken = read(given, '');
      if (!taken.ok) return taken;
      return act(taken.value, {
        ...desk,
        live,
        officer: by,
        order: (given) => live.node.order(by, given),
        orderIn: (held, given) => live.node.order(by, given, { caseId: held.id, tlp: held.tlp }),
      });
    },
  };
}
