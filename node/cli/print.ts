/** The only place that writes to the console: results on stdout, everything else on stderr. */
import type { Json } from '../core/canonical.js';
import { type Fault, sayFault } from '../core/fault.js';

export interface Printer {
  /** The result: with `--json` one document, else lines for people. */
  result(document: Json, lines: () => readonly string[]): void;
  /** A refusal: with `--json` `{"fault": …}` on stdout, else a line on stderr. @param hint what would do, instead of the fault's own words. */
  fault(fault: Fault, hint?: string): void;
  /** A line for people on stderr, whatever the form of the result. */
  note(line: string): void;
}

/** Where lines go; tests hand in their own. */
export interface Streams {
  out(line: string): void;
  err(line: string): void;
}

export const CONSOLE: Streams = { out: (line) => console.log(line), err: (line) => console.error(line) };

export function printer(json: boolean, streams: Streams): Printer {
  return {
    result(document, lines) {
      if (json) streams.out(JSON.stringify(document));
      else for (const line of lines()) streams.out(line);
    },
    fault({ expects = '', ...fault }, hint = expects) {
      if (json) streams.out(JSON.stringify({ fault, ...(hint === '' ? {} : { expects: hint }) }));
      else streams.err(`isochron: ${sayFault(fault)}${hint === '' ? '' : `\n  expected: ${hint}`}`);
    },
    note: streams.err,
  };
}

/** Rows in columns, two blanks between them; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns that a text takes: two for the wide characters of East Asia. */
function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1;
  return columns;
}
