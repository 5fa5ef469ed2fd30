/**
 * The contact book as orders of the home feed make it (DESIGN §5.3). Nothing is ever dropped from it: a contact that is
 * merged or retired stays with its history, and every change keeps what was there before.
 */
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { put } from '../layered-map.js';
import { LIMITS } from '../limits.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import { checkedEntry } from './entry-flaw.js';
import {
  bareEntry,
  type ChangeKind,
  type Contact,
  type ContactKey,
  type Entry,
  isActive,
  type PersonKey,
  type Product,
} from './vendor.js';

/** Orders about the contact book. `revision` is the one that the officer saw: another one refuses the order. */
export type BookOrder =
  | { readonly act: 'contact_add'; readonly key: ContactKey; readonly entry: Entry }
  | {
      readonly act: 'contact_change';
      readonly key: ContactKey;
      readonly revision: number;
      readonly entry: Entry;
    }
  /** Rows of a file: new ones are added, those on file are replaced where the row names the revision it knows. */
  | { readonly act: 'contact_import'; readonly rows: readonly ImportRow[] }
  | {
      readonly act: 'contact_merge';
      readonly from: ContactKey;
      readonly into: ContactKey;
      /** Of both, so that neither changed meanwhile. */
      readonly revision: number;
      readonly intoRevision: number;
    }
  /** Takes a merge back. */
  | { readonly act: 'contact_split'; readonly key: ContactKey; readonly revision: number }
  | {
      readonly act: 'contact_retire';
      readonly key: ContactKey;
      readonly revision: number;
      readonly reason: string;
      /** False: it is taken back into the book. */
      readonly retire: boolean;
    }
  /** A person's key whose fingerprint an officer checked; one that is on file is replaced. */
  | ({
      readonly act: 'contact_key_add';
      readonly key: ContactKey;
      readonly revision: number;
    } & Omit<PersonKey, 'by' | 'at'>)
  /** All keys of a person. */
  | {
      readonly act: 'contact_key_withdraw';
      readonly key: ContactKey;
      readonly revision: number;
      readonly person: string;
    };

/** One row of an import: 0 as revision for a contact that is not on file. */
export interface ImportRow {
  readonly key: ContactKey;
  readonly revision: number;
  readonly entry: Entry;
}

type Book = State['contacts'];

/** Faults: VENDOR_EXISTS, VENDOR_UNKNOWN, VENDOR_REVISION, VENDOR_MERGED, VENDOR_FIELD, LIMIT_EXCEEDED. */
export function obeyBook(state: State, order: BookOrder, by: string, at: Instant): Outcome<State> {
  if (
    order.act === 'contact_key_add' &&
    (state.peers.has(order.fingerprint) || state.self.node === order.fingerprint)
  )
    return refuse('VENDOR_EXISTS', { where: 'fingerprint' });
  const changed = change(state.contacts, order, { by, at });
  return changed.ok ? ok({ ...state, contacts: changed.value }) : changed;
}

/** Who changes something and when. */
export interface Hand {
  readonly by: string;
  readonly at: Instant;
}

function change(book: Book, order: BookOrder, hand: Hand): Outcome<Book> {
  switch (order.act) {
    case 'contact_add':
      return written(book, order.key, 0, order.entry, 'added', hand);
    case 'contact_change':
      return written(book, order.key, order.revision, order.entry, 'changed', hand);
    case 'contact_import': {
      let next = book;
      for (const { key, revision, entry } of order.rows) {
        const one = written(next, key, revision, entry, 'imported', hand);
        if (!one.ok) return one;
        next = one.value;
      }
      return ok(next);
    }
    case 'contact_merge':
      return merged(book, order, hand);
    case 'contact_split':
      return splitOff(book, order.key, order.revision, hand);
    case 'contact_retire': {
      const held = current(book, order.key, order.revision);
      if (!held.ok) return held;
      const kind = order.retire ? 'retired' : 'revived';
      const next = {
        ...turned(held.value, held.value.entry, kind, order.reason, hand),
        isRetired: order.retire,
      };
      return ok(put(book, order.key, next));
    }
    case 'contact_key_add':
      return keyed(book, order, hand);
    case 'contact_key_withdraw': {
      const held = current(book, order.key, order.revision);
      if (!held.ok) return held;
      const keys = held.value.keys.filter(({ person }) => person !== order.person);
      if (keys.length === held.value.keys.length) return refuse('VENDOR_FIELD', { where: 'person' });
      const next = turned(held.value, held.value.entry, 'key_withdrawn', order.person, hand);
      return ok(put(book, order.key, { ...next, keys }));
    }
    default:
      return unreachable(order);
  }
}

/**
 * A contact with a new entry. @param revision the one that was seen; 0 for a contact that must not be there yet.
 * Faults: VENDOR_EXISTS, VENDOR_UNKNOWN, VENDOR_REVISION, VENDOR_MERGED, VENDOR_FIELD, LIMIT_EXCEEDED.
 */
export function written(
  book: Book,
  key: ContactKey,
  revision: number,
  entry: Entry,
  kind: ChangeKind,
  hand: Hand,
): Outcome<Book> {
  const checked = checkedEntry(entry);
  if (!checked.ok) return checked;
  const held = book.get(key);
  if (entry.node !== undefined && entry.node !== held?.entry.node && ofNode(book, entry.node) !== undefined)
    return refuse('VENDOR_EXISTS', { where: 'node' });
  if (revision === 0) {
    if (held !== undefined) return refuse('VENDOR_EXISTS', { where: 'key', held: held.revision });
    if (book.size >= LIMITS.contacts.most)
      return refuse('LIMIT_EXCEEDED', { where: 'contacts', most: LIMITS.contacts.most });
    return ok(put(book, key, turned(blank(key), entry, kind, '', hand)));
  }
  const present = current(book, key, revision);
  if (!present.ok) return present;
  return ok(put(book, key, turned(present.value, entry, kind, '', hand)));
}

/** A book is never changed in place, so who speaks for whom in it is found once: a round of letters asks for each of them. */
const speakersOf = new WeakMap<Book, ReadonlyMap<NodeId, Contact>>();

/** The contact that a node speaks for. */
export function ofNode(book: Book, node: NodeId): Contact | undefined {
  const speakers = speakersOf.get(book) ?? speakersIn(book);
  speakersOf.set(book, speakers);
  return speakers.get(node);
}

function speakersIn(book: Book): ReadonlyMap<NodeId, Contact> {
  const speakers = new Map<NodeId, Contact>();
  for (const contact of book.values()) {
    const { node } = contact.entry;
    if (node !== undefined && isActive(contact) && !speakers.has(node)) speakers.set(node, contact);
  }
  return speakers;
}

function blank(key: ContactKey): Contact {
  const entry = bareEntry('');
  return {
    key,
    revision: 0,
    entry,
    keys: [],
    isRegistered: false,
    mergedInto: undefined,
    isRetired: false,
    history: [],
  };
}

/** The contact as the officer saw it. */
function current(book: Book, key: ContactKey, revision: number): Outcome<Contact> {
  const held = book.get(key);
  if (held === undefined) return refuse('VENDOR_UNKNOWN', { where: 'key' });
  if (held.mergedInto !== undefined) return refuse('VENDOR_MERGED', { where: 'key' });
  if (held.revision !== revision)
    return refuse('VENDOR_REVISION', { where: 'revision', held: held.revision, offered: revision });
  return ok(held);
}

/** The next revision of a contact, with what it replaces in its history. A former name stays an alias. */
function turned(held: Contact, offered: Entry, kind: ChangeKind, about: string, { by, at }: Hand): Contact {
  const entry = withFormerName(held.entry.name, offered);
  const revision = held.revision + 1;
  const before = kind === 'added' ? {} : difference(held.entry, entry);
  return { ...held, revision, entry, history: [...held.history, { revision, at, by, kind, about, before }] };
}

function withFormerName(former: string, entry: Entry): Entry {
  if (former === '' || former === entry.name || entry.aliases.includes(former)) return entry;
  return { ...entry, aliases: [...entry.aliases, former] };
}

/** The members of `before` that are otherwise in `after`. */
function difference(before: Entry, after: Entry): Partial<Entry> {
  const names = Object.keys(before) as (keyof Entry)[];
  const moved = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(moved.map((name) => [name, before[name]]));
}

function merged(book: Book, order: Extract<BookOrder, { act: 'contact_merge' }>, hand: Hand): Outcome<Book> {
  if (order.from === order.into) return refuse('VENDOR_MERGED', { where: 'into' });
  const from = current(book, order.from, order.revision);
  if (!from.ok) return from;
  const into = current(book, order.into, order.intoRevision);
  if (!into.ok) return into;
  const whole = checkedEntry(united(into.value.entry, from.value.entry));
  if (!whole.ok) return whole;
  const gone = {
    ...turned(from.value, from.value.entry, 'merged', order.into, hand),
    mergedInto: order.into,
  };
  const absorbed = turned(into.value, whole.value, 'absorbed', order.from, hand);
  const stays = { ...absorbed, keys: [...into.value.keys, ...keysBeside(from.value, into.value)] };
  return ok(put(put(book, order.from, gone), order.into, stays));
}

/** Everything that either is known by; where both say something else the one that stays is right. */
function united(into: Entry, from: Entry): Entry {
  const names = [...into.aliases, from.name, ...from.aliases].filter((name) => name !== into.name);
  const persons = from.persons.filter(({ name, mail }) =>
    into.persons.every((other) => other.name !== name || other.mail !== mail),
  );
  return {
    ...into,
    aliases: unique(names),
    products: products([...into.products, ...from.products]),
    keywords: unique([...into.keywords, ...from.keywords]),
    groups: unique([...into.groups, ...from.groups]),
    languages: unique([...into.languages, ...from.languages]),
    cycles: unique([...into.cycles, ...from.cycles]),
    persons: [...into.persons, ...persons],
    weight: Math.max(into.weight, from.weight),
    zone: into.zone || from.zone,
    certificate: into.certificate || from.certificate,
    node: into.node ?? from.node,
    remark: into.remark || from.remark,
  };
}

/** Products of one name are one. */
function products(all: readonly Product[]): readonly Product[] {
  const found = new Map<string, Product>();
  for (const product of all) {
    const held = found.get(product.name);
    const aliases = unique([...(held?.aliases ?? []), ...product.aliases]);
    found.set(product.name, { ...product, ...held, aliases });
  }
  return [...found.values()];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/**
 * Takes a merge back. What the other one took over is taken out of it again where nobody changed it since; else it
 * keeps it, for nobody knows any more which of it was whose.
 */
function splitOff(book: Book, key: ContactKey, revision: number, hand: Hand): Outcome<Book> {
  const held = book.get(key);
  if (held === undefined) return refuse('VENDOR_UNKNOWN', { where: 'key' });
  if (held.mergedInto === undefined) return refuse('VENDOR_MERGED', { where: 'key' });
  if (held.revision !== revision)
    return refuse('VENDOR_REVISION', { where: 'revision', held: held.revision, offered: revision });
  const apart = { ...turned(held, held.entry, 'split', held.mergedInto, hand), mergedInto: undefined };
  const next = put(book, key, apart);
  const into = book.get(held.mergedInto);
  const last = into?.history.at(-1);
  if (into === undefined || last?.kind !== 'absorbed' || last.about !== key) return ok(next);
  const entry = { ...into.entry, ...last.before };
  return ok(
    put(next, into.key, { ...turned(into, entry, 'split', key, hand), keys: keysBeside(into, held) }),
  );
}

/** Faults: VENDOR_FIELD (nobody of that name is on file), VENDOR_EXISTS (somebody else's key), LIMIT_EXCEEDED. */
function keyed(book: Book, order: Extract<BookOrder, { act: 'contact_key_add' }>, hand: Hand): Outcome<Book> {
  const held = current(book, order.key, order.revision);
  if (!held.ok) return held;
  const { person, fingerprint, certificate, method } = order;
  if (!held.value.entry.persons.some(({ name }) => name === person))
    return refuse('VENDOR_FIELD', { where: 'person' });
  const isOthers = ({ keys }: Contact, other: ContactKey) =>
    keys.some((one) => one.fingerprint === fingerprint && (other !== order.key || one.person !== person));
  for (const [other, contact] of book)
    if (isActive(contact) && isOthers(contact, other))
      return refuse('VENDOR_EXISTS', { where: 'fingerprint' });
  const kept = held.value.keys.filter((one) => one.fingerprint !== fingerprint);
  const { most } = LIMITS.personKeys;
  if (kept.length >= most) return refuse('LIMIT_EXCEEDED', { where: 'keys', offered: kept.length + 1, most });
  const next = turned(held.value, held.value.entry, 'key_checked', `${person}, ${fingerprint}`, hand);
  return ok(
    put(book, order.key, { ...next, keys: [...kept, { person, fingerprint, certificate, method, ...hand }] }),
  );
}

/** Keys of one contact that the other has not. */
function keysBeside({ keys }: Contact, other: Contact): readonly PersonKey[] {
  const theirs = new Set(other.keys.map(({ fingerprint }) => fingerprint));
  return keys.filter(({ fingerprint }) => !theirs.has(fingerprint));
}

/** Keys by which persons of this contact sign now: of those who still stand in its entry. */
export function keysInForce({ keys, entry }: Contact): readonly PersonKey[] {
  return keys.filter(({ person }) => entry.persons.some(({ name }) => name === person));
}
