/**
 * The keys of one node: files with passphrase protection at rest (DESIGN §10), and the opened keys that live in
 * memory while it runs.
 *
 * `openpgp.asc` is a plain OpenPGP secret key under its own passphrase protection, so that `gpg` imports it. The
 * other secrets have no such form; they stand together in `sealed-keys.json`, under scrypt and AES-256-GCM.
 */
import { createPrivateKey, createPublicKey, type KeyObject, scryptSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { base58btc } from 'multiformats/bases/base58';
import { decryptKey, enums, type PrivateKey, readPrivateKeys, type Subkey } from 'openpgp';
import { sha256, utf8 } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { NodeMode } from '../core/registry/card.js';
import { openVault, type Vault } from './at-rest.js';
import { type Certificate, readCertificate } from './keyring.js';
import { inOffice, logKeyName, type NoteSigner, verifierKey } from './note.js';
import { OPENPGP } from './policy.js';

/** What {@link createKeys} made: the texts of three files. Nothing in them opens without the passphrase. */
export interface KeyFiles {
  readonly node: NodeId;
  /** `openpgp.asc`: armoured secret key. */
  readonly openpgp: string;
  /** `certificate.asc`: the public half, for everybody. */
  readonly certificate: string;
  /** `sealed-keys.json`. */
  readonly sealed: string;
}

/** Secrets that are not OpenPGP: the content of `sealed-keys.json`. Binary members are base64. */
export interface Secrets {
  /** Ed25519, PKCS #8: signs checkpoints and receipts. */
  readonly log: string;
  /** PEM of the key and the self-signed certificate of gRPC. */
  readonly tlsKey: string;
  readonly tlsCertificate: string;
  /** Ed25519, PKCS #8: the transport identity of libp2p. */
  readonly noise: string;
  /** 32 bytes: restricted text at rest. */
  readonly atRest: string;
}

/** The opened keys of a node. Never written, printed or put in a fault. */
export interface Keys {
  readonly node: NodeId;
  readonly certificate: Certificate;
  readonly openpgp: PrivateKey;
  /** Secret subkeys on curves that open envelopes, of any age: what was said to us stays readable. */
  readonly opening: readonly Subkey[];
  readonly log: NoteSigner;
  readonly tls: {
    readonly keyPem: string;
    readonly certificatePem: string;
    /** SHA-256 of the subject public key info: what the card pins, 64 lower-case hex digits. */
    readonly pin: string;
  };
  readonly noise: {
    /** Ed25519, 32 bytes. */
    readonly seed: Uint8Array;
    /** What the card names: the multihash of the public key, base58btc. */
    readonly peerId: string;
  };
  readonly vault: Vault;
}

/** Identity multihash of 36 bytes, then the protobuf of an Ed25519 public key (libp2p peer-id specification). */
const PEER_ID_HEAD: readonly number[] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

const FILES = { openpgp: 'openpgp.asc', certificate: 'certificate.asc', sealed: 'sealed-keys.json' } as const;

/**
 * Writes the three files, mode 0600, into a folder of mode 0700. Never overwrites.
 * @throws Error of the file system, EEXIST where keys are there already.
 */
export async function writeKeys(dir: string, files: KeyFiles): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const role of ['sealed', 'openpgp', 'certificate'] as const)
    await writeFile(join(dir, FILES[role]), files[role], { mode: 0o600, flag: 'wx' });
}

/**
 * Reads and unlocks the keys of a node; takes some tenths of a second, once at the start.
 *
 * Faults: KEY_UNKNOWN (a file is missing), KEY_LOCKED (wrong passphrase), KEY_PROFILE, KEY_PRIVATE.
 */
export async function openKeys(dir: string, passphrase: string): Promise<Outcome<Keys>> {
  const files: Record<'openpgp' | 'sealed', string> = { openpgp: '', sealed: '' };
  for (const role of ['openpgp', 'sealed'] as const) {
    const text = await readFile(join(dir, FILES[role]), 'utf8').catch(() => undefined);
    if (text === undefined) return refuse('KEY_UNKNOWN', { where: FILES[role] });
    files[role] = text;
  }
  const keys = await readPrivateKeys({ armoredKeys: files.openpgp, config: OPENPGP }).catch(() => []);
  const [locked] = keys;
  if (!locked || keys.length !== 1) return refuse('KEY_PROFILE', { where: FILES.openpgp });
  const secrets = unsealSecrets(files.sealed, locked.getFingerprint(), passphrase);
  if (!secrets.ok) return secrets;
  const openpgp = await decryptKey({ privateKey: locked, passphrase, config: OPENPGP }).catch(
    () => undefined,
  );
  if (!openpgp) return refuse('KEY_LOCKED', { where: FILES.openpgp });
  return assembleKeys(openpgp, secrets.value);
}

/** From unlocked parts to {@link Keys}. Faults: KEY_PROFILE. */
export async function assembleKeys(openpgp: PrivateKey, secrets: Secrets): Promise<Outcome<Keys>> {
  const certificate = await readCertificate(openpgp.toPublic().armor(OPENPGP));
  if (!certificate.ok) return certificate;
  const { node } = certificate.value;
  const opening: readonly object[] = await openpgp
    .getDecryptionKeys(undefined, null, undefined, OPENPGP)
    .catch(() => []);
  const log = edwardsKey(secrets.log);
  const noise = edwardsKey(secrets.noise);
  const verifier = verifierKey(logKeyName(node), 1, publicBytes(log));
  return ok({
    node,
    certificate: certificate.value,
    openpgp,
    opening: openpgp.subkeys.filter(
      (subkey) => opening.includes(subkey) && subkey.keyPacket.algorithm === enums.publicKey.ecdh,
    ),
    log: { verifier, cosigner: inOffice(verifier, 4), privateKey: log },
    tls: {
      keyPem: secrets.tlsKey,
      certificatePem: secrets.tlsCertificate,
      pin: sha256(createPublicKey(secrets.tlsKey).export({ type: 'spki', format: 'der' })),
    },
    noise: {
      seed: new Uint8Array(noise.export({ type: 'pkcs8', format: 'der' }).subarray(-32)),
      peerId: base58btc.baseEncode(new Uint8Array([...PEER_ID_HEAD, ...publicBytes(noise)])),
    },
    vault: openVault(new Uint8Array(Buffer.from(secrets.atRest, 'base64'))),
  });
}

interface Sealed {
  readonly v: 1;
  readonly kdf: { readonly name: 'scrypt'; readonly N: number; readonly r: number; readonly p: number };
  readonly salt: string;
  readonly sealed: string;
}

/** How hard a passphrase is to guess from the files: what each guess costs. */
export interface Stretch {
  readonly kdf: Sealed['kdf'];
  /** Iteration octet of OpenPGP's string-to-key (RFC 4880 §3.7.1.3). */
  readonly s2kIterationCountByte: number;
}

/**
 * Production: 64 MiB and about a fifth of a second a guess. A DRILL key guards an invented case, and an exercise makes
 * and opens hundreds of them within its minute: there only the form is kept.
 */
export const STRETCH: Readonly<Record<NodeMode, Stretch>> = {
  production: {
    kdf: { name: 'scrypt', N: 1 << 16, r: 8, p: 1 },
    s2kIterationCountByte: OPENPGP.s2kIterationCountByte,
  },
  drill: { kdf: { name: 'scrypt', N: 1 << 8, r: 8, p: 1 }, s2kIterationCountByte: 96 },
};

// Bounds for reading, so that a damaged file asks for nothing absurd.
const KDF_MOST = { N: 1 << 20, r: 32, p: 16 };

/** `unsealSecrets(sealSecrets(a, node, salt, p, k), node, p) = a`. @param salt at least 16 random bytes. */
export function sealSecrets(
  secrets: Secrets,
  node: string,
  salt: Uint8Array,
  passphrase: string,
  kdf: Sealed['kdf'],
): string {
  const vault = openVault(stretched(passphrase, salt, kdf));
  const sealed: Sealed = {
    v: 1,
    kdf,
    salt: Buffer.from(salt).toString('base64'),
    sealed: Buffer.from(vault.seal(placeOf(node), utf8(JSON.stringify(secrets)))).toString('base64'),
  };
  return `${JSON.stringify(sealed, undefined, 2)}\n`;
}

/** Faults: KEY_LOCKED (wrong passphrase, or secrets of another node), KEY_PROFILE (not such a file). */
function unsealSecrets(text: string, node: string, passphrase: string): Outcome<Secrets> {
  const file = readSealed(text);
  if (!file) return refuse('KEY_PROFILE', { where: FILES.sealed });
  try {
    const vault = openVault(stretched(passphrase, Buffer.from(file.salt, 'base64'), file.kdf));
    const bytes = vault.open(placeOf(node), new Uint8Array(Buffer.from(file.sealed, 'base64')));
    // Our own words: what opens under the passphrase and the node's name was written by sealSecrets.
    return ok(JSON.parse(Buffer.from(bytes).toString('utf8')) as Secrets);
  } catch {
    return refuse('KEY_LOCKED', { where: FILES.sealed });
  }
}

function readSealed(text: string): Sealed | undefined {
  if (text.length > LIMITS.cardBytes.most) return undefined;
  try {
    const file = JSON.parse(text) as Partial<Sealed> | null;
    const { v, kdf, salt, sealed } = file ?? {};
    const fits =
      v === 1 &&
      kdf?.name === 'scrypt' &&
      (['N', 'r', 'p'] as const).every(
        (cost) => Number.isSafeInteger(kdf[cost]) && kdf[cost] <= KDF_MOST[cost],
      ) &&
      typeof salt === 'string' &&
      typeof sealed === 'string';
    return fits ? { v, kdf, salt, sealed } : undefined;
  } catch {
    return undefined;
  }
}

function stretched(passphrase: string, salt: Uint8Array, { N, r, p }: Sealed['kdf']): Uint8Array {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, { N, r, p, maxmem: 130 * N * r });
}

function placeOf(node: string): string {
  return `keys of ${node}`;
}

function edwardsKey(pkcs8: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32));
}
