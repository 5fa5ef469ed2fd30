/**
 * The Traffic Light Protocol, version 2.0: the labels of a case, their order, and what older documents call them.
 *
 * A label says how far text may travel. An import never widens it, so every comparison here goes one way: when
 * two sources disagree, the stricter one holds (FORMATS §0, rule 7).
 */

export type Tlp = 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER+STRICT' | 'RED';

/** Widest first. The order of everything that lists labels. */
export const TLP_LABELS: readonly Tlp[] = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'];

const STRICTNESS: Readonly<Record<Tlp, number>> = {
  CLEAR: 0,
  GREEN: 1,
  AMBER: 2,
  'AMBER+STRICT': 3,
  RED: 4,
};

/** What a foreign unpublished document without a label is read as (FORMATS §0, rule 7). */
export const TLP_OF_SILENCE: Tlp = 'AMBER+STRICT';

/**
 * Reads a label as people and documents spell it: with or without `TLP:`, any case; `WHITE` is the old CLEAR.
 * @returns `undefined` for anything else. The caller then takes {@link TLP_OF_SILENCE}, never a wider label.
 */
export function readTlp(text: string): Tlp | undefined {
  const word = text
    .trim()
    .toUpperCase()
    .replace(/^TLP:\s*/, '');
  if (word === 'WHITE') return 'CLEAR';
  return TLP_LABELS.find((label) => label === word);
}

/** Negative where the left label lets text travel further than the right one, 0 where they are the same. */
export function byTlp(left: Tlp, right: Tlp): number {
  return STRICTNESS[left] - STRICTNESS[right];
}

/** The label that holds when two apply. `stricterTlp(a, b) = stricterTlp(b, a)`. */
export function stricterTlp(left: Tlp, right: Tlp): Tlp {
  return byTlp(left, right) >= 0 ? left : right;
}

/** Whether text under `label` may stand in a document under `target`. */
export function tlpPermits(label: Tlp, target: Tlp): boolean {
  return byTlp(label, target) <= 0;
}

/** CSAF 2.0 knows TLP 1 only. */
export type CsafTlp = 'WHITE' | 'GREEN' | 'AMBER' | 'RED';

/** CSAF 2.0 label per label. Lossy in one row: AMBER+STRICT is written RED, and the text says which (FORMATS §1.4). */
export const CSAF_TLP: Readonly<Record<Tlp, CsafTlp>> = {
  CLEAR: 'WHITE',
  GREEN: 'GREEN',
  AMBER: 'AMBER',
  'AMBER+STRICT': 'RED',
  RED: 'RED',
};

const TLP_OF_CSAF: Readonly<Record<CsafTlp, Tlp>> = {
  WHITE: 'CLEAR',
  GREEN: 'GREEN',
  AMBER: 'AMBER',
  RED: 'RED',
};

/** First line of `distribution.text`: the exact string that the CSAF 2.1 converter clause looks for (FORMATS §1.4). */
export function csafTlpText(label: Tlp): string {
  return `TLP v2.0: TLP:${label}`;
}

/**
 * The label of a CSAF 2.0 document, from its `tlp.label` and `distribution.text`.
 *
 * `readCsafTlp(CSAF_TLP[a], csafTlpText(a)).label = a`.
 * @returns the label, and whether label and text disagreed; then the stricter one was taken. `undefined` where
 *   neither says anything we know.
 * @see FORMATS §1.4
 */
export function readCsafTlp(
  label: string | undefined,
  text: string | undefined,
): { readonly label: Tlp; readonly disagree: boolean } | undefined {
  const named = isCsafTlp(label) ? TLP_OF_CSAF[label] : undefined;
  const said = labelIn(text ?? '');
  if (named === undefined) return said === undefined ? undefined : { label: said, disagree: false };
  if (said === undefined || said === named) return { label: named, disagree: false };
  // The one pair that differs on purpose: 2.0 has no word for AMBER+STRICT, so RED stands before it.
  if (named === 'RED' && said === 'AMBER+STRICT') return { label: said, disagree: false };
  return { label: stricterTlp(named, said), disagree: true };
}

function isCsafTlp(text: string | undefined): text is CsafTlp {
  return text !== undefined && Object.hasOwn(TLP_OF_CSAF, text);
}

function labelIn(text: string): Tlp | undefined {
  const found = /^TLP v2\.0: TLP:(CLEAR|GREEN|AMBER\+STRICT|AMBER|RED)(?![+\w])/.exec(text);
  return TLP_LABELS.find((label) => label === found?.[1]);
}
