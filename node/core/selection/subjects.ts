/** Which registered keywords a case touches: by the word itself, or by a word of the class that it names. */
import { joined, wordsOf } from './spelling.js';
import { TAXONOMY } from './taxonomy.js';

/** Rows of words of one text, folded and joined, up to this length. */
const LONGEST_SUBJECT = 5;

/** Every row of words of a text, for asking whether it has one. */
export function rowsOf(text: string): ReadonlySet<string> {
  const words = wordsOf(text);
  const rows = new Set<string>();
  for (let at = 0; at < words.length; at += 1)
    for (let count = 1; count <= LONGEST_SUBJECT && at + count <= words.length; count += 1)
      rows.add(joined(words.slice(at, at + count)));
  return rows;
}

/** The registered keywords that the text has itself, and those whose class of the taxonomy it has a word of. */
export interface Touched {
  readonly itself: readonly string[];
  readonly byClass: readonly string[];
}

/** @param keywords as a vendor registered them, words or names of classes. */
export function touched(keywords: readonly string[], rows: ReadonlySet<string>): Touched {
  const itself = keywords.filter((keyword) => rows.has(joined(wordsOf(keyword))));
  const byClass = keywords.filter((keyword) => {
    if (itself.includes(keyword)) return false;
    const wanted = joined(wordsOf(keyword));
    return SUBJECTS.some(({ name, words }) => name === wanted && words.some((word) => rows.has(word)));
  });
  return { itself, byClass };
}

const SUBJECTS: readonly { readonly name: string; readonly words: readonly string[] }[] = [...TAXONOMY].map(
  ([name, words]) => ({
    name: joined(wordsOf(name)),
    words: words.map((word) => joined(wordsOf(word))),
  }),
);
