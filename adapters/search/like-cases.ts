/** Earlier cases that read like a new one, by BM25 over their words (minisearch, decision 0041). */
import MiniSearch from 'minisearch';
import {
  type Archived,
  type CaseText,
  type LikeCases,
  MANY_VENDORS,
} from '../../node/core/selection/contact.js';
import { wordsOf } from '../../node/core/selection/spelling.js';

/** What a title and its keywords say counts more than what a long text mentions. */
const BOOST = { title: 3, keywords: 2, body: 1 };
/** Words of a text that are looked for: a description goes on for pages and says the same. */
const QUERY_WORDS = 400;
/**
 * A list of many vendors ages: firms merge, change their names and leave the market. A list this much older than
 * another one has half of its voice. Found on notes before 2009 (docs/SELECTION.md).
 */
const HALF_VOICE_YEARS = 1.5;
const YEAR_MS = 365.25 * 86_400_000;

/** Reads an archive once. Of several cases with one id the last is kept. */
export function openLikeCases(archive: readonly Archived[]): LikeCases {
  const cases = new Map(archive.map((one) => [one.id, one]));
  const index = new MiniSearch<{ id: string; title: string; keywords: string; body: string }>({
    fields: ['title', 'keywords', 'body'],
    storeFields: [],
    tokenize: (text) => wordsOf(text).map(({ folded }) => folded),
    // One letter says nothing, one Han character does.
    processTerm: (term) => (term.length < 2 && !/\p{Script=Han}/u.test(term) ? null : term),
  });
  index.addAll(
    [...cases.values()].map(({ id, text }) => ({
      id,
      title: text.title,
      keywords: text.keywords.join(' '),
      body: `${text.overview}\n${text.description}`,
    })),
  );
  return {
    find(text, before, most) {
      const isEarlier = (id: string) => {
        const found = cases.get(id);
        const isOther = found !== undefined && found.at < before && found.text.title !== text.title;
        return isOther && (!text.isMany || found.vendors.length >= MANY_VENDORS);
      };
      const counts = queryOf(text);
      const found = index
        .search([...counts.keys()].join(' '), {
          boost: BOOST,
          // A word that the case repeats is looked for once and counts as often as it stands there.
          boostTerm: (term) => counts.get(term) ?? 1,
          filter: ({ id }) => isEarlier(String(id)),
        })
        .flatMap(({ id, score }) => {
          const one = cases.get(String(id));
          return one === undefined ? [] : [{ ...one, likeness: score }];
        });
      // What a case is about does not age, whom it was told to does.
      const voices = text.isMany ? aged(found) : found;
      return voices.slice(0, most).map(({ id, vendors, likeness }) => ({ id, vendors, likeness }));
    },
  };
}

/** Counted from the newest of them: only ratios matter, and a case of today has no date. */
function aged<T extends { readonly at: string; readonly likeness: number }>(
  found: readonly T[],
): readonly T[] {
  const instants = found.map(({ at }) => Date.parse(at)).filter(Number.isFinite);
  const newest = instants.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  return found
    .map((one) => {
      const at = Date.parse(one.at);
      const years = Number.isFinite(at) ? (newest - at) / YEAR_MS : 0;
      return { ...one, likeness: one.likeness * 2 ** (-years / HALF_VOICE_YEARS) };
    })
    .sort((left, right) => right.likeness - left.likeness);
}

function queryOf({ title, keywords, overview, description }: CaseText): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const words = wordsOf([title, ...keywords, overview, description].join('\n'));
  for (const { folded } of words.slice(0, QUERY_WORDS)) counts.set(folded, (counts.get(folded) ?? 0) + 1);
  return counts;
}
