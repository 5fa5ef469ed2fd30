import { describe, expect, test } from 'vitest';
import {
  readCertCcStatus,
  readVendorStatus,
  VENDOR_STATUS_WORDS,
  VENDOR_WORDS,
} from '../../node/core/case/vendor-words.js';

test('FORMATS §2: the map, row by row', () => {
  const rows = VENDOR_STATUS_WORDS.map((word) => {
    const { certCc, japanese, vuldef, csaf, csafInvolvement, cve } = VENDOR_WORDS[word];
    return [word, certCc, japanese, vuldef, csaf, csafInvolvement, cve];
  });
  expect(rows).toEqual([
    ['affected', 'Affected', '該当製品あり', 'vulnerable', 'known_affected', undefined, 'affected'],
    [
      'affected_investigating',
      'Affected',
      '該当製品あり：調査中',
      'vulnerable_investigating',
      'known_affected',
      'in_progress',
      'affected',
    ],
    [
      'not_affected',
      'Not Affected',
      '該当製品なし',
      'notvulnerable',
      'known_not_affected',
      undefined,
      'unaffected',
    ],
    [
      'not_affected_investigating',
      'Unknown',
      '該当製品なし：調査中',
      'notvulnerable_investigating',
      'under_investigation',
      undefined,
      'unknown',
    ],
    ['under_investigation', 'Unknown', '調査中', 'unknown', 'under_investigation', 'in_progress', 'unknown'],
    ['informed', 'Unknown', '脆弱性情報提供済み', 'unknown', undefined, 'contact_attempted', undefined],
    ['not_contacted', 'Unknown', '不明', 'unknown', undefined, 'not_contacted', undefined],
    ['unknown', 'Unknown', '不明', 'unknown', undefined, undefined, undefined],
    ['disputed', 'Unknown', '見解の相違あり', 'unknown', undefined, 'disputed', undefined],
  ]);
});

test('a status is read by its exact word only', () => {
  for (const word of VENDOR_STATUS_WORDS) expect(readVendorStatus(word)).toBe(word);
  for (const other of ['Affected', '', 'fixed', 'constructor'])
    expect(readVendorStatus(other)).toBeUndefined();
});

describe('FORMATS §2: reading CERT/CC back never upgrades', () => {
  test.each([
    ['Affected', false, 'affected', true],
    ['Vulnerable', true, 'affected', true],
    [' not  vulnerable ', false, 'not_affected', true],
    ['Not Affected', false, 'not_affected', true],
    ['Unknown', true, 'informed', true],
    ['Unknown', false, 'unknown', true],
    ['Perhaps', true, 'informed', false],
    ['', false, 'unknown', false],
  ])('"%s", told %s', (word, notified, status, known) => {
    expect(readCertCcStatus(word, notified)).toEqual({ status, known });
  });
});
