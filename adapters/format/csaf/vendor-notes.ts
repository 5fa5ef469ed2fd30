/**
 * The truth per vendor is a note: fixed lines, then the vendor's words verbatim, then our comment.
 * @see FORMATS §1.3
 */
import type { Advisory, Lang, LocalText, VendorEntry } from '../../../node/core/advisory.js';
import { writeSecond } from '../second.js';

export interface VendorNote {
  readonly category: 'other';
  readonly title: string;
  readonly text: string;
}

/** One note per vendor, in the order of the advisory; where vulnerabilities differ, a block for each. */
export function vendorNotes(advisory: Advisory, lang: Lang): VendorNote[] {
  const vendors = new Map<string, VendorEntry[]>();
  for (const entry of advisory.vendors) {
    vendors.set(entry.vendorId, [...(vendors.get(entry.vendorId) ?? []), entry]);
  }
  return [...vendors.values()].map((entries) => ({
    category: 'other',
    title: `Vendor status: ${entries[0]?.name ?? ''}`,
    text: noteText(advisory, entries, lang),
  }));
}

function noteText(advisory: Advisory, entries: readonly VendorEntry[], lang: Lang): string {
  const blocks = entries.map((entry) => block(entry, lang));
  // One text for all vulnerabilities is said once, if it covers all of them.
  if (new Set(blocks).size === 1 && entries.length === advisory.vulnerabilities.length)
    return blocks[0] ?? '';
  return entries
    .map((entry, index) => `vulnerability: ${nameOf(advisory, entry)}\n${blocks[index]}`)
    .join('\n\n');
}

function nameOf(advisory: Advisory, entry: VendorEntry): string {
  const vulnerability = advisory.vulnerabilities.find(({ id }) => id === entry.vulnerabilityId);
  return vulnerability?.cve ?? vulnerability?.title ?? '';
}

function block(entry: VendorEntry, lang: Lang): string {
  const lines = [
    `status: ${entry.status}`,
    ...(entry.informedAt === undefined ? [] : [`informed: ${writeSecond(entry.informedAt)}`]),
    ...(entry.respondedAt === undefined ? [] : [`answered: ${writeSecond(entry.respondedAt)}`]),
    ...(entry.fixProgress === 'none' ? [] : [`fix: ${entry.fixProgress}`]),
    ...entry.assessments.map(
      ({ author, status, at }) => `assessment: ${status}, by ${author}, ${writeSecond(at)}`,
    ),
  ];
  const parts = [lines.join('\n'), ...statements(entry.statements, lang)];
  if (entry.addendum) parts.push(`Coordinator's comment:\n${entry.addendum}`);
  return parts.join('\n\n');
}

/** The document's language first; a text in another one says which, since a note has no language of its own. */
function statements(texts: readonly LocalText[], lang: Lang): string[] {
  const said = texts.filter(({ text }) => text.trim() !== '');
  const own = said.filter((text) => text.lang === lang).map(({ text }) => text);
  const foreign = said.filter((text) => text.lang !== lang).map((text) => `(${text.lang})\n${text.text}`);
  return [...own, ...foreign];
}
