/** Instants for people at the console: in UTC and in the operator's zone, side by side. */

/** `2027-04-21 12:00Z (Wed 21:00 Asia/Tokyo)`; a dash for `null`. Seconds only where there are some. */
export function sayTime(text: unknown, zone: string): string {
  if (typeof text !== 'string') return '–';
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const seconds = at.getUTCSeconds() === 0 ? '' : `:${text.slice(17, 19)}`;
  const utc = `${text.slice(0, 10)} ${text.slice(11, 16)}${seconds}Z`;
  if (zone === 'UTC' || zone === 'Etc/UTC') return utc;
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(at);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    return `${utc} (${part('weekday')} ${part('day')} ${part('month')} ${part('hour')}:${part('minute')} ${zone})`;
  } catch {
    return utc;
  }
}

/** `3 d 4 h`, `12 min`, `8 s`: the two largest units. */
export function sayLength(millis: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
  ];
  const first = units.findIndex(([size]) => Math.abs(millis) >= size);
  if (first < 0) return '0 s';
  let rest = Math.abs(millis);
  const said = units.slice(first, first + 2).flatMap(([size, unit]) => {
    const times = Math.floor(rest / size);
    rest -= times * size;
    return times === 0 ? [] : [`${times} ${unit}`];
  });
  return `${millis < 0 ? '−' : ''}${said.join(' ')}`;
}
