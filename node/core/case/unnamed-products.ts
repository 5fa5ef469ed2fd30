/**
 * Products of a report that nobody has named before. A vendor knows its products better than the case does, so they are
 * taken; but a slip of the pen would stand in the advisory, so they are shown to the person who reads the report.
 */
import type { NodeId } from '../ids.js';
import { ofNode } from '../registry/book.js';
import { type ContactKey, isActive } from '../registry/vendor.js';
import { joined, wordsOf } from '../selection/spelling.js';
import type { State } from '../state.js';
import type { VendorReport } from '../statement.js';
import type { Case } from './case.js';
import { vendorKey } from './vendor-key.js';

/**
 * Which products of a report are in neither the case (products, title, texts) nor the vendor's requests nor its entry of
 * the contact book; versions and ways of writing do not count. @returns none where nothing names any product at all.
 * @param vendor who reports; absent for a vendor that is only listed, which the contact book may know by its name.
 */
export function unnamedProducts(
  state: State,
  held: Case,
  report: Pick<VendorReport, 'products' | 'verdicts' | 'vendorName'>,
  vendor: NodeId | undefined,
): readonly string[] {
  const { title, summary, products } = held.summary.value;
  const contact =
    vendor === undefined
      ? state.contacts.get(vendorKey(report.vendorName) as ContactKey)
      : ofNode(state.contacts, vendor);
  const kept = contact !== undefined && isActive(contact) ? contact.entry.products : [];
  const asked = [...held.requests.values()].filter(({ requester }) => requester === vendor);
  const known = [
    ...products,
    ...kept.flatMap(({ name, aliases }) => [name, ...aliases]),
    ...asked.flatMap((request) => request.products),
  ].map(spelled);
  if (known.length === 0) return [];
  const texts = [title, summary, held.details?.value.text ?? ''].map(spelled);
  const said = new Set([...report.products, ...report.verdicts.map(({ product }) => product)]);
  return [...said].filter((product) => {
    const name = spelled(product);
    const isKnown = known.some((one) => one !== '' && (name.includes(one) || one.includes(name)));
    return !isKnown && !texts.some((text) => text.includes(name));
  });
}

function spelled(text: string): string {
  return joined(wordsOf(text));
}
