/**
 * Transport identity: the key of a TLS certificate, whatever else the certificate says (DESIGN §1). Names, dates
 * and issuers are not looked at; the card that lists the pin is signed and has an expiry of its own.
 */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { sha256 } from '../../../node/core/bytes.js';

/** What a node shows to its peers. */
export interface TlsIdentity {
  /** Private key, PEM. */
  readonly key: string;
  /** Self-signed certificate for that key, PEM. */
  readonly certificate: string;
}

/**
 * SHA-256 of the subject public key info, 64 lower-case hex digits, as in `Card.tlsPins`.
 * @param certificate PEM or DER.
 * @returns `undefined` for bytes that are no certificate or hold a key of an unknown kind.
 */
export function pinOf(certificate: string | Uint8Array): string | undefined {
  try {
    return pinIn(new X509Certificate(certificate));
  } catch {
    return undefined;
  }
}

/** @throws for a key of an unknown kind. */
function pinIn({ publicKey }: X509Certificate): string {
  return sha256(publicKey.export({ type: 'spki', format: 'der' }));
}

/** Who is at the other end of a finished handshake. */
export interface Shown {
  /** Of the key that it proved to hold. */
  readonly pin: string;
  /** Its certificate, DER. */
  readonly certificate: Uint8Array;
}

/** @returns `undefined` where it showed no certificate that can be read, or does not speak HTTP/2. */
export function shownBy(socket: TLSSocket): Shown | undefined {
  const certificate = socket.alpnProtocol === 'h2' ? socket.getPeerX509Certificate() : undefined;
  try {
    return certificate && { pin: pinIn(certificate), certificate: certificate.raw };
  } catch {
    return undefined;
  }
}
