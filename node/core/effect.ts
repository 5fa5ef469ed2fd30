/**
 * What the machine can ask for. All effects are words (STYLE §2.1, rule 7): anything else is read off the state
 * as due and not yet reported.
 */
import type { Tlp } from './disclosure/tlp.js';
import type { CaseId, FeedId, NodeId } from './ids.js';
import type { BallotDraft } from './settlement/ballot.js';
import type { Draft } from './statement.js';

export type Effect =
  /** One statement to one node. */
  | { readonly kind: 'say'; readonly draft: Draft }
  /** One part of an attachment to one node, read from where it lies: the machine never holds the bytes. */
  | {
      readonly kind: 'forward';
      readonly to: NodeId;
      readonly caseId: CaseId;
      readonly tlp: Tlp;
      readonly source: { readonly feed: FeedId; readonly sequence: number };
    }
  /** What was said to this node once, as a new entry: the machine does not keep its words. */
  | { readonly kind: 'repeat'; readonly to: NodeId; readonly sequence: number }
  /** A body for third parties: signed once, then one entry for each of `to`. */
  | { readonly kind: 'cast'; readonly draft: BallotDraft; readonly tlp: Tlp; readonly to: readonly NodeId[] };
