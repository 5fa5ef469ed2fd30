/**
 * What stands on the outside of a letter, where everybody on the way reads it: an address, and a token that says
 * nothing to anybody but us. Names, titles and ids of cases never stand there.
 */
import { sha256 } from '../bytes.js';
import type { ReportId, StatementId } from '../ids.js';

declare const brand: unique symbol;

/** An address for one mailbox: `local@domain` in ASCII, without a display name. */
export type MailAddress = string & { readonly [brand]: 'MailAddress' };

/** 32 lower-case hex digits that name one letter, in its Message-ID and wherever an answer repeats it. */
export type LetterToken = string & { readonly [brand]: 'LetterToken' };

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** @returns `undefined` for anything else than one plain address of at most 254 characters (RFC 5321 §4.5.3.1). */
export function mailAddress(text: string): MailAddress | undefined {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  const fits = at > 0 && at <= 64 && text.length <= 254 && LOCAL.test(local) && DOMAIN.test(domain);
  return fits ? (text as MailAddress) : undefined;
}

/**
 * The name of the letter that carries a statement. The same statement has the same name whenever it is sent, so a
 * vendor can tell that a second copy is one; it cannot be turned back into the statement.
 */
export function letterToken(statement: StatementId): LetterToken {
  return sha256(`isochron/v1 letter\n${statement}`).slice(0, 32) as LetterToken;
}

/** The name of a note to a reporter: the `count`th that is said about a report. Sent again it has the same. */
export function noteToken(report: ReportId, count: number): LetterToken {
  return sha256(`isochron/v1 note\n${report}\n${count}`).slice(0, 32) as LetterToken;
}

/** @returns `undefined` for any other spelling. */
export function readToken(text: string): LetterToken | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as LetterToken) : undefined;
}

/** How a token is spelled in a Message-ID, in the text of a letter and behind the `+` of an address. */
export const TOKEN_PREFIX = 'isochron.';

/** Every token that a text repeats, in the order of its first mention. */
export function tokensIn(text: string): readonly LetterToken[] {
  const found = [...text.matchAll(/isochron\.([0-9a-f]{32})(?![0-9a-f])/gi)];
  return [...new Set(found.map(([, token = '']) => token.toLowerCase() as LetterToken))];
}
