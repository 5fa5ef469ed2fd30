/**
 * Who was involved how: CSAF knows parties as classes, so two vendors told at one instant collide.
 *
 * An involvement is written for a date only if all vendors of that date share one status, and names them in its
 * summary; otherwise none is written for that date. A date is never shifted (CSAF 6.1.24, FORMATS §1.3).
 */
import type { Advisory, VendorEntry } from '../../../node/core/advisory.js';
import { byText } from '../../../node/core/bytes.js';
import type { Json } from '../../../node/core/canonical.js';
import { type CsafInvolvementWord, VENDOR_WORDS } from '../../../node/core/case/vendor-words.js';
import type { Instant } from '../../../node/core/time.js';
import type { Loss } from '../format.js';
import { writeSecond } from '../second.js';

export interface Involvements {
  readonly list: readonly Json[];
  readonly losses: readonly Loss[];
}

interface Told {
  readonly path: string;
  readonly name: string;
  readonly word: CsafInvolvementWord;
}

/** Involvements of party `vendor` in one vulnerability, by date. */
export function involvements(advisory: Advisory, vulnerabilityId: string): Involvements {
  const losses: Loss[] = [];
  const dates = new Map<string, Told[]>();
  for (const [index, entry] of advisory.vendors.entries()) {
    const word = VENDOR_WORDS[entry.status].csafInvolvement;
    if (entry.vulnerabilityId !== vulnerabilityId || word === undefined) continue;
    const told = { path: `vendors[${index}]`, name: entry.name, word };
    const at = dateOf(advisory, entry, word);
    if (at === undefined)
      losses.push(lost(told, 'involvement_without_date', 'No date is known, and 6.2.7 asks for one.'));
    else dates.set(writeSecond(at), [...(dates.get(writeSecond(at)) ?? []), told]);
  }
  const list: Json[] = [];
  for (const [date, all] of [...dates].sort(([left], [right]) => byText(left, right))) {
    const word = all[0]?.word;
    if (word !== undefined && all.every((told) => told.word === word)) {
      list.push({ date, party: 'vendor', status: word, summary: all.map(({ name }) => name).join(', ') });
      continue;
    }
    const why = 'Vendors with different statuses share this date, and CSAF allows one involvement for it.';
    for (const told of all) losses.push(lost(told, 'involvement_collides', why));
  }
  return { list, losses };
}

/** The date of the status. For a vendor that was not told it is the date of the document that says so. */
function dateOf(advisory: Advisory, entry: VendorEntry, word: CsafInvolvementWord): Instant | undefined {
  switch (word) {
    case 'contact_attempted':
      return entry.informedAt;
    case 'in_progress':
      return entry.respondedAt ?? entry.informedAt;
    case 'disputed':
      return (
        entry.assessments.find(({ author, status }) => author === entry.name && status !== 'disputed')?.at ??
        entry.respondedAt
      );
    case 'not_contacted':
      return advisory.publishedAt;
  }
}

function lost(told: Told, what: string, why: string): Loss {
  return { path: `${told.path}.status`, what, why };
}
