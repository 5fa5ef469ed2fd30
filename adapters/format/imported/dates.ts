/**
 * Dates of foreign archives, as they are. Nothing is repaired: a date that cannot be right stays text, with a flag.
 * @see FORMATS §5
 */
import type { ImportedDate } from '../../../node/core/case/imported.js';
import { daysInMonth, HOUR, type Instant, instant, MINUTE, readInstant } from '../../../node/core/time.js';

const SHAPE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/;

const EARLIEST_YEAR = 1980;
const LATEST_YEAR = 2100;

/**
 * Reads a date or a time with its doubts. A date without a time stays a date: it is never turned into midnight.
 * @returns `undefined` for an empty text, which says nothing.
 */
export function readDate(text: string): ImportedDate | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const parts = SHAPE.exec(trimmed);
  if (!parts) return { text: trimmed, flag: 'not_a_date' };
  const [year, month, date] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || date < 1 || date > daysInMonth(year, month)) {
    return { text: trimmed, flag: 'not_a_date' };
  }
  if (year < EARLIEST_YEAR || year > LATEST_YEAR) return { text: trimmed, flag: 'impossible_year' };
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const [hour, minute, second = '00', fraction, zone] = parts.slice(4);
  if (hour === undefined) return { text: trimmed, day };
  const local = readInstant(
    `${day}T${hour}:${minute}:${second}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}Z`,
  );
  if (local === undefined) return { text: trimmed, flag: 'not_a_date' };
  if (zone === undefined) return { text: trimmed, day, flag: 'no_zone' };
  const at = inZone(local, zone);
  return at === undefined ? { text: trimmed, flag: 'not_a_date' } : { text: trimmed, day, at };
}

/** Reads a field that holds a day although it is spelled as a time: the time in it means nothing. */
export function readDay(text: string): ImportedDate | undefined {
  const read = readDate(text.trim().replace(/T00:00:00$/, ''));
  return read && { ...read, text: text.trim() };
}

function inZone(local: Instant, zone: string): Instant | undefined {
  if (zone === 'Z') return local;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 14 || minutes > 59) return undefined;
  const offset = hours * HOUR + minutes * MINUTE;
  return instant(zone.startsWith('-') ? local + offset : local - offset);
}

/**
 * Is the left one later for certain? By instant where both have one; otherwise by the day as spelled, and then two
 * dates of one day have no order.
 */
export function isLater(left: ImportedDate | undefined, right: ImportedDate | undefined): boolean {
  if (left?.day === undefined || right?.day === undefined) return false;
  if (left.at !== undefined && right.at !== undefined) return left.at > right.at;
  return left.day > right.day;
}
