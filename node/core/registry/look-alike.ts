/**
 * Names that look like another name and are not: letters of other scripts (`Νordwind` with a Greek capital), digits for
 * letters, full-width letters. They are shown, and a person, who knows who called, decides; where something would be sent to the one that a name
 * may be mistaken for, that decision is asked for.
 * @see UTS #39 (confusables), of which this is the part that spells Latin names
 */
import { foldWidth, joined, wordsOf } from '../selection/spelling.js';
import type { Contact, ContactKey } from './vendor.js';

/** Small letters of other scripts, and digits, that are drawn like Latin ones. */
const DRAWN_LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'ьβ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєε',
    g: 'ɡ',
    h: 'һн',
    i: 'іıι',
    j: 'ј',
    k: 'кκ',
    l: '1ӏ|',
    m: 'м',
    n: 'ո',
    o: '0оοσ',
    p: 'рρ',
    q: 'ԛ',
    s: 'ѕ5',
    t: 'тτ',
    u: 'υս',
    v: 'νѵ',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγ',
    z: 'ʐ2',
  }).flatMap(([latin, others]) => [...others].map((other): [string, string] => [other, latin])),
);

/** What a name looks like: two names with one skeleton cannot be told apart on paper. */
function skeleton(name: string): string {
  const spelled = joined(wordsOf(name.replaceAll('|', 'l')));
  const drawn = [...spelled].map((letter) => DRAWN_LIKE.get(letter) ?? letter).join('');
  return drawn.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** What is odd about a name by itself or beside others. */
export type Oddity =
  /** Latin letters beside Greek, Cyrillic or Armenian ones in one word. */
  | { readonly kind: 'mixed_scripts' }
  /** Written in another width than it is read in. */
  | { readonly kind: 'odd_width' }
  /** The same name as another contact's, up to width, case and what stands between the words. */
  | { readonly kind: 'same_name'; readonly key: string }
  /** Another name that looks like this one. */
  | { readonly kind: 'looks_like'; readonly key: string };

/** Names of other contacts by what they look like; made once for many names. */
export type NamesSeen = ReadonlyMap<string, readonly { readonly key: string; readonly name: string }[]>;

/** @param contacts every contact with all its names. */
export function namesSeen(
  contacts: Iterable<{ readonly key: string; readonly names: readonly string[] }>,
): NamesSeen {
  const seen = new Map<string, { readonly key: string; readonly name: string }[]>();
  for (const { key, names } of contacts)
    for (const name of names) {
      const bone = skeleton(name);
      const alike = seen.get(bone);
      if (alike === undefined) seen.set(bone, [{ key, name }]);
      else alike.push({ key, name });
    }
  return seen;
}

/** Everything odd about the names of one contact, each once. */
export function odditiesOf(key: string, names: readonly string[], seen: NamesSeen): readonly Oddity[] {
  const found = new Map<string, Oddity>();
  for (const name of names) {
    for (const oddity of [...alone(name), ...beside(key, name, seen)])
      found.set(`${oddity.kind} ${'key' in oddity ? oddity.key : ''}`, oddity);
  }
  return [...found.values()];
}

function alone(name: string): readonly Oddity[] {
  const isMixed = foldWidth(name)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .some(
      (word) =>
        /\p{Script=Latin}/u.test(word) &&
        /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]/u.test(word),
    );
  const isOdd = /[\uff01-\uff5e\uff66-\uff9f]/u.test(name);
  return [
    ...(isMixed ? [{ kind: 'mixed_scripts' } as const] : []),
    ...(isOdd ? [{ kind: 'odd_width' } as const] : []),
  ];
}

function beside(key: string, name: string, seen: NamesSeen): readonly Oddity[] {
  const plain = joined(wordsOf(name));
  return (seen.get(skeleton(name)) ?? [])
    .filter((other) => other.key !== key)
    .map((other) => ({
      kind: joined(wordsOf(other.name)) === plain ? ('same_name' as const) : ('looks_like' as const),
      key: other.key,
    }));
}

/**
 * The first contact that one of these names may be mistaken for, or passes itself off as: of those to whom something
 * would be sent. @param unlike keys that an officer has looked at and says are somebody else.
 */
export function mistakenFor(
  book: ReadonlyMap<ContactKey, Contact>,
  seen: NamesSeen,
  key: string,
  names: readonly string[],
  unlike: readonly string[],
): ContactKey | undefined {
  for (const oddity of odditiesOf(key, names, seen)) {
    if (!('key' in oddity) || unlike.includes(oddity.key)) continue;
    const other = book.get(oddity.key as ContactKey);
    if (other !== undefined && isAddressed(other)) return other.key;
  }
  return undefined;
}

/** Registered, or with a node or a certificate: what is meant for it would reach somebody. */
function isAddressed({ isRegistered, entry }: Contact): boolean {
  return isRegistered || entry.node !== undefined || entry.certificate !== '';
}
