/**
 * Content lines of iCalendar: at most 75 octets, the rest on lines that begin with a space.
 */
const MOST_OCTETS = 75;

/**
 * Folds one content line, never inside a UTF-8 character. The space of a continuation counts. No final CRLF.
 *
 * `fold(line).replaceAll('\r\n ', '') = line`.
 * @see RFC 5545 §3.1
 */
export function fold(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const width = octetsOf(character.codePointAt(0) ?? 0);
    if (octets + width > MOST_OCTETS) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += width;
  }
  return [...lines, current].join('\r\n');
}

function octetsOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
