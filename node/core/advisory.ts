/**
 * What an advisory says, whatever format it goes out in: one internal form, and one place that decides what of it
 * an audience may see.
 *
 * An advisory is written in one language (`lang`). Short texts have translations beside them; vendors' words keep
 * the language they came in. Identifiers of ours inside it (`vendorId`, the id of a vulnerability) are local keys:
 * they are hashed or dropped by every writer and never appear outside.
 *
 * @see FORMATS §0 (names used here)
 */
import type { FixProgress, NotAffectedFlag, ProductState, VendorStatusWord } from './case/vendor-words.js';
import { type Tlp, tlpPermits } from './disclosure/tlp.js';
import { type Outcome, ok, refuse } from './fault.js';
import type { Instant } from './time.js';

/** A BCP 47 tag. The house writes `en` and `ja`; a vendor's words may come in any. */
export type Lang = string;

export interface LocalText {
  readonly lang: Lang;
  readonly text: string;
}

/** Permissible Actions Protocol; printed beside the TLP label (FORMATS §1.4). */
export type Pap = 'CLEAR' | 'GREEN' | 'AMBER' | 'RED';

/** A `draft` is a copy for peers before publication; `interim` while vendors' answers are expected within days. */
export type AdvisoryStage = 'draft' | 'interim' | 'final';

export interface Publisher {
  /** The centre as printed, at most `nameCharacters`. Its own assessments carry this name as author. */
  readonly name: string;
  /** Our https origin, without a path or a final slash. */
  readonly namespace: string;
  readonly contact?: string;
  readonly authority?: string;
  readonly disclaimer?: string;
}

export interface Reference {
  readonly url: string;
  readonly title: string;
}

export interface Weakness {
  /** `CWE-79`. */
  readonly id: string;
  /** The exact name in the catalogue: validators compare it (CSAF 6.1.11). */
  readonly name: string;
}

export interface Score {
  readonly version: '2.0' | '3.0' | '3.1' | '4.0';
  readonly vector: string;
  /** 0.0 to 10.0, one decimal. */
  readonly score: number;
}

export interface Vulnerability {
  /** Local key; vendor entries and remedies point at it. Never written. */
  readonly id: string;
  readonly cve?: string;
  /** Names in other systems: `{ system: 'JVNDB', text: 'JVNDB-2027-000123' }`. No CVE ids here. */
  readonly otherIds?: readonly { readonly system: string; readonly text: string }[];
  readonly title: string;
  /** At least one. */
  readonly descriptions: readonly LocalText[];
  readonly weaknesses: readonly Weakness[];
  readonly scores: readonly Score[];
  /** Written only where `discoveryConsent` is true. */
  readonly discoveredAt?: Instant;
  readonly discoveryConsent?: boolean;
  /** Since when attacks are known; absence says nothing. */
  readonly exploitedSince?: Instant;
}

export interface Product {
  readonly name: string;
  /** One version, or a `vers:` range, or absent for all that is meant by the name. */
  readonly version?: string;
  /** Absent: as the vendor's status says. A fix is another version, so another product. */
  readonly state?: ProductState;
  /** Of a product that is not affected; absent: as the entry of the vendor says. */
  readonly notAffectedFlag?: NotAffectedFlag;
  /** Only where the vendor said exactly that. */
  readonly said?: 'first_affected' | 'last_affected' | 'first_fixed' | 'recommended';
  /** CPE 2.3, formatted string. */
  readonly cpe?: string;
  readonly purl?: string;
}

export interface Assessment {
  /** An organisation's printed name. */
  readonly author: string;
  readonly status: VendorStatusWord;
  readonly at: Instant;
}

/** One vendor and one vulnerability: the row of the table that readers come for. */
export interface VendorEntry {
  /** Local key of the vendor; product ids are hashed over it, so it never changes. Never written. */
  readonly vendorId: string;
  readonly name: string;
  readonly vulnerabilityId: string;
  readonly status: VendorStatusWord;
  readonly assessments: readonly Assessment[];
  readonly fixProgress: FixProgress;
  readonly informedAt?: Instant;
  readonly respondedAt?: Instant;
  /** The vendor's words for the public, verbatim. */
  readonly statements: readonly LocalText[];
  /** The coordinator's comment. */
  readonly addendum?: string;
  readonly references: readonly Reference[];
  readonly products: readonly Product[];
  readonly notAffectedFlag?: NotAffectedFlag;
  readonly notAffectedReason?: string;
}

export interface Revision {
  /** From 1, no gaps. */
  readonly number: number;
  /** Later than that of the revision before, by a second at least. */
  readonly at: Instant;
  readonly summary: string;
}

export type NoteKind = 'details' | 'impact' | 'general' | 'faq' | 'other';

export interface Note {
  readonly kind: NoteKind;
  readonly title: string;
  readonly texts: readonly LocalText[];
  /** Absent: the label of the advisory. A stricter note is in no document of a wider label. */
  readonly tlp?: Tlp;
}

export type RemedyKind =
  | 'vendor_fix'
  | 'workaround'
  | 'mitigation'
  | 'fix_planned'
  | 'none_available'
  | 'no_fix_planned';

export interface Remedy {
  readonly kind: RemedyKind;
  readonly texts: readonly LocalText[];
  /** Absent: for everybody. */
  readonly vendorId?: string;
  /** Absent: for every vulnerability. */
  readonly vulnerabilityId?: string;
  readonly url?: string;
  readonly at?: Instant;
}

export interface Credit {
  readonly name: string;
  readonly organisation?: string;
  /** Recorded consent of the person to be named. Without it nothing is written, not even a count. */
  readonly consent: boolean;
}

export interface Translation {
  readonly lang: Lang;
  readonly title: string;
  readonly summary: string;
}

export interface Advisory {
  /** Our own public id, such as `ECC#2027-0001`; the case id never appears outside. */
  readonly publicId: string;
  /** `VU#`, `JVN#`, `JVNVU#`, `CVE-` and the like. */
  readonly aliases: readonly string[];
  readonly lang: Lang;
  readonly title: string;
  readonly summary: string;
  readonly translations: readonly Translation[];
  readonly kind: 'software_product' | 'web_application';
  readonly scope: 'protocol' | 'implementation' | 'operation';
  readonly tlp: Tlp;
  readonly pap?: Pap;
  readonly stage: AdvisoryStage;
  /** When we published. In a draft: the time of the draft, never the planned instant. */
  readonly publishedAt: Instant;
  readonly publisher: Publisher;
  /** At least one. */
  readonly vulnerabilities: readonly Vulnerability[];
  readonly vendors: readonly VendorEntry[];
  /** At least one. */
  readonly revisions: readonly Revision[];
  readonly notes: readonly Note[];
  readonly remedies: readonly Remedy[];
  readonly references: readonly Reference[];
  readonly credits: readonly Credit[];
  /** An exercise: every output says so, in the title and in a note of its own. */
  readonly drill?: true;
}

/** What stands before the title of an exercise, in every output. */
export const DRILL_MARK = 'DRILL';

/** The sentence an exercise carries, in every output. */
export const DRILL_SENTENCE: Readonly<Record<'en' | 'ja', string>> = {
  en: 'This document belongs to an exercise. It does not describe a real vulnerability.',
  ja: 'この文書は演習用です。実在する脆弱性に関するものではありません。',
};

/** The title as every output prints it: marked where it is an exercise. */
export function shownTitle(advisory: Advisory, title: string = advisory.title): string {
  return advisory.drill ? `${DRILL_MARK}: ${title}` : title;
}

/**
 * The advisory as an audience under `target` may see it: without notes of a stricter label, without people and
 * dates that need a consent which is not there. Every writer calls this first and reads nothing else, so that
 * what is private has one door.
 *
 * `shownTo(shownTo(a, t), t) = shownTo(a, t)`.
 * @throws nothing; faults: `TLP_FORBIDS` where the advisory as a whole is stricter than the target.
 * @see FORMATS §12.8
 */
export function shownTo(advisory: Advisory, target: Tlp): Outcome<Advisory> {
  if (!tlpPermits(advisory.tlp, target)) return refuse('TLP_FORBIDS', { where: 'tlp' });
  return ok({
    ...advisory,
    notes: advisory.notes.filter((note) => tlpPermits(note.tlp ?? advisory.tlp, target)),
    credits: advisory.credits.filter((credit) => credit.consent),
    vulnerabilities: advisory.vulnerabilities.map(withoutDiscovery),
  });
}

function withoutDiscovery(vulnerability: Vulnerability): Vulnerability {
  if (vulnerability.discoveryConsent) return vulnerability;
  const { discoveredAt: _withheld, ...rest } = vulnerability;
  return rest;
}

/**
 * The status that formats without a word for "disputed" carry: our own assessment. Ours is the latest one whose
 * author is the publisher; without one the entry is `unknown`, since silence is never "not affected".
 * @see FORMATS §1.3 (disputed), §2
 */
export function statusToPublish(entry: VendorEntry, publisher: Publisher): VendorStatusWord {
  if (entry.status !== 'disputed') return entry.status;
  const ours = entry.assessments
    .filter(({ author, status }) => author === publisher.name && status !== 'disputed')
    .reduce<Assessment | undefined>((last, next) => (last && last.at > next.at ? last : next), undefined);
  return ours?.status ?? 'unknown';
}

/** The text in the wanted language, else in the advisory's own, else the first there is. */
export function textIn(texts: readonly LocalText[], lang: Lang, otherwise: Lang): string | undefined {
  return (
    texts.find((text) => text.lang === lang) ??
    texts.find((text) => text.lang === otherwise) ??
    texts[0]
  )?.text;
}
