/**
 * When to look again although nothing arrives.
 */
import { after, type Instant } from '../time.js';
import { charterStandings } from './charter.js';
import type { Docket } from './docket.js';
import { patienceOf } from './propose.js';
import { isClockOff, limboOf, SEAL_OVERDUE_MS } from './release.js';
import { freezeOf } from './rounds.js';
import { standingOf } from './settle.js';

/**
 * The least instant after `docket.now` at which {@link nextMoves} or {@link mayRelease} may say something new:
 * proposer's patience, end of the round's timer, freeze, instant, limbo, overdue seal; before that the default
 * instant of a charter under way, after which it can no longer be signed.
 *
 * @returns `undefined` where time alone changes nothing any more.
 */
export function nextDue(docket: Docket): Instant | undefined {
  const standing = standingOf(docket);
  const candidates: (Instant | undefined)[] = [];
  if (standing) {
    const { charter, at, open } = standing;
    const limbo = limboOf(docket, standing);
    candidates.push(freezeOf(charter, at), at, after(at, SEAL_OVERDUE_MS));
    candidates.push(open?.open?.start?.at, open?.open?.timerEndsAt, patienceOf(standing));
    if (typeof limbo === 'number') candidates.push(limbo);
    // When what tells against our clock is too old to count, the release goes on by our own clock (R10).
    if (isClockOff(docket, standing)) candidates.push(docket.clock?.until);
  } else {
    candidates.push(...charterStandings(docket).map(({ terms }) => terms.defaultInstant));
  }
  const ahead = candidates.filter((at): at is Instant => at !== undefined && at > docket.now);
  return ahead.length === 0 ? undefined : (Math.min(...ahead) as Instant);
}
