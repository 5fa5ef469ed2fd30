/**
 * How names are compared: width, case and accents folded, words cut at their boundaries, company forms and generic
 * words taken off the end. English and Japanese; a text is cut the same way as the names that are looked for in it.
 */

/** One word of a text as it is compared, and whether it was written with a capital letter somewhere. */
export interface Word {
  readonly folded: string;
  readonly hasCapital: boolean;
}

/** Letters of these scripts have no spaces between their words. */
const KANA_OR_HAN = String.raw`\p{Script=Han}|\p{Script=Katakana}|\p{Script=Hiragana}|[ー々]`;

/**
 * A Han character is a word of its own, because names stand inside of longer rows of them; a run of katakana is one
 * word, because a piece of a loan word is another word.
 */
const WORD: RegExp = new RegExp(
  String.raw`[\p{Script=Katakana}ー]+|\p{Script=Hiragana}+|\p{Script=Han}|々|(?:(?!${KANA_OR_HAN})[\p{L}\p{N}\p{M}])+`,
  'gu',
);

/** Most names and texts are plain; cutting those is ten times as quick, with the same words. */
const ASCII: RegExp = /^[ -~\s]*$/;
const ASCII_WORD: RegExp = /[A-Za-z0-9]+/g;

/** `ＡＢＣ` and `ABC`, `ﾃｽﾄ` and `テスト`, `é` and `e` are one: NFKC, no Latin accents. */
export function foldWidth(text: string): string {
  return text
    .normalize('NFKC')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** As {@link foldWidth}, and `ABC` and `abc` are one as well. */
export function foldCase(text: string): string {
  return foldWidth(text).toLowerCase();
}

/** The words of a text in their order; a possessive `'s` belongs to no name. */
export function wordsOf(text: string): readonly Word[] {
  const isAscii = ASCII.test(text);
  const plain = (isAscii ? text : foldWidth(text)).replace(/['’]s(?![\p{L}\p{N}])/gu, '');
  return [...plain.matchAll(isAscii ? ASCII_WORD : WORD)].map(([word]) => {
    const folded = word.toLowerCase();
    return { folded, hasCapital: folded !== word };
  });
}

/** Words without anything between them: `Check Point` and `CheckPoint`, `D-Link` and `DLink` are one. */
export function joined(words: readonly Word[]): string {
  return words.map(({ folded }) => folded).join('');
}

/** What companies are called by law. */
const FORMS: ReadonlySet<string> = new Set(
  (
    'ab ag as asa aps bv co company corp corporation gmbh inc incorporated intl kg kk limited llc llp ltd nv oy oyj plc ' +
    'pte pty pvt sa sas sarl spa sro srl sl ltda bhd sdn'
  ).split(' '),
);

/** Words at the end of a name that people leave out when they write it. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    'association business center centre communications community computer computers computing consortium corporate data ' +
    'desktop devel developers development digital distribution division electric electronics engineering enterprise ' +
    'enterprises environment firmware foundation gnu group holdings inc industries industrial initiative innovations ' +
    'interactive international internet kernel lab laboratories laboratory labs library linux maintainer maintainers ' +
    'media mobile network networking networks online org organization packaging partners platform platforms product ' +
    'products project projects research secure security server servers services software solution solutions storage ' +
    'studio studios system systems tech technologies technology team telecom telecommunications web wireless works ' +
    'worldwide com net io de jp'
  ).split(' '),
);

/** How far a spelling is from what the contact book says: 0 the full name, 1 without its form, 2 also without generic words. */
export type Looseness = 0 | 1 | 2;

export interface Spelling {
  readonly joined: string;
  readonly parts: readonly string[];
  /** How many words it is written in; Han characters count one each. */
  readonly words: number;
  readonly looseness: Looseness;
  /** Written with a capital in the contact book, so that it needs one in a text. */
  readonly hasCapital: boolean;
}

/** Every way one printed name is looked for, the strictest first, without repeats. */
export function spellingsOf(name: string): readonly Spelling[] {
  const found = new Map<string, Spelling>();
  for (const part of partsOf(name)) {
    const whole = withoutArticle(wordsOf(part));
    // What stands beside brackets is not the whole name.
    add(found, whole, part === name ? 0 : 1);
    let rest = strip(whole, FORMS, 1);
    if (rest.length < whole.length) add(found, rest, 1);
    for (;;) {
      const shorter = strip(strip(rest, GENERIC, 1, 1), FORMS, 1);
      if (shorter.length === rest.length) break;
      rest = shorter;
      add(found, rest, 2);
    }
  }
  return [...found.values()];
}

function add(found: Map<string, Spelling>, words: readonly Word[], looseness: Looseness): void {
  const spelled = joined(words);
  if (spelled === '' || found.has(spelled)) return;
  const hasCapital = words.some((word) => word.hasCapital);
  const parts = words.map(({ folded }) => folded);
  found.set(spelled, { joined: spelled, parts, words: words.length, looseness, hasCapital });
}

/** Stands in front of a Japanese name or behind it, with nothing in between. */
const JAPANESE_FORM: RegExp = /株式会社|有限会社|合同会社|[(（]株[)）]|[(（]有[)）]|㈱|㈲/gu;

/** `Research in Motion (RIM)` has two names; what stands behind `a division of` is somebody else. */
function partsOf(printed: string): readonly string[] {
  const name = printed.replace(JAPANESE_FORM, ' ');
  const inside = [...name.matchAll(/[(（]([^()（）]*)[)）]/g)].map((match) => (match[1] ?? '').trim());
  const outside = name.replace(/[(（][^()（）]*[)）]/g, ' ').trim();
  const others = inside.flatMap((text) => {
    const former = /^(?:formerly|previously|now|aka|a\.k\.a\.)\s+(?:known as\s+)?(.*)$/i.exec(text);
    if (former !== null) return [former[1] ?? ''];
    return /\s/.test(text) ? [] : [text];
  });
  return [outside === '' ? name : outside, ...others].filter((part) => part !== '');
}

function withoutArticle(words: readonly Word[]): readonly Word[] {
  return words.length > 1 && words[0]?.folded === 'the' ? words.slice(1) : words;
}

/** Takes words of the set off the end, as many as `most`, and leaves at least `least`. */
function strip(
  words: readonly Word[],
  drop: ReadonlySet<string>,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): readonly Word[] {
  let rest = words;
  for (let taken = 0; taken < most && rest.length > least; taken += 1) {
    if (!drop.has(rest.at(-1)?.folded ?? '')) break;
    rest = rest.slice(0, -1);
  }
  return rest;
}
