/**
 * Signatures of this node outside envelopes: bodies for third parties (ENV-3), published files, cards.
 */
import { createCleartextMessage, createMessage, sign } from 'openpgp';
import { Breakage } from '../core/fault.js';
import type { Instant } from '../core/time.js';
import { judge } from './keyring.js';
import type { Keys } from './keys.js';
import { OPENPGP } from './policy.js';
import { NO_DATE } from './verify.js';

/** Detached signature over exactly these bytes, binary. @throws Breakage KEY_* */
export async function signBytes(bytes: Uint8Array, at: Instant, keys: Keys): Promise<Uint8Array> {
  await demandKey(keys, at);
  // The types of the library know no detached binary signature, although that is what this returns.
  const signature: unknown = await sign({ ...(await detached(bytes, at, keys)), format: 'binary' });
  if (!(signature instanceof Uint8Array)) throw new Error('a binary signature is bytes');
  return signature;
}

/** Detached signature over exactly these bytes, armoured: `gpg --verify` takes it. @throws Breakage KEY_* */
export async function signFile(bytes: Uint8Array, at: Instant, keys: Keys): Promise<string> {
  await demandKey(keys, at);
  return sign({ ...(await detached(bytes, at, keys)), format: 'armored' });
}

/** A cleartext-signed text: people read it, `gpg --verify` checks it. @throws Breakage KEY_* */
export async function signText(text: string, at: Instant, keys: Keys): Promise<string> {
  await demandKey(keys, at);
  const signed = await sign({
    message: await createCleartextMessage({ text }),
    signingKeys: keys.openpgp,
    date: new Date(at),
    format: 'armored',
    config: OPENPGP,
  });
  // The library ends some lines in CR LF and others in LF; what is signed is the same either way.
  return signed.replaceAll('\r\n', '\n');
}

/** Our own key is held to the same rule as those of peers. @throws Breakage KEY_* */
async function demandKey(keys: Keys, at: Instant): Promise<void> {
  const fault = await judge(keys.certificate, at);
  if (fault) throw new Breakage(fault);
}

async function detached(bytes: Uint8Array, at: Instant, keys: Keys) {
  return {
    message: await createMessage({ binary: bytes, format: 'binary', date: NO_DATE }),
    signingKeys: keys.openpgp,
    detached: true,
    date: new Date(at),
    config: OPENPGP,
  } as const;
}
