/** Commands of transcripts about registrations, the contact book, and whom it says a case concerns. */
import type { NodeId } from '../../../core/ids.js';
import { ofNode } from '../../../core/registry/book.js';
import type { Entry } from '../../../core/registry/vendor.js';
import { caseText, contactsOf, reservesOf } from '../../../core/selection/held.js';
import { sayReason } from '../../../core/selection/say.js';
import { openBook, select } from '../../../core/selection/select.js';
import { first, give, nameOf, option, type Run, two } from './given.js';
import { storyNode } from './names.js';
import { storyMove, storyProduct } from './story.js';

export const REGISTRY_ORDERS: Readonly<Record<'registration' | 'contact' | 'select', Run>> = {
  registration: (given) => {
    const [by, other] = two(given);
    const move = given.command.words[2] ?? '';
    const id = storyNode(other);
    if (move === 'identity') {
      const method = 'A call to the number of the register of companies.';
      return give(given, by, { act: 'registration_identity', id, method });
    }
    const step = storyMove(move, by, other, given.driver.now());
    if (step === undefined) throw new Error(`no move ${move}`);
    return give(given, by, { act: 'registration_move', id, step });
  },
  contact: (given) => {
    const [by, other] = two(given);
    const held = ofNode(given.driver.state(by).contacts, storyNode(other));
    if (held === undefined) throw new Error(`${by} has no ${other} in its book`);
    const [kind, product] = [option(given, 'class'), option(given, 'product')];
    const entry: Entry = {
      ...held.entry,
      ...(kind === undefined ? {} : { class: kind === 'individual' ? kind : 'general' }),
      ...(product === undefined ? {} : { products: [storyProduct(product)] }),
    };
    const { key, revision } = held;
    return give(given, by, { act: 'contact_change', key, revision, entry });
  },
  select: async (given) => {
    const by = first(given);
    const state = given.driver.state(by);
    const held = state.cases.get(given.about);
    if (held === undefined) return [`${by} knows nothing of the case`];
    const { contacts, nodes } = contactsOf(state);
    const { vendors } = select(openBook(contacts), caseText(held, false));
    const called = (node: NodeId) => nameOf(given.header, node);
    return [
      ...vendors.map(({ key, reasons }) => {
        const node = nodes.get(key);
        const why = reasons.map(sayReason).join(', ');
        return `${by} is proposed ${node === undefined ? key : called(node)}: ${why}`;
      }),
      ...[...reservesOf(state, held)].map(([node, code]) => `${by} is not to tell ${called(node)}: ${code}`),
    ];
  },
};
