/** Whom a case concerns, out of the contact book: a proposal. Telling is another command, and asks again. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { vendorKey } from '../../core/case/vendor-key.js';
import { ok } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { isActive } from '../../core/registry/vendor.js';
import { type Archived, type CaseText, type Contact, PAST_CASES } from '../../core/selection/contact.js';
import { makerOf } from '../../core/selection/product-names.js';
import { sayProposal } from '../../core/selection/say.js';
import { openBook, type Proposal, select } from '../../core/selection/select.js';
import type { State } from '../../core/state.js';
import { type Instant, writeInstant } from '../../core/time.js';
import { flag, list, members, name, orElse } from '../arguments.js';
import { findCase, nameOf } from '../find.js';
import { type Verbs, view } from '../verb.js';

export const SELECTING_VERBS: Verbs = {
  select: view(
    members({ case: name, many: orElse(flag, false), groups: orElse(list(name), []) }),
    async (given, desk) => {
      const held = findCase(desk.state(), given.case);
      if (!held.ok) return held;
      const state = desk.state();
      const told = contactsOf(state);
      const like = await desk.likeCases(archiveOf(state, told.keys));
      const text = textOf(held.value, given.many);
      const past = like.find(text, sortable(held.value.openedAt), PAST_CASES);
      const { vendors, hints } = select(openBook(told.contacts), text, past, given.groups);
      const lines = (proposals: readonly Proposal[]) =>
        proposals.map((proposal) => proposalView(state, held.value, told.nodes, proposal));
      return ok({ case: held.value.id, vendors: lines(vendors), hints: lines(hints) });
    },
  ),
};

interface Told {
  readonly contacts: readonly Contact[];
  readonly nodes: ReadonlyMap<string, NodeId>;
  readonly keys: ReadonlyMap<NodeId, string>;
}

/** The contact book, and vendors with a node that nobody has entered into it yet. */
function contactsOf(state: State): Told {
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
function archiveOf(state: State, keys: ReadonlyMap<NodeId, string>): readonly Archived[] {
  return [...state.cases.values()].map((held) => {
    const { isMany: _, makers: __, ...text } = textOf(held, false);
    const told = [...held.told.keys()].flatMap((node) => keys.get(node) ?? []);
    const listed = [...held.listed.keys()].map(vendorKey);
    return { id: held.id, at: sortable(held.openedAt), text, vendors: [...new Set([...told, ...listed])] };
  });
}

/** What the case says of itself; the details are read here too, for nothing of them leaves the house. */
function textOf({ summary, details }: Case, isMany: boolean): CaseText {
  const { title, summary: overview, products } = summary.value;
  const makers = products.flatMap((product) => makerOf(product) ?? []);
  const keywords = products.filter((product) => makerOf(product) === undefined);
  return { title, overview, description: details?.value.text ?? '', keywords, makers, isMany };
}

function sortable(at: Instant): string {
  return writeInstant(at);
}

function proposalView(
  state: State,
  held: Case,
  nodes: ReadonlyMap<string, NodeId>,
  proposal: Proposal,
): { readonly [member: string]: Json } {
  const node = nodes.get(proposal.key);
  return {
    ...sayProposal(proposal),
    node: node ?? null,
    peer: node === undefined ? null : nameOf(state, node),
    told: node !== undefined && held.told.has(node),
  };
}
