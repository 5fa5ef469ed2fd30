import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, hash, hexOf, textOf, utf8 } from '../../node/core/bytes.js';
import { writeCheckpointBody } from '../../node/core/log/checkpoint.js';
import { after, DAY, type Instant, MINUTE } from '../../node/core/time.js';
import {
  cosignedAt,
  cosignNote,
  inOffice,
  isSignedBy,
  type NoteSigner,
  readNote,
  readVerifierKey,
  signNote,
  verifierKey,
  writeVerifierKey,
} from '../../node/envelope/note.js';
import { openSealer } from '../../node/envelope/sealer.js';
import type { Checkpoint, Sealer } from '../../node/ports.js';
import { TEST_NOW, testCard, testKeys, testNode, testSealer } from '../support/keys.js';
import { fail, feedOf } from './craft.js';

const ROOT = hash('ab'.repeat(32)) ?? fail();
const OTHER_ROOT = hash('cd'.repeat(32)) ?? fail();

function signer(name: string): NoteSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifier = verifierKey(name, 1, rawKey(publicKey));
  return { verifier, cosigner: inOffice(verifier, 4), privateKey };
}

function rawKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(-32));
}

describe('C2SP signed-note', () => {
  // The example of golang.org/x/mod/sumdb/note, whose keys and signature are published with it.
  const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const TEXT =
    'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n';
  const SIGNED = `${TEXT.replace('’', "'")}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

  test('LOG-3: a published note of another implementation is verified', () => {
    const key = readVerifierKey(PETER) ?? fail();
    const note = readNote(utf8(SIGNED)) ?? fail();
    expect(isSignedBy(note, key)).toBe(true);
    expect(isSignedBy({ ...note, text: note.text.replace('problem is', 'problem was') }, key)).toBe(false);
  });

  test('LOG-3: readVerifierKey(writeVerifierKey(a)) = a, for both offices', () => {
    const { verifier, cosigner } = signer('isochron.node/x');
    for (const key of [verifier, cosigner]) {
      const read = readVerifierKey(writeVerifierKey(key)) ?? fail();
      expect([read.name, read.type, read.id, hexOf(read.publicKey)]).toEqual([
        key.name,
        key.type,
        key.id,
        hexOf(key.publicKey),
      ]);
    }
    expect(writeVerifierKey(readVerifierKey(PETER) ?? fail())).toBe(PETER);
    expect(verifier.id).not.toBe(cosigner.id);
  });

  test.each([
    ['nothing', ''],
    ['a name with a space', PETER.replace('PeterNeumann', 'Peter Neumann')],
    ['the id of another key', PETER.replace('c74f20a3', 'c74f20a4')],
    ['another type', PETER.replace('+AR', '+BR')],
    ['a short key', PETER.slice(0, -4)],
  ])('a verifier key with %s is refused', (_, text) => {
    expect(readVerifierKey(text)).toBeUndefined();
  });

  test.each([
    ['without signatures', 'text\n\n'],
    ['without an empty line', 'text\n— a b29=\n'],
    ['with a hyphen for the dash', SIGNED.replace('— ', '- ')],
    ['without a line end', SIGNED.slice(0, -1)],
    ['with a line that is no signature', `${SIGNED}more\n`],
    ['with nine signatures', SIGNED + SIGNED.slice(SIGNED.indexOf('—')).repeat(8)],
    ['over the bound', `${'x'.repeat(5_000)}\n${SIGNED}`],
  ])('a note %s is refused', (_, text) => {
    expect(readNote(utf8(text))).toBeUndefined();
  });

  test('readers survive any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 }), (bytes, text) => {
        readNote(bytes);
        readNote(utf8(`${text}\n\n— ${text} ${text}\n`));
        readVerifierKey(text);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('C2SP tlog-cosignature', () => {
  const author = signer('a.example/log');
  const witness = signer('w.example/1');
  const note = signNote(writeCheckpointBody({ origin: 'a.example/log', size: 3, root: ROOT }), author);

  test('LOG-3: a receipt is the checkpoint, unchanged, with one more line', () => {
    const cosigned = cosignNote(note, witness, 1_679_315_147_999 as Instant) ?? fail();
    expect(textOf(cosigned)?.startsWith(textOf(note) ?? '')).toBe(true);
    const read = readNote(cosigned) ?? fail();
    expect(isSignedBy(read, author.verifier)).toBe(true);
    expect(cosignedAt(read, witness.cosigner)).toBe(1_679_315_147_000);
    expect(read.lines[1]?.signature.subarray(0, 8)).toEqual(bytesOf('00000000641850cb'));
  });

  test('LOG-3: a plain signature is no cosignature, and the reverse', () => {
    expect(cosignedAt(readNote(note) ?? fail(), author.cosigner)).toBeUndefined();
    const cosigned = readNote(cosignNote(note, witness, TEST_NOW) ?? fail()) ?? fail();
    expect(isSignedBy(cosigned, witness.verifier)).toBe(false);
  });

  test('a second cosignature by the same key replaces the first', () => {
    const twice =
      cosignNote(cosignNote(note, witness, TEST_NOW) ?? fail(), witness, after(TEST_NOW, MINUTE)) ?? fail();
    expect(readNote(twice)?.lines).toHaveLength(2);
    expect(cosignedAt(readNote(twice) ?? fail(), witness.cosigner)).toBe(after(TEST_NOW, MINUTE));
  });

  test('any changed character takes away the signature, the cosignature or the note', () => {
    const cosigned = textOf(cosignNote(note, witness, TEST_NOW) ?? fail()) ?? fail();
    fc.assert(
      fc.property(fc.nat(cosigned.length - 1), fc.constantFrom('A', '0', '=', '\n', ' '), (at, other) => {
        const changed = cosigned.slice(0, at) + other + cosigned.slice(at + 1);
        const read = readNote(utf8(changed));
        const holds =
          read && isSignedBy(read, author.verifier) && cosignedAt(read, witness.cosigner) !== undefined;
        expect(holds === true && changed !== cosigned).toBe(false);
      }),
      { seed: 8, numRuns: 400 },
    );
  });
});

describe('LOG-3: checkpoints and receipts of the sealer', () => {
  const FEED = feedOf('cert', 'jpcert');

  async function pair() {
    return { cert: await testSealer('cert', 'jpcert', 'nisc'), jpcert: await testSealer('jpcert', 'cert') };
  }

  function checkpointOf(sealer: Sealer, note: Uint8Array): Checkpoint {
    const read = sealer.readCheckpoint(FEED, note);
    return read.ok ? read.value : fail();
  }

  test('the peer reads, cosigns, and the author takes the receipt', async () => {
    const { cert, jpcert } = await pair();
    const note = cert.checkpoint(FEED, 12, ROOT);
    const checkpoint = checkpointOf(jpcert, note);
    expect(checkpoint).toEqual({ size: 12, root: ROOT, note });
    const receipt = jpcert.cosign(checkpoint, (TEST_NOW + 999) as Instant);
    expect(cert.readReceipt(FEED, receipt)).toEqual({
      ok: true,
      value: { size: 12, root: ROOT, at: TEST_NOW, note: receipt },
    });
  });

  test('the origin is opaque, differs by recipient, and comes back after the disk was lost', async () => {
    const { cert } = await pair();
    const again = openSealer(await testKeys('cert'));
    const origin = (note: Uint8Array) => textOf(note)?.split('\n')[0];
    const first = origin(cert.checkpoint(FEED, 1, ROOT));
    expect(first).toMatch(new RegExp(`^isochron\\.node/${testNode('cert')}/[0-9a-f]{32}$`));
    expect(origin(again.checkpoint(FEED, 9, OTHER_ROOT))).toBe(first);
    expect(origin(cert.checkpoint(feedOf('cert', 'nisc'), 1, ROOT))).not.toBe(first);
    expect(first).not.toContain(testNode('jpcert'));
  });

  test('an own checkpoint that a peer gives back is read', async () => {
    const { cert } = await pair();
    expect(cert.readCheckpoint(FEED, cert.checkpoint(FEED, 3, ROOT))).toMatchObject({ ok: true });
  });

  test('refusals, each with its code', async () => {
    const { cert, jpcert } = await pair();
    const nisc = await testSealer('nisc', 'cert', 'jpcert');
    const note = cert.checkpoint(FEED, 12, ROOT);
    const receipt = jpcert.cosign(checkpointOf(jpcert, note), TEST_NOW);
    const keys = await testKeys('cert');
    const code = (outcome: { ok: boolean; fault?: { code: string } }) => outcome.fault?.code ?? 'ok';
    const signed = (text: string) => signNote(text, keys.log);

    expect(code(jpcert.readCheckpoint(FEED, utf8('x')))).toBe('CHECKPOINT_MALFORMED');
    expect(code(jpcert.readCheckpoint(FEED, signed('three\nwords\nonly\n')))).toBe('CHECKPOINT_MALFORMED');
    expect(code(jpcert.readCheckpoint(FEED, nisc.checkpoint(feedOf('nisc', 'jpcert'), 1, ROOT)))).toBe(
      'CHECKPOINT_SIGNATURE',
    );
    expect(code(jpcert.readCheckpoint(feedOf('stranger', 'jpcert'), note))).toBe('KEY_UNKNOWN');
    // The feed with another peer: signed by the same key, so only the pinned origin tells them apart.
    expect(code(jpcert.readCheckpoint(FEED, cert.checkpoint(feedOf('cert', 'nisc'), 12, ROOT)))).toBe(
      'CHECKPOINT_ORIGIN',
    );
    const foreignOrigin = writeCheckpointBody({ origin: 'somewhere.else/1', size: 1, root: ROOT });
    expect(code(jpcert.readCheckpoint(FEED, signed(foreignOrigin)))).toBe('CHECKPOINT_ORIGIN');

    expect(code(cert.readReceipt(FEED, utf8('x')))).toBe('RECEIPT_MALFORMED');
    expect(code(cert.readReceipt(FEED, note))).toBe('RECEIPT_SIGNATURE');
    expect(code(cert.readReceipt(FEED, nisc.cosign(checkpointOf(jpcert, note), TEST_NOW)))).toBe(
      'RECEIPT_SIGNATURE',
    );
    expect(code(cert.readReceipt(feedOf('cert', 'nisc'), receipt))).toBe('CHECKPOINT_ORIGIN');
    const forged = signNote(
      textOf(note)?.split('\n\n')[0]?.concat('\n') ?? fail(),
      (await testKeys('jpcert')).log,
    );
    expect(
      code(cert.readReceipt(FEED, jpcert.cosign({ size: 12, root: ROOT, note: forged }, TEST_NOW))),
    ).toBe('CHECKPOINT_SIGNATURE');
  });

  test('a new log key on a later card begins a new pin; the old key is no longer taken', async () => {
    const { cert, jpcert } = await pair();
    const note = cert.checkpoint(FEED, 1, ROOT);
    expect(jpcert.readCheckpoint(FEED, note)).toMatchObject({ ok: true });
    const renewed = signer(`isochron.node/${testNode('cert')}`);
    const card = await testCard('cert', { logKey: writeVerifierKey(renewed.verifier), sequence: 2 });
    await jpcert.trust(new Map([[card.node, { card }]]));
    expect(jpcert.readCheckpoint(FEED, note)).toMatchObject({ fault: { code: 'CHECKPOINT_SIGNATURE' } });
    const origin = `${renewed.verifier.name}/${'0'.repeat(32)}`;
    const next = signNote(writeCheckpointBody({ origin, size: 2, root: ROOT }), renewed);
    expect(jpcert.readCheckpoint(FEED, next)).toMatchObject({ ok: true, value: { size: 2 } });
  });

  test('R10: the time of a receipt is that of the cosigner, in whole seconds', async () => {
    const { cert, jpcert } = await pair();
    const at = after(TEST_NOW, 3 * DAY);
    const receipt = jpcert.cosign(checkpointOf(jpcert, cert.checkpoint(FEED, 2, ROOT)), at);
    expect(cert.readReceipt(FEED, receipt)).toMatchObject({ value: { at } });
  });
});
