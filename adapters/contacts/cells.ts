/**
 * Lists inside of one cell: `a; b`, and for products and persons `name / part / part`. A backslash before `;`, `/` or
 * itself makes it a plain character.
 */

/** `readList(writeList(a)) = a`, for parts without blanks at their ends. */
export function writeList(parts: readonly string[], separator: ';' | '/' = ';'): string {
  return parts.map((part) => part.replaceAll(/[\\;/]/g, '\\$&')).join(separator === ';' ? '; ' : ' / ');
}

/** The parts of a cell as they were written; empty ones are left out of lists, and kept between slashes. */
export function readList(cell: string, separator: ';' | '/' = ';'): readonly string[] {
  const parts = split(cell, separator).map((part) => part.replaceAll(/\\([\\;/])/g, '$1').trim());
  return separator === ';' ? parts.filter((part) => part !== '') : parts;
}

/** Rows of parts in one cell. */
export function writeRows(rows: readonly (readonly string[])[]): string {
  return rows.map((parts) => writeList(parts, '/')).join('; ');
}

/** @returns each row with its parts. */
export function readRows(cell: string): readonly (readonly string[])[] {
  return split(cell, ';')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .map((row) => readList(row, '/'));
}

function split(cell: string, separator: ';' | '/'): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < cell.length; at += 1) {
    const letter = cell.charAt(at);
    if (letter === '\\') {
      part += letter + cell.charAt(at + 1);
      at += 1;
    } else if (letter === separator) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part];
}
