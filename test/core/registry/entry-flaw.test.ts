import { describe, expect, test } from 'vitest';
import { checkedEntry } from '../../../node/core/registry/entry-flaw.js';
import { contactKey, type Entry, type Person } from '../../../node/core/registry/vendor.js';
import { entry } from './entries.js';

const person = (more: Partial<Person>): Partial<Entry> => ({
  persons: [{ name: 'PSIRT', roles: [], mail: '', phone: '', ...more }],
});

describe('an entry of the contact book', () => {
  test.each<[string, Partial<Entry>]>([
    ['a bare name', {}],
    [
      'a mailbox and a telephone',
      person({ mail: 'psirt+cve@nord.wind.example', phone: '+81 (3) 1234-5678 ext. 9' }),
    ],
    ['a mailbox of an international domain', person({ mail: '窓口@例え.example' })],
    [
      'a zone, languages and a weight',
      { zone: 'America/Argentina/Ushuaia', languages: ['ja', 'zh-Hant-TW'], weight: 100 },
    ],
    [
      'a product with its names',
      { products: [{ name: 'ゲート', aliases: ['Gate'], cpe: 'cpe:2.3:a:n:g:*', purl: 'pkg:npm/g' }] },
    ],
  ])('may have %s', (_, more) => {
    expect(checkedEntry(entry('Nordwind', more))).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<Entry>, string]>([
    ['a mailbox without a domain', person({ mail: 'psirt' }), 'persons/0/mail'],
    ['two mailboxes in one', person({ mail: 'a@b.example,c@d.example' }), 'persons/0/mail'],
    [
      'a mailbox with a line end, which would add a header',
      person({ mail: 'a@b.example\r\nBcc: x@y.example' }),
      'persons/0/mail',
    ],
    ['a mailbox in angle brackets', person({ mail: '<a@b.example>' }), 'persons/0/mail'],
    ['a mailbox of an address literal', person({ mail: 'a@[127.0.0.1]' }), 'persons/0/mail'],
    ['a telephone of words', person({ phone: 'call us' }), 'persons/0/phone'],
    ['a role twice', person({ roles: ['developer', 'developer'] }), 'persons/0/roles'],
    ['a person without a name', person({ name: '' }), 'persons/0/name'],
    ['a name with a line end', { name: 'Nord\nwind' }, 'name'],
    ['a name that turns the direction of writing', { aliases: ['Nord\u202ewind'] }, 'aliases/0'],
    ['a weight over 100', { weight: 101 }, 'weight'],
    ['a zone that is none', { zone: '../etc/passwd' }, 'zone'],
    ['a language that is none', { languages: ['deutsch-'] }, 'languages/0'],
    [
      'a CPE name that is none',
      { products: [{ name: 'x', aliases: [], cpe: 'nord:gate', purl: '' }] },
      'products/0',
    ],
    [
      'a package URL that is none',
      { products: [{ name: 'x', aliases: [], cpe: '', purl: 'npm/gate' }] },
      'products/0',
    ],
    ['an empty keyword', { keywords: [''] }, 'keywords/0'],
  ])('may not have %s', (_, more, where) => {
    expect(checkedEntry(entry('Nordwind', more))).toEqual({
      ok: false,
      fault: { code: 'VENDOR_FIELD', where },
    });
  });
});

describe('the key of a contact', () => {
  test.each(['', ' x', 'Nordwind', 'a\nb', 'x'.repeat(201)])('is not %j', (text) => {
    expect(contactKey(text)).toBeUndefined();
  });

  test.each(['nordwind', 'men & mice', '富士'])('may be %j', (text) => {
    expect(contactKey(text)).toBe(text);
  });
});
