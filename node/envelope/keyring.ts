/**
 * Certificates by fingerprint, judged at a given instant.
 *
 * An OpenPGP key has no single answer to "is it valid": self-signatures, bindings and revocations each begin and
 * end somewhere, and the library forgets none of them. Between two such instants the answer cannot change, so a
 * certificate keeps its *turns* in order and asks the library once for each stretch between them.
 */
import { type Key, readKeys, type SignaturePacket, type Subkey } from 'openpgp';
import { type Fault, type Outcome, ok, refuse } from '../core/fault.js';
import { type NodeId, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { Instant } from '../core/time.js';
import {
  EXPIRY_NOTICE,
  encryptionSubkeys,
  mailFlaw,
  OPENPGP,
  primarySigns,
  profileFlaw,
  signingSubkeys,
} from './policy.js';

/** A parsed certificate that follows the profile. */
export interface Certificate {
  readonly node: NodeId;
  /** The armour that our own writer makes: equal certificates have equal text. */
  readonly armoured: string;
  readonly key: Key;
  /** The same key for `verify`, which asks for each signature whether its subkey was in force then. */
  readonly verifier: Key;
  /** Whose it is: a node's follows FORMATS §10.1 to the letter; in mail a primary may sign. */
  readonly profile: Profile;
  /** Fingerprints of keys that sign messages by key id, both in lower-case hex. */
  readonly signers: ReadonlyMap<string, string>;
  /** Instants at which the verdict may change, ascending. */
  readonly turns: readonly Instant[];
  /** What was found so far, by the number of turns that lie behind. A cache, filled by {@link standingAt}. */
  readonly standings: Map<number, Promise<Outcome<Standing>>>;
}

/** A certificate that is in force, between two of its turns. */
export interface Standing {
  /** The keys that the library would take; only in mail the primary itself may sign. */
  readonly signing: Key | Subkey;
  readonly encryption: Subkey;
  /** The self-signature that holds now: it names the algorithms that the owner wants. */
  readonly wishes: SignaturePacket;
}

/** Which rules a certificate is held to: those of nodes, or those of people with a mail program. */
export type Profile = 'node' | 'mail';

const PUBLIC_BLOCK = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const PRIVATE_BLOCK = '-----BEGIN PGP PRIVATE KEY BLOCK-----';

/**
 * Reads one armoured certificate. The library reads the first of several and private keys alike, so both are
 * refused here (FORMATS §10.2).
 *
 * Faults: KEY_PRIVATE; KEY_PROFILE with the part that does not follow FORMATS §10.1.
 */
export async function readCertificate(
  armoured: string,
  profile: Profile = 'node',
): Promise<Outcome<Certificate>> {
  if (armoured.includes(PRIVATE_BLOCK)) return refuse('KEY_PRIVATE');
  if (armoured.length > LIMITS.cardBytes.most)
    return refuse('KEY_PROFILE', { where: 'size', offered: armoured.length, most: LIMITS.cardBytes.most });
  if (armoured.split(PUBLIC_BLOCK).length !== 2) return refuse('KEY_PROFILE', { where: 'armour' });
  return certificateFrom(readKeys({ armoredKeys: armoured, config: OPENPGP }), profile);
}

/** As {@link readCertificate}, from the binary form. */
export async function decodeCertificate(bytes: Uint8Array): Promise<Outcome<Certificate>> {
  return certificateFrom(readKeys({ binaryKeys: bytes, config: OPENPGP }), 'node');
}

async function certificateFrom(reading: Promise<Key[]>, profile: Profile): Promise<Outcome<Certificate>> {
  const keys = await reading.catch(() => []);
  const [key] = keys;
  if (key === undefined || keys.length !== 1) return refuse('KEY_PROFILE', { where: 'armour' });
  if (key.isPrivate()) return refuse('KEY_PRIVATE');
  const flaw = profile === 'node' ? profileFlaw(key) : mailFlaw(key);
  if (flaw) return refuse('KEY_PROFILE', flaw);
  const node = nodeId(key.getFingerprint());
  if (!node) return refuse('KEY_PROFILE', { where: 'fingerprint' });
  const turns = turnsOf(key);
  return ok({
    node,
    armoured: key.armor(OPENPGP),
    key,
    verifier: remembering(key, turns),
    profile,
    signers: new Map(signersOf(key, profile).map((one) => [one.getKeyID().toHex(), one.getFingerprint()])),
    turns,
    standings: new Map(),
  });
}

function signersOf(key: Key, profile: Profile): readonly (Key | Subkey)[] {
  return [...signingSubkeys(key), ...(profile === 'mail' && primarySigns(key) ? [key] : [])];
}

/**
 * May this certificate sign and be encrypted to at this instant?
 * @returns KEY_EARLY, KEY_EXPIRED or KEY_REVOKED; KEY_PROFILE where its own signatures do not hold.
 */
export async function judge(certificate: Certificate, at: Instant): Promise<Fault | undefined> {
  const standing = await standingAt(certificate, at);
  return standing.ok ? undefined : standing.fault;
}

/**
 * As {@link judge}, with the subkeys to use. The first use of a stretch of time costs some milliseconds, later ones
 * nothing; keys of peers are judged when trust is given, so the cost falls there.
 */
export function standingAt(certificate: Certificate, at: Instant): Promise<Outcome<Standing>> {
  const behind = turnsBehind(certificate.turns, at);
  const standing = certificate.standings.get(behind) ?? findStanding(certificate, at);
  certificate.standings.set(behind, standing);
  return standing;
}

/**
 * The instant within the next 30 days at which the certificate stops working, for the alarm of DESIGN §1.
 * @returns `at` itself where it does not work any more.
 */
export async function expiryAlarm(certificate: Certificate, at: Instant): Promise<Instant | undefined> {
  if (await judge(certificate, at)) return at;
  for (const turn of certificate.turns) {
    if (turn <= at || turn > at + EXPIRY_NOTICE) continue;
    if (await judge(certificate, turn)) return turn;
  }
  return undefined;
}

/** Between two turns the library would walk over the same self-signatures to the same answer. */
function remembering(key: Key, turns: readonly Instant[]): Key {
  const answers = new Map<string, Promise<Key | Subkey>>();
  const getSigningKey: Key['getSigningKey'] = (id, date, user, config) => {
    if (!id || !date || user) return key.getSigningKey(id, date, user, config);
    const question = `${id.toHex()} ${turnsBehind(turns, date.getTime())}`;
    const answer = answers.get(question) ?? key.getSigningKey(id, date, undefined, config);
    answers.set(question, answer);
    return answer;
  };
  return Object.assign(Object.create(key) as Key, { getSigningKey });
}

function turnsBehind(turns: readonly Instant[], at: number): number {
  return turns.filter((turn) => turn <= at).length;
}

async function findStanding(certificate: Certificate, at: Instant): Promise<Outcome<Standing>> {
  const { key, node, profile } = certificate;
  const date = new Date(at);
  if (await key.isRevoked(undefined, undefined, date, OPENPGP)) return refuse('KEY_REVOKED', { where: node });
  if (key.getCreationTime().getTime() > at) return refuse('KEY_EARLY', { where: node });
  if (!(await holds(key.verifyPrimaryKey(date, undefined, OPENPGP)))) {
    const end = await key.getExpirationTime(undefined, OPENPGP);
    if (end instanceof Date && end.getTime() <= at) return refuse('KEY_EXPIRED', { where: node });
    const withdrawn = key.users.some((user) => user.revocationSignatures.length > 0);
    return withdrawn
      ? refuse('KEY_REVOKED', { where: node })
      : refuse('KEY_PROFILE', { where: 'self-signature' });
  }
  const signing = await chosen(key.getSigningKey(undefined, date, undefined, OPENPGP));
  // The primary of a node certifies and does nothing else (FORMATS §10.1).
  const isFree = signing !== undefined && (profile === 'mail' || signing !== key);
  if (!isFree) return { ok: false, fault: await subkeyFault(certificate, signingSubkeys(key), at) };
  const reader = await chosen(key.getEncryptionKey(undefined, date, undefined, OPENPGP));
  const encryption = key.subkeys.find((subkey) => subkey === reader);
  if (!encryption) return { ok: false, fault: await subkeyFault(certificate, encryptionSubkeys(key), at) };
  const { selfCertification } = await key.getPrimaryUser(date, undefined, OPENPGP);
  return ok({ signing, encryption, wishes: selfCertification });
}

/** Why none of these subkeys works: the newest one decides. */
async function subkeyFault(
  { key, node }: Certificate,
  subkeys: readonly Subkey[],
  at: Instant,
): Promise<Fault> {
  if (subkeys.length === 0) return { code: 'KEY_PROFILE', where: 'signing key' };
  const begun = subkeys.filter((subkey) => subkey.getCreationTime().getTime() <= at);
  if (begun.length === 0) return { code: 'KEY_EARLY', where: node };
  const newest = begun.reduce((late, other) =>
    other.getCreationTime() > late.getCreationTime() ? other : late,
  );
  const date = new Date(at);
  for (const binding of newest.bindingSignatures)
    if (await newest.isRevoked(binding, key.keyPacket, date, OPENPGP))
      return { code: 'KEY_REVOKED', where: node };
  const end = await newest.getExpirationTime(date, OPENPGP);
  return end instanceof Date && end.getTime() <= at
    ? { code: 'KEY_EXPIRED', where: node }
    : { code: 'KEY_PROFILE', where: 'subkey binding' };
}

async function chosen(choice: Promise<Key | Subkey>): Promise<Key | Subkey | undefined> {
  return await choice.catch(() => undefined);
}

async function holds(check: Promise<void>): Promise<boolean> {
  return check.then(
    () => true,
    () => false,
  );
}

/** A signature over the primary itself may end it, too; the library's types leave it out. */
interface Direct {
  readonly directSignatures?: readonly SignaturePacket[];
}

function turnsOf(key: Key & Direct): Instant[] {
  const ofPrimary = [
    ...key.revocationSignatures,
    ...(key.directSignatures ?? []),
    ...key.users.flatMap((user) => [...user.selfCertifications, ...user.revocationSignatures]),
  ];
  const turns = [
    key.getCreationTime().getTime(),
    ...ofPrimary.flatMap((signature) => turnsOfSignature(signature, key.getCreationTime())),
    ...key.subkeys.flatMap((subkey) => [
      subkey.getCreationTime().getTime(),
      ...[...subkey.bindingSignatures, ...subkey.revocationSignatures].flatMap((signature) => [
        ...turnsOfSignature(signature, subkey.getCreationTime()),
        ...(signature.embeddedSignature
          ? turnsOfSignature(signature.embeddedSignature, subkey.getCreationTime())
          : []),
      ]),
    ]),
  ];
  return [...new Set(turns.filter(Number.isSafeInteger))].sort((left, right) => left - right) as Instant[];
}

function turnsOfSignature(signature: SignaturePacket, keyCreated: Date): number[] {
  const created = signature.created?.getTime() ?? Number.NaN;
  const ends = signature.getExpirationTime();
  return [
    created,
    ends instanceof Date ? ends.getTime() : Number.NaN,
    signature.keyExpirationTime ? keyCreated.getTime() + signature.keyExpirationTime * 1_000 : Number.NaN,
  ];
}
