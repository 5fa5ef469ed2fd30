/** What a command of a transcript is run with, and how its words are read. */
import { readTlp, type Tlp } from '../../../core/disclosure/tlp.js';
import type { CaseId, NodeId } from '../../../core/ids.js';
import type { Order } from '../../../core/statement.js';
import {
  after,
  DAY,
  HOUR,
  type Instant,
  MINUTE,
  type Millis,
  readInstant,
  SECOND,
} from '../../../core/time.js';
import type { Driver } from './driver.js';
import { type StoryNode, storyNode } from './names.js';
import type { Command, Header } from './script.js';

/** As much of a driver as orders need. */
export type Ordering = Pick<Driver, 'now' | 'nowOf' | 'order' | 'state'>;

/** @returns lines to print. */
export type Run = (given: Given) => Promise<readonly string[]>;

/** One command with what it is played on. */
export interface Given {
  readonly command: Command;
  readonly header: Header;
  readonly driver: Ordering;
  /** Which case the command is about. */
  readonly about: CaseId;
  /** The plain words that name nodes, in their order. */
  readonly names: readonly StoryNode[];
}

/** The name of a node of this world. */
export function nameOf({ places }: Header, node: NodeId): string {
  return places.find(({ name }) => storyNode(name) === node)?.name ?? node.slice(0, 8);
}

/** `90s`, `-2h`: how far a clock is off. */
export function readSkew(text: string): Millis | undefined {
  const [, sign = '', count, unit = ''] = /^(-?)(\d+)([dhms])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(`${sign}${count}`) * (UNITS[unit] ?? 0);
}

/** An instant, or a length from now: `3d`, `72h`, `90m`, `30s`. */
export function readMoment(text: string | undefined, now: Instant): Instant | undefined {
  const length = /^(\d+)([dhms])$/.exec(text ?? '');
  if (length === null) return readInstant(text ?? '');
  return after(now, Number(length[1]) * (UNITS[length[2] ?? ''] ?? 0));
}

const UNITS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, m: MINUTE, s: SECOND };

/** One order by one node. @returns the refusal as a line, if there is one. */
export async function give(given: Given, by: StoryNode, order: Order): Promise<readonly string[]> {
  const { driver, about } = given;
  // The label of a case is its opener's; everybody else speaks under the one that it was told.
  const tlp: Tlp =
    driver.state(by).cases.get(about)?.tlp ?? readTlp(option(given, 'tlp') ?? 'AMBER') ?? 'AMBER';
  const code = await driver.order(by, order, { caseId: about, tlp });
  return code === undefined ? [] : [`${by} is refused: ${code}`];
}

/** The first node that a command names. */
export function first({ names }: Given): StoryNode {
  const [name] = names;
  if (name === undefined) throw new Error('a node is named');
  return name;
}

/** The first two nodes that a command names. */
export function two({ names }: Given): readonly [StoryNode, StoryNode] {
  const [one, other] = names;
  if (one === undefined || other === undefined) throw new Error('two nodes are named');
  return [one, other];
}

/** The first word behind an option; empty for one without words, `undefined` where it is not given. */
export function option({ command }: Given, name: string): string | undefined {
  const words = command.options.get(name);
  return words === undefined ? undefined : (words[0] ?? '');
}

/** An instant, or a length from now. */
export function instantOf(given: Given, text: string | undefined): Instant {
  const at = readMoment(text, given.driver.now());
  if (at === undefined) throw new Error(`no instant ${text}`);
  return at;
}
