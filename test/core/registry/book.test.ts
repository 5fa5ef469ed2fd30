/** The contact book (DESIGN §5.3): nothing is lost in it, and two who change one contact at once notice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coreSelf } from '../../../node/cli/conformance/exchange/core-world.js';
import type { Fault } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
import { type BookOrder, keysInForce, obeyBook } from '../../../node/core/registry/book.js';
import type { Contact, Entry } from '../../../node/core/registry/vendor.js';
import { emptyState, type State } from '../../../node/core/state.js';
import { TEST_NOW, testNode } from '../../support/keys.js';
import { entry, key } from './entries.js';

const NORDWIND = key('nordwind');
const EBB = key('ebb');
const START = emptyState(coreSelf({ name: 'cert', role: 'centre' }));

/** Obeys one order after the other. @returns the book, or the first refusal. */
function book(...orders: readonly BookOrder[]): State | Fault {
  let state = START;
  for (const order of orders) {
    const done = obeyBook(state, order, 'An officer', TEST_NOW);
    if (!done.ok) return done.fault;
    state = done.value;
  }
  return state;
}

function contact(found: State | Fault, of = NORDWIND): Contact {
  const held = 'contacts' in found ? found.contacts.get(of) : undefined;
  if (held === undefined) throw new Error(JSON.stringify(found));
  return held;
}

const add = (of = NORDWIND, more: Partial<Entry> = {}): BookOrder => ({
  act: 'contact_add',
  key: of,
  entry: entry(of === NORDWIND ? 'Nordwind' : 'Ebb', more),
});
const change = (revision: number, more: Partial<Entry> = {}, name = 'Nordwind'): BookOrder => ({
  act: 'contact_change',
  key: NORDWIND,
  revision,
  entry: entry(name, more),
});
const merge: BookOrder = { act: 'contact_merge', from: EBB, into: NORDWIND, revision: 1, intoRevision: 1 };

describe('a contact', () => {
  test('keeps every change with what was there before, by whom and when', () => {
    const { revision, history } = contact(
      book(add(), change(1, { weight: 7 }), change(2, { weight: 9, zone: 'UTC' })),
    );
    expect(revision).toBe(3);
    expect(history.map(({ kind, before, by, at }) => ({ kind, before, by, at }))).toEqual([
      { kind: 'added', before: {}, by: 'An officer', at: TEST_NOW },
      { kind: 'changed', before: { weight: 0 }, by: 'An officer', at: TEST_NOW },
      { kind: 'changed', before: { weight: 7, zone: '' }, by: 'An officer', at: TEST_NOW },
    ]);
  });

  test('that is renamed is found under its former name as well', () => {
    const { entry: renamed, key: same } = contact(book(add(), change(1, {}, 'Südwind')));
    expect({ same, name: renamed.name, aliases: renamed.aliases }).toEqual({
      same: NORDWIND,
      name: 'Südwind',
      aliases: ['Nordwind'],
    });
  });

  test('any history leads back to every entry that it ever had', () => {
    const entries = fc.record({
      weight: fc.integer({ min: 0, max: 100 }),
      remark: fc.string(),
      keywords: fc.constantFrom([], ['a']),
    });
    fc.assert(
      fc.property(fc.array(entries, { minLength: 1, maxLength: 8 }), (changes) => {
        const state = book(add(), ...changes.map((more, at) => change(at + 1, more)));
        let held: Entry = contact(state).entry;
        for (const [at, { before }] of [...contact(state).history.entries()].reverse().slice(0, -1)) {
          held = { ...held, ...before };
          expect(held).toEqual(entry('Nordwind', changes[at - 2] ?? {}));
        }
      }),
      { seed: 6 },
    );
  });

  test('that is retired stays, with the reason, and can be taken in again', () => {
    const retire = { act: 'contact_retire', key: NORDWIND, reason: 'closed its doors' } as const;
    const out = contact(book(add(), { ...retire, revision: 1, retire: true }));
    expect([out.isRetired, out.history.at(-1)?.about]).toEqual([true, 'closed its doors']);
    const back = contact(
      book(add(), { ...retire, revision: 1, retire: true }, { ...retire, revision: 2, retire: false }),
    );
    expect([back.isRetired, back.history.at(-1)?.kind]).toEqual([false, 'revived']);
  });
});

describe('what is refused', () => {
  test.each<[string, readonly BookOrder[], Partial<Fault>]>([
    ['a key twice', [add(), add()], { code: 'VENDOR_EXISTS', where: 'key' }],
    [
      'a node twice',
      [add(NORDWIND, { node: testNode('vendor') }), add(EBB, { node: testNode('vendor') })],
      { code: 'VENDOR_EXISTS', where: 'node' },
    ],
    ['a change of nobody', [change(1)], { code: 'VENDOR_UNKNOWN' }],
    [
      'the second of two changes of one revision',
      [add(), change(1, { weight: 1 }), change(1, { weight: 2 })],
      { code: 'VENDOR_REVISION', held: 2, offered: 1 },
    ],
    [
      'a change of what was merged away',
      [add(), add(EBB), merge, { ...change(2), key: EBB } as BookOrder],
      { code: 'VENDOR_MERGED' },
    ],
    [
      'a merge into itself',
      [add(), { ...merge, from: NORDWIND } as BookOrder],
      { code: 'VENDOR_MERGED', where: 'into' },
    ],
    [
      'a merge of what changed meanwhile',
      [add(), add(EBB), change(1, { weight: 1 }), merge],
      { code: 'VENDOR_REVISION' },
    ],
    [
      'a split of what is not merged',
      [add(), { act: 'contact_split', key: NORDWIND, revision: 1 }],
      { code: 'VENDOR_MERGED' },
    ],
    [
      'an entry without a name',
      [{ act: 'contact_add', key: NORDWIND, entry: entry(' ') }],
      { code: 'VENDOR_FIELD', where: 'name' },
    ],
    [
      'an entry of a megabyte',
      [add(NORDWIND, { certificate: 'x'.repeat(1 << 20) })],
      { code: 'LIMIT_EXCEEDED', where: 'vendor' },
    ],
  ])('%s', (_, orders, fault) => {
    expect(book(...orders)).toMatchObject(fault);
  });

  test('an import of which one row is refused changes nothing', () => {
    const rows = [
      { key: NORDWIND, revision: 0, entry: entry('Nordwind') },
      { key: EBB, revision: 3, entry: entry('Ebb') },
    ];
    expect(book({ act: 'contact_import', rows })).toMatchObject({ code: 'VENDOR_UNKNOWN' });
  });
});

describe('the key of a person', () => {
  const NORA = { name: 'Nora Nord', roles: [], mail: 'nora@nord.example', phone: '' };
  const OTTO = { ...NORA, name: 'Otto Ost' };
  const FINGERPRINT = testNode('stranger');
  const keyed = (revision = 1, person = 'Nora Nord', of = NORDWIND): BookOrder => ({
    act: 'contact_key_add',
    key: of,
    revision,
    person,
    fingerprint: FINGERPRINT,
    certificate: 'armour',
    method: 'telephone',
  });
  const withdraw = (revision: number, person = 'Nora Nord'): BookOrder => ({
    act: 'contact_key_withdraw',
    key: NORDWIND,
    revision,
    person,
  });
  const names = (found: State | Fault, of = NORDWIND) =>
    keysInForce(contact(found, of)).map(({ person }) => person);

  test('is kept with who checked it, when and how, and stands in the history', () => {
    const held = contact(book(add(NORDWIND, { persons: [NORA] }), keyed()));
    expect(keysInForce(held)).toEqual([
      {
        person: 'Nora Nord',
        fingerprint: FINGERPRINT,
        certificate: 'armour',
        method: 'telephone',
        by: 'An officer',
        at: TEST_NOW,
      },
    ]);
    expect(held.history.at(-1)).toMatchObject({ kind: 'key_checked', about: `Nora Nord, ${FINGERPRINT}` });
  });

  test('counts while the person stands in the entry, and until it is withdrawn', () => {
    const orders = [add(NORDWIND, { persons: [NORA] }), keyed()];
    expect(names(book(...orders))).toEqual(['Nora Nord']);
    expect(names(book(...orders, change(2, { persons: [OTTO] })))).toEqual([]);
    expect(names(book(...orders, withdraw(2)))).toEqual([]);
  });

  test('a newer copy takes the place of the one on file', () => {
    const orders = [add(NORDWIND, { persons: [NORA] }), keyed(), { ...keyed(2), certificate: 'newer' }];
    expect(contact(book(...orders)).keys.map(({ certificate }) => certificate)).toEqual(['newer']);
  });

  test('follows its contact through a merge, and back', () => {
    const ebb = [add(EBB, { persons: [NORA] }), keyed(1, 'Nora Nord', EBB)];
    const merged = [...ebb, add(), { ...merge, revision: 2 } as BookOrder];
    expect(names(book(...merged))).toEqual(['Nora Nord']);
    const split = book(...merged, { act: 'contact_split', key: EBB, revision: 3 });
    expect([names(split), names(split, EBB)]).toEqual([[], ['Nora Nord']]);
  });

  const both = { persons: [NORA, OTTO] };
  test.each<readonly [string, readonly BookOrder[], Fault]>([
    ['nobody of that name', [add(), keyed()], { code: 'VENDOR_FIELD', where: 'person' }],
    [
      'another revision',
      [add(NORDWIND, both), keyed(2)],
      { code: 'VENDOR_REVISION', where: 'revision', held: 1, offered: 2 },
    ],
    [
      'the key of a colleague',
      [add(NORDWIND, both), keyed(), keyed(2, 'Otto Ost')],
      { code: 'VENDOR_EXISTS', where: 'fingerprint' },
    ],
    [
      'the key of somebody at another vendor',
      [add(NORDWIND, both), add(EBB, both), keyed(), keyed(1, 'Nora Nord', EBB)],
      { code: 'VENDOR_EXISTS', where: 'fingerprint' },
    ],
    [
      'our own key',
      [add(NORDWIND, both), { ...keyed(), fingerprint: testNode('cert') } as BookOrder],
      { code: 'VENDOR_EXISTS', where: 'fingerprint' },
    ],
    ['nothing to withdraw', [add(NORDWIND, both), withdraw(1)], { code: 'VENDOR_FIELD', where: 'person' }],
  ])('%s: refused by name', (_, orders, fault) => {
    expect(book(...orders)).toEqual(fault);
  });

  test('LIMIT_EXCEEDED: so many keys nobody has', () => {
    const persons = Array.from({ length: LIMITS.personKeys.most + 1 }, (_, at) => ({
      ...NORA,
      name: `Person ${at}`,
    }));
    const orders = persons.map(
      ({ name }, at): BookOrder =>
        ({ ...keyed(at + 1, name), fingerprint: String(at).padStart(40, '0') }) as BookOrder,
    );
    expect(book(add(NORDWIND, { persons }), ...orders)).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      where: 'keys',
    });
  });
});

describe('a merge of duplicates', () => {
  const two = [
    add(NORDWIND, { aliases: ['NW'], keywords: ['SNMP'], weight: 3 }),
    add(EBB, {
      aliases: ['Ebb & Flow'],
      keywords: ['SNMP', 'DNS'],
      weight: 8,
      products: [{ name: 'Gate', aliases: [], cpe: '', purl: '' }],
      node: testNode('vendor'),
    }),
  ];

  test('keeps all names, products and keywords, the greater weight and the node', () => {
    const { entry: whole } = contact(book(...two, merge));
    expect(whole).toMatchObject({
      name: 'Nordwind',
      aliases: ['NW', 'Ebb', 'Ebb & Flow'],
      keywords: ['SNMP', 'DNS'],
      weight: 8,
      node: testNode('vendor'),
    });
    expect(whole.products.map(({ name }) => name)).toEqual(['Gate']);
  });

  test('keeps the history of both', () => {
    const state = book(...two, merge);
    expect(contact(state, EBB)).toMatchObject({ mergedInto: NORDWIND, entry: { name: 'Ebb' } });
    expect(contact(state, EBB).history.map(({ kind }) => kind)).toEqual(['added', 'merged']);
    expect(contact(state).history.map(({ kind, about }) => `${kind} ${about}`)).toEqual([
      'added ',
      'absorbed ebb',
    ]);
  });

  test('can be taken back as if it had not been, while nobody changed what it made', () => {
    const split: BookOrder = { act: 'contact_split', key: EBB, revision: 2 };
    const state = book(...two, merge, split);
    expect(contact(state).entry).toEqual(contact(book(...two)).entry);
    expect(contact(state, EBB)).toMatchObject({
      keys: [],
      mergedInto: undefined,
      entry: contact(book(...two), EBB).entry,
    });
    const later = book(...two, merge, change(2, { weight: 50 }), split);
    expect(contact(later).entry.weight).toBe(50);
  });
});
