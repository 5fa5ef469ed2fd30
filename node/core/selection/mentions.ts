/**
 * Finds the organisations of a contact book in a text: names, aliases and products in one index, the longest row of
 * words first, so that `Red Hat` is never found inside of `Red Hat Software Ltd` a second time, nor a short name inside
 * of somebody else's longer one.
 */
import type { Contact } from './contact.js';
import { KNOWN_PRODUCTS } from './known-products.js';
import { joined, type Looseness, type Spelling, spellingsOf, type Word, wordsOf } from './spelling.js';
import { isStopName } from './stop-names.js';

/** By what an organisation was found, the strongest first. */
export type Ground = 'made_by' | 'name' | 'alias' | 'product' | 'short_name' | 'known_product' | 'platform';

const GROUNDS: readonly Ground[] = [
  'made_by',
  'name',
  'alias',
  'product',
  'short_name',
  'known_product',
  'platform',
];

/** One organisation found at one place. */
export interface Mention {
  /** Place of the contact in the book. */
  readonly contact: number;
  readonly ground: Ground;
  /** As it was found, folded and joined. */
  readonly spelled: string;
  /** Place of its first word in the text. */
  readonly at: number;
}

interface Entry {
  readonly contact: number;
  readonly ground: Ground;
  readonly looseness: Looseness;
  readonly words: number;
  readonly hasCapital: boolean;
}

/** The contact book, ready for looking names up. */
export interface NameIndex {
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  /** How many words the longest name has. */
  readonly longest: number;
}

/** So many words at most make a name that is looked for. */
const LONGEST_NAME = 10;

/** Reads a contact book once; looking a case up in it then costs a few steps for each word of the case. */
export function indexNames(contacts: readonly Contact[]): NameIndex {
  const entries = new Map<string, Entry[]>();
  /** Everybody's spellings, stop names among them: they name the maker of a known product all the same. */
  const called = new Map<string, Entry[]>();
  let longest = 1;
  const enter = (into: Map<string, Entry[]>, contact: number, ground: Ground, spelling: Spelling) => {
    if (spelling.words > LONGEST_NAME) return;
    longest = Math.max(longest, spelling.words);
    const { looseness, words, hasCapital } = spelling;
    const entry: Entry = { contact, ground, looseness, words, hasCapital };
    const present = into.get(spelling.joined);
    if (present === undefined) {
      into.set(spelling.joined, [entry]);
      return;
    }
    const at = present.findIndex((other) => other.contact === contact);
    if (at < 0) present.push(entry);
    else if (rank(ground) < rank(present[at]?.ground ?? ground)) present[at] = entry;
  };
  contacts.forEach((contact, at) => {
    for (const name of [...contact.names, contact.key])
      for (const spelling of spellingsOf(name)) {
        if (spelling.looseness === 2 && isTooShort(spelling)) continue;
        const ground = spelling.looseness === 2 ? 'short_name' : 'name';
        enter(called, at, ground, spelling);
        if (!isStopName(spelling.joined)) enter(entries, at, ground, spelling);
      }
    for (const product of contact.products)
      enterWhole(product, (spelling) => enter(entries, at, 'product', spelling));
  });
  for (const { of, alias, products, platforms } of KNOWN_PRODUCTS) {
    const owner = ownerAmong(of, called, contacts);
    if (owner === undefined) continue;
    for (const name of alias) enterWhole(name, (spelling) => enter(entries, owner, 'alias', spelling));
    for (const name of products) {
      enterWhole(name, (spelling) => enter(entries, owner, 'known_product', spelling));
      // Some books list a product as if it were an organisation; its maker answers to both words together.
      for (const maker of of)
        enterWhole(`${maker} ${name}`, (spelling) => enter(entries, owner, 'made_by', spelling));
    }
    for (const name of platforms) enterWhole(name, (spelling) => enter(entries, owner, 'platform', spelling));
  }
  for (const [spelled, present] of entries)
    if (present.length > 1) entries.set(spelled, ordered(spelled, present, contacts));
  return { entries, longest };
}

/** The first of the names that anybody in the book answers to. */
function ownerAmong(
  names: readonly string[],
  called: ReadonlyMap<string, readonly Entry[]>,
  contacts: readonly Contact[],
): number | undefined {
  for (const name of names) {
    const words = wordsOf(name);
    const spelled = joined(words);
    const owner = meant(ordered(spelled, called.get(spelled) ?? [], contacts), words.length);
    if (owner !== undefined) return owner.contact;
  }
  return undefined;
}

/** Of several contacts with one name the first is meant; who keeps two of them on file should merge them. */
function ordered(spelled: string, entries: readonly Entry[], contacts: readonly Contact[]): Entry[] {
  const isKey = ({ contact }: Entry) => joined(wordsOf(contacts[contact]?.key ?? '')) === spelled;
  return [...entries].sort(
    (left, right) =>
      rank(left.ground) - rank(right.ground) ||
      Number(isKey(right)) - Number(isKey(left)) ||
      left.looseness - right.looseness ||
      byStanding(contacts, left.contact, right.contact),
  );
}

/** The greater installed base, then the one known under more names, then the plainer key. */
function byStanding(contacts: readonly Contact[], left: number, right: number): number {
  const [one, other] = [contacts[left], contacts[right]];
  if (one === undefined || other === undefined) return left - right;
  return (
    other.weight - one.weight ||
    other.names.length - one.names.length ||
    one.key.length - other.key.length ||
    (one.key < other.key ? -1 : 1)
  );
}

/** What is left of a name must still say something: `Internet Security Systems` is not every internet security. */
function isTooShort({ joined: spelled, parts }: Spelling): boolean {
  const least = /\p{Script=Han}/u.test(spelled) ? 2 : 3;
  return spelled.length < least || parts.every(isStopName);
}

/** Products are looked for as they are written: their last word is seldom an ornament. */
function enterWhole(name: string, enter: (spelling: Spelling) => void): void {
  const words = wordsOf(name);
  const spelled = joined(words);
  if (spelled === '') return;
  const hasCapital = words.some((word) => word.hasCapital);
  const parts = words.map(({ folded }) => folded);
  enter({ joined: spelled, parts, words: words.length, looseness: 0, hasCapital });
}

/**
 * Every organisation named in one text, from left to right. Where several answer to one name, one with the strongest
 * ground is named; everybody who has a product in the book ships it, so its name names them all.
 * @param anyCase in a list of keywords small letters say nothing.
 */
export function mentionsIn(index: NameIndex, text: string, anyCase = false): readonly Mention[] {
  const words = wordsOf(text);
  const found: Mention[] = [];
  let at = 0;
  while (at < words.length) {
    const here = longestAt(index, words, at, anyCase);
    found.push(...here.mentions);
    at += here.words;
  }
  return found;
}

function longestAt(
  index: NameIndex,
  words: readonly Word[],
  at: number,
  anyCase: boolean,
): { readonly mentions: readonly Mention[]; readonly words: number } {
  for (let count = Math.min(index.longest, words.length - at); count > 0; count -= 1) {
    const taken = words.slice(at, at + count);
    const spelled = joined(taken);
    const isWritten = anyCase || taken.some(({ hasCapital }) => hasCapital);
    const fitting = index.entries.get(spelled)?.filter(({ hasCapital }) => isWritten || !hasCapital) ?? [];
    const first = meant(fitting, count);
    if (first === undefined) continue;
    const named =
      first.ground === 'product' ? fitting.filter((entry) => entry.ground === 'product') : [first];
    return {
      mentions: named.map(({ contact, ground }) => ({ contact, ground, spelled, at })),
      words: count,
    };
  }
  return { mentions: [], words: 1 };
}

/** `Trend Micro` rather than `TrendMicro` where both are in the book and the text has two words. */
function meant(fitting: readonly Entry[], words: number): Entry | undefined {
  const [first] = fitting;
  return fitting.find((entry) => entry.words === words && entry.ground === first?.ground) ?? first;
}

function rank(ground: Ground): number {
  return GROUNDS.indexOf(ground);
}
