/** Times as every document carries them. */
import { type Instant, SECOND, writeInstant } from '../../node/core/time.js';

/** RFC 3339 in UTC with whole seconds (FORMATS §0, rule 4). */
export function writeSecond(at: Instant): string {
  return writeInstant((Math.floor(at / SECOND) * SECOND) as Instant);
}
