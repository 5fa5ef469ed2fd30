import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byTlp,
  CSAF_TLP,
  csafTlpText,
  readCsafTlp,
  readTlp,
  stricterTlp,
  TLP_LABELS,
  tlpPermits,
} from '../../node/core/disclosure/tlp.js';

const label = fc.constantFrom(...TLP_LABELS);

describe('TLP 2.0', () => {
  test.each([
    ['CLEAR', 'CLEAR'],
    ['tlp:clear', 'CLEAR'],
    ['TLP:WHITE', 'CLEAR'],
    [' TLP: AMBER+STRICT ', 'AMBER+STRICT'],
    ['amber', 'AMBER'],
    ['TLP:RED', 'RED'],
    ['AMBER STRICT', undefined],
    ['', undefined],
    ['PURPLE', undefined],
  ])('"%s" is read as %s', (text, expected) => {
    expect(readTlp(text)).toBe(expected);
  });

  test('the order is CLEAR, GREEN, AMBER, AMBER+STRICT, RED', () => {
    expect([...TLP_LABELS].reverse().sort(byTlp)).toEqual(TLP_LABELS);
  });

  test('FORMATS §0, rule 7: of two labels the stricter holds, whichever came first', () => {
    fc.assert(
      fc.property(label, label, (left, right) => {
        const held = stricterTlp(left, right);
        expect(held).toBe(stricterTlp(right, left));
        expect(tlpPermits(left, held) && tlpPermits(right, held)).toBe(true);
        expect(tlpPermits(left, right)).toBe(TLP_LABELS.indexOf(left) <= TLP_LABELS.indexOf(right));
      }),
      { seed: 1 },
    );
  });
});

describe('FORMATS §1.4: CSAF 2.0', () => {
  test.each(TLP_LABELS)('%s is read back as it was written', (tlp) => {
    expect(readCsafTlp(CSAF_TLP[tlp], `${csafTlpText(tlp)}\nPAP:AMBER`)).toEqual({
      label: tlp,
      disagree: false,
    });
  });

  test.each([
    ['WHITE', undefined, { label: 'CLEAR', disagree: false }],
    ['RED', 'Disclosure is limited.', { label: 'RED', disagree: false }],
    [undefined, 'TLP v2.0: TLP:GREEN', { label: 'GREEN', disagree: false }],
    ['WHITE', 'TLP v2.0: TLP:RED', { label: 'RED', disagree: true }],
    ['RED', 'TLP v2.0: TLP:CLEAR', { label: 'RED', disagree: true }],
    ['AMBER', 'TLP v2.0: TLP:AMBER+STRICT', { label: 'AMBER+STRICT', disagree: true }],
    ['RED', 'TLP v2.0: TLP:AMBER+LOOSE', { label: 'RED', disagree: false }],
    ['CLEAR', undefined, undefined],
    ['toString', '', undefined],
    [undefined, undefined, undefined],
  ])('label %s and text "%s"', (tlp, text, expected) => {
    expect(readCsafTlp(tlp, text)).toEqual(expected);
  });
});
