/**
 * `npm run selection`: how well whom to tell is proposed, on the sample of CERT/CC notes (docs/SELECTION.md). Prints ids
 * and counts only. Without the sample it says so and ends well: nobody outside may have it.
 *
 * `--notes` prints a line for each note; `--tuning` the notes that settings were chosen on instead of those held out.
 */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readContacts, readHistory } from '../../adapters/contacts/selection-files.js';
import { type Bar, type Judged, judge, type SizeClass, type Summary, summed } from './measure.js';

/** Before this everything was tuned, from it on nothing was. */
const SPLIT = '2009-01-01';
const [EVER, NEVER] = ['0000', '9999'];

/**
 * The sample holds far more large cases than there are. Of the 300 notes that the bars are about 197 name one vendor,
 * 34 up to nine, 69 ten or more; figures are told as they are and at these shares.
 */
const SHARES: Readonly<Record<SizeClass, number>> = { one: 197 / 300, few: 34 / 300, many: 69 / 300 };

const BARS: Readonly<Record<Bar, string>> = {
  names: 'macro F1 ≥ 0.55, needless ≤ 0.7',
  groups: 'macro F1 ≥ 0.63',
};

// From dist/bench/selection: beside the project.
const beside = new URL('../../../../shared/data/cert-cc-sample', import.meta.url);
const sample = env['ISOCHRON_CERT_SAMPLE'] ?? fileURLToPath(beside);
if (!(await has(join(sample, 'notes.jsonl')))) {
  console.log(
    'no sample of CERT/CC notes here; set ISOCHRON_CERT_SAMPLE to its folder. Nothing was measured.',
  );
  exit(0);
}

const contacts = readContacts(await readFile(join(sample, 'vendors.jsonl'), 'utf8')).read;
const notes = readHistory(await readFile(join(sample, 'notes.jsonl'), 'utf8')).read;
const isTuning = argv.includes('--tuning');
const span = isTuning ? { from: EVER, until: SPLIT } : { from: SPLIT, until: NEVER };
console.log(
  `${isTuning ? 'tuned on: notes before' : 'held out: notes from'} ${SPLIT}; ${contacts.length} contacts`,
);
for (const bar of ['names', 'groups'] as const) {
  const judged = judge(notes, contacts, bar, span);
  console.log(`\n${bar} (${BARS[bar]})`);
  if (argv.includes('--notes')) for (const one of judged) console.log(line(one));
  for (const size of ['one', 'few', 'many'] as const)
    console.log(row(size, summed(judged.filter((one) => one.size === size))));
  console.log(row('all', summed(judged)));
  console.log(row('at shares', summed(judged, SHARES)));
}

function row(name: string, of: Summary): string {
  const macro = `P ${of.precision.toFixed(2)}  R ${of.recall.toFixed(2)}  F1 ${of.f1.toFixed(3)}`;
  const micro = `micro P ${of.microPrecision.toFixed(2)} R ${of.microRecall.toFixed(2)} F1 ${of.microF1.toFixed(2)}`;
  const leak = `told ${of.told.toFixed(1)}  needless ${of.needless.toFixed(2)}`;
  return `  ${name.padEnd(10)} ${String(of.notes).padStart(4)} notes  ${macro}  ${leak}  ${micro}`;
}

function line({ id, precision, recall, f1, told, needless, wanted }: Judged): string {
  const rates = `P ${precision.toFixed(2)}  R ${recall.toFixed(2)}  F1 ${f1.toFixed(2)}`;
  return `  ${id.padEnd(12)} ${rates}  told ${told}  needless ${needless}  of ${wanted}`;
}

async function has(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
