/** The configuration: one wrong field, one name. */
import { describe, expect, test } from 'vitest';
import { CONFIG_RULES, readConfig } from '../../node/cli/config.js';
import { sayFault } from '../../node/core/fault.js';

const GOOD = {
  name: 'JPCERT/CC',
  role: 'centre',
  zone: 'Asia/Tokyo',
  namespace: 'https://www.example.org',
  idPrefix: 'JVNVU',
};
const HOME = '/srv/isochron';

const SERVER = {
  host: 'mail.example.org',
  port: 465,
  tls: 'implicit',
  user: 'c',
  passwordFile: 'mail-password',
};
const MAIL = { from: 'coordination@example.org', smtp: SERVER, imap: { ...SERVER, port: 993 } };

/** The section with one server changed. */
function mail(
  server: 'smtp' | 'imap',
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { mail: { ...MAIL, [server]: { ...MAIL[server], ...changes } } };
}

function read(changes: Readonly<Record<string, unknown>>): ReturnType<typeof readConfig> {
  return readConfig(JSON.stringify({ ...GOOD, ...changes }), HOME);
}

describe('a good configuration', () => {
  test('fills in what is not said, and makes paths absolute', () => {
    const config = read({});
    expect(config).toMatchObject({
      ok: true,
      value: {
        mode: 'production',
        embargoDays: 45,
        replyByDays: 7,
        autoAccept: false,
        passphraseFile: '/srv/isochron/passphrase',
        controlSocket: '/srv/isochron/control.sock',
        guardFile: '/srv/isochron/guard',
        publicDir: '/srv/isochron/public',
        grpc: { listen: undefined, advertise: [] },
      },
    });
  });

  test('takes an address apart, IPv6 too', () => {
    expect(read({ grpc: { listen: '[::1]:7443' } })).toMatchObject({
      value: { grpc: { listen: { host: '::1', port: 7443 } } },
    });
    expect(read({ grpc: { listen: ':7443', advertise: ['node.example.org:7443'] } })).toMatchObject({
      value: { grpc: { listen: { host: '', port: 7443 }, advertise: ['node.example.org:7443'] } },
    });
  });

  test('is no relay and needs none unless it says so', () => {
    expect(read({})).toMatchObject({ value: { libp2p: { relay: false, reachedThrough: [] } } });
    const through = `/dns4/node.example.org/tcp/4001/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp`;
    expect(read({ libp2p: { relay: true, reachedThrough: [through] } })).toMatchObject({
      value: { libp2p: { relay: true, reachedThrough: [through] } },
    });
  });

  test('fills in what is not said of mail, and makes paths absolute', () => {
    expect(read({ mail: MAIL })).toMatchObject({
      value: {
        mail: {
          plusAddress: false,
          everySeconds: 60,
          smtp: { passwordFile: '/srv/isochron/mail-password', caFile: undefined },
          imap: { mailbox: 'INBOX' },
        },
      },
    });
  });

  test('a vendor publishes nothing and needs no namespace', () => {
    const { namespace: _, idPrefix: __, ...vendor } = GOOD;
    expect(readConfig(JSON.stringify({ ...vendor, role: 'vendor' }), HOME).ok).toBe(true);
  });
});

describe('CONFIG_FIELD names the field that is wrong', () => {
  const rows: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['/name', { name: '' }],
    ['/name', { name: undefined }],
    ['/name', { name: 'A <b>' }],
    ['/name', { name: 7 }],
    ['/role', { role: 'center' }],
    ['/mode', { mode: 'test' }],
    ['/zone', { zone: 'Asia/Nowhere' }],
    ['/zone', { zone: 'JST of Tokyo' }],
    ['/languages', { languages: [] }],
    ['/languages', { languages: ['ja', 'ja'] }],
    ['/languages', { languages: 'ja' }],
    ['/namespace', { namespace: 'http://www.example.org' }],
    ['/namespace', { namespace: 'https://www.example.org/path' }],
    ['/namespace', { namespace: undefined }],
    ['/idPrefix', { idPrefix: 'vu#' }],
    ['/idPrefix', { idPrefix: undefined }],
    ['/embargoDays', { embargoDays: 0 }],
    ['/embargoDays', { embargoDays: 366 }],
    ['/embargoDays', { embargoDays: '45' }],
    ['/replyByDays', { replyByDays: 2 }],
    ['/autoAccept', { autoAccept: 'yes' }],
    ['/mail', { mail: 'mail.example.org' }],
    ['/mail', { mail: { ...MAIL, password: 'secret' } }],
    ['/mail', { mail: MAIL, role: 'reception_body' }],
    ['/mail/from', { mail: { ...MAIL, from: 'CERT <coordination@example.org>' } }],
    ['/mail/from', { mail: { ...MAIL, from: 'a@b, c@d' } }],
    ['/mail/from', { mail: { ...MAIL, from: 'coordination@example.org\r\nBcc: x@y' } }],
    ['/mail/plusAddress', { mail: { ...MAIL, plusAddress: 'yes' } }],
    ['/mail/plusAddress', { mail: { ...MAIL, from: `${'c'.repeat(23)}@example.org`, plusAddress: true } }],
    ['/mail/everySeconds', { mail: { ...MAIL, everySeconds: 5 } }],
    ['/mail/smtp', { mail: { ...MAIL, smtp: undefined } }],
    ['/mail/smtp', mail('smtp', { password: 'secret' })],
    ['/mail/smtp/host', mail('smtp', { host: 'mail example' })],
    ['/mail/smtp/port', mail('smtp', { port: '465' })],
    ['/mail/smtp/tls', mail('smtp', { tls: 'none' })],
    ['/mail/smtp/user', mail('smtp', { user: '' })],
    ['/mail/smtp/passwordFile', mail('smtp', { passwordFile: undefined })],
    ['/mail/smtp/passwordFile', mail('smtp', { user: undefined })],
    ['/mail/smtp/caFile', mail('smtp', { caFile: '' })],
    ['/mail/imap', { mail: { ...MAIL, imap: [] } }],
    ['/mail/imap/port', mail('imap', { port: 0 })],
    ['/mail/imap/user', mail('imap', { user: undefined, passwordFile: undefined })],
    ['/mail/imap/mailbox', mail('imap', { mailbox: '' })],
    ['/cycles', { cycles: ['Patch Tuesday'] }],
    ['/holidays', { holidays: 'Japan' }],
    ['/officer', { officer: '' }],
    ['/passphraseFile', { passphraseFile: 7 }],
    ['/grpc', { grpc: [] }],
    ['/grpc', { grpc: { port: 1 } }],
    ['/grpc/listen', { grpc: { listen: 'localhost' } }],
    ['/grpc/listen', { grpc: { listen: 'localhost:99999' } }],
    ['/grpc/advertise', { grpc: { advertise: ['10.0.0.1'] } }],
    ['/grpc/advertise', { grpc: { advertise: ['node.example.org:65536'] } }],
    ['/grpc/advertise', { grpc: { advertise: ['node.example.org:0'] } }],
    ['/grpc/listen', { grpc: { listen: ':65536' } }],
    ['/libp2p/listen', { libp2p: { listen: '/ip4/0.0.0.0/tcp/65536' } }],
    ['/libp2p/advertise', { libp2p: { advertise: ['/dns4/node.example.org/tcp/99999'] } }],
    ['/transports', { transports: ['grpc', 'grpc'] }],
    ['/libp2p', { libp2p: { relays: [] } }],
    ['/libp2p/relay', { libp2p: { relay: 'yes' } }],
    ['/libp2p/reachedThrough', { libp2p: { reachedThrough: ['/dns4/node.example.org/tcp/4001'] } }],
    ['/publicDir', { publicDir: '' }],
    ['/controlSocket', { controlSocket: `/tmp/${'x'.repeat(120)}` }],
    ['/guardFile', { guardFile: 'store/guard' }],
    ['/drillStart', { mode: 'drill', drillStart: 'tomorrow' }],
    ['/drillStart', { drillStart: '2027-03-01T09:00:00Z' }],
    ['/embargoDay', { embargoDay: 45 }],
  ];
  test.each(rows)('%s for %j', (where, changes) => {
    expect(read(changes)).toMatchObject({ ok: false, fault: { code: 'CONFIG_FIELD', where } });
  });

  test.each(['', '[]', '"x"', '{"name": 1, "name": 2}', '{'])('/ for %j, which is no object', (text) => {
    expect(readConfig(text, HOME)).toMatchObject({ fault: { code: 'CONFIG_FIELD', where: '/' } });
  });

  test('the message is one line with the place, and each place has what belongs there', () => {
    expect(sayFault({ code: 'CONFIG_FIELD', where: '/zone' })).toBe(
      'CONFIG_FIELD: A field of the configuration is wrong. (where /zone)',
    );
    for (const [where] of rows.slice(0, -1)) expect(Object.keys(CONFIG_RULES)).toContain(where);
  });
});
