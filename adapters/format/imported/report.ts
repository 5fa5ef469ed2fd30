/**
 * What a reader of foreign cases writes down while it reads: a place and a flag, and nothing of the text.
 */
import { IMPORT_FLAGS, type ImportFlag } from '../../../node/core/case/imported.js';
import type { Loss } from '../format.js';

/** Collects the losses of one case; paths begin with its name, so that a file of many keeps them apart. */
export interface Report {
  readonly losses: readonly Loss[];
  readonly note: (path: string, flag: ImportFlag) => void;
  /** Calls itself by another name from here on; used once the case's own id is read. */
  readonly name: (id: string) => void;
}

/** An empty report. A place is noted once for one flag. */
export function openReport(): Report {
  const losses: Loss[] = [];
  const seen = new Set<string>();
  let prefix = '';
  return {
    losses,
    note: (path, flag) => {
      const whole = prefix === '' ? path : `${prefix}/${path}`;
      if (seen.has(`${flag} ${whole}`)) return;
      seen.add(`${flag} ${whole}`);
      losses.push({ path: whole, what: flag, why: IMPORT_FLAGS[flag] });
    },
    name: (id) => {
      prefix = id;
    },
  };
}
