/**
 * Cards as files (`.card.asc`): the text of a card, cleartext-signed by the organisation's signing subkey
 * (DESIGN §1). The certificate that checks the signature stands inside; that it is the right one, an operator
 * says by typing the fingerprint.
 */
import { type CleartextMessage, readCleartextMessage } from 'openpgp';
import { Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Card } from '../core/registry/card.js';
import { type Instant, readInstant } from '../core/time.js';
import { type CardText, cardFlaw, readCardText, writeCardText } from './card-text.js';
import { decodeCertificate } from './keyring.js';
import type { Keys } from './keys.js';
import { signText } from './sign.js';
import { type DoubtCodes, verifyCleartext } from './verify.js';

/**
 * Signs a card of this node. `readCard(writeCard(a)) = a`, the certificate in our own armour.
 * @throws Breakage CARD_MALFORMED with the line that is out of bounds, KEY_*
 */
export async function writeCard(card: Card, keys: Keys, at: Instant): Promise<string> {
  if (card.node !== keys.node) throw new Breakage({ code: 'CARD_MALFORMED', where: 'Node' });
  const text: CardText = { ...card, certificate: keys.certificate.key.write() };
  const flaw = cardFlaw(text);
  if (flaw) throw new Breakage({ code: 'CARD_MALFORMED', where: flaw });
  // The last line end belongs to the armour, not to what is signed.
  return signText(writeCardText(text).trimEnd(), at, keys);
}

/**
 * Reads a card file from anybody: signed by the certificate it carries, whose fingerprint is the node id.
 *
 * Faults: CARD_MALFORMED, CARD_SIGNATURE, CARD_EXPIRED, KEY_*.
 */
export async function readCard(file: string, now: Instant): Promise<Outcome<Card>> {
  if (file.length > LIMITS.cardBytes.most)
    return refuse('CARD_MALFORMED', { where: 'size', offered: file.length, most: LIMITS.cardBytes.most });
  const message = await readMessage(file);
  const text = message && readCardText(`${message.getText()}\n`);
  if (!text) return refuse('CARD_MALFORMED', { where: 'armour' });
  if (!text.ok) return text;
  const certificate = await decodeCertificate(text.value.certificate);
  if (!certificate.ok) return certificate;
  if (certificate.value.node !== text.value.node) return refuse('CARD_SIGNATURE', { where: 'Node' });
  const expected = { by: certificate.value, now, keyAt: 'receipt', codes: CARD_CODES } as const;
  const verified = await verifyCleartext(message, expected);
  if (!verified.ok) return verified;
  if (text.value.expiresAt <= now) return refuse('CARD_EXPIRED', { where: text.value.node });
  return ok({ ...text.value, certificate: certificate.value.armoured });
}

/**
 * When a card says that it ends, unchecked: for our own card, and to choose the instant at which to judge one.
 * @returns `undefined` where the text says nothing of the kind.
 */
export function cardExpiry(file: string): Instant | undefined {
  return readInstant(/^Expires: (\S+)$/m.exec(file)?.[1] ?? '');
}

const CARD_CODES: DoubtCodes = {
  malformed: 'CARD_MALFORMED',
  unsigned: 'CARD_SIGNATURE',
  several: 'CARD_SIGNATURE',
  foreign: 'CARD_SIGNATURE',
  forged: 'CARD_SIGNATURE',
  clock: 'CARD_SIGNATURE',
};

// A person reads the whole file, so nothing unsigned may stand before, between or after the two parts.
const WHOLE =
  /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:Hash: [A-Z0-9, -]+\r?\n)*\r?\n(?:[^-\r\n].*\r?\n)+-----BEGIN PGP SIGNATURE-----\r?\n(?:[^-\r\n]*\r?\n)+-----END PGP SIGNATURE-----(?:\r?\n)*$/;

async function readMessage(file: string): Promise<CleartextMessage | undefined> {
  if (!WHOLE.test(file) || /[^\S\r\n]\r?\n/.test(file)) return undefined;
  return readCleartextMessage({ cleartextMessage: file }).catch(() => undefined);
}
