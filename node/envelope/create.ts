/**
 * New keys for a node, by the profile of FORMATS §10.1.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Config, encryptKey, enums, generateKey, type PrivateKey, SignaturePacket } from 'openpgp';
import { Breakage } from '../core/fault.js';
import { nodeId } from '../core/ids.js';
import type { NodeMode } from '../core/registry/card.js';
import { after, DAY, HOUR, type Instant, SECOND } from '../core/time.js';
import { isPlainLine } from './card-text.js';
import { type KeyFiles, type Secrets, STRETCH, sealSecrets } from './keys.js';
import { OPENPGP } from './policy.js';
import { createTlsIdentity } from './tls-certificate.js';

/** For whom keys are made, when, and under which passphrase. */
export interface NewKeys {
  /** The organisation, as people call it; stands in the user id. */
  readonly name: string;
  /** A DRILL key says so in its user id, wherever it turns up. */
  readonly mode: NodeMode;
  readonly now: Instant;
  readonly passphrase: string;
}

/** Two years less a day, so that no leap day makes it more than two (FORMATS §10.1). */
const LIFE_DAYS = 729;

/**
 * Makes all keys of a node: v4 Ed25519 primary that only certifies, one signing and one X25519 encryption subkey;
 * Ed25519 log and libp2p keys; a P-256 TLS key with its certificate; the at-rest key.
 *
 * Keys are dated an hour back, so that a peer whose clock is a little slow can use them at once.
 * @throws Breakage COMMAND_MALFORMED for a name that does not fit on a line, or an empty passphrase.
 */
export async function createKeys({ name, mode, now, passphrase }: NewKeys): Promise<KeyFiles> {
  if (!isPlainLine(name) || /[<>()]/.test(name))
    throw new Breakage({ code: 'COMMAND_MALFORMED', where: 'name' });
  if (passphrase === '') throw new Breakage({ code: 'COMMAND_MALFORMED', where: 'passphrase' });
  const privateKey = await createOpenpgp(mode === 'drill' ? `${name} (DRILL)` : name, after(now, -HOUR));
  const { kdf, s2kIterationCountByte } = STRETCH[mode];
  const config = { ...OPENPGP, s2kIterationCountByte };
  const locked = await encryptKey({ privateKey, passphrase, config });
  const node = nodeId(locked.getFingerprint());
  if (!node) throw new Breakage({ code: 'KEY_PROFILE', where: 'fingerprint' });
  return {
    node,
    openpgp: locked.armor(OPENPGP),
    certificate: locked.toPublic().armor(OPENPGP),
    sealed: sealSecrets(createSecrets(now), node, randomBytes(32), passphrase, kdf),
  };
}

/** An unlocked secret key of the profile; also for fixtures. */
export async function createOpenpgp(userId: string, created: Instant): Promise<PrivateKey> {
  const date = new Date(created);
  const { privateKey } = await generateKey({
    userIDs: [{ name: userId }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    keyExpirationTime: (LIFE_DAYS * DAY) / SECOND,
    date,
    subkeys: [{ sign: true }, { sign: false }],
    format: 'object',
    config: OPENPGP,
  });
  await certifyOnly(privateKey, date);
  return privateKey;
}

/** Everything beside OpenPGP, in the clear; the caller seals it. */
export function createSecrets(now: Instant): Secrets {
  const { keyPem, certificatePem } = createTlsIdentity(now);
  return {
    log: edwards(),
    noise: edwards(),
    atRest: randomBytes(32).toString('base64'),
    tlsKey: keyPem,
    tlsCertificate: certificatePem,
  };
}

/** As much of the library's signing as its types leave out. */
interface Certifier {
  sign(key: object, signed: object, date: Date, detached: boolean, config: Config): Promise<void>;
}

/**
 * The library always lets a primary key sign messages, too. A self-signature without that flag replaces the one
 * it made; it also asks others not to compress.
 */
async function certifyOnly(privateKey: PrivateKey, date: Date): Promise<void> {
  const [user] = privateKey.users;
  const [made] = user?.selfCertifications ?? [];
  if (!user || !made) throw new Error('a new key has a user id with a self-signature');
  const packet = new SignaturePacket();
  packet.signatureType = made.signatureType;
  packet.publicKeyAlgorithm = made.publicKeyAlgorithm;
  packet.hashAlgorithm = made.hashAlgorithm;
  packet.keyFlags = Uint8Array.of(enums.keyFlags.certifyKeys);
  packet.isPrimaryUserID = true;
  packet.keyExpirationTime = made.keyExpirationTime;
  packet.keyNeverExpires = made.keyNeverExpires;
  packet.features = made.features;
  packet.preferredSymmetricAlgorithms = [enums.symmetric.aes256, enums.symmetric.aes128];
  packet.preferredHashAlgorithms = [enums.hash.sha512, enums.hash.sha256];
  packet.preferredCompressionAlgorithms = [enums.compression.uncompressed];
  const certifier: Certifier = packet;
  await certifier.sign(
    privateKey.keyPacket,
    { userID: user.userID, key: privateKey.keyPacket },
    date,
    false,
    OPENPGP,
  );
  user.selfCertifications = [packet];
}

function edwards(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'der' })
    .toString('base64');
}
