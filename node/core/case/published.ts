/** What this node published, and when. */
import type { Hash } from '../bytes.js';
import type { NodeId } from '../ids.js';
import { heldOf } from '../settlement/docket.js';
import type { ReleaseRule } from '../statement.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';

export interface Publication {
  readonly epoch: number;
  /** The instant that it was settled for. */
  readonly at: Instant;
  readonly publishedAt: Instant;
  readonly digest: Hash;
  readonly revision: number;
  /** `unknown` where our report was lost with the home feed: the ballot that came back does not say. */
  readonly rule: ReleaseRule | 'unknown';
}

/** By our report, or by our own word that a peer gave back; then as of when that was said. */
export function publishedBy({ chamber }: Case, self: NodeId): Publication | undefined {
  if (chamber.published !== undefined) return chamber.published;
  const said = heldOf(chamber.ballots, 'published').find(({ ballot }) => ballot.author === self);
  if (said === undefined) return undefined;
  const { epoch, at, digest, revision } = said.ballot.body;
  return {
    epoch,
    at,
    digest,
    revision,
    publishedAt: said.heldAt,
    rule: chamber.intent?.rule ?? 'unknown',
  };
}
