/**
 * What a node may do in one case after a start (R9). It may have signed more than it remembers: before it signs again
 * it hears what the others hold of it, and before it releases by its own memory (P2, P3) as well.
 *
 * |             | sign again after answers from           | release by P2 and P3 after answers from |
 * |-------------|-----------------------------------------|-----------------------------------------|
 * | clean start | q = n: all others; q < n: n − q + 1     | 1 other                                 |
 * | restored    | all others                              | all others                              |
 *
 * P1 needs nobody: the certificate proves itself. A roster of one needs nobody.
 */
import type { NodeId } from '../ids.js';

/** What is known of the others on the roster, each by itself. */
export interface Answering {
  /** Answered in this life. */
  readonly answered: (member: NodeId) => boolean;
  /** Answered since something of ours was lost; true for everybody where nothing was. */
  readonly restored: (member: NodeId) => boolean;
}

/** Who is still awaited. Empty lists: this node is free. */
export interface Probation {
  /** Before any keyed statement; some of them are enough where {@link missing} is smaller. */
  readonly mutedBy: readonly NodeId[];
  /** How many of `mutedBy` must answer. */
  readonly missing: number;
  /** Before a release by P2 or P3; one of them is enough after a clean start. */
  readonly heldBy: readonly NodeId[];
}

/**
 * The table above for one roster.
 * @param q of the charter; the size of the roster while no charter is in force, for then everybody must sign.
 */
export function probationOf(
  self: NodeId,
  roster: readonly NodeId[],
  q: number,
  { answered, restored }: Answering,
): Probation {
  const others = roster.filter((member) => member !== self);
  const silent = others.filter((member) => !answered(member));
  const lost = others.filter((member) => !restored(member));
  const awaited = others.filter((member) => silent.includes(member) || lost.includes(member));
  if (lost.length > 0) return { mutedBy: awaited, missing: awaited.length, heldBy: awaited };
  const needed = q === roster.length ? others.length : Math.min(others.length, roster.length - q + 1);
  const missing = Math.max(0, needed - (others.length - silent.length));
  return {
    mutedBy: missing === 0 ? [] : silent,
    missing,
    heldBy: silent.length === others.length ? silent : [],
  };
}
