/**
 * Signed notes (C2SP signed-note): checkpoints and, on the same text, the timestamped cosignatures that are our
 * receipts. One Ed25519 key of a node does both; the type byte in its key id and the first line of what is
 * signed keep the two apart.
 *
 * @see C2SP signed-note, tlog-checkpoint, tlog-cosignature
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { hexOf, sha256Bytes, textOf, utf8 } from '../core/bytes.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { fromBase64, toBase64 } from '../core/log/base64.js';
import { type Instant, instant, SECOND } from '../core/time.js';

/** Type byte of a verifier key: plain Ed25519 over the text, or a timestamped cosignature. */
export type NoteKeyType = 1 | 4;

/** A public key by which notes are checked. */
export interface VerifierKey {
  /** No spaces, no plus. */
  readonly name: string;
  readonly type: NoteKeyType;
  /** First four bytes of SHA-256 over name, newline, type and key, as eight hex digits. */
  readonly id: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly key: KeyObject;
}

/** A log key of this node with its public half. */
export interface NoteSigner {
  readonly verifier: VerifierKey;
  /** The same key in the office of a cosigner. */
  readonly cosigner: VerifierKey;
  readonly privateKey: KeyObject;
}

/** Name of a node's log key: no case, no vendor, and nothing that the card does not say. */
export function logKeyName(node: NodeId): string {
  return `isochron.node/${node}`;
}

/** @param type 1 for checkpoints, 4 for cosignatures. @param publicKey 32 bytes of an Ed25519 key. */
export function verifierKey(name: string, type: NoteKeyType, publicKey: Uint8Array): VerifierKey {
  const head = utf8(`${name}\n`);
  const id = hexOf(sha256Bytes(joined(head, Uint8Array.of(type), publicKey)).subarray(0, 4));
  const key = createPublicKey({
    key: Buffer.from(joined(SPKI_HEAD, publicKey)),
    format: 'der',
    type: 'spki',
  });
  return { name, type, id, publicKey, key };
}

/** The same key in its other office: of a log key the cosigner, of a cosigner the log key. */
export function inOffice(verifier: VerifierKey, type: NoteKeyType): VerifierKey {
  return verifier.type === type ? verifier : verifierKey(verifier.name, type, verifier.publicKey);
}

/** `name+id+key`, as cards carry it. `readVerifierKey(writeVerifierKey(a)) = a`. */
export function writeVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${id}+${toBase64(joined(Uint8Array.of(type), publicKey))}`;
}

const VERIFIER = /^([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/;

/** @returns `undefined` for another type of key, or where the id is not that of name and key. */
export function readVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', id, keyText = ''] = VERIFIER.exec(text) ?? [];
  const bytes = fromBase64(keyText);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== 1 && type !== 4)) return undefined;
  const read = verifierKey(name, type, bytes.slice(1));
  return read.id === id ? read : undefined;
}

/** Signs a text that ends in a newline and holds no empty line. */
export function signNote(text: string, { verifier, privateKey }: NoteSigner): Uint8Array {
  return utf8(`${text}\n${line(verifier, sign(null, utf8(text), privateKey))}`);
}

/**
 * Appends a cosignature that promises: I hold the tree of this text, seen at this time. An earlier cosignature of
 * the same key is replaced, everything else stays byte for byte.
 */
export function cosignNote(
  note: Uint8Array,
  { cosigner, privateKey }: NoteSigner,
  at: Instant,
): Uint8Array | undefined {
  const read = readNote(note);
  if (!read) return undefined;
  const seconds = Math.floor(at / SECOND);
  const signature = sign(null, cosigned(read.text, seconds), privateKey);
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(seconds));
  const others = read.lines.filter(({ name, id }) => name !== cosigner.name || id !== cosigner.id);
  const kept = others.map(({ written }) => `${written}\n`).join('');
  return utf8(`${read.text}\n${kept}${line(cosigner, joined(stamp, signature))}`);
}

/** A note in its parts; no signature was checked. */
export interface Note {
  /** What was signed, with the newline at its end. */
  readonly text: string;
  readonly lines: readonly NoteLine[];
}

interface NoteLine {
  readonly name: string;
  readonly id: string;
  /** Without the key id. */
  readonly signature: Uint8Array;
  readonly written: string;
}

const LINE = /^— ([!-*,-~]{1,200}) ([A-Za-z0-9+/=]{8,200})$/;

/** @returns `undefined` for anything that is not a note of at most eight signature lines within `noteBytes`. */
export function readNote(note: Uint8Array): Note | undefined {
  if (note.length > LIMITS.noteBytes.most) return undefined;
  const whole = textOf(note);
  const end = whole?.lastIndexOf('\n\n') ?? -1;
  if (whole === undefined || end < 0 || !whole.endsWith('\n')) return undefined;
  const written = whole.slice(end + 2, -1).split('\n');
  const lines = written.map(readLine).filter((read) => read !== undefined);
  if (lines.length !== written.length || lines.length > LIMITS.noteLines.most) return undefined;
  return { text: whole.slice(0, end + 1), lines };
}

function readLine(written: string): NoteLine | undefined {
  const [, name = '', blobText = ''] = LINE.exec(written) ?? [];
  const blob = fromBase64(blobText);
  if (!blob || blob.length < 5) return undefined;
  return { name, id: hexOf(blob.subarray(0, 4)), signature: blob.subarray(4), written };
}

/** Is there a signature by this log key, and do all by it hold? @param verifier of type 1. */
export function isSignedBy(note: Note, verifier: VerifierKey): boolean {
  const mine = linesOf(note, verifier);
  return (
    mine.length > 0 && mine.every(({ signature }) => verify(null, utf8(note.text), verifier.key, signature))
  );
}

/**
 * When this key cosigned the note, by the cosigner's clock in whole seconds.
 * @param cosigner of type 4.
 * @returns `undefined` where it did not, or where one of its cosignatures does not hold.
 */
export function cosignedAt(note: Note, cosigner: VerifierKey): Instant | undefined {
  const times = linesOf(note, cosigner).map(({ signature }) => timeOf(note.text, signature, cosigner.key));
  return times.includes(undefined) ? undefined : times[0];
}

function timeOf(text: string, blob: Uint8Array, key: KeyObject): Instant | undefined {
  if (blob.length !== 72) return undefined;
  const seconds = Number(new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0));
  const at = instant(seconds * SECOND);
  if (at === undefined) return undefined;
  return verify(null, cosigned(text, seconds), key, blob.subarray(8)) ? at : undefined;
}

function linesOf(note: Note, { name, id }: VerifierKey): readonly NoteLine[] {
  return note.lines.filter((other) => other.name === name && other.id === id);
}

function line({ name, id }: VerifierKey, signature: Uint8Array): string {
  return `— ${name} ${toBase64(joined(Buffer.from(id, 'hex'), signature))}\n`;
}

function cosigned(text: string, seconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** DER of the subject public key info of every Ed25519 key, before its 32 bytes (RFC 8410). */
const SPKI_HEAD = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
