/**
 * Instants and durations. Time is an argument in this room: nothing here reads a clock or a zone table.
 */
declare const brand: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
export type Instant = number & { readonly [brand]: 'Instant' };

/** A length of time in milliseconds. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60_000;
export const HOUR: Millis = 3_600_000;
export const DAY: Millis = 86_400_000;

const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;

/** @returns `undefined` unless the number is whole and lies in the years 1 to 9999. */
export function instant(millis: number): Instant | undefined {
  return Number.isSafeInteger(millis) && millis >= EARLIEST && millis <= LATEST
    ? (millis as Instant)
    : undefined;
}

/** An instant shifted by a duration; the caller keeps within the years that {@link instant} accepts. */
export function after(start: Instant, length: Millis): Instant {
  return (start + length) as Instant;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?Z$/;

/**
 * Reads RFC 3339 in UTC, with capital T and Z, seconds 00 to 59 and at most three digits of fraction.
 * @returns `undefined` for any other spelling and for a date that does not exist.
 */
export function readInstant(text: string): Instant | undefined {
  const parts = RFC3339.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = Number((parts[7] ?? '').padEnd(3, '0') || '0');
  const days = daysFromCivil(year, month, day);
  return instant(days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + fraction);
}

/**
 * `readInstant(writeInstant(t)) = t`. Whole seconds are written without a fraction.
 */
export function writeInstant(at: Instant): string {
  const days = Math.floor(at / DAY);
  const rest = at - days * DAY;
  const { year, month, day } = civilFromDays(days);
  const millis = rest % SECOND;
  const seconds = Math.floor(rest / SECOND);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  const fraction = millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}${fraction}Z`;
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar; month 1 to 12. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Inverse of {@link daysFromCivil}. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Length of a month of the proleptic Gregorian calendar; month 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
