/** What stands on the outside of a letter: one plain address and a token that says nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../node/core/bytes.js';
import {
  letterToken,
  mailAddress,
  readToken,
  TOKEN_PREFIX,
  tokensIn,
} from '../../../node/core/mail/address.js';

describe('an address', () => {
  test.each([
    'psirt@vendor.example',
    "o'neil+cve=2027@sub.vendor.example",
    'a@b',
    `${'x'.repeat(64)}@vendor.example`,
  ])('may be %j', (text) => {
    expect(mailAddress(text)).toBe(text);
  });

  test.each([
    ['nothing', ''],
    ['no domain', 'psirt'],
    ['an empty domain', 'psirt@'],
    ['an empty mailbox', '@vendor.example'],
    ['two addresses', 'a@b.example,c@d.example'],
    ['two addresses, the second behind an @', 'a@b.example@c.example'],
    ['a line end, which would add a header', 'a@b.example\r\nBcc: x@y.example'],
    ['a line feed alone', 'a@b.example\nBcc: x@y.example'],
    ['a display name', 'PSIRT <a@b.example>'],
    ['angle brackets', '<a@b.example>'],
    ['a blank', 'a b@c.example'],
    ['a quoted mailbox', '"a b"@c.example'],
    ['a comment', 'a(comment)@b.example'],
    ['an address literal', 'a@[127.0.0.1]'],
    ['a dot at the beginning', '.a@b.example'],
    ['two dots', 'a..b@c.example'],
    ['a dot at the end of the domain', 'a@b.example.'],
    ['a hyphen at the beginning of a label', 'a@-b.example'],
    ['a route of old times', '@relay.example:a@b.example'],
    ['a percent route', 'a%b@c.example@d.example'],
    ['letters that no server takes without SMTPUTF8', '窓口@vendor.example'],
    ['a wide at sign', 'a＠b.example'],
    ['a mailbox of 65 letters', `${'x'.repeat(65)}@b.example`],
    ['255 letters', `a@${'b'.repeat(49).concat('.').repeat(5)}example`],
    ['a zero byte', 'a\0@b.example'],
  ])('is not %s', (_, text) => {
    expect(mailAddress(text)).toBeUndefined();
  });

  test('never has a blank, a control character or a bracket, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const address = mailAddress(`${text}@b.example`) ?? mailAddress(text);
        expect(address ?? '').not.toMatch(/[\s\p{Cc}<>()[\],;:"\\]/u);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe('the token of a letter', () => {
  const token = letterToken(sha256('a statement'));

  test('names the statement to nobody else: it is no part of its id', () => {
    expect(readToken(token)).toBe(token);
    expect(sha256('a statement')).not.toContain(token);
  });

  test('is found wherever an answer repeats it, in either case, once', () => {
    const text = `<${TOKEN_PREFIX}${token}@x>, Isochron.${token.toUpperCase()}, isochron.${token}0, isochron.1234`;
    expect(tokensIn(text)).toEqual([token]);
  });
});
