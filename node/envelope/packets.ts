/**
 * The usual envelope, packet by packet. Every byte and all cryptography are the library's; what is left out are the
 * questions that its `encrypt` and `decrypt` ask anew for every message: which subkey is in force, which algorithms
 * its owner wants. Their answers cannot change between two turns of a certificate, and the keyring keeps them.
 * Whatever is not usual is left to `encrypt` and `decrypt` as before.
 */
import {
  type AnyPacket,
  type Config,
  createMessage,
  enums,
  generateSessionKey,
  type Message,
  OnePassSignaturePacket,
  PacketList,
  PublicKeyEncryptedSessionKeyPacket,
  type SessionKey,
  SignaturePacket,
  type Subkey,
  SymEncryptedIntegrityProtectedDataPacket,
} from 'openpgp';
import type { Standing } from './keyring.js';
import { OPENPGP } from './policy.js';
import { NO_DATE } from './verify.js';

const HASH = OPENPGP.preferredHashAlgorithm;
const CIPHER = OPENPGP.preferredSymmetricAlgorithm;
/** Features of a key (RFC 9580 §5.2.3.32). */
const READS_VERSION_2 = 0x08;

// As much of the library's packets as its types leave out or hide; its version is pinned.
type SealedKey = AnyPacket & {
  readonly sessionKey: Uint8Array | null;
  readonly sessionKeyAlgorithm: enums.symmetric | null;
  encrypt(reader: Subkey['keyPacket']): Promise<void>;
  decrypt(key: Subkey['keyPacket']): Promise<void>;
};
type Body = AnyPacket & {
  packets: PacketList<AnyPacket>;
  encrypt(cipher: enums.symmetric, key: Uint8Array, config: Config): Promise<unknown>;
};
interface Signing {
  sign(key: object, signed: object, date: Date, detached: boolean, config: Config): Promise<void>;
}
interface MakerOf<Packet> {
  fromObject(fields: object): Packet;
}
const SEALED_KEY = PublicKeyEncryptedSessionKeyPacket as unknown as MakerOf<SealedKey>;
const BODY = SymEncryptedIntegrityProtectedDataPacket as unknown as MakerOf<Body>;
const ONE_PASS = OnePassSignaturePacket as unknown as {
  fromSignaturePacket(signature: SignaturePacket, isLast: boolean): AnyPacket;
};

/** Ciphers that the library takes from anybody, whether or not our key names them. */
const CIPHERS: ReadonlyMap<enums.symmetric | null, SessionKey['algorithm']> = new Map([
  [enums.symmetric.aes128, 'aes128'],
  [enums.symmetric.aes256, 'aes256'],
]);

/** Are SHA-512, AES-256 and version 1 of the encrypted packet what `encrypt` would choose for these readers? */
export function areUsual(readers: readonly Standing[]): boolean {
  const wishes = readers.map((reader) => reader.wishes);
  return (
    wishes.every(({ preferredHashAlgorithms: hashes }) => hashes?.includes(HASH)) &&
    wishes.every(({ preferredSymmetricAlgorithms: ciphers }) => ciphers?.includes(CIPHER)) &&
    !wishes.every(({ features }) => ((features?.[0] ?? 0) & READS_VERSION_2) !== 0)
  );
}

/**
 * Signs, then encrypts to each reader in this order, key ids hidden.
 * @param signer the secret half of the author's signing subkey.
 * @returns what `encrypt` would write for those who {@link areUsual}.
 */
export async function sealPackets(
  bytes: Uint8Array,
  date: Date,
  signer: Subkey,
  readers: readonly Standing[],
): Promise<Uint8Array> {
  const { packets } = await createMessage({ binary: bytes, format: 'binary', date: NO_DATE });
  const [literal] = packets;
  if (literal === undefined) throw new Error('a message has its text');
  const { data: key } = await generateSessionKey({ encryptionKeys: [], config: OPENPGP });
  const [signature, ...sessionKeys] = await Promise.all([
    signed(literal, signer.keyPacket, date),
    ...readers.map(({ encryption }) => sealedKey(key, encryption.keyPacket)),
  ]);
  const body = BODY.fromObject({ version: 1 });
  body.packets = listOf(ONE_PASS.fromSignaturePacket(signature, true), literal, signature);
  await body.encrypt(CIPHER, key, OPENPGP);
  return listOf(...sessionKeys, body).write();
}

/**
 * The session key in a packet that is sealed for one of these keys.
 * @param message of that one packet.
 * @param keys on curves: for RSA the library has a way of its own, which tells nothing by the time it takes.
 * @returns `undefined` where none of them opens it, or to a cipher that only the library can judge.
 */
export async function openSessionKey(
  message: Message<Uint8Array>,
  keys: readonly Subkey[],
): Promise<SessionKey | undefined> {
  const sealed = message.packets[0] as SealedKey;
  const [id] = message.getEncryptionKeyIDs();
  for (const key of keys) {
    if (id?.equals(key.getKeyID(), true) !== true) continue;
    const opens = await sealed.decrypt(key.keyPacket).then(
      () => true,
      () => false,
    );
    const algorithm = CIPHERS.get(sealed.sessionKeyAlgorithm);
    if (opens && sealed.sessionKey && algorithm) return { data: sealed.sessionKey, algorithm };
  }
  return undefined;
}

async function signed(literal: AnyPacket, signer: Subkey['keyPacket'], date: Date): Promise<SignaturePacket> {
  const packet = new SignaturePacket();
  packet.signatureType = enums.signature.binary;
  packet.publicKeyAlgorithm = signer.algorithm;
  packet.hashAlgorithm = HASH;
  const signing: Signing = packet;
  await signing.sign(signer, literal, date, false, OPENPGP);
  return packet;
}

async function sealedKey(key: Uint8Array, reader: Subkey['keyPacket']): Promise<AnyPacket> {
  const packet = SEALED_KEY.fromObject({
    version: 3,
    encryptionKeyPacket: reader,
    anonymousRecipient: true,
    sessionKey: key,
    sessionKeyAlgorithm: CIPHER,
  });
  await packet.encrypt(reader);
  return packet;
}

function listOf(...packets: readonly AnyPacket[]): PacketList<AnyPacket> {
  const list = new PacketList<AnyPacket>();
  list.push(...packets);
  return list;
}
