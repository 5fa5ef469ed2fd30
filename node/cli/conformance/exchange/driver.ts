/**
 * What a transcript is played on: pure machines or whole nodes. Both must print the same.
 */

import type { Tlp } from '../../../core/disclosure/tlp.js';
import type { FaultCode } from '../../../core/fault.js';
import type { CaseId } from '../../../core/ids.js';
import type { State } from '../../../core/state.js';
import type { Body, Order } from '../../../core/statement.js';
import type { Instant, Millis } from '../../../core/time.js';
import type { StoryNode } from './names.js';

/** One feed between two nodes. */
export interface Lane {
  readonly from: StoryNode;
  readonly to: StoryNode;
}

/** One entry of an out-feed. */
export interface Said extends Lane {
  readonly sequence: number;
  readonly caseId: CaseId | undefined;
  readonly body: Body;
}

/** An entry of a peer that was heard and refused. */
export interface Refusal extends Lane {
  readonly sequence: number;
  readonly code: FaultCode;
}

export interface Driver {
  readonly now: () => Instant;
  /** What the clock of one node shows. */
  nowOf(name: StoryNode): Instant;
  /** Sets the clock; every node that has something due by then enters a tick. Nothing is delivered. */
  setClock(to: Instant): Promise<void>;
  /** From now on the clock of this node is ahead by so much (behind, where negative). */
  setSkew(name: StoryNode, length: Millis): Promise<void>;
  /** What is due by time alone, at any node, by the clock of the transcript. */
  due(): readonly Instant[];
  introduce(one: StoryNode, other: StoryNode): Promise<void>;
  /** @returns the refusal, if the order was refused. */
  order(
    name: StoryNode,
    order: Order,
    about: { readonly caseId: CaseId; readonly tlp: Tlp },
  ): Promise<FaultCode | undefined>;
  state(name: StoryNode): State;
  /** Entries of this lane that its recipient does not hold yet. */
  owed(lane: Lane): number;
  /** Lets one frame of the lane arrive. @returns how many entries it brought. */
  deliver(lane: Lane): Promise<number>;
  /** The last frame of the lane arrives once more. */
  repeat(lane: Lane): Promise<void>;
  /** Size of the feed for which its author holds the recipient's receipt. */
  receipted(lane: Lane): number;
  restart(name: StoryNode): Promise<void>;
  /** Copies the disk of a node, in place of an earlier copy of it. */
  copy(name: StoryNode): Promise<void>;
  /** Ends a node and starts it on its copy. What peers hold of its words comes back at once. */
  restore(name: StoryNode): Promise<void>;
  /** What this node said to others since it was last asked, in the order of saying. */
  said(name: StoryNode): Promise<readonly Said[]>;
  /** What this node refused since it was last asked. */
  refusals(name: StoryNode): readonly Refusal[];
  stop(): Promise<void>;
}
