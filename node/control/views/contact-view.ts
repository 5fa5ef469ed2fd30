/** Contacts and registrations as an operator sees them. */
import type { Json } from '../../core/canonical.js';
import { nodeId } from '../../core/ids.js';
import { keysInForce, ofNode } from '../../core/registry/book.js';
import { type NamesSeen, namesSeen, odditiesOf } from '../../core/registry/look-alike.js';
import {
  MOVERS,
  missingDocuments,
  moveOf,
  NEXT_MOVES,
  type Registration,
  type RegistrationStep,
  stepOf,
  TURNS,
} from '../../core/registry/registration.js';
import type { Contact, Entry } from '../../core/registry/vendor.js';
import { isActive } from '../../core/registry/vendor.js';
import type { State } from '../../core/state.js';
import { nameOf } from '../find.js';
import { when } from './when.js';

/** What all contacts that count are called, for finding those that look alike. */
export function seenIn(state: State): NamesSeen {
  return namesSeen(
    [...state.contacts.values()].filter(isActive).map(({ key, entry }) => ({ key, names: namesOf(entry) })),
  );
}

/** What is odd about the names of one contact. */
export function odditiesIn(seen: NamesSeen, key: string, entry: Entry): Json {
  return odditiesOf(key, namesOf(entry), seen).map((oddity) => ({ ...oddity }));
}

/** Everything that an organisation is called. */
export function namesOf({ name, aliases }: Pick<Entry, 'name' | 'aliases'>): readonly string[] {
  return [name, ...aliases];
}

/** One line of the book. */
export function contactLine(state: State, { key, revision, entry, isRegistered, ...rest }: Contact): Json {
  return {
    key,
    revision,
    name: entry.name,
    class: entry.class,
    groups: [...entry.groups],
    products: entry.products.length,
    persons: entry.persons.length,
    registered: isRegistered,
    node: entry.node ?? null,
    peer: entry.node === undefined ? null : nameOf(state, entry.node),
    mergedInto: rest.mergedInto ?? null,
    retired: rest.isRetired,
  };
}

/** An entry as `vendor change --file` takes it back. */
export function entryView(entry: Entry): { readonly [member: string]: Json } {
  const { products, persons, node, ...plain } = entry;
  return {
    ...plain,
    aliases: [...plain.aliases],
    keywords: [...plain.keywords],
    groups: [...plain.groups],
    languages: [...plain.languages],
    cycles: [...plain.cycles],
    products: products.map((product) => ({ ...product, aliases: [...product.aliases] })),
    persons: persons.map((person) => ({ ...person, roles: [...person.roles] })),
    node: node ?? null,
  };
}

/** Everything that is known of one contact, and how it came to be known. */
export function contactView(state: State, contact: Contact): Json {
  return {
    ...(contactLine(state, contact) as { readonly [member: string]: Json }),
    entry: entryView(contact.entry),
    keys: keysInForce(contact).map(({ person, fingerprint, method, by, at }) => ({
      person,
      fingerprint,
      method,
      by,
      at: when(at),
    })),
    odd: odditiesIn(seenIn(state), contact.key, contact.entry),
    history: contact.history.map(({ revision, at, by, kind, about, before }) => ({
      revision,
      at: when(at),
      by,
      kind,
      about,
      before: JSON.parse(JSON.stringify(before)) as Json,
    })),
  };
}

/** One registration with what may come next, and whose move that is. */
export function registrationView(state: State, held: Registration): Json {
  const step = stepOf(held);
  const profile = moveOf(held, 'apply')?.profile;
  const met = moveOf(held, 'record_meeting');
  const { peers } = state;
  const peer = [...peers.values()].find(({ card }) => card.node === held.id);
  return {
    id: held.id,
    with: peer?.card.name ?? held.id,
    name: profile?.name ?? null,
    side: state.self.role === 'centre' ? 'centre' : 'vendor',
    step: step ?? null,
    turn: step === undefined ? null : (TURNS[step] ?? null),
    next: step === undefined ? [] : NEXT_MOVES[step].map((move) => ({ move, side: MOVERS[move] })),
    answer: isOurMove(state, held) ? answerTo(state, held, peer?.card.name ?? held.id) : null,
    missing: [...missingDocuments(held)],
    documents: (moveOf(held, 'submit_documents')?.documents ?? []).map((document) => ({ ...document })),
    met:
      met === undefined ? null : { at: when(met.metAt), present: [...met.present], terms: { ...met.terms } },
    agreed: moveOf(held, 'agree')?.who ?? null,
    identity:
      held.identity === undefined
        ? null
        : { by: held.identity.by, method: held.identity.method, at: when(held.identity.at) },
    key: moveOf(held, 'register')?.key ?? null,
    reason: moveOf(held, 'reject')?.reason ?? moveOf(held, 'withdraw')?.reason ?? null,
    odd:
      profile === undefined
        ? []
        : odditiesOf(contactOf(state, held), [profile.name, ...profile.aliases], seenIn(state)).map(
            (oddity) => ({
              ...oddity,
            }),
          ),
    profile: profile === undefined ? null : (JSON.parse(JSON.stringify(profile)) as Json),
    trail: held.trail.map(({ move, at, by }) => ({ move, at: when(at), by })),
  };
}

/** Registrations in which the next move is ours: at a centre also those that it enters for a vendor without a node. */
export function registrationsWaiting(state: State): Json {
  return [...state.registrations.values()].flatMap((held) =>
    isOurMove(state, held) ? [registrationView(state, held)] : [],
  );
}

function isOurMove({ self }: State, held: Registration): boolean {
  const step = stepOf(held);
  const turn = step === undefined ? undefined : TURNS[step];
  const ours = self.role === 'centre' ? 'centre' : 'vendor';
  return turn !== undefined && (turn === ours || nodeId(held.id) === undefined);
}

/** What each step is answered with; the terms are those that stand in the registration. */
const ANSWERS: Readonly<Record<RegistrationStep, string>> = {
  provisional: '--document …',
  documents_named: '--submit NAME=FILE',
  documents_submitted: '--met-at … --present … --terms NAME=FILE',
  met: '--agree DIGEST --who …',
  agreed: '--method …',
  registered: '',
  rejected: '',
  withdrawn: '',
};

/** What an operator would type next. A vendor with one registration need not name its centre. */
function answerTo({ self }: State, held: Registration, called: string): string {
  const step = stepOf(held);
  const terms = moveOf(held, 'record_meeting')?.terms.hash ?? 'DIGEST';
  const rest = step === undefined ? '' : ANSWERS[step].replace('DIGEST', terms);
  const whom = self.role === 'centre' ? ` ${/\s/.test(called) ? `"${called}"` : called}` : '';
  return `vendor registration advance${whom} ${rest}`;
}

/** Under which key the applicant stands in the book: it does not look like itself. */
function contactOf({ contacts }: State, held: Registration): string {
  const node = nodeId(held.id);
  const own = node === undefined ? undefined : ofNode(contacts, node);
  return own?.key ?? moveOf(held, 'register')?.key ?? held.id;
}
