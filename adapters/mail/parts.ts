/**
 * Exact bytes out of a mail. A detached signature is over a part as it crossed, with CR LF and nothing decoded
 * (RFC 3156 §5), and a parser gives back what it decoded.
 */

/** A part that is signed, and the signature that stands behind it. */
export interface SignedPart {
  /** Header and body of the part, lines ending in CR LF, without the line end before the boundary. */
  readonly bytes: Uint8Array;
  readonly signature: string;
}

/** @returns the two parts of a `multipart/signed` entity with an OpenPGP signature, or nothing. */
export function signedParts(raw: Uint8Array): SignedPart | undefined {
  // One character for each byte, so that places in the text are places in the bytes.
  const text = Buffer.from(raw).toString('latin1').replaceAll(/\r?\n/g, '\r\n');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end).replaceAll(/\r\n[ \t]+/g, ' ');
  const type = /^content-type:\s*multipart\/signed\b([^\r\n]*)/im.exec(head)?.[1];
  if (type === undefined || !/application\/pgp-signature/i.test(type)) return undefined;
  const boundary = /\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type);
  const mark = `\r\n--${boundary?.[1] ?? boundary?.[2] ?? ''}`;
  if (mark === '\r\n--') return undefined;
  // The boundary may stand at once behind the head, whose last line end then is the one before it.
  const pieces = text.slice(end + 2).split(mark);
  const [, first, second] = pieces;
  if (first === undefined || second === undefined) return undefined;
  const signature = armourIn(second, 'PGP SIGNATURE');
  if (signature === undefined) return undefined;
  return { bytes: Buffer.from(first.replace(/^[ \t]*\r\n/, ''), 'latin1'), signature };
}

/** The first armoured block of a kind, from its head line to its tail line. */
export function armourIn(
  text: string,
  kind: 'PGP MESSAGE' | 'PGP SIGNATURE' | 'PGP SIGNED MESSAGE',
): string | undefined {
  const from = text.indexOf(`-----BEGIN ${kind}-----`);
  if (from < 0) return undefined;
  const tail = `-----END ${kind === 'PGP SIGNED MESSAGE' ? 'PGP SIGNATURE' : kind}-----`;
  const to = text.indexOf(tail, from);
  return to < 0 ? undefined : `${text.slice(from, to + tail.length).replaceAll(/\r\n/g, '\n')}\n`;
}
