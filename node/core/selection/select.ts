/**
 * Whom a case concerns: a proposal, ranked, each vendor with its reasons. A person confirms it; nothing is ever told
 * because of a score (DESIGN §5.3). Telling a vendor needlessly is itself a leak, so the names that a case is headed by
 * weigh most, and a name that stands in the long description alone is a hint.
 *
 * @see docs/SELECTION.md for what was measured
 */
import { type CaseText, type Contact, MANY_VENDORS, PAST_CASES, type PastCase } from './contact.js';
import { type Ground, indexNames, type Mention, mentionsIn, type NameIndex } from './mentions.js';
import { joined, wordsOf } from './spelling.js';
import { rowsOf, touched } from './subjects.js';

/** Where a name was found. */
export type Place = 'title' | 'keywords' | 'overview' | 'description' | 'entry';

/** Why a vendor is proposed. */
export type Reason =
  | { readonly by: 'mention'; readonly ground: Ground; readonly place: Place; readonly spelled: string }
  | { readonly by: 'keyword'; readonly keyword: string; readonly exact: boolean }
  | { readonly by: 'group'; readonly group: string }
  | { readonly by: 'past'; readonly cases: readonly string[] };

export interface Proposal {
  readonly key: string;
  /** 0 to 1, two decimals. */
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface Selection {
  /** Whom to tell, best first. */
  readonly vendors: readonly Proposal[];
  /** Who may be concerned as well, best first: for the eyes of the person who confirms. */
  readonly hints: readonly Proposal[];
}

/** The contact book, read once for many cases. */
export interface ContactBook {
  readonly contacts: readonly Contact[];
  readonly names: NameIndex;
}

/** From here on a vendor is proposed. */
const ENOUGH = 0.5;

/** Below this a mention is chance. */
const LEAST = 0.15;

/** What a ground is worth at a place. Found on notes before 2009 (docs/SELECTION.md). */
const WORTH: Readonly<Record<Exclude<Place, 'entry'>, Readonly<Record<Ground, number>>>> = {
  title: {
    made_by: 1,
    name: 0.95,
    alias: 0.95,
    product: 0.95,
    short_name: 0.9,
    known_product: 0.85,
    platform: 0.15,
  },
  keywords: {
    made_by: 0.6,
    name: 0.6,
    alias: 0.6,
    product: 0.6,
    short_name: 0.45,
    known_product: 0.3,
    platform: 0.05,
  },
  overview: {
    made_by: 0.55,
    name: 0.55,
    alias: 0.55,
    product: 0.55,
    short_name: 0.4,
    known_product: 0.4,
    platform: 0.05,
  },
  description: {
    made_by: 0.3,
    name: 0.3,
    alias: 0.3,
    product: 0.3,
    short_name: 0.15,
    known_product: 0.15,
    platform: 0,
  },
};

/** A machine-readable entry names the maker on purpose. */
const ENTRY_WORTH = 1;
const KEYWORD_WORTH = 0.5;
const CLASS_WORTH = 0.25;
const GROUP_WORTH = 0.6;

/** On such a share of the lists of like cases, each weighed by its likeness, a vendor is proposed again. */
const VOTE_SHARE = 0.4;
/** A saved group is proposed when so much of it is. */
const GROUP_SHARE = 0.4;

/** Reads a contact book once. */
export function openBook(contacts: readonly Contact[]): ContactBook {
  return { contacts, names: indexNames(contacts) };
}

/**
 * Proposes whom to tell.
 *
 * @param past earlier cases that read alike, the likest first; only such as were known before this case.
 * @param groups saved groups that the operator asked for by name.
 */
export function select(
  book: ContactBook,
  text: CaseText,
  past: readonly PastCase[] = [],
  groups: readonly string[] = [],
): Selection {
  const found = new Map<number, Found>();
  nameAll(found, book, text);
  subjects(found, book, text);
  for (const group of groups) wholeGroup(found, book, group, 1);
  if (text.isMany) {
    vote(found, book, past);
    filledGroups(found, book);
  } else {
    remind(found, book, past);
  }
  const all = [...found]
    .flatMap(([at, one]) => proposal(book.contacts[at], one) ?? [])
    .sort((left, right) => right.score - left.score || (left.key < right.key ? -1 : 1));
  const vendors = all.filter(({ score }) => score >= ENOUGH);
  const hints = all.filter(({ score }) => score < ENOUGH);
  return vendors.length > 0 ? { vendors, hints } : likeliest(hints);
}

/** Where nobody stands out, the likeliest of those that are named at all is better than nobody. */
function likeliest(hints: readonly Proposal[]): Selection {
  const first = hints.find(
    ({ score, reasons }) => score >= LEAST && reasons.some(({ by }) => by === 'mention'),
  );
  if (first === undefined) return { vendors: [], hints };
  return { vendors: [{ ...first, score: ENOUGH }], hints: hints.filter((hint) => hint !== first) };
}

interface Found {
  /** Chance that every reason so far is a mistake. */
  readonly doubt: number;
  readonly reasons: readonly Reason[];
}

function add(found: Map<number, Found>, contact: number, worth: number, reason: Reason): void {
  const before = found.get(contact) ?? { doubt: 1, reasons: [] };
  found.set(contact, { doubt: before.doubt * (1 - worth), reasons: [...before.reasons, reason] });
}

function nameAll(found: Map<number, Found>, { names }: ContactBook, text: CaseText): void {
  const places: readonly (readonly [Exclude<Place, 'entry'>, readonly Mention[]])[] = [
    ['title', mentionsIn(names, text.title)],
    ['keywords', text.keywords.flatMap((keyword) => mentionsIn(names, keyword, true))],
    ['overview', mentionsIn(names, text.overview)],
    ['description', mentionsIn(names, text.description)],
  ];
  for (const [place, mentions] of places)
    for (const { contact, ground, spelled } of bestOfEach(place, mentions))
      add(found, contact, WORTH[place][ground], { by: 'mention', ground, place, spelled });
  for (const { vendor, product } of text.makers) {
    const makers = mentionsIn(names, vendor, true);
    const named = makers.length > 0 ? makers : mentionsIn(names, product, true);
    for (const { contact, ground, spelled } of named.filter(({ at }) => at === named[0]?.at))
      add(found, contact, ENTRY_WORTH, { by: 'mention', ground, place: 'entry', spelled });
  }
}

/** A name that is repeated says no more than once. */
function bestOfEach(place: Exclude<Place, 'entry'>, mentions: readonly Mention[]): readonly Mention[] {
  const best = new Map<number, Mention>();
  for (const mention of mentions) {
    const held = best.get(mention.contact);
    if (held === undefined || WORTH[place][mention.ground] > WORTH[place][held.ground])
      best.set(mention.contact, mention);
  }
  return [...best.values()];
}

function subjects(found: Map<number, Found>, { contacts }: ContactBook, text: CaseText): void {
  if (contacts.every(({ keywords }) => keywords.length === 0)) return;
  const rows = rowsOf([text.title, ...text.keywords, text.overview].join('\n'));
  contacts.forEach((contact, at) => {
    const { itself, byClass } = touched(contact.keywords, rows);
    for (const keyword of itself) add(found, at, KEYWORD_WORTH, { by: 'keyword', keyword, exact: true });
    const worth = text.isMany ? KEYWORD_WORTH : CLASS_WORTH;
    for (const keyword of byClass.slice(0, 1))
      add(found, at, worth, { by: 'keyword', keyword, exact: false });
  });
}

function wholeGroup(
  found: Map<number, Found>,
  { contacts }: ContactBook,
  group: string,
  worth: number,
): void {
  const wanted = joined(wordsOf(group));
  contacts.forEach((contact, at) => {
    if (contact.groups.some((name) => joined(wordsOf(name)) === wanted))
      add(found, at, worth, { by: 'group', group });
  });
}

/** Lists of many vendors repeat: those on a good share of the lists of like cases are proposed again. */
function vote(found: Map<number, Found>, { contacts }: ContactBook, past: readonly PastCase[]): void {
  const voters = past.filter(({ vendors }) => vendors.length >= MANY_VENDORS).slice(0, PAST_CASES);
  const all = voters.reduce((sum, { likeness }) => sum + likeness, 0);
  const places = new Map(contacts.map(({ key }, at) => [key, at]));
  const votes = new Map<string, { share: number; readonly cases: string[] }>();
  for (const { id, vendors, likeness } of voters)
    for (const key of new Set(vendors)) {
      const held = votes.get(key) ?? { share: 0, cases: [] };
      held.share += likeness / all;
      held.cases.push(id);
      votes.set(key, held);
    }
  for (const [key, { share, cases }] of votes) {
    const at = places.get(key);
    if (at === undefined) continue;
    const worth = share >= VOTE_SHARE ? ENOUGH + (1 - ENOUGH) * share * 0.9 : share * ENOUGH;
    add(found, at, worth, { by: 'past', cases });
  }
}

/** A saved group most of which is proposed already is meant as a whole. */
function filledGroups(found: Map<number, Found>, book: ContactBook): void {
  const members = new Map<string, number[]>();
  book.contacts.forEach(({ groups }, at) => {
    for (const group of groups) members.set(group, [...(members.get(group) ?? []), at]);
  });
  for (const [group, inside] of members) {
    const already = inside.filter((at) => 1 - (found.get(at)?.doubt ?? 1) >= ENOUGH).length;
    if (already >= 2 && already >= GROUP_SHARE * inside.length) wholeGroup(found, book, group, GROUP_WORTH);
  }
}

/** Without the bit the lists of like cases are shown and nothing more: they leak. */
function remind(found: Map<number, Found>, { contacts }: ContactBook, past: readonly PastCase[]): void {
  const [likest] = past;
  if (likest === undefined || likest.vendors.length >= MANY_VENDORS) return;
  const places = new Map(contacts.map(({ key }, at) => [key, at]));
  for (const key of new Set(likest.vendors)) {
    const at = places.get(key);
    if (at !== undefined && !found.has(at)) add(found, at, 0.1, { by: 'past', cases: [likest.id] });
  }
}

/** Vendors of the individual class hear only of cases about their own products and names (DOMAIN §4). */
function proposal(contact: Contact | undefined, { doubt, reasons }: Found): Proposal | undefined {
  if (contact === undefined) return undefined;
  if (contact.class === 'individual' && !reasons.some(isOwn)) return undefined;
  return { key: contact.key, score: Math.round((1 - doubt) * 100) / 100, reasons };
}

function isOwn(reason: Reason): boolean {
  return reason.by === 'mention' && reason.ground !== 'platform';
}
