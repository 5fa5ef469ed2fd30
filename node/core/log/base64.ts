/** Base64 of RFC 4648 §4 with padding, and no other spelling: hashes in checkpoints and proofs. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** `fromBase64(toBase64(a)) = a`. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(three >> 18) + ALPHABET.charAt((three >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((three >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(three & 63) : '=';
  }
  return text;
}

/** @returns `undefined` unless the text is what {@link toBase64} writes, to the last unused bit. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    const four = [0, 1, 2, 3].reduce(
      (bits, next) => (bits << 6) | Math.max(0, ALPHABET.indexOf(text.charAt(at + next))),
      0,
    );
    for (const [offset, shift] of [16, 8, 0].entries()) {
      if (to + offset < bytes.length) bytes[to + offset] = (four >> shift) & 255;
    }
  }
  return toBase64(bytes) === text ? bytes : undefined;
}
