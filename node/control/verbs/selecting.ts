/** Whom a case concerns, out of the contact book: a proposal. Telling is another command, and asks again. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { ok } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { PAST_CASES } from '../../core/selection/contact.js';
import { archiveOf, caseText, contactsOf, sortable } from '../../core/selection/held.js';
import { sayProposal } from '../../core/selection/say.js';
import { openBook, type Proposal, select } from '../../core/selection/select.js';
import type { State } from '../../core/state.js';
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
      const text = caseText(held.value, given.many);
      const past = like.find(text, sortable(held.value.openedAt), PAST_CASES);
      const found = select(openBook(told.contacts), text, past, given.groups);
      // A web application is the matter of the operator of its site (DOMAIN §2): whose software it names is no more than a hint.
      const isWeb = held.value.summary.value.kind === 'web_application';
      const { vendors, hints } = isWeb ? { vendors: [], hints: [...found.vendors, ...found.hints] } : found;
      const lines = (proposals: readonly Proposal[]) =>
        proposals.map((proposal) => proposalView(state, held.value, told.nodes, proposal));
      return ok({ case: held.value.id, vendors: lines(vendors), hints: lines(hints) });
    },
  ),
};

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
