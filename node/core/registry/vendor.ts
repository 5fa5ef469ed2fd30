/**
 * One organisation of the contact book (DESIGN §5.3): what is known of it, who is to be reached there, and every change
 * of that. Vendors with and without a node are kept alike.
 */
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { Instant } from '../time.js';

declare const brand: unique symbol;

/** Name of a contact in this book: lower case, for ever, whatever the organisation calls itself later. */
export type ContactKey = string & { readonly [brand]: 'ContactKey' };

/** @returns `undefined` for a text that is empty, too long, in capitals or has blanks at its ends. */
export function contactKey(text: string): ContactKey | undefined {
  const isPlain = text !== '' && text.trim() === text && text.toLowerCase() === text && isOneLine(text);
  return isPlain && text.length <= LIMITS.nameCharacters.most ? (text as ContactKey) : undefined;
}

/** Quality assurance is the point of contact (DOMAIN §4). */
export type PersonRole = 'quality_assurance' | 'developer' | 'legal_and_public_relations' | 'delivery';

export const PERSON_ROLES: readonly PersonRole[] = [
  'quality_assurance',
  'developer',
  'legal_and_public_relations',
  'delivery',
];

/** Somebody who is to be reached at a vendor. */
export interface Person {
  readonly name: string;
  readonly roles: readonly PersonRole[];
  readonly mail: string;
  /** For checking out of band who somebody is; empty where it is not known. */
  readonly phone: string;
}

/** A product with its other names and, where they are known, a CPE name and a package URL. */
export interface Product {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly cpe: string;
  readonly purl: string;
}

/** What a vendor says of itself when it registers. */
export interface Profile {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly products: readonly Product[];
  /** Subjects that it wants to hear of: words, or classes of the taxonomy of `selection/taxonomy.ts`. */
  readonly keywords: readonly string[];
  /** IANA name, or empty. */
  readonly zone: string;
  /** BCP 47, most preferred first. */
  readonly languages: readonly string[];
  /** Names of patch cycles of the catalogue. */
  readonly cycles: readonly string[];
  readonly persons: readonly Person[];
}

/** What is known of an organisation. A text is empty where something is not known. */
export interface Entry extends Profile {
  /** Saved lists that it is on. */
  readonly groups: readonly string[];
  /** `individual`: hears only of cases about its own products. */
  readonly class: 'general' | 'individual';
  /** Size of its installed base, 0 to 100. */
  readonly weight: number;
  /** OpenPGP certificate, armoured, of a vendor without a node. */
  readonly certificate: string;
  /** The node that speaks for it. */
  readonly node: NodeId | undefined;
  readonly remark: string;
}

/**
 * A key that belongs to a person at a vendor, its fingerprint checked out of band: mail that it signs is the word of the
 * vendor, said by that person. It counts while the person stands in the entry.
 */
export interface PersonKey {
  /** Name of the person as the entry has it. */
  readonly person: string;
  /** Of the primary key. */
  readonly fingerprint: NodeId;
  /** Armoured. */
  readonly certificate: string;
  /** How the fingerprint was checked, for the record. */
  readonly method: string;
  readonly by: string;
  readonly at: Instant;
}

/** How a contact came to be as it is. */
export type ChangeKind =
  | 'added'
  | 'changed'
  | 'imported'
  | 'registered'
  | 'absorbed'
  | 'merged'
  | 'split'
  | 'retired'
  | 'revived'
  | 'key_checked'
  | 'key_withdrawn';

/** One line of a contact's history. */
export interface Change {
  /** The revision that it made. */
  readonly revision: number;
  readonly at: Instant;
  readonly by: string;
  readonly kind: ChangeKind;
  /** The other contact of a merge; the reason of a retirement; person and fingerprint of a key; else empty. */
  readonly about: string;
  /** The members that it changed, as they were before. */
  readonly before: Partial<Entry>;
}

/** A contact as it is now. */
export interface Contact {
  readonly key: ContactKey;
  /** From 1; grows with every change, so that two who change it at once notice. */
  readonly revision: number;
  readonly entry: Entry;
  /** Keys of its persons, at most one for each fingerprint. */
  readonly keys: readonly PersonKey[];
  /** Registered by the six steps, or by hand and import only. */
  readonly isRegistered: boolean;
  readonly mergedInto: ContactKey | undefined;
  readonly isRetired: boolean;
  /** Oldest first. */
  readonly history: readonly Change[];
}

/** Whether cases may concern it: neither merged into another nor retired. */
export function isActive({ mergedInto, isRetired }: Contact): boolean {
  return mergedInto === undefined && !isRetired;
}

/** An entry of which only the name is known. */
export function bareEntry(name: string): Entry {
  return {
    name,
    aliases: [],
    products: [],
    keywords: [],
    zone: '',
    languages: [],
    cycles: [],
    persons: [],
    groups: [],
    class: 'general',
    weight: 0,
    certificate: '',
    node: undefined,
    remark: '',
  };
}

/** A line of text: no control characters, so that it cannot break a table, a mail header or a terminal. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);
}
