/**
 * Envelopes that no node of ours would make, for the tests of refusals: built from the library's own parts.
 */
import {
  type Config,
  createMessage,
  encrypt,
  enums,
  type Key,
  type KeyID,
  Message,
  PacketList,
  type PrivateKey,
  sign,
} from 'openpgp';
import { type CaseId, caseId, type FeedId } from '../../node/core/ids.js';
import { writeLeaf } from '../../node/core/log/leaf.js';
import type { Statement } from '../../node/core/statement.js';
import type { Instant } from '../../node/core/time.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { digest } from '../../node/envelope/seal.js';
import type { Entry, Place, Wording } from '../../node/ports.js';
import { writeStatement } from '../../node/wire/codec.js';
import { TEST_NOW, type TestNode, testKeys, testNode } from '../support/keys.js';

export const CASE: CaseId = caseId('3f1c2a5e-8d47-4b19-9c60-7a2e5d1b8f04') ?? fail();

export function fail(): never {
  throw new Error('not a value of its kind');
}

export function feedOf(author: TestNode, recipient: TestNode): FeedId {
  return { author: testNode(author), recipient: testNode(recipient) };
}

/** Entry 7 of the third life of an author, at the instant of the tests. */
export function placeOf(feed: FeedId, differs: Partial<Place> = {}): Place {
  return { feed, sequence: 7, incarnation: 3, at: TEST_NOW, ...differs };
}

export const COMMENT: Wording = {
  caseId: CASE,
  tlp: 'AMBER',
  body: { kind: 'comment', text: 'Wörter — 言葉' },
};

/** The statement that a node would say at this place. */
function statementAt(place: Place, differs: Partial<Statement> = {}): Statement {
  return {
    author: place.feed.author,
    recipient: place.feed.recipient,
    sequence: place.sequence,
    incarnation: place.incarnation,
    createdAt: place.at,
    ...COMMENT,
    ...differs,
  };
}

/** An entry whose leaf names these bytes and this ciphertext, whatever they are. */
export function entryOf(envelope: Uint8Array, signed: Uint8Array, place: Place): Entry {
  const { sequence, incarnation, at } = place;
  const leaf = writeLeaf({
    sequence,
    incarnation,
    at,
    envelope: digest(envelope),
    statement: digest(signed),
  });
  return { leaf, envelope };
}

export interface Recipe {
  readonly signers?: readonly PrivateKey[];
  readonly to?: readonly Key[];
  readonly passwords?: string[];
  readonly signedAt?: Instant;
  /** Key ids of the subkeys or primaries that sign, where not the usual ones. */
  readonly signingKeyIDs?: KeyID[];
  readonly asText?: boolean;
  readonly config?: Partial<Config>;
}

/** Signs and encrypts bytes with any keys, at any time, in any way that the library allows. */
export async function craft(bytes: Uint8Array, recipe: Recipe): Promise<Uint8Array> {
  const message: Message<Uint8Array | string> = recipe.asText
    ? await createMessage({ text: new TextDecoder().decode(bytes) })
    : await createMessage({ binary: bytes });
  return lock(message, recipe);
}

/** As {@link craft}, from a message that is already put together. */
export async function lock(message: Message<Uint8Array | string>, recipe: Recipe): Promise<Uint8Array> {
  const sealed = await encrypt({
    message,
    ...(recipe.to ? { encryptionKeys: [...recipe.to] } : {}),
    signingKeys: [...(recipe.signers ?? [])],
    ...(recipe.passwords ? { passwords: recipe.passwords } : {}),
    ...(recipe.signingKeyIDs ? { signingKeyIDs: recipe.signingKeyIDs } : {}),
    wildcard: true,
    format: 'binary',
    date: new Date(recipe.signedAt ?? TEST_NOW),
    config: { ...OPENPGP, ...recipe.config },
  });
  return sealed as Uint8Array;
}

/** A signed message whose literal is another than the one that was signed. */
export async function swapped(
  signed: Uint8Array,
  shown: Uint8Array,
  signer: PrivateKey,
): Promise<Message<Uint8Array>> {
  const message = await signMessage(signed, signer);
  const other = await createMessage({ binary: shown });
  const packets = new PacketList();
  for (const packet of message.packets) packets.push(...(isLiteral(packet) ? other.packets : [packet]));
  return new Message<Uint8Array>(packets);
}

/** One-pass packet and literal of a signed message, without the signature at its end. */
export async function stripped(bytes: Uint8Array, signer: PrivateKey): Promise<Message<Uint8Array>> {
  const { packets } = await signMessage(bytes, signer);
  const kept = new PacketList();
  kept.push(...[...packets].slice(0, 2));
  return new Message<Uint8Array>(kept);
}

async function signMessage(bytes: Uint8Array, signer: PrivateKey): Promise<Message<Uint8Array>> {
  return sign({
    message: await createMessage({ binary: bytes }),
    signingKeys: signer,
    format: 'object',
    date: new Date(TEST_NOW),
    config: OPENPGP,
  });
}

function isLiteral(packet: object): boolean {
  return (packet.constructor as { readonly tag?: number }).tag === enums.packet.literalData;
}

/** Private and public OpenPGP keys of a test node. */
export async function pgp(
  name: TestNode,
): Promise<{ readonly secret: PrivateKey; readonly certificate: Key }> {
  const keys = await testKeys(name);
  return { secret: keys.openpgp, certificate: keys.certificate.key };
}

/** The bytes that the author of a place would sign. */
export function signedBytes(place: Place, differs: Partial<Statement> = {}): Uint8Array {
  return writeStatement(statementAt(place, differs));
}

/** As much of the library's compressing as its types leave out. */
interface Compressor {
  compress(algorithm: enums.compression, config: Config): Message<Uint8Array>;
}

/** A signed and compressed message, as gpg writes them. Recipients of ours prefer that nobody does. */
export async function compressed(
  bytes: Uint8Array,
  signer: PrivateKey,
  to: readonly Key[],
): Promise<Uint8Array> {
  const message = (await signMessage(bytes, signer)) as object as Compressor;
  return lock(message.compress(enums.compression.zlib, OPENPGP), { to });
}
