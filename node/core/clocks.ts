/**
 * Is our clock right? (R10) Clocks decide only when to act, but a clock that is wrong acts at the wrong time: a centre
 * whose clock is an hour ahead would publish an hour before everybody else, and believe that it kept its word.
 *
 * A receipt is a signed instant of somebody else's clock. One that answers at once tells how far the two clocks are
 * apart, up to the time that the answer took. One peer may be wrong, or lie, so the median over all counts.
 */
import type { NodeId } from './ids.js';
import { LIMITS } from './limits.js';
import type { State } from './state.js';
import { after, DAY, HOUR, type Instant, MINUTE, type Millis, SECOND } from './time.js';

/** One comparison of two clocks. */
export interface ClockSample {
  readonly peer: NodeId;
  /** When we sent, by our clock. */
  readonly sentAt: Instant;
  /** When the peer cosigned, by its clock, in whole seconds. */
  readonly peerAt: Instant;
}

/** What the samples of the last day say. */
export interface ClockReading {
  /** Median of what the peers' clocks are ahead of ours; negative where ours is ahead. */
  readonly aheadMs: Millis;
  /** How many peers it rests on. */
  readonly peers: number;
  /** When the oldest of these samples is too old to count. */
  readonly until: Instant;
}

/** So long a sample counts. */
const COUNTS_MS: Millis = DAY;

/** A peer whose clock has not moved against ours is asked again after so long. */
const AGAIN_MS: Millis = HOUR;

/** What is less than this is the time that an answer takes and the rounding to seconds. */
const MOVED_MS: Millis = 5 * SECOND;

/** The clock of an exercise jumps, one node after another: what is more than this is such a jump, not a wrong clock. */
const JUMP_MS: Millis = 10 * MINUTE;

/**
 * Whether an answer tells anything about clocks.
 * @param heardAt when the receipt came, by our clock: too late, or before it was asked for, says nothing.
 */
export function isPrompt(sentAt: Instant, heardAt: Instant): boolean {
  return heardAt >= sentAt && heardAt - sentAt <= LIMITS.clockAnswerMs.most;
}

/** Whether a sample says something that is not on record yet: each one kept is an entry of the home feed. */
export function isNewsOfClocks({ self, clocks }: State, sample: ClockSample): boolean {
  if (self.role !== 'centre') return false;
  const ahead = sample.peerAt - sample.sentAt;
  if (self.mode === 'drill' && Math.abs(ahead) > JUMP_MS) return false;
  const held = clocks.get(sample.peer);
  if (held === undefined) return true;
  const passed = sample.sentAt - held.sentAt;
  return passed < 0 || passed >= AGAIN_MS || Math.abs(ahead - (held.peerAt - held.sentAt)) > MOVED_MS;
}

/**
 * The median over distinct peers, each with its newest sample; of the two in the middle the one that is nearer to our
 * clock, so that one wrong peer of two holds nobody up. Centres count alone where one of them told: a centre has many
 * vendors, and whoever publishes with us must not be outvoted by them.
 * @returns `undefined` without a sample of the last day: then a centre acts by its own clock and says so.
 */
export function clockReading(
  { clocks, peers }: Pick<State, 'clocks' | 'peers'>,
  now: Instant,
): ClockReading | undefined {
  const told = [...clocks.values()].filter(({ sentAt }) => now - sentAt < COUNTS_MS && sentAt <= now);
  const centres = told.filter(({ peer }) => peers.get(peer)?.card.role === 'centre');
  const fresh = centres.length > 0 ? centres : told;
  if (fresh.length === 0) return undefined;
  const ahead = fresh.map(({ sentAt, peerAt }) => peerAt - sentAt).sort((left, right) => left - right);
  const [low = 0, high = 0] = [ahead[(ahead.length - 1) >> 1], ahead[ahead.length >> 1]];
  const oldest = Math.min(...fresh.map(({ sentAt }) => sentAt)) as Instant;
  const aheadMs = Math.abs(low) < Math.abs(high) ? low : high;
  return { aheadMs, peers: fresh.length, until: after(oldest, COUNTS_MS) };
}
