/**
 * Signed notes by the text of the specifications (C2SP signed-note, tlog-cosignature): a second telling beside
 * `envelope/note.ts`, so that the logs in these tests do not depend on the code that writes ours.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ok, refuse } from '../../node/core/fault.js';
import { readNoteBody } from '../../node/core/log/checkpoint.js';
import { type Instant, SECOND } from '../../node/core/time.js';
import type { NoteReader } from '../../node/store/verify.js';

export interface LogKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly publicKey: Buffer;
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

function keyId({ name, publicKey }: LogKey, type: number): Buffer {
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

export function signedNote(text: string, key: LogKey): Uint8Array {
  const blob = Buffer.concat([keyId(key, LOG), sign(null, Buffer.from(text), key.privateKey)]);
  return new Uint8Array(Buffer.from(`${text}\n— ${key.name} ${blob.toString('base64')}\n`));
}

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
export function noteReader(author: LogKey, peer: LogKey): NoteReader {
  return {
    checkpoint(note) {
      const body = readNoteBody(note);
      if (!body.ok) return body;
      const [blob] = blobs(note, author, LOG);
      const holds = blob && verify(null, Buffer.from(bodyOf(note)), createPublicKey(author.privateKey), blob);
      return holds ? ok({ ...body.value, note }) : refuse('CHECKPOINT_SIGNATURE');
    },
    receipt(note) {
      const checkpoint = this.checkpoint(note);
      if (!checkpoint.ok) return checkpoint;
      const [blob] = blobs(note, peer, COSIGNER);
      if (blob?.length !== 72) return refuse('RECEIPT_SIGNATURE');
      const seconds = Number(blob.readBigUInt64BE(0));
      const text = cosigned(bodyOf(note), seconds);
      return verify(null, text, createPublicKey(peer.privateKey), blob.subarray(8))
        ? ok({ ...checkpoint.value, at: (seconds * SECOND) as Instant })
        : refuse('RECEIPT_SIGNATURE');
    },
  };
}

function blobs(note: Uint8Array, key: LogKey, type: number): readonly Buffer[] {
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
