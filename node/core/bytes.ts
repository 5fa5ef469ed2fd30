/**
 * Bytes, hex and SHA-256 for the pure core: no `Buffer`, no `node:crypto`.
 */
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

declare const brand: unique symbol;

/** SHA-256 as 64 lower-case hex digits. */
export type Hash = string & { readonly [brand]: 'Hash' };

/** @returns `undefined` unless the text is 64 lower-case hex digits. */
export function hash(text: string): Hash | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Hash) : undefined;
}

/** SHA-256 of bytes, or of the UTF-8 form of a text. */
export function sha256(input: Uint8Array | string): Hash {
  return bytesToHex(nobleSha256(typeof input === 'string' ? utf8ToBytes(input) : input)) as Hash;
}

/** SHA-256 as 32 raw bytes; the caller owns them. */
export function sha256Bytes(input: Uint8Array): Uint8Array {
  return nobleSha256(input);
}

/** SHA-512 as 128 lower-case hex digits. */
export function sha512(input: Uint8Array): string {
  return bytesToHex(nobleSha512(input));
}

/** `bytesOf(hexOf(a)) = a`. */
export function hexOf(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}

/** Inverse of {@link hexOf}. @throws for text that is not hex: check with a reader first. */
export function bytesOf(hex: string): Uint8Array {
  return hexToBytes(hex);
}

/** UTF-8 form of a text; the caller owns the bytes. */
export function utf8(text: string): Uint8Array {
  return utf8ToBytes(text);
}

/** One for all: to make it costs more than to decode a leaf, and a call without `stream` leaves nothing behind. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @returns the text, or `undefined` where the bytes are not well-formed UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Same length and same bytes. Not constant in time: never for secrets. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Order of two strings by UTF-16 code unit, never by locale: all ids here are ASCII, so it is byte order. */
export function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
