/**
 * Where a vendor stands in a case: the closed set of FORMATS §2, and its words in every format.
 *
 * Our list is richer than any one format's. So each table says what is written, and reading back takes the vaguer
 * value: silence is never "not affected" (FORMATS §0, rule 2). "Affected" does not change when a fix ships; fix
 * progress is an axis of its own.
 */

export type VendorStatusWord =
  | 'affected'
  | 'affected_investigating'
  | 'not_affected'
  | 'not_affected_investigating'
  | 'under_investigation'
  | 'informed'
  | 'not_contacted'
  | 'unknown'
  | 'disputed';

/** How far a vendor's fix has come: the second axis, never folded into the status. */
export type FixProgress = 'none' | 'ready' | 'deployed';

/** Where one product of a vendor stands. A fix is another version, so another product. */
export type ProductState = 'affected' | 'fixed' | 'not_affected' | 'under_investigation';

export const PRODUCT_STATES: readonly ProductState[] = [
  'affected',
  'fixed',
  'not_affected',
  'under_investigation',
];

/** Why a product is not affected: the five labels that CSAF and VEX share. */
export type NotAffectedFlag =
  | 'component_not_present'
  | 'inline_mitigations_already_exist'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_not_present';

export const NOT_AFFECTED_FLAGS: readonly NotAffectedFlag[] = [
  'component_not_present',
  'inline_mitigations_already_exist',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_not_present',
];

export type CertCcWord = 'Affected' | 'Not Affected' | 'Unknown';

/** VULDEF 3.2 `affectedstatus`. */
export type VuldefWord =
  | 'vulnerable'
  | 'vulnerable_investigating'
  | 'notvulnerable'
  | 'notvulnerable_investigating'
  | 'unknown';

/** CSAF 2.0 product status groups that a vendor status maps to. `fixed` comes from products, never from here. */
export type CsafStatusWord = 'known_affected' | 'known_not_affected' | 'under_investigation';

/** CSAF 2.0 involvement statuses of party `vendor` that a vendor status maps to. */
export type CsafInvolvementWord = 'in_progress' | 'contact_attempted' | 'not_contacted' | 'disputed';

export type CveWord = 'affected' | 'unaffected' | 'unknown';

/** One row of the status map. */
export interface VendorWords {
  /** For people, English. */
  readonly english: string;
  /** The Japanese portal's wording. From memory of the portal; checked against its help page before a release. */
  readonly japanese: string;
  readonly certCc: CertCcWord;
  readonly vuldef: VuldefWord;
  /** Absent: the vendor's products get no status in CSAF, and the note says what is known. */
  readonly csaf?: CsafStatusWord;
  readonly csafInvolvement?: CsafInvolvementWord;
  /** Absent: the vendor is left out of the CVE record. */
  readonly cve?: CveWord;
}

/**
 * The status map. `disputed` has the words of silence here, because its row of FORMATS §2 says "by our assessment":
 * a writer looks up the publishing centre's assessment first (see `statusToPublish` in `advisory.ts`) and marks the
 * entry as disputed beside it.
 */
export const VENDOR_WORDS: Readonly<Record<VendorStatusWord, VendorWords>> = {
  affected: {
    english: 'Affected',
    japanese: '該当製品あり',
    certCc: 'Affected',
    vuldef: 'vulnerable',
    csaf: 'known_affected',
    cve: 'affected',
  },
  affected_investigating: {
    english: 'Affected, investigating',
    japanese: '該当製品あり：調査中',
    certCc: 'Affected',
    vuldef: 'vulnerable_investigating',
    csaf: 'known_affected',
    csafInvolvement: 'in_progress',
    cve: 'affected',
  },
  not_affected: {
    english: 'Not affected',
    japanese: '該当製品なし',
    certCc: 'Not Affected',
    vuldef: 'notvulnerable',
    csaf: 'known_not_affected',
    cve: 'unaffected',
  },
  not_affected_investigating: {
    english: 'Not affected so far, investigating',
    japanese: '該当製品なし：調査中',
    certCc: 'Unknown',
    vuldef: 'notvulnerable_investigating',
    csaf: 'under_investigation',
    cve: 'unknown',
  },
  under_investigation: {
    english: 'Under investigation',
    japanese: '調査中',
    certCc: 'Unknown',
    vuldef: 'unknown',
    csaf: 'under_investigation',
    csafInvolvement: 'in_progress',
    cve: 'unknown',
  },
  informed: {
    english: 'Informed, no answer',
    japanese: '脆弱性情報提供済み',
    certCc: 'Unknown',
    vuldef: 'unknown',
    csafInvolvement: 'contact_attempted',
  },
  not_contacted: {
    english: 'Not contacted',
    japanese: '不明',
    certCc: 'Unknown',
    vuldef: 'unknown',
    csafInvolvement: 'not_contacted',
  },
  unknown: {
    english: 'Unknown',
    japanese: '不明',
    certCc: 'Unknown',
    vuldef: 'unknown',
  },
  disputed: {
    english: 'Disputed',
    japanese: '見解の相違あり',
    certCc: 'Unknown',
    vuldef: 'unknown',
    csafInvolvement: 'disputed',
  },
};

/** In the order of FORMATS §2. */
export const VENDOR_STATUS_WORDS: readonly VendorStatusWord[] = Object.keys(
  VENDOR_WORDS,
) as VendorStatusWord[];

/** @returns `undefined` for any other spelling. */
export function readVendorStatus(text: string): VendorStatusWord | undefined {
  return VENDOR_STATUS_WORDS.find((word) => word === text);
}

/** The three words of CERT/CC, and the two that it used until 2010. */
const CERT_CC_STATUS: ReadonlyMap<string, 'affected' | 'not_affected'> = new Map([
  ['affected', 'affected'],
  ['vulnerable', 'affected'],
  ['not affected', 'not_affected'],
  ['not vulnerable', 'not_affected'],
]);

/**
 * CERT/CC's word read back. "Unknown" covers both "no answer" and "not contacted" there, so it becomes `informed`
 * only where a notice to the vendor is on record, and `unknown` otherwise.
 *
 * @param notified whether the source names a day on which the vendor was told.
 * @returns the status, and whether the word was one that CERT/CC uses; any other word is read as "Unknown".
 * @see FORMATS §2 (reading back)
 */
export function readCertCcStatus(
  word: string,
  notified: boolean,
): { readonly status: VendorStatusWord; readonly known: boolean } {
  const plain = word.trim().replace(/\s+/g, ' ').toLowerCase();
  const status = CERT_CC_STATUS.get(plain);
  if (status) return { status, known: true };
  return { status: notified ? 'informed' : 'unknown', known: plain === 'unknown' };
}
