/**
 * The record of a delay (CRA Art. 16(2)): a CSIRT that received a report passes it on without delay, or records why not
 * and until when. Each record is an entry; what changes of it is a new record that names the old one (FORMATS §8).
 */
import { type Hash, sha256 } from '../bytes.js';
import { canonical } from '../canonical.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import type { Instant } from '../time.js';

/** Delegated Regulation (EU) 2026/881: Art. 3 nature of the information, Art. 4 a given CSIRT, Art. 5 the platform. */
export type DelayGround = 'nature' | 'specific_csirt' | 'platform';

export interface DelayRecord {
  readonly ground: DelayGround;
  /** The CSIRT that cannot keep it confidential; exactly with the ground `specific_csirt`. */
  readonly targetCsirt: string;
  readonly justification: string;
  readonly decidedAt: Instant;
  readonly decidedBy: string;
  readonly enisaInformedAt: Instant | undefined;
  readonly expectedAt: Instant;
  readonly liftedAt: Instant | undefined;
  /** The record that this one replaces. */
  readonly replaces: Hash | undefined;
}

/** A record as it is held: whose it is, and since when. */
export interface HeldDelay {
  readonly id: Hash;
  readonly author: NodeId;
  readonly at: Instant;
  readonly record: DelayRecord;
}

/** The same record has the same id at every node. */
export function delayId(record: DelayRecord): Hash {
  const { enisaInformedAt, liftedAt, replaces, ...rest } = record;
  const late = { enisaInformedAt: enisaInformedAt ?? null, liftedAt: liftedAt ?? null };
  return sha256(`isochron/v1 delay\n${canonical({ ...rest, ...late, replaces: replaces ?? null })}`);
}

/**
 * May this be recorded? Faults: DELAY_INCOMPLETE with the field that is missing or wrong, DELAY_UNKNOWN where it replaces
 * what is not the newest record of its author.
 */
export function checkDelay(
  delays: ReadonlyMap<Hash, HeldDelay>,
  author: NodeId,
  record: DelayRecord,
): Outcome<true> {
  const { ground, targetCsirt, justification, decidedBy, decidedAt, expectedAt, replaces } = record;
  if (justification.trim() === '') return refuse('DELAY_INCOMPLETE', { where: 'justification' });
  if (decidedBy.trim() === '') return refuse('DELAY_INCOMPLETE', { where: 'decidedBy' });
  if ((ground === 'specific_csirt') === (targetCsirt.trim() === ''))
    return refuse('DELAY_INCOMPLETE', { where: 'targetCsirt' });
  if (expectedAt <= decidedAt) return refuse('DELAY_INCOMPLETE', { where: 'expectedAt' });
  if (replaces === undefined) return ok(true);
  const standing = standingDelays(delays).some((held) => held.id === replaces && held.author === author);
  return standing ? ok(true) : refuse('DELAY_UNKNOWN', { where: replaces });
}

/** Records that no other one replaces, in the order of hearing. */
export function standingDelays(delays: ReadonlyMap<Hash, HeldDelay>): readonly HeldDelay[] {
  const replaced = new Set([...delays.values()].map(({ record }) => record.replaces));
  return [...delays.values()].filter(({ id }) => !replaced.has(id));
}

/** What is wrong with a delay that stands: ENISA is told at once, and an end that was expected comes. */
export function delayDoubts({ record }: HeldDelay, now: Instant): readonly ('untold' | 'expired')[] {
  if (record.liftedAt !== undefined) return [];
  return [
    ...(record.enisaInformedAt === undefined ? (['untold'] as const) : []),
    ...(now >= record.expectedAt ? (['expired'] as const) : []),
  ];
}
