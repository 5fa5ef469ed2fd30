/** A mail file that somebody encrypted to us, once its part was opened: read on as the mail that was meant. */
import type { Email } from 'postal-mime';
import { looksLikeMime } from './read.js';

/** What stays of the outer head; the rest described the encryption. */
const KEPT: ReadonlySet<string> = new Set(['from', 'to', 'date', 'message-id', 'subject']);

/**
 * The same mail with what was inside in place of what was around it. A subject that stands inside is the one that was
 * meant: outside it often says nothing.
 */
export function withInside({ headers }: Pick<Email, 'headers'>, inside: Uint8Array): Uint8Array {
  const isMime = looksLikeMime(inside);
  const [innerHead = ''] = isMime
    ? Buffer.from(inside)
        .toString('latin1')
        .split(/\r?\n\r?\n/, 1)
    : [];
  const hasSubject = /^subject:/im.test(innerHead);
  const head = headers
    .filter(({ key }) => KEPT.has(key) && !(hasSubject && key === 'subject'))
    .map(({ key, value }) => `${key}: ${value.replaceAll(/\s+/g, ' ')}`);
  const type = isMime ? '' : 'Content-Type: text/plain; charset=utf-8\r\n\r\n';
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n${type}`), inside]);
}
