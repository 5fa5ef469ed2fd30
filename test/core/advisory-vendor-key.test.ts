import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntities, vendorKey } from '../../node/core/case/vendor-key.js';

test.each([
  ['Apple Computer, Inc.', 'apple'],
  ['Apple', 'apple'],
  ['Hewlett-Packard Company', 'hp'],
  ['HP Inc.', 'hp'],
  ['Debian GNU/Linux', 'debian'],
  ['Debian Linux', 'debian'],
  ['Mandrakesoft', 'mandriva'],
  ['F5 Networks, Inc.', 'f5'],
  ['Internet Software Consortium', 'isc'],
  ['Alder&nbsp;Soft GmbH', 'alder soft'],
  ['Alder&amp;amp;nbsp;Soft', 'alder soft'],
  ['Birch Co., Ltd.', 'birch'],
  ['Cedar S.A.', 'cedar'],
  ['Cedar S. A.', 'cedar'],
  ['Dogwood K.K.', 'dogwood'],
  ['Elm & Co. KG', 'elm'],
  ['ELM\u00a0WORKS', 'elm works'],
  ['Inc.', 'inc'],
  ['  ', ''],
])('FORMATS §5: the key of "%s" is "%s"', (name, key) => {
  expect(vendorKey(name)).toBe(key);
});

test('a key is its own key', () => {
  const part = fc.constantFrom(
    'alder',
    'Inc.',
    ',',
    ';',
    '/',
    '&amp;',
    '&nbsp;',
    'S.',
    'A.',
    'Ltd',
    '.',
    ' ',
    'é',
    'Sun',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(part).map((parts) => parts.join(' ')),
      ),
      (name) => {
        expect(vendorKey(vendorKey(name))).toBe(vendorKey(name));
      },
    ),
    { seed: 11, numRuns: 2_000 },
  );
});

test('character references decode once; what is none stays', () => {
  expect(decodeEntities('&lt;b&gt; &#34;x&#x22; &eacute; &amp;lt;')).toBe('<b> "x" é &lt;');
  expect(decodeEntities('&unknown; &#0; &#xd800; & &amp')).toBe('&unknown; &#0; &#xd800; & &amp');
});
