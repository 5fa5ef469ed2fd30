/**
 * What an imported case says, as the arguments of `case open`: a person reads and edits the file in between. Text of
 * the source that may hold details goes to the details, never to the summary.
 */
import type { Json } from '../core/canonical.js';
import type { ImportedCase, ImportedVendor } from '../core/case/imported.js';
import { cutText } from '../core/cut-text.js';
import { TLP_OF_SILENCE } from '../core/disclosure/tlp.js';
import { LIMITS } from '../core/limits.js';

/** `{ source, case }`: `case` is what `case open` takes. */
export function openingFrom(imported: ImportedCase): Json {
  const { details, vulnerabilities } = imported;
  const sections: readonly (readonly [string, string])[] = [
    ['Description', details.description],
    ['Impact', details.impact],
    ['Resolution', details.resolution],
    ['Workarounds', details.workarounds],
    ...vulnerabilities.map(({ name, description }) => [name, description] as const),
  ];
  const text = sections
    .filter(([, body]) => body !== '')
    .map(([title, body]) => `${title}\n\n${body}`)
    .join('\n\n');
  return {
    source: { kind: imported.source, id: imported.sourceId },
    case: {
      title: cut(imported.title, LIMITS.titleCharacters.most),
      summary: cut(imported.summary === '' ? imported.title : imported.summary, LIMITS.textCharacters.most),
      details: cut(text, LIMITS.textCharacters.most),
      // The source does not say how far it may travel, so it travels least (FORMATS §0, rule 7).
      tlp: TLP_OF_SILENCE,
      publicIds: imported.aliases
        .filter((alias) => alias.length <= LIMITS.nameCharacters.most)
        .slice(0, LIMITS.listEntries.most),
      vendors: mergedVendors(imported.vendors).slice(0, LIMITS.vendorsPerCase.most).map(vendorOf),
    },
  };
}

/** One line a vendor: the source may have one for each vulnerability; the first that says something holds. */
function mergedVendors(vendors: readonly ImportedVendor[]): readonly ImportedVendor[] {
  const byName = new Map<string, ImportedVendor>();
  for (const vendor of vendors) {
    const held = byName.get(vendor.name);
    if (held === undefined || (held.status === 'unknown' && vendor.status !== 'unknown'))
      byName.set(vendor.name, vendor);
  }
  return [...byName.values()];
}

function vendorOf({ name, status, statement, addendum }: ImportedVendor): Json {
  return {
    name: cut(name, LIMITS.nameCharacters.most),
    status,
    statement: cut(statement ?? '', LIMITS.textCharacters.most),
    impact: cut(addendum ?? '', LIMITS.textCharacters.most),
  };
}

/** At most so many UTF-16 units, never half a character. */
function cut(text: string, most: number): string {
  return cutText(text.replace(/\p{Surrogate}/gu, '\uFFFD'), most);
}
