/**
 * The self-signed certificate of gRPC, written in DER by hand: one fixed shape of RFC 5280 needs a page, and no
 * package that drags in a container of its own.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { utf8 } from '../core/bytes.js';
import { after, DAY, type Instant, writeInstant } from '../core/time.js';

/** TLS looks at the host's clock and not at a DRILL clock; peers pin the key, so the dates may be wide. */
const DAYS = { back: 2 * 365, ahead: 8 * 365 } as const;

/**
 * A new P-256 key and its certificate, for both ends of TLS 1.3, ten years wide around `now`.
 *
 * Whoever connects sees the certificate, so its name says nothing: `CN=isochron`.
 * @see RFC 5280 §4.1
 */
export function createTlsIdentity(now: Instant): {
  readonly keyPem: string;
  readonly certificatePem: string;
} {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = certificateOf(privateKey, after(now, -DAYS.back * DAY), after(now, DAYS.ahead * DAY));
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function certificateOf(key: KeyObject, notBefore: Instant, notAfter: Instant): Uint8Array {
  const name = sequence(node(SET, sequence(oid(2, 5, 4, 3), node(UTF8_STRING, utf8('isochron')))));
  const toSign = sequence(
    node(CONTEXT, node(INTEGER, Uint8Array.of(2))),
    // A leading 01 keeps the number positive and of one length.
    node(INTEGER, Uint8Array.of(1), randomBytes(15)),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    node(CONTEXT | 3, sequence(NO_AUTHORITY, BOTH_ENDS)),
  );
  const signature = sign('sha256', toSign, key);
  return sequence(toSign, ECDSA_WITH_SHA256, node(BIT_STRING, Uint8Array.of(0), signature));
}

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0xa0;

const ECDSA_WITH_SHA256: Uint8Array = sequence(oid(1, 2, 840, 10045, 4, 3, 2));

/** basicConstraints, critical, and not an authority. */
const NO_AUTHORITY: Uint8Array = sequence(
  oid(2, 5, 29, 19),
  node(BOOLEAN, Uint8Array.of(0xff)),
  node(OCTET_STRING, sequence()),
);

/** extKeyUsage: server and client authentication. */
const BOTH_ENDS: Uint8Array = sequence(
  oid(2, 5, 29, 37),
  node(OCTET_STRING, sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, 1), oid(1, 3, 6, 1, 5, 5, 7, 3, 2))),
);

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return node(SEQUENCE, ...parts);
}

function node(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag), lengthOf(content.length), content]));
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

function oid(first: number, second: number, ...rest: readonly number[]): Uint8Array {
  return node(OBJECT_ID, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  return value < 0x80 ? [value] : [0x80 | (value >> 7), value & 0x7f];
}

/** Two-digit years until 2049, four digits after it (RFC 5280 §4.1.2.5). */
function time(at: Instant): Uint8Array {
  const digits = `${writeInstant(at).slice(0, 19).replace(/\D/g, '')}Z`;
  return digits < '2050' ? node(UTC_TIME, utf8(digits.slice(2))) : node(GENERALIZED_TIME, utf8(digits));
}
