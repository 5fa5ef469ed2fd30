/**
 * The few parts of OpenPGP's framing that an envelope of ours is made of (RFC 9580 §3.2, §4.2): numbers of any
 * length, and packets with a definite length in the new form.
 */

/** Packet types of an envelope. */
export const TAGS: Readonly<Record<'sessionKey' | 'signature' | 'onePass' | 'literal' | 'sealed', number>> = {
  sessionKey: 1,
  signature: 2,
  onePass: 4,
  literal: 11,
  sealed: 18,
};

/** A packet from the parts of its body. @returns its parts, with its head in front. */
export function writePacket(tag: number, body: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return [packetHead(tag, length), ...body];
}

function packetHead(tag: number, length: number): Uint8Array {
  const first = 0xc0 | tag;
  if (length < 192) return Uint8Array.of(first, length);
  if (length < 8_384) return Uint8Array.of(first, ((length - 192) >> 8) + 192, (length - 192) & 0xff);
  return Uint8Array.of(first, 255, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

/** A number as OpenPGP writes it: its length in bits, and no leading zeros. @param bytes big-endian. */
export function writeNumber(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const kept = start < 0 ? new Uint8Array(0) : bytes.subarray(start);
  const bits = bitsOf(kept);
  const written = new Uint8Array(2 + kept.length);
  written.set([bits >> 8, bits & 0xff]);
  written.set(kept, 2);
  return written;
}

function bitsOf(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : bytes.length * 8 - (Math.clz32(bytes[0] ?? 0) - 24);
}

/** Reads from the front of bytes; what is not there, or not as {@link writePacket} and {@link writeNumber} have it, is `undefined`. */
export interface Parts {
  /** So many bytes, as a view. */
  bytes(count: number): Uint8Array | undefined;
  /** Body of the next packet, if it is of this type. */
  packet(tag: number): Parts | undefined;
  /** A number, padded in front to so many bytes. */
  number(width: number): Uint8Array | undefined;
  rest(): Uint8Array;
  isAtEnd(): boolean;
}

/** Bytes to be taken apart; nothing is copied but numbers. */
export function partsOf(whole: Uint8Array): Parts {
  let at = 0;
  const bytes = (count: number): Uint8Array | undefined => {
    if (at + count > whole.length) return undefined;
    at += count;
    return whole.subarray(at - count, at);
  };
  return {
    bytes,
    packet(tag) {
      const length = whole[at] === (0xc0 | tag) ? lengthAt(whole, at + 1) : undefined;
      if (length === undefined) return undefined;
      at += 1 + length.bytes;
      const body = bytes(length.value);
      return body && partsOf(body);
    },
    number(width) {
      const [high = 0, low = 0] = bytes(2) ?? [];
      const bits = high * 256 + low;
      const written = bytes(Math.ceil(bits / 8));
      if (!written || written.length > width || bitsOf(written) !== bits) return undefined;
      const padded = new Uint8Array(width);
      padded.set(written, width - written.length);
      return padded;
    },
    rest: () => whole.subarray(at),
    isAtEnd: () => at === whole.length,
  };
}

/** Partial lengths are read by the library alone: we write none. */
function lengthAt(
  whole: Uint8Array,
  at: number,
): { readonly value: number; readonly bytes: number } | undefined {
  const first = whole[at] ?? 224;
  if (first < 192) return { value: first, bytes: 1 };
  if (first < 224) return { value: (first - 192) * 256 + (whole[at + 1] ?? 0) + 192, bytes: 2 };
  if (first !== 255 || at + 5 > whole.length) return undefined;
  return { value: new DataView(whole.buffer, whole.byteOffset + at + 1, 4).getUint32(0), bytes: 5 };
}
