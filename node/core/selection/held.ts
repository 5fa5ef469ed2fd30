/** What selection looks at, read off the state: the contact book, earlier cases, and the text of a case. */
import type { Case } from '../case/case.js';
import { vendorKey } from '../case/vendor-key.js';
import type { NodeId } from '../ids.js';
import { isActive } from '../registry/vendor.js';
import type { State } from '../state.js';
import { type Instant, writeInstant } from '../time.js';
import type { Archived, CaseText, Contact } from './contact.js';
import { makerOf } from './product-names.js';
import { openBook, select } from './select.js';

export interface HeldContacts {
  readonly contacts: readonly Contact[];
  readonly nodes: ReadonlyMap<string, NodeId>;
  readonly keys: ReadonlyMap<NodeId, string>;
}

/** The contact book, and vendors with a node that nobody has entered into it yet. */
export function contactsOf(state: State): HeldContacts {
  const kept = [...state.contacts.values()].filter(isActive);
  const nodes = new Map(
    kept.flatMap(({ key, entry }) => (entry.node === undefined ? [] : [[key as string, entry.node]])),
  );
  const known = new Set(nodes.values());
  const contacts = kept.map(({ key, entry }): Contact => {
    const products = entry.products.flatMap((product) => [product.name, ...product.aliases]);
    const { name: called, aliases, keywords, groups, weight } = entry;
    return { key, names: [called, ...aliases], products, keywords, groups, class: entry.class, weight };
  });
  const bare = [...state.peers.values()].filter(
    ({ card, standing }) => standing === 'verified' && card.role === 'vendor' && !known.has(card.node),
  );
  for (const { card } of bare) nodes.set(card.name, card.node);
  const others = bare.map(
    ({ card }): Contact => ({
      ...{ key: card.name, names: [card.name], products: [], keywords: [], groups: [] },
      ...{ class: 'general', weight: 0 },
    }),
  );
  const keys = new Map([...nodes].map(([key, node]) => [node, key]));
  return { contacts: [...contacts, ...others], nodes, keys };
}

/** Earlier cases of our own, with everybody who was told. */
export function archiveOf(state: State, keys: ReadonlyMap<NodeId, string>): readonly Archived[] {
  return [...state.cases.values()].map((held) => {
    const { isMany: _, makers: __, ...text } = caseText(held, false);
    const told = [...held.told.keys()].flatMap((node) => keys.get(node) ?? []);
    const listed = [...held.listed.keys()].map(vendorKey);
    return { id: held.id, at: sortable(held.openedAt), text, vendors: [...new Set([...told, ...listed])] };
  });
}

/** What the case says of itself; the details are read here too, for nothing of them leaves the house. */
export function caseText({ summary, details }: Case, isMany: boolean): CaseText {
  const { title, summary: overview, products } = summary.value;
  const makers = products.flatMap((product) => makerOf(product) ?? []);
  const keywords = products.filter((product) => makerOf(product) === undefined);
  return { title, overview, description: details?.value.text ?? '', keywords, makers, isMany };
}

/** Instants as archives sort them. */
export function sortable(at: Instant): string {
  return writeInstant(at);
}

/** Why a vendor is not to be told of a case, whoever else is. */
export type Reserve = 'VENDOR_INDIVIDUAL' | 'VENDOR_RETIRED';

/**
 * Who is not to be told of this case, by what the contact book says: vendors of the individual class of whose products
 * and names the case says nothing (DOMAIN §4), and such as were retired. An officer may know better of the former.
 */
export function reservesOf(state: State, held: Case): ReadonlyMap<NodeId, Reserve> {
  const reserves = new Map<NodeId, Reserve>();
  const active = new Set<NodeId>();
  for (const contact of state.contacts.values()) {
    const { node } = contact.entry;
    if (node === undefined) continue;
    if (isActive(contact)) active.add(node);
    else if (contact.isRetired) reserves.set(node, 'VENDOR_RETIRED');
  }
  for (const node of active) reserves.delete(node);
  const { contacts, nodes } = contactsOf(state);
  const individual = contacts.filter(({ key, class: kind }) => kind === 'individual' && nodes.has(key));
  if (individual.length === 0) return reserves;
  // In the whole book, so that a piece of somebody else's longer name is no reason.
  const { vendors, hints } = select(openBook(contacts), caseText(held, false));
  const concerned = new Set([...vendors, ...hints].map(({ key }) => key));
  for (const { key } of individual) {
    const node = nodes.get(key);
    if (node !== undefined && !concerned.has(key)) reserves.set(node, 'VENDOR_INDIVIDUAL');
  }
  return reserves;
}
