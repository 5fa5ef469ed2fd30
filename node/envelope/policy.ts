/**
 * What this house accepts of OpenPGP: algorithms, sizes and ages of keys (FORMATS §10.1), and every option of the
 * library written out, so that nothing hangs on one of its defaults.
 */
import { type AlgorithmInfo, type Config, enums, type Key, type SignaturePacket, type Subkey } from 'openpgp';
import type { FaultPlace } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { DAY, type Millis } from '../core/time.js';

/** Passed to every call of the library. The traps of FORMATS §10.2 are closed here or in `verify.ts`. */
export const OPENPGP: Config = {
  preferredHashAlgorithm: enums.hash.sha512,
  preferredSymmetricAlgorithm: enums.symmetric.aes256,
  preferredCompressionAlgorithm: enums.compression.uncompressed,
  preferredAEADAlgorithm: enums.aead.gcm,
  // Version 1 of the encrypted packet is the one that every program of the table in FORMATS §10.1 opens.
  aeadProtect: false,
  aeadChunkSizeByte: 12,
  parseAEADEncryptedV4KeysAsLegacy: false,
  v6Keys: false,
  enableParsingV5Entities: false,
  allowUnauthenticatedMessages: false,
  allowUnauthenticatedStream: false,
  allowMissingKeyFlags: false,
  allowInsecureDecryptionWithSigningKeys: false,
  allowInsecureVerificationWithReformattedKeys: false,
  constantTimePKCS1Decryption: true,
  constantTimePKCS1DecryptionSupportedSymmetricAlgorithms: new Set([
    enums.symmetric.aes128,
    enums.symmetric.aes256,
  ]),
  minRSABits: 3072,
  rejectHashAlgorithms: weakHashes(),
  rejectMessageHashAlgorithms: weakHashes(),
  rejectPublicKeyAlgorithms: new Set([enums.publicKey.elgamal, enums.publicKey.dsa]),
  rejectCurves: new Set([enums.curve.secp256k1]),
  s2kType: enums.s2k.iterated,
  s2kIterationCountByte: 224,
  s2kArgon2Params: { passes: 3, parallelism: 4, memoryExponent: 16 },
  maxArgon2MemoryExponent: 16,
  passwordCollisionCheck: false,
  // Foreign certificates may carry packets we do not know; a message may not (verify.ts counts its packets).
  ignoreUnsupportedPackets: true,
  ignoreMalformedPackets: false,
  enforceGrammar: true,
  additionalAllowedPackets: [],
  maxUserIDLength: 1_024,
  // Signature and literal header come on top of the statement.
  maxDecompressedMessageSize: LIMITS.statementBytes.most + 8_192,
  knownNotations: [],
  // A fault during signing must not reveal an Ed25519 key; the price is that signatures are not byte-stable.
  nonDeterministicSignaturesViaNotation: true,
  useEllipticFallback: true,
  showVersion: false,
  showComment: false,
  versionString: '',
  commentString: '',
};

function weakHashes(): Set<enums.hash> {
  return new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1, enums.hash.sha224]);
}

/** Longest life of a key, counted from the self-signature that grants it. Two years may hold a leap day. */
const KEY_LIFE: Millis = 2 * 366 * DAY;

/** How long before the end of a key the alarm begins (DESIGN §1). */
export const EXPIRY_NOTICE: Millis = 30 * DAY;

/**
 * Checks a certificate against FORMATS §10.1: v4; Ed25519 (legacy), P-256 or RSA of 3072 to 4096 bits; at least
 * one signing and one encryption subkey; an expiry at most two years after its self-signature. Signatures are
 * not checked here: the keyring asks for those at each instant of judging.
 *
 * @returns what is wrong, for `KEY_PROFILE`; `undefined` when the profile is followed.
 */
export function profileFlaw(key: Key): FaultPlace | undefined {
  if (key.keyPacket.version !== 4) return { where: 'version', offered: key.keyPacket.version };
  if (!signs(key.getAlgorithmInfo())) return { where: 'primary' };
  const signing = key.subkeys.filter((subkey) => mayBe(subkey, SIGN));
  const encryption = key.subkeys.filter((subkey) => mayBe(subkey, ENCRYPT));
  if (signing.length === 0 || !signing.every((subkey) => fits(subkey, signs)))
    return { where: 'signing subkey' };
  if (encryption.length === 0 || !encryption.every((subkey) => fits(subkey, encrypts)))
    return { where: 'encryption subkey' };
  const life = longestLife(key);
  return life !== undefined && life <= KEY_LIFE ? undefined : { where: 'expiry' };
}

/**
 * Checks a certificate of somebody with a mail program: as {@link profileFlaw}, but its primary may sign, it need not
 * end, and subkeys that we would not use may stand beside one that we use.
 */
export function mailFlaw(key: Key): FaultPlace | undefined {
  if (key.keyPacket.version !== 4) return { where: 'version', offered: key.keyPacket.version };
  const signing = signingSubkeys(key).some((subkey) => fits(subkey, signs));
  if (!signing && !(primarySigns(key) && signs(key.getAlgorithmInfo()))) return { where: 'signing key' };
  return encryptionSubkeys(key).some((subkey) => fits(subkey, encrypts))
    ? undefined
    : { where: 'encryption subkey' };
}

/** May the primary sign messages? */
export function primarySigns(key: Key): boolean {
  const certifications = key.users.flatMap((user) => user.selfCertifications);
  return certifications.some(({ keyFlags }) => ((keyFlags?.[0] ?? 0) & SIGN) !== 0);
}

const SIGN = 0x02;
const ENCRYPT = 0x0c;

/** Subkeys whose binding allows signatures over messages, whether or not they are in force. */
export function signingSubkeys(key: Key): readonly Subkey[] {
  return key.subkeys.filter((subkey) => mayBe(subkey, SIGN));
}

/** Subkeys whose binding allows encryption, whether or not they are in force. */
export function encryptionSubkeys(key: Key): readonly Subkey[] {
  return key.subkeys.filter((subkey) => mayBe(subkey, ENCRYPT));
}

function mayBe(subkey: Subkey, flags: number): boolean {
  return subkey.bindingSignatures.some((binding) => ((binding.keyFlags?.[0] ?? 0) & flags) !== 0);
}

function fits(subkey: Subkey, accepts: (algorithm: AlgorithmInfo) => boolean): boolean {
  return subkey.keyPacket.version === 4 && accepts(subkey.getAlgorithmInfo());
}

function signs(algorithm: AlgorithmInfo): boolean {
  switch (algorithm.algorithm) {
    case 'eddsaLegacy':
      return algorithm.curve === 'ed25519Legacy';
    case 'ecdsa':
      return algorithm.curve === 'nistP256';
    default:
      return isStrongRsa(algorithm);
  }
}

function encrypts(algorithm: AlgorithmInfo): boolean {
  if (algorithm.algorithm !== 'ecdh') return isStrongRsa(algorithm);
  return algorithm.curve === 'curve25519Legacy' || algorithm.curve === 'nistP256';
}

/** Longer keys cost a recipient in pure JavaScript more than they give. */
function isStrongRsa(algorithm: AlgorithmInfo): boolean {
  const bits = algorithm.bits ?? 0;
  return algorithm.algorithm === 'rsaEncryptSign' && bits >= 3_072 && bits <= 4_096;
}

function longestLife(key: Key): Millis | undefined {
  const lives = key.users
    .flatMap((user) => user.selfCertifications)
    .map((certification) => lifeOf(key, certification));
  return lives.length === 0 || lives.includes(undefined)
    ? undefined
    : Math.max(...lives.filter((life) => life !== undefined));
}

function lifeOf(key: Key, certification: SignaturePacket): Millis | undefined {
  const seconds = certification.keyExpirationTime;
  if (!seconds || !certification.created) return undefined;
  return key.getCreationTime().getTime() + seconds * 1_000 - certification.created.getTime();
}
