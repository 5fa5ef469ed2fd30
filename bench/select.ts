/** Proposing whom to tell of one case, at contact books of three sizes, beside looking every name up in the text. */
import { openLikeCases } from '../adapters/search/like-cases.js';
import type { Archived, CaseText, Contact } from '../node/core/selection/contact.js';
import { openBook, select } from '../node/core/selection/select.js';
import { inTurns, median, ms, type Row, ratioOf } from './measure.js';

const SIZES = [100, 800, 5_000] as const;
const PAST_NOTES = 2_000;
const TURNS = 9;
const WARM_TURNS = 2;

const SYLLABLES = [
  'nor',
  'wind',
  'tar',
  'ka',
  'mel',
  'quo',
  'ri',
  'sen',
  'ul',
  'vo',
  'zan',
  'bex',
  'dy',
  'fal',
  'gor',
  'hix',
];

/** One that is never the same for two numbers. */
function nameOf(number: number): string {
  const parts = [number % 16, (number >> 4) % 16, (number >> 8) % 16, (number >> 12) % 16];
  const name = parts.map((part) => SYLLABLES[part] ?? '').join('');
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function bookOf(size: number): readonly Contact[] {
  return Array.from({ length: size }, (_, at) => ({
    key: `vendor ${at}`,
    names: [`${nameOf(at)} Systems, Inc.`, `${nameOf(at)} Japan`],
    products: [`${nameOf(at)}Gate`, `${nameOf(at)} Router ${at % 9}`],
    keywords: at % 10 === 0 ? ['SNMP', 'web browser'] : [],
    groups: at % 7 === 0 ? ['routers'] : [],
    class: at % 5 === 0 ? 'individual' : 'general',
    weight: at % 100,
  }));
}

/** A page of text that names three of a hundred contacts. */
function caseText(seed: number, isMany: boolean): CaseText {
  const sentence = `The daemon of ${nameOf(seed % 100)} mishandles labels of SNMP messages when its buffer is full. `;
  return {
    title: `${nameOf((seed + 1) % 100)} routers mishandle labels ${seed}`,
    overview: sentence.repeat(3),
    description: `${sentence}${nameOf((seed + 2) % 100)}Gate is concerned as well. `.repeat(20),
    keywords: ['routing', 'labels', nameOf(seed % 100)],
    makers: [],
    isMany,
  };
}

export async function measureSelect(): Promise<readonly Row[]> {
  const archive: readonly Archived[] = Array.from({ length: PAST_NOTES }, (_, at) => ({
    id: `note ${at}`,
    at: '2026-01-01T00:00:00.000Z',
    text: caseText(at, false),
    vendors: Array.from({ length: at % 20 }, (_, other) => `vendor ${(at + other) % 100}`),
  }));
  const like = openLikeCases(archive);
  const rows: Row[] = [];
  for (const size of SIZES) {
    const contacts = bookOf(size);
    const book = openBook(contacts);
    const text = caseText(100_000, true);
    const whole = [text.title, text.overview, text.description].join('\n').toLowerCase();
    const names = contacts
      .flatMap((one) => [...one.names, ...one.products])
      .map((name) => name.toLowerCase());
    const turns = await inTurns(
      TURNS,
      WARM_TURNS,
      () => select(book, text, like.find(text, '9999', 8)),
      () => names.filter((name) => whole.includes(name)),
    );
    const opening = await inTurns(
      TURNS,
      WARM_TURNS,
      () => openBook(contacts),
      () => contacts.map(({ key }) => key),
    );
    rows.push({
      measure: `select: whom one case concerns, ${size} contacts, ${PAST_NOTES} earlier cases`,
      ours: `${ms(median(turns.ours))}; reading the book ${ms(median(opening.ours))}`,
      beside: `${ms(median(turns.beside))}, every name looked up in the text`,
      ratio: `${ratioOf(turns).toFixed(1)} of it`,
      target: '',
    });
  }
  return rows;
}
