/** What selection is given: the contact book, the text of a case, and earlier cases as hints. */

/** One organisation of the contact book as far as selection looks at it. */
export interface Contact {
  readonly key: string;
  /** Printed names and aliases, the most used first. */
  readonly names: readonly string[];
  readonly products: readonly string[];
  /** Subjects that it asked to hear of, as it registered them. */
  readonly keywords: readonly string[];
  /** Saved lists that it is on. */
  readonly groups: readonly string[];
  /** `individual`: hears only of cases about its own products (DOMAIN §4). */
  readonly class: 'general' | 'individual';
  /** Size of its installed base, 0 to 100; tells contacts of one name apart. */
  readonly weight: number;
}

/** The text of a new case; every part may be empty. */
export interface CaseText {
  readonly title: string;
  readonly overview: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Who makes what is concerned, from CPE, purl and CVE entries (`product-names.ts`). */
  readonly makers: readonly MakerName[];
  /** The one human bit: this hits many vendors. */
  readonly isMany: boolean;
}

/** A vendor and a product as a machine-readable entry names them; either may be empty. */
export interface MakerName {
  readonly vendor: string;
  readonly product: string;
}

/** An earlier case that reads alike: a hint, never a reason to tell by itself unless many vendors are asked for. */
export interface PastCase {
  readonly id: string;
  /** Keys of the contacts that were told. */
  readonly vendors: readonly string[];
  /** How alike and, of many vendors, how recent, above 0; only the order and the ratio of two of them mean anything. */
  readonly likeness: number;
}

/** An earlier case with whom it was told to. */
export interface Archived {
  readonly id: string;
  /** When it became known, as it sorts: RFC 3339 in UTC. */
  readonly at: string;
  readonly text: Omit<CaseText, 'isMany' | 'makers'>;
  readonly vendors: readonly string[];
}

/** Looks earlier cases up. */
export interface LikeCases {
  /**
   * The likest first, at most `most`, earlier than `before` and other than the case itself. Where the case is one of
   * many only those that were told to many, and the older a list is the less alike it counts.
   */
  find(text: CaseText, before: string, most: number): readonly PastCase[];
}

/** From so many vendors on a case is one of many (data of CERT/CC: 13 % of all notes). */
export const MANY_VENDORS = 10;

/** So many earlier cases vote or are shown. */
export const PAST_CASES = 12;
