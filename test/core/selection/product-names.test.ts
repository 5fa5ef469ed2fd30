import { describe, expect, test } from 'vitest';
import { makerOf, makersOfCve } from '../../../node/core/selection/product-names.js';

describe('who makes what, by machine-readable names', () => {
  test.each([
    ['cpe:2.3:a:nordwind:hafen_gate:2.1:*:*:*:*:*:*:*', { vendor: 'nordwind', product: 'hafen gate' }],
    ['cpe:2.3:o:tide\\:works:lotsen\\+os:-:*:*:*:*:*:*:*', { vendor: 'tide:works', product: 'lotsen+os' }],
    ['cpe:/a:nordwind:hafen%2bgate:2.1', { vendor: 'nordwind', product: 'hafen+gate' }],
    ['cpe:2.3:a:*:hafen_gate:*', { vendor: '', product: 'hafen gate' }],
    ['cpe:2.3:a:*:-:*', undefined],
    ['pkg:npm/%40nordwind/gate@2.1.0?arch=x#sub', { vendor: 'nordwind', product: 'gate' }],
    ['pkg:maven/org.nordwind/gate@2', { vendor: 'org.nordwind', product: 'gate' }],
    ['pkg:pypi/gate', { vendor: '', product: 'gate' }],
    ['pkg:', undefined],
    ['HafenGate 2.1', undefined],
  ])('%s', (name, expected) => {
    expect(makerOf(name)).toEqual(expected);
  });

  test('CVE records: of the CNA and of those who added to it, without n/a', () => {
    const record = {
      containers: {
        cna: {
          affected: [
            { vendor: 'Nordwind', product: 'HafenGate' },
            { vendor: 'n/a', product: 'n/a' },
            { collectionURL: 'https://pkg.example', packageName: 'libkontor' },
            7,
          ],
        },
        adp: [{ affected: [{ vendor: 'Quellmark' }] }, { affected: 'none' }],
      },
    };
    expect(makersOfCve(record)).toEqual([
      { vendor: 'Nordwind', product: 'HafenGate' },
      { vendor: '', product: 'libkontor' },
      { vendor: 'Quellmark', product: '' },
    ]);
  });

  test.each([null, undefined, 1, 'x', [], {}, { containers: null }])(
    'nothing can be read from %j',
    (record) => {
      expect(makersOfCve(record)).toEqual([]);
    },
  );
});
