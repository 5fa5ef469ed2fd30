import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseText, PastCase } from '../../../node/core/selection/contact.js';
import { sayProposal } from '../../../node/core/selection/say.js';
import { openBook, select } from '../../../node/core/selection/select.js';
import { BOOK, contact, PAST, text } from './book.js';

const book = openBook(BOOK);
const told = (given: Partial<CaseText>, past: readonly PastCase[] = [], groups: readonly string[] = []) =>
  select(book, text(given), past, groups).vendors.map(({ key }) => key);

describe('whom a case concerns', () => {
  test.each<[string, Partial<CaseText>, readonly string[]]>([
    ['who is named in the title', { title: 'Nordwind gateways leak' }, ['nordwind']],
    ['who is named in the keywords', { title: 'A leak', keywords: ['tide works'] }, ['tide works']],
    ['who is named in the overview', { title: 'A leak', overview: 'Nordwind routers leak.' }, ['nordwind']],
    [
      'nobody who stands in the long description only, where another is named before',
      { title: 'Nordwind gateways leak', description: 'Found beside a Quellmark box.' },
      ['nordwind'],
    ],
    [
      'who stands in the description, where nobody else is named',
      { title: 'A leak', description: 'The Nordwind box leaks.' },
      ['nordwind'],
    ],
    [
      'who makes what a machine-readable entry names',
      { makers: [{ vendor: 'nordwind', product: 'x' }] },
      ['nordwind'],
    ],
    ['who asked to hear of the subject', { title: 'SNMP agents fail' }, ['lumen ab']],
    ['nobody, of a subject that has not been registered', { title: 'LDAP agents fail' }, []],
    ['nobody, of an empty case', {}, []],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual(expected);
  });

  test('stands best first, with the reasons', () => {
    const { vendors, hints } = select(
      book,
      text({ title: 'Nordwind', overview: 'Tide Works as well.', description: 'Unlike Quellmark.' }),
    );
    expect(vendors.map(sayProposal)).toEqual([
      { vendor_key: 'nordwind', score: 0.95, reasons: ['name "nordwind" in the title'] },
      { vendor_key: 'tide works', score: 0.55, reasons: ['name "tideworks" in the overview'] },
    ]);
    expect(hints.map(({ key }) => key)).toEqual(['quellmark']);
  });

  test('the class of a subject is a hint: it names nobody by itself', () => {
    const { vendors, hints } = select(book, text({ title: 'Firefox fails' }));
    expect(vendors).toEqual([]);
    expect(hints.map(sayProposal)).toEqual([
      { vendor_key: 'lumen ab', score: 0.25, reasons: ['subject "web browser"'] },
    ]);
  });

  test('a vendor of the individual class hears of its own products only', () => {
    expect(told({ title: 'SNMP agents fail' }, PAST, ['routers'])).not.toContain('solo');
    expect(told({ title: 'Solitaire fails' })).toEqual(['solo']);
  });

  test('a product that several vendors ship concerns each of them, of whichever class, from the text and from an entry', () => {
    const shared = openBook([
      contact('big', { names: ['Big'], products: ['libhafen'], weight: 90 }),
      contact('small', { names: ['Small'], products: ['libhafen'], class: 'individual' }),
      contact('else', { names: ['Else'], products: ['libport'], class: 'individual' }),
    ]);
    const keysOf = (more: Partial<CaseText>) => select(shared, text(more)).vendors.map(({ key }) => key);
    expect(keysOf({ title: 'libhafen overflows' })).toEqual(['big', 'small']);
    expect(keysOf({ makers: [{ vendor: '', product: 'libhafen' }] })).toEqual(['big', 'small']);
  });

  test('a saved group is told when it is asked for, written in any way', () => {
    expect(told({ title: 'A leak' }, [], ['Routers'])).toEqual(['quellmark', 'signal', 'tide works']);
  });
});

describe('the switch "this hits many vendors"', () => {
  test('without it earlier lists are no reason to tell anybody', () => {
    expect(told({ title: 'A leak' }, PAST)).toEqual([]);
  });

  test('with it the lists of like cases vote, each by its likeness', () => {
    expect(told({ title: 'A leak', isMany: true }, PAST)).toEqual(['nordwind', 'quellmark', 'lumen ab']);
  });

  test('small cases have no vote, and contacts that are gone are not told', () => {
    expect(told({ title: 'A leak', isMany: true }, PAST)).not.toContain('yamakawa');
    expect(told({ title: 'A leak', isMany: true }, PAST)).not.toContain('elsewhere 1');
  });

  test('a saved group most of which is proposed is proposed as a whole', () => {
    const names = { title: 'Quellmark and Tide Works fail' };
    expect(told(names)).not.toContain('signal');
    expect(told({ ...names, isMany: true })).toContain('signal');
  });
});

describe('any contact book and any text', () => {
  const word = fc.constantFrom(
    'Nordwind',
    'Access',
    'Tide',
    '山川',
    'ＧＡＴＥ',
    'Inc.',
    '(x',
    ')',
    '',
    'ー',
    '𝔘',
    '\u0000',
  );
  const words = fc.array(word, { maxLength: 5 }).map((parts) => parts.join(' '));
  const books = fc
    .array(words, { maxLength: 6 })
    .map((names) =>
      names.map((name, at) => contact(`key ${at}`, { names: [name], products: [name], keywords: [name] })),
    );

  test('give scores from 0 to 1, in order, each vendor once', () => {
    fc.assert(
      fc.property(books, words, words, fc.boolean(), (contacts, title, overview, isMany) => {
        const { vendors, hints } = select(
          openBook(contacts),
          text({ title, overview, keywords: [title], isMany }),
        );
        const scores = vendors.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((left, right) => right - left));
        expect(scores.every((score) => score >= 0.5 && score <= 1)).toBe(true);
        const keys = [...vendors, ...hints].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { seed: 6 },
    );
  });

  test('give one answer whatever the order of the contacts', () => {
    fc.assert(
      fc.property(books, words, (contacts, title) => {
        const turned = select(openBook([...contacts].reverse()), text({ title }));
        expect(turned).toEqual(select(openBook(contacts), text({ title })));
      }),
      { seed: 6 },
    );
  });
});
