/** Proposals of a selection in lines for the person who confirms them. */
import type { Document } from './call.js';
import { table } from './print.js';

/** So many hints are shown to people; `--json` has them all. */
const SHOWN_HINTS = 10;

/** One line of the documents that `case select` answers with. */
interface Shown {
  readonly vendor_key: string;
  readonly score: number;
  readonly reasons: readonly string[];
  /** Absent without a node. */
  readonly told?: boolean;
  /** Name of the peer that speaks for it, null where it has no node; absent without a node. */
  readonly peer?: string | null;
}

/** For people: whom to tell, who else may be concerned, and that nobody was told. */
export function selectionLines(result: Document): readonly string[] {
  const { vendors, hints } = result as unknown as {
    readonly vendors: readonly Shown[];
    readonly hints: readonly Shown[];
  };
  const perhaps = table(hints.slice(0, SHOWN_HINTS).map(cells)).map((line) => `  ${line}`);
  return [
    ...(vendors.length === 0
      ? ['nobody in the contact book is named by this case']
      : table([['VENDOR', 'SCORE', 'WHY', ''], ...vendors.map(cells)])),
    ...(hints.length === 0 ? [] : ['', 'perhaps:', ...perhaps]),
    '',
    'proposed, not told: each of them would learn of an embargoed case',
  ];
}

function cells({ vendor_key: key, score, reasons, told, peer }: Shown): readonly string[] {
  const standing = told === true ? 'told already' : peer === null ? 'no node' : '';
  return [key, score.toFixed(2), reasons.join('; '), standing];
}
