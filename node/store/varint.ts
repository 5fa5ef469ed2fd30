/** LevelDB's numbers of variable length: seven bits a byte, the lowest first. */

export interface Varints {
  /** The next number; `undefined` where the bytes end in it or it is no safe integer. */
  (): number | undefined;
  /** Steps over so many bytes. @returns them, or `undefined` where there are fewer. */
  skip(length: number): Uint8Array | undefined;
  at(): number;
}

/** Takes numbers and bytes from the front, one after the other. */
export function varints(bytes: Uint8Array): Varints {
  let at = 0;
  const take = (): number | undefined => {
    let value = 0;
    for (let weight = 1; at < bytes.length && Number.isSafeInteger(weight); weight *= 128) {
      const byte = bytes[at] as number;
      at += 1;
      value += (byte & 127) * weight;
      if (byte < 128) return Number.isSafeInteger(value) ? value : undefined;
    }
    return undefined;
  };
  const skip = (length: number): Uint8Array | undefined => {
    if (length > bytes.length - at) return undefined;
    at += length;
    return bytes.subarray(at - length, at);
  };
  return Object.assign(take, { skip, at: () => at });
}
