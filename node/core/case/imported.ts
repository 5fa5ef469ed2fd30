/**
 * A case as another centre's archive tells it: what was read, with its doubts beside it. It becomes a case of ours
 * only when a person says so; the source is kept byte for byte elsewhere.
 * @see FORMATS §0 (rules for every reader), §5
 */
import type { Score } from '../advisory.js';
import type { Instant } from '../time.js';
import type { VendorStatusWord } from './vendor-words.js';

export type ImportSource = 'cert-cc' | 'vda-note' | 'vince';

/** What is wrong with a date. A bad date is kept as text with its flag, never repaired or guessed. */
export type DateFlag =
  /** No date at all, such as an error sentence, or a day that no calendar has. */
  | 'not_a_date'
  /** A year before 1980 or after 2100. */
  | 'impossible_year'
  /** A local time of unknown zone: usable for a day, not for an order within a day. */
  | 'no_zone';

export interface ImportedDate {
  /** As the source spells it, trimmed. */
  readonly text: string;
  /** Only where the source names a real time with its zone. */
  readonly at?: Instant;
  /** `YYYY-MM-DD` as the source spells it: in its own zone, so not always the UTC day of `at`. */
  readonly day?: string;
  readonly flag?: DateFlag;
}

/** What was dropped, changed or doubted. Each has its reason in {@link IMPORT_FLAGS}. */
export type ImportFlag =
  | DateFlag
  | 'added_to_case'
  | 'ask_a_person'
  | 'boilerplate'
  | 'cut'
  | 'date_public_after_first_published'
  | 'due_date_is_a_proposal'
  | 'duplicate_vendor_key'
  | 'empty_string_for_list'
  | 'entities_in_title'
  | 'html_in_text'
  | 'no_name'
  | 'not_imported'
  | 'notified_after_first_published'
  | 'other_note'
  | 'person_not_imported'
  | 'responded_before_notified'
  | 'status_word'
  | 'unknown_is_not_their_word'
  | 'wrong_type';

export const IMPORT_FLAGS: Readonly<Record<ImportFlag, string>> = {
  not_a_date: 'The text is not a date; it is kept as text.',
  impossible_year: 'The year cannot be right; the date is kept as text.',
  no_zone: 'The time has no zone: usable for a day, not for an order within a day.',
  added_to_case: 'The date says when the vendor was added to the case, not that it was told.',
  ask_a_person: 'The source sets this flag by habit; a person has to confirm it.',
  boilerplate: 'The sentence stands for "nothing" and was dropped.',
  cut: 'The text or list is over the bound and was cut.',
  date_public_after_first_published: 'The public date lies after the publication of the source.',
  due_date_is_a_proposal: 'A due date of another system is that party’s wish, never a settlement.',
  duplicate_vendor_key: 'Another record of this case has the same vendor key; both are kept.',
  empty_string_for_list: 'An empty text stands where a list belongs; read as an empty list.',
  entities_in_title: 'Character references in the title were decoded.',
  html_in_text: 'The text holds HTML; it is kept and shown as text.',
  no_name: 'The record has no vendor name and was dropped.',
  not_imported: 'Our model has no place for this field.',
  notified_after_first_published: 'The vendor was told after the publication of the source.',
  other_note: 'The vendor record names another note and was dropped.',
  person_not_imported: 'The field names persons and is not imported.',
  responded_before_notified: 'The answer is dated before the notice.',
  status_word: 'The status word is not one of the source’s own; read as Unknown.',
  unknown_is_not_their_word: 'Unknown also stands for "does not share": it is not the vendor’s word.',
  wrong_type: 'The field has another type than the source’s description says and was dropped.',
};

export interface ImportedVendor {
  /** The source's own id of the record. */
  readonly recordId?: string;
  readonly key: string;
  /** As printed in the source, trimmed. */
  readonly name: string;
  readonly status: VendorStatusWord;
  /** The word of the source. */
  readonly statusWord: string;
  /** Name of the vulnerability, where the source has a status per vulnerability. */
  readonly vulnerability?: string;
  readonly statement?: string;
  /** What the source says about the vendor, less strictly checked than its statement. */
  readonly remark?: string;
  readonly addendum?: string;
  readonly references: readonly string[];
  readonly informedAt?: ImportedDate;
  readonly respondedAt?: ImportedDate;
  readonly updatedAt?: ImportedDate;
  /** Sorted, without repeats. */
  readonly flags: readonly ImportFlag[];
}

export interface ImportedVulnerability {
  readonly name: string;
  readonly cve?: string;
  readonly description: string;
}

/** The report behind a case. Flags of the source are not facts until a person confirmed them. */
export interface ImportedReport {
  readonly product: string;
  readonly version: string;
  readonly description: string;
  readonly impact: string;
  readonly exploit: string;
  readonly discovery: string;
  readonly plans: string;
  readonly saysPublic: boolean;
  readonly saysExploited: boolean;
  readonly submittedAt?: ImportedDate;
  /** Only where the reporter allowed the source to share the contact. Held apart like every reporter. */
  readonly reporter?: { readonly name: string; readonly organisation: string; readonly contact: string };
}

export interface ImportedCase {
  readonly source: ImportSource;
  /** The source's name for it: `VU#900001`. First of the aliases. */
  readonly sourceId: string;
  /** `VU#`, `CVE-` and the like, without repeats. None becomes our case id. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly summary: string;
  readonly details: {
    readonly description: string;
    readonly impact: string;
    readonly resolution: string;
    readonly workarounds: string;
  };
  readonly keywords: readonly string[];
  readonly references: readonly string[];
  readonly scores: readonly Score[];
  readonly vulnerabilities: readonly ImportedVulnerability[];
  readonly vendors: readonly ImportedVendor[];
  readonly createdAt?: ImportedDate;
  /** The day the vulnerability was known to be public: a date without time. */
  readonly publicOn?: ImportedDate;
  readonly firstPublishedAt?: ImportedDate;
  readonly updatedAt?: ImportedDate;
  /** The other centre's wish for the publication, never a settlement. */
  readonly proposedAt?: ImportedDate;
  readonly report?: ImportedReport;
  /** Sorted, without repeats. */
  readonly flags: readonly ImportFlag[];
}
