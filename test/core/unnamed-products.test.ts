/** Products of a report that nobody has named before are shown to whoever reads it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { coreSelf } from '../../node/cli/conformance/exchange/core-world.js';
import { sha256 } from '../../node/core/bytes.js';
import { type Case, openCase } from '../../node/core/case/case.js';
import { unnamedProducts } from '../../node/core/case/unnamed-products.js';
import { obeyBook } from '../../node/core/registry/book.js';
import { bareEntry, type ContactKey, type Entry } from '../../node/core/registry/vendor.js';
import { emptyState, type State } from '../../node/core/state.js';
import type { CaseSummary, ProductVerdict } from '../../node/core/statement.js';
import { CASE } from '../support/case-play.js';
import { TEST_NOW, testNode } from '../support/keys.js';
import { SUMMARY } from '../support/world.js';

const VENDOR = testNode('vendor');
const NODE = testNode('cert');
let state: State;
beforeEach(() => {
  state = emptyState(coreSelf({ name: 'cert', role: 'centre' }));
});

function kept(entry: Partial<Entry>, key = 'nordwind'): void {
  const added = {
    act: 'contact_add',
    key: key as ContactKey,
    entry: { ...bareEntry('Nordwind'), ...entry },
  } as const;
  const done = obeyBook(state, added, 'An officer', TEST_NOW);
  if (!done.ok) throw new Error(done.fault.code);
  state = done.value;
}

function about(summary: Partial<CaseSummary>, details = ''): Case {
  return openCase({
    id: CASE,
    tlp: 'AMBER',
    origin: NODE,
    from: NODE,
    openedAt: TEST_NOW,
    summary: {
      stamp: { at: TEST_NOW, id: sha256('s') },
      value: { ...SUMMARY, title: '', summary: '', products: [], ...summary },
    },
    model: 2,
    originCard: '',
    replyBy: TEST_NOW,
    replyByDays: 7,
    details: {
      stamp: { at: TEST_NOW, id: sha256('d') },
      value: { text: details, onward: 'ask', from: NODE, tlp: 'AMBER', attachments: [] },
    },
    autoAccept: false,
  });
}

const unnamed = (held: Case, products: readonly string[], ...verdicts: readonly ProductVerdict[]) =>
  unnamedProducts(state, held)({ products, verdicts, vendorName: 'Nordwind' }, VENDOR);

describe('a product of a report', () => {
  test.each<readonly [string, Partial<CaseSummary>, string]>([
    ['is named where the case lists it', { products: ['HafenGate'] }, 'HafenGate'],
    ['with a version behind it', { products: ['HafenGate'] }, 'HafenGate 2.1'],
    ['written in another way', { products: ['Hafen-Gate'] }, 'ＨＡＦＥＮＧＡＴＥ'],
    ['or in its text', { products: ['Other'], summary: 'Also the HafenGate of Nordwind.' }, 'HafenGate'],
  ])('%s', (_, summary, product) => {
    expect(unnamed(about(summary), [product])).toEqual([]);
  });

  test('is named in the contact book of its vendor, by an alias as well', () => {
    kept({
      node: VENDOR,
      products: [{ name: 'HafenGate', aliases: ['ハーフェンゲート'], cpe: '', purl: '' }],
    });
    expect(unnamed(about({}), ['ハーフェンゲート 2', 'NordWall'])).toEqual(['NordWall']);
  });

  test('of a vendor that is only listed is looked up by the name of the vendor', () => {
    kept({ products: [{ name: 'HafenGate', aliases: [], cpe: '', purl: '' }] });
    const report = { products: ['HafenGate', 'NordWall'], verdicts: [], vendorName: 'Nordwind' };
    expect(unnamedProducts(state, about({}))(report, undefined)).toEqual(['NordWall']);
  });

  test('is shown once where nobody named it, whether it is listed or judged', () => {
    const verdict: ProductVerdict = { product: 'NordWall', state: 'fixed', justification: undefined };
    expect(unnamed(about({ products: ['HafenGate'] }), ['NordWall', 'HafenGate'], verdict)).toEqual([
      'NordWall',
    ]);
  });

  test('is no surprise where nothing names any product', () => {
    expect(unnamed(about({ title: 'A flaw' }), ['NordWall'])).toEqual([]);
  });
});
