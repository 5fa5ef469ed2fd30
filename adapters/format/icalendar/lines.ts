/** Content lines and values that every iCalendar writer of the house shares. */
import { sha256 } from '../../../node/core/bytes.js';
import { DAY_SECONDS, pad, textOfDay, textOfSeconds } from '../../../node/core/schedule/civil.js';
import type { Zone } from '../../../node/core/schedule/zone.js';
import { fold } from './fold.js';

/** Folded lines, each with its CRLF. */
export function contentLines(lines: readonly string[]): string {
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** @see RFC 5545 §3.3.11 */
export function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n');
}

/** Seconds since 1970 → `20270414T000000Z`. */
export function basicUtc(seconds: number): string {
  return textOfSeconds(seconds).replace(/[-:]/g, '');
}

/** A wall clock as seconds since 1970 as if it showed UTC → `20270414T090000`. */
export function basicLocal(local: number): string {
  const day = Math.floor(local / DAY_SECONDS);
  const rest = local - day * DAY_SECONDS;
  const clock = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60].map(pad).join('');
  return `${textOfDay(day).replaceAll('-', '')}T${clock}`;
}

/** Does a wall clock (seconds as if it showed UTC) never show this, or show it twice? Readers differ about such times. */
export function isUnsteady({ starts, offsets }: Zone, local: number): boolean {
  return starts.some((start, index) => {
    const clocks = [start + (offsets[index - 1] ?? 0), start + (offsets[index] ?? 0)];
    return index > 0 && Math.min(...clocks) <= local && local < Math.max(...clocks);
  });
}

/**
 * The same words, the same UID, in every file and release; it does not tell the words. UUID version 8 (RFC 9562).
 * @param words first what kind of event it is, then what it belongs to.
 */
export function eventUid(...words: readonly string[]): string {
  const hex = sha256(`isochron ${words.join('\n')}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
