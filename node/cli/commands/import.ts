/** `import`: cases from files of other centres. Nothing becomes a case by itself: `case open --from` does that. */
import { writeFile } from 'node:fs/promises';
import { readImport } from '../../../adapters/format/read-import.js';
import type { Json } from '../../core/canonical.js';
import type { ImportedCase } from '../../core/case/imported.js';
import { LIMITS } from '../../core/limits.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { openingFrom } from '../opening.js';
import { listOption, readText, textOption } from '../options.js';
import { table } from '../print.js';

/** So many are shown one by one; a person reads no more. */
const SHOWN_LOSSES = 60;

export const COMMANDS: Commands = { 'cert-cc': importCertCc };

async function importCertCc(cli: Cli, [file = '']: readonly string[], options: Options): Promise<Exit> {
  const text = await readText(file, 'file');
  if (!text.ok) return refused(cli, text.fault);
  const vendorTexts: string[] = [];
  for (const path of listOption(options, 'vendorFile') ?? []) {
    const vendor = await readText(path, 'vendor-file');
    if (!vendor.ok) return refused(cli, vendor.fault);
    vendorTexts.push(vendor.value);
  }
  const id = textOption(options, 'id');
  const read = readImport(text.value, { ...(id === undefined ? {} : { id }), vendorTexts });
  if (!read.ok) return refused(cli, read.fault);
  const { cases, report } = read.value;
  const output = textOption(options, 'output');
  const [first] = cases;
  if (output !== undefined) {
    // One file is one case: which of many is meant, a person says.
    if (first === undefined || cases.length > 1)
      return refused(
        cli,
        { code: 'COMMAND_MALFORMED', where: 'id', offered: cases.length },
        'the id of one note of the file, such as VU#900001: one written file is one case',
      );
    await writeFile(output, `${JSON.stringify(openingFrom(first), undefined, 2)}\n`, { mode: 0o600 });
  }
  const losses = report.slice(0, LIMITS.listEntries.most);
  const result: Json = {
    cases: cases.length,
    imported: cases.slice(0, LIMITS.listEntries.most).map(line),
    losses: report.length,
    report: losses as unknown as Json,
    file: output ?? null,
  };
  cli.print.result(result, () => [
    ...(cases.length > 20
      ? [`${cases.length} cases`]
      : cases.map((one) => `${one.sourceId}  ${one.vendors.length} vendors  ${one.title}`)),
    `${report.length} things dropped, changed or doubted`,
    ...tally(report.map(({ what }) => what)).map(
      ([what, times]) => `  ${String(times).padStart(6)}  ${what}`,
    ),
    ...(report.length > SHOWN_LOSSES
      ? ['each with its place: --id for one note, or --json']
      : table(report.map(({ path, what, why }) => [`  ${path}`, what, why]))),
    ...(output === undefined
      ? []
      : [`written to ${output}; read it, then: isochron case open --from ${output}`]),
  ]);
  return 0;
}

function line(one: ImportedCase): Json {
  return { sourceId: one.sourceId, title: one.title, aliases: [...one.aliases], vendors: one.vendors.length };
}

function tally(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}
