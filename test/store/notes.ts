/**
 * Signed notes by the text of the specifications (C2SP signed-note, tlog-cosignature): a second telling beside
 * `envelope/note.ts`, so that the logs in these tests do not depend on the code that writes ours.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ok, refuse } from '../../node/core/fault.js';
import { readNoteBody } from '../../node/core/log/checkpoint.js';
import { type Instant, SECOND } from '../../node/core/time.js';
import type { LogKeys } from '../../node/store/exported.js';
import type { NoteReader } from '../../node/store/verify.js';

/** What is needed to check. */
export interface PublicLogKey {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Buffer;
}

/** What is needed to sign. */
export interface LogKey extends PublicLogKey {
  readonly privateKey: KeyObject;
}

const LOG = 1;
const COSIGNER = 4;

const KEYS = new Map<string, LogKey>();

/** Always the same key for a name. */
export function logKey(name: string): LogKey {
  const made = KEYS.get(name) ?? makeKey(name);
  KEYS.set(name, made);
  return made;
}

function makeKey(name: string): LogKey {
  const seed = createHash('sha256').update(`test log key ${name}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { name, privateKey, publicKey: spki.subarray(-32) };
}

function keyId({ name, publicKey }: PublicLogKey, type: number): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(type))
    .update(publicKey)
    .digest()
    .subarray(0, 4);
}

/** Verifier key of the log (type 1) or of its cosignatures (type 4): `name+id+key`. */
export function vkey(key: LogKey, type: 1 | 4): string {
  const material = Buffer.concat([Buffer.of(type), key.publicKey]).toString('base64');
  return `${key.name}+${keyId(key, type).toString('hex')}+${material}`;
}

/** Text that ends in a newline, with the signature of its log. */
export function signedNote(text: string, key: LogKey): Uint8Array {
  const blob = Buffer.concat([keyId(key, LOG), sign(null, Buffer.from(text), key.privateKey)]);
  return new Uint8Array(Buffer.from(`${text}\n— ${key.name} ${blob.toString('base64')}\n`));
}

/** The note with one more line: a timestamped cosignature. */
export function cosignedNote(note: Uint8Array, key: LogKey, at: Instant): Uint8Array {
  const seconds = Math.floor(at / SECOND);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, cosigned(bodyOf(note), seconds), key.privateKey);
  const blob = Buffer.concat([keyId(key, COSIGNER), stamp, signature]);
  const line = Buffer.from(`— ${key.name} ${blob.toString('base64')}\n`);
  return new Uint8Array(Buffer.concat([note, line]));
}

/** Checks notes of one author and one cosigner, as the Sealer port does. */
export function noteReader(author: PublicLogKey, peer: PublicLogKey): NoteReader {
  return {
    checkpoint(note) {
      const body = readNoteBody(note);
      if (!body.ok) return body;
      const [blob] = blobs(note, author, LOG);
      const holds = blob && verify(null, Buffer.from(bodyOf(note)), keyOf(author), blob);
      return holds ? ok({ ...body.value, note }) : refuse('CHECKPOINT_SIGNATURE');
    },
    receipt(note) {
      const checkpoint = this.checkpoint(note);
      if (!checkpoint.ok) return checkpoint;
      const [blob] = blobs(note, peer, COSIGNER);
      if (blob?.length !== 72) return refuse('RECEIPT_SIGNATURE');
      const seconds = Number(blob.readBigUInt64BE(0));
      const text = cosigned(bodyOf(note), seconds);
      return verify(null, text, keyOf(peer), blob.subarray(8))
        ? ok({ ...checkpoint.value, at: (seconds * SECOND) as Instant })
        : refuse('RECEIPT_SIGNATURE');
    },
  };
}

/** Checks notes by verifier keys alone, as somebody does who was handed an exported log. */
export function readerOf(keys: LogKeys): NoteReader | undefined {
  const author = readVkey(keys.author, LOG);
  const peer = readVkey(keys.peer, COSIGNER);
  return author && peer && noteReader(author, peer);
}

function readVkey(text: string, type: number): PublicLogKey | undefined {
  const [name = '', id, material = ''] = text.split('+', 2).concat(text.split('+').slice(2).join('+'));
  const bytes = Buffer.from(material, 'base64');
  const key = { name, publicKey: bytes.subarray(1) };
  return bytes[0] === type && keyId(key, type).toString('hex') === id ? key : undefined;
}

function keyOf({ publicKey }: PublicLogKey): KeyObject {
  const head = Buffer.from('302a300506032b6570032100', 'hex');
  return createPublicKey({ key: Buffer.concat([head, publicKey]), format: 'der', type: 'spki' });
}

function blobs(note: Uint8Array, key: PublicLogKey, type: number): readonly Buffer[] {
  const lines = Buffer.from(note).toString().split('\n\n')[1]?.split('\n') ?? [];
  const all = lines
    .filter((line) => line.startsWith(`— ${key.name} `))
    .map((line) => Buffer.from(line.slice(line.lastIndexOf(' ') + 1), 'base64'));
  return all.filter((blob) => blob.subarray(0, 4).equals(keyId(key, type))).map((blob) => blob.subarray(4));
}

function bodyOf(note: Uint8Array): string {
  const text = Buffer.from(note).toString();
  return text.slice(0, text.indexOf('\n\n') + 1);
}

function cosigned(body: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${body}`);
}
