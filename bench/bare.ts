/**
 * The cryptography alone: the shortest calls of openpgp.js that make and open an envelope of the same strength,
 * with keys that are parsed and have been used before. Recipients are named instead of hidden, so that opening
 * tries one session key and no more.
 */
import { createMessage, decrypt, encrypt, readMessage } from 'openpgp';
import type { Keys } from '../node/envelope/keys.js';
import { OPENPGP } from '../node/envelope/policy.js';

/** Somebody else: the certificate is enough. */
type Known = Pick<Keys, 'certificate'>;

/** Signs by `from`, encrypts to `to` and `from`. */
export async function bareSeal(bytes: Uint8Array, from: Keys, to: Known): Promise<Uint8Array> {
  return encrypt({
    message: await createMessage({ binary: bytes, format: 'binary' }),
    encryptionKeys: [to.certificate.key, from.certificate.key],
    signingKeys: from.openpgp,
    format: 'binary',
    config: OPENPGP,
  });
}

/** As a letter goes out: armoured, to its one reader. */
export async function bareLetter(bytes: Uint8Array, from: Keys, to: Known): Promise<string> {
  return encrypt({
    message: await createMessage({ binary: bytes, format: 'binary' }),
    encryptionKeys: [to.certificate.key],
    signingKeys: from.openpgp,
    format: 'armored',
    config: OPENPGP,
  });
}

/** Decrypts with the keys of `to` and awaits the signature of `from`. @throws Error where it does not hold. */
export async function bareOpen(envelope: Uint8Array, from: Known, to: Keys): Promise<Uint8Array> {
  const opened = await decrypt({
    message: await readMessage({ binaryMessage: envelope, config: OPENPGP }),
    decryptionKeys: to.openpgp,
    verificationKeys: from.certificate.key,
    expectSigned: true,
    format: 'binary',
    config: OPENPGP,
  });
  await opened.signatures[0]?.verified;
  if (!(opened.data instanceof Uint8Array)) throw new Error('bytes were sealed');
  return opened.data;
}

/** Does something `count` times, `together` at a time. */
export async function manyTimes(
  count: number,
  together: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += together) {
    const here = Math.min(together, count - from);
    await Promise.all(Array.from({ length: here }, (_, offset) => work(from + offset)));
  }
}
