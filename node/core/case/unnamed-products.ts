/**
 * Products of a report that nobody has named before. A vendor knows its products better than the case does, so they are
 * taken; but a slip of the pen would stand in the advisory, so they are shown to the person who reads the report.
 */
import type { NodeId } from '../ids.js';
import { type Contact, type ContactKey, isActive } from '../registry/vendor.js';
import { joined, wordsOf } from '../selection/spelling.js';
import type { State } from '../state.js';
import type { VendorReport } from '../statement.js';
import type { Case } from './case.js';
import { vendorKey } from './vendor-key.js';

/** What a report is asked for. @param vendor who reports; absent for a vendor that is only listed. */
type Ask = (
  report: Pick<VendorReport, 'products' | 'verdicts' | 'vendorName'>,
  vendor: NodeId | undefined,
) => readonly string[];

/**
 * Which products of a report are in neither the case (products, title, texts) nor the vendor's requests nor its entry of
 * the contact book; versions and ways of writing do not count. None where nothing names any product at all.
 * @returns a question about one report after the other: the texts of the case are cut into words once for all of them.
 */
export function unnamedProducts(state: State, held: Case): Ask {
  const { title, summary, products } = held.summary.value;
  const inCase = products.map(spelled);
  const byNode = new Map<NodeId, Contact>();
  for (const contact of state.contacts.values())
    if (contact.entry.node !== undefined && isActive(contact)) byNode.set(contact.entry.node, contact);
  let cut: readonly string[] | undefined;
  const texts = () => {
    cut ??= [title, summary, held.details?.value.text ?? ''].map(spelled);
    return cut;
  };
  return (report, vendor) => {
    const said = new Set([...report.products, ...report.verdicts.map(({ product }) => product)]);
    if (said.size === 0) return [];
    // A vendor that is only listed may be in the book by its name.
    const contact =
      vendor === undefined
        ? state.contacts.get(vendorKey(report.vendorName) as ContactKey)
        : byNode.get(vendor);
    const kept = contact !== undefined && isActive(contact) ? contact.entry.products : [];
    const asked = [...held.requests.values()].filter(({ requester }) => requester === vendor);
    const own = [
      ...kept.flatMap(({ name, aliases }) => [name, ...aliases]),
      ...asked.flatMap((request) => request.products),
    ].map(spelled);
    const known = [...inCase, ...own].filter((name) => name !== '');
    if (known.length === 0) return [];
    return [...said].filter((product) => {
      const name = spelled(product);
      const isKnown = known.some((one) => name.includes(one) || one.includes(name));
      return !isKnown && !texts().some((text) => text.includes(name));
    });
  };
}

function spelled(text: string): string {
  return joined(wordsOf(text));
}
