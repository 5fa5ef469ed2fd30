/**
 * Reports and cases that may be about the same thing. They are offered to a person, who decides: what looks alike may
 * be two defects, and one defect may be told in two ways (DOMAIN §1).
 */
import { byText } from '../bytes.js';
import type { CaseId, ReportId } from '../ids.js';
import { wordsOf } from '../selection/spelling.js';
import type { State } from '../state.js';
import { productsOf, type ReportText } from './report.js';

export interface Likeness {
  readonly what:
    | { readonly kind: 'report'; readonly id: ReportId }
    | { readonly kind: 'case'; readonly id: CaseId };
  /**
   * `public_id`: they share one. `words`: most of what they say is the same. `sentence`: they have a whole sentence in
   * common, whatever greeting and signature stand around it. `product`: the same product, and enough of the words to be
   * the same defect.
   */
  readonly why: 'public_id' | 'words' | 'sentence' | 'product';
  /** Words that both have, of all words that either has; 0 to 1. */
  readonly share: number;
}

const SAME_WORDS = 0.6;
const SAME_DEFECT = 0.2;
/** A shorter sentence is one that anybody writes. */
const SENTENCE_WORDS = 6;
const OFFERED = 10;

/** @returns the likeliest first, at most ten. @param self the report itself, which is like itself. */
export function likenesses(state: State, text: ReportText, self?: ReportId): readonly Likeness[] {
  const own = self === undefined ? undefined : state.reports.get(self);
  const ours = fingerprintOf(text, own === undefined ? [text.product] : productsOf(own));
  const reports = [...state.reports.values()]
    .filter(({ id }) => id !== self)
    .map((other): Likeness | undefined =>
      likeness({ kind: 'report', id: other.id }, ours, fingerprintOf(other.text, productsOf(other))),
    );
  const cases = [...state.cases.values()].map(({ id, summary: { value } }): Likeness | undefined =>
    likeness(
      { kind: 'case', id },
      ours,
      fingerprintOf({ ...value, description: value.summary }, value.products),
    ),
  );
  const rank = { public_id: 0, words: 1, sentence: 2, product: 3 } as const;
  return [...reports, ...cases]
    .filter((one) => one !== undefined)
    .sort(
      (left, right) =>
        rank[left.why] - rank[right.why] || right.share - left.share || byText(left.what.id, right.what.id),
    )
    .slice(0, OFFERED);
}

interface Fingerprint {
  readonly ids: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  /** Long ones, folded. */
  readonly sentences: ReadonlySet<string>;
  readonly products: readonly string[];
}

type Told = Pick<ReportText, 'title' | 'description' | 'publicIds'>;

function fingerprintOf({ title, description, publicIds }: Told, products: readonly string[]): Fingerprint {
  return {
    ids: new Set(publicIds.map((id) => id.trim().toUpperCase()).filter((id) => id !== '')),
    words: new Set(wordsOf(`${title}\n${description}`).map(({ folded }) => folded)),
    sentences: new Set(sentencesOf(description)),
    products: products
      .map((product) =>
        wordsOf(product)
          .map(({ folded }) => folded)
          .join(' '),
      )
      .filter((name) => name !== ''),
  };
}

/** Lines of a mail are broken anywhere; a sentence ends at its mark, or before an empty line. */
function sentencesOf(text: string): readonly string[] {
  return text
    .split(/[.!?](?=\s|$)|[。！？]|\n\s*\n/u)
    .map((sentence) => wordsOf(sentence).map(({ folded }) => folded))
    .filter(({ length }) => length >= SENTENCE_WORDS)
    .map((words) => words.join(' '));
}

function likeness(what: Likeness['what'], ours: Fingerprint, theirs: Fingerprint): Likeness | undefined {
  const both = [...ours.words].filter((word) => theirs.words.has(word)).length;
  const all = ours.words.size + theirs.words.size - both;
  const share = all === 0 ? 0 : both / all;
  if ([...ours.ids].some((id) => theirs.ids.has(id))) return { what, why: 'public_id', share };
  if (share >= SAME_WORDS) return { what, why: 'words', share };
  if ([...ours.sentences].some((sentence) => theirs.sentences.has(sentence)))
    return { what, why: 'sentence', share };
  const sameProduct = ours.products.some((product) => theirs.products.includes(product));
  return sameProduct && share >= SAME_DEFECT ? { what, why: 'product', share } : undefined;
}
