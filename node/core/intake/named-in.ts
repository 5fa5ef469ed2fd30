/**
 * Does a text name the reporter? Mails end with a signature and begin with a subject such as "found by …", and the words
 * of a report become details: so a name would leave the house without anybody's consent (DESIGN §5.4).
 *
 * Found is what is on record of the reporter, in its usual spellings. Nobody can find what is not on record: an officer
 * reads the words before they go.
 */
import { foldWidth } from '../selection/spelling.js';
import type { Reporter } from './report.js';

/** Shorter pieces of a name are words of their own more often than not. */
const LEAST = { latin: 3, han: 2, digits: 7 } as const;

const HAN = /[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}\p{Script=Hangul}]/u;
const ADDRESS = /[^\s<>,;"()]+@[^\s<>,;"()]+/g;
/** What may stand between two words of a name, or two digits of a telephone number. */
const BETWEEN = String.raw`[^\p{L}\p{N}]{0,3}`;

/** Is one of them named in it: name, a part of the name as it is written, organisation, address, telephone number? */
export function isNamedIn(reporter: Reporter | undefined, text: string): boolean {
  const folded = foldWidth(text);
  return tracesOf(reporter).some((trace) => folded.search(trace) >= 0);
}

/** The text with `…` where it names the reporter; as it is where it does not. */
export function withoutName(reporter: Reporter | undefined, text: string): string {
  if (!isNamedIn(reporter, text)) return text;
  return tracesOf(reporter).reduce((left, trace) => left.replace(trace, '…'), foldWidth(text));
}

/** Longest first, so that nothing of a full name is left over. */
function tracesOf(reporter: Reporter | undefined): readonly RegExp[] {
  if (reporter === undefined) return [];
  const [name, organisation, contact] = [reporter.name, reporter.organisation, reporter.contact].map(
    foldWidth,
  );
  const words = wordsIn(name);
  return [
    ...[...(contact ?? '').matchAll(ADDRESS)].map(([address]) => anyCase(escaped(address))),
    ...numbersIn(contact),
    ...[words, words.toReversed(), wordsIn(organisation)].flatMap(phrase),
    ...words.flatMap(part),
  ];
}

/** All the words of a name, in any case. */
function phrase(words: readonly string[]): readonly RegExp[] {
  if (!isLong(words.join(''))) return [];
  return [anyCase(bounded(words.map(escaped).join(BETWEEN), words.join('')))];
}

/** One word of a name as people write it: `Mark` is somebody, `mark` is not. */
function part(word: string): readonly RegExp[] {
  if (!isLong(word) || word === word.toLowerCase())
    return HAN.test(word) && isLong(word) ? [exact(word)] : [];
  return [exact(word), exact(word.toUpperCase())];
}

/** The last digits of a telephone number: the country may be written or not. */
function numbersIn(contact = ''): readonly RegExp[] {
  return [...contact.replace(ADDRESS, ' ').matchAll(/[\d\s().+/-]+/g)].flatMap(([number]) => {
    const digits = number.replace(/\D/g, '').slice(-8);
    return digits.length < LEAST.digits ? [] : [new RegExp([...digits].join(BETWEEN), 'gu')];
  });
}

function wordsIn(text = ''): readonly string[] {
  return text.replace(ADDRESS, ' ').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

function isLong(word: string): boolean {
  return [...word].length >= (HAN.test(word) ? LEAST.han : LEAST.latin);
}

function anyCase(pattern: string): RegExp {
  return new RegExp(pattern, 'giu');
}

function exact(word: string): RegExp {
  return new RegExp(bounded(escaped(word), word), 'gu');
}

/** Scripts without spaces have no boundaries to look for. */
function bounded(pattern: string, word: string): string {
  return HAN.test(word) ? pattern : String.raw`(?<![\p{L}\p{N}])${pattern}(?![\p{L}\p{N}])`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => (sign === '-' ? String.raw`\x2d` : `\\${sign}`));
}
