/**
 * Is the runtime's zone data older than ours? Nothing here is computed with it; but what a browser, a mail program or
 * `date` on the same machine shows may then differ from what was settled, and people should hear of it.
 * @see SCHEDULING §18
 */
import { ZONE_RELEASE } from './zone-table.js';

/**
 * Compares two releases of the tz database.
 *
 * @param runtime as the runtime names it, such as `2025c`; absent or of another form: it cannot say.
 * @returns `unknown` where it cannot be told.
 */
export function runtimeZones(
  runtime: string | undefined,
  shipped: string = ZONE_RELEASE,
): 'current' | 'older' | 'unknown' {
  if (runtime === undefined || !RELEASE.test(runtime)) return 'unknown';
  return rank(runtime) < rank(shipped) ? 'older' : 'current';
}

const RELEASE = /^\d{4}[a-z]{1,2}$/;

/** After `2026z` comes `2026za`: a longer name is a later one of its year. */
function rank(release: string): number {
  return (
    Number(release.slice(0, 4)) * 1_000 + (release.length - 5) * 500 + release.charCodeAt(release.length - 1)
  );
}
