import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLeaf } from '../../node/core/log/leaf.js';
import { after, type Instant, MINUTE } from '../../node/core/time.js';
import { digest } from '../../node/envelope/seal.js';
import { writeStatement } from '../../node/wire/codec.js';
import { TEST_NOW, testSealer } from '../support/keys.js';
import { COMMENT, feedOf, placeOf } from './craft.js';

describe('sealing and opening', () => {
  test('DESIGN §2: the recipient opens what the author sealed, byte for byte', async () => {
    const cert = await testSealer('cert', 'jpcert');
    const jpcert = await testSealer('jpcert', 'cert');
    const sealed = await cert.seal(COMMENT, placeOf(feedOf('cert', 'jpcert')));
    const opened = await jpcert.open(
      sealed.entry,
      placeOf(feedOf('cert', 'jpcert')),
      after(TEST_NOW, MINUTE),
    );
    expect(opened).toMatchObject({ ok: true, value: { statement: sealed.statement } });
  });

  test('DESIGN §2: the author opens its own envelope, given back by a peer', async () => {
    const cert = await testSealer('cert', 'jpcert');
    const sealed = await cert.seal(COMMENT, placeOf(feedOf('cert', 'jpcert')));
    const opened = await cert.open(sealed.entry, placeOf(feedOf('cert', 'jpcert')), after(TEST_NOW, MINUTE));
    expect(opened).toMatchObject({ ok: true, value: { statement: sealed.statement } });
  });

  test('DESIGN §4: an entry of the home feed is sealed and opened the same way', async () => {
    const cert = await testSealer('cert');
    const home = placeOf(feedOf('cert', 'cert'));
    const sealed = await cert.seal({ caseId: undefined, tlp: undefined, body: { kind: 'tick' } }, home);
    const opened = await cert.open(sealed.entry, home, TEST_NOW);
    expect(opened).toMatchObject({ ok: true, value: { statement: { body: { kind: 'tick' } } } });
  });

  test('ENV-M1: ENV-1, LOG-2: the leaf names the signed bytes and the ciphertext', async () => {
    const cert = await testSealer('cert', 'jpcert');
    const sealed = await cert.seal(COMMENT, placeOf(feedOf('cert', 'jpcert')));
    expect(sealed.id).toBe(digest(writeStatement(sealed.statement)));
    expect(readLeaf(sealed.entry.leaf)).toEqual({
      ok: true,
      value: {
        sequence: 7,
        incarnation: 3,
        envelope: digest(sealed.entry.envelope),
        statement: sealed.id,
        at: TEST_NOW,
      },
    });
  });

  test('recall(rest) is the statement, for the author and for the recipient', async () => {
    const cert = await testSealer('cert', 'jpcert');
    const jpcert = await testSealer('jpcert', 'cert');
    const at = placeOf(feedOf('cert', 'jpcert'));
    const sealed = await cert.seal(COMMENT, at);
    const opened = await jpcert.open(sealed.entry, at, TEST_NOW);
    expect(await cert.recall(sealed.rest)).toEqual(sealed.statement);
    if (!opened.ok) throw new Error(opened.fault.code);
    expect(await jpcert.recall(opened.value.rest)).toEqual(sealed.statement);
    await expect(cert.recall(opened.value.rest)).rejects.toMatchObject({ fault: { code: 'STORE_DAMAGED' } });
  });

  test('open(seal(a)) = a, for any text, place and moment within the life of the keys', async () => {
    const cert = await testSealer('cert', 'vendor');
    const vendor = await testSealer('vendor', 'cert');
    const way = feedOf('cert', 'vendor');
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 2_000 }),
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 2 ** 50 }),
        fc.integer({ min: 0, max: 600 * 86_400_000 }),
        async (text, sequence, incarnation, later) => {
          const at = placeOf(way, { sequence, incarnation, at: (TEST_NOW + later) as Instant });
          const sealed = await cert.seal({ ...COMMENT, body: { kind: 'inquiry', text } }, at);
          const opened = await vendor.open(sealed.entry, at, at.at);
          expect(opened.ok && opened.value.statement).toEqual(sealed.statement);
        },
      ),
      { seed: 20270105, numRuns: 40 },
    );
  });
});
