/**
 * A vendor that has gpg and a mailbox and nothing else, against a centre that is a real node: its letters go through
 * exim, its answers come from dovecot, and gpg reads and writes what stands in them.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedParts } from '../../adapters/mail/parts.js';
import { loadConfig } from '../../node/cli/config.js';
import { openOwnKeys } from '../../node/cli/own.js';
import { eventually, openWorld, type World } from '../cli/homes.js';
import { come, type MailServers, missingServers, openMailServers } from '../support/mail-servers.js';

const run = promisify(execFile);
const missing = missingServers();
if (missing !== undefined && process.env['ISOCHRON_NO_SKIP'] === '1') throw new Error(missing);

const VENDOR = 'psirt@vendor.example';
const CENTRE = 'coordination@cert.example';

interface ReplyLine {
  readonly reply: string;
  readonly from: { readonly name: string } | null;
  readonly signed: boolean;
  readonly encrypted: boolean;
  readonly code: string | null;
  readonly person: string | null;
}

describe.skipIf(missing !== undefined)(
  `a vendor with gpg and a mailbox (${missing ?? 'exim, dovecot and gpg found'})`,
  () => {
    let servers: MailServers;
    let world: World;
    let gpgHome: string;
    let caseId: string;
    /** What gpg takes for now. */
    let at = '';

    beforeAll(async () => {
      servers = await openMailServers();
      world = await openWorld();
      gpgHome = await mkdtemp(join(tmpdir(), 'isochron-gpg-'));
      await chmod(gpgHome, 0o700);
      // As gpg makes keys today: a primary that signs, a subkey for encryption, no end.
      const fast = ['--pinentry-mode', 'loopback', '--passphrase', ''];
      at = '20270301T083000';
      await gpg(...fast, '--quick-gen-key', `Vendor PSIRT <${VENDOR}>`, 'future-default', 'default', 'never');
      at = '20270301T091000';
      await world.init('cert', 'CERT 協調', 'centre');
      await configure();
      await world.run('cert');
      const config = await loadConfig(world.home('cert'));
      const keys = config.ok ? await openOwnKeys(config.value) : config;
      if (!keys.ok) throw new Error(keys.fault.code);
      const { certificate } = keys.value;
      const path = join(gpgHome, 'centre.asc');
      await writeFile(path, certificate.armoured);
      await gpg('--import', path);
    });

    afterAll(async () => {
      await world?.close();
      await servers?.close();
      if (gpgHome !== undefined) {
        execFileSync('gpgconf', ['--homedir', gpgHome, '--kill', 'all']);
        await rm(gpgHome, { recursive: true });
      }
    });

    async function configure(): Promise<void> {
      const home = world.home('cert');
      const file = join(home, 'isochron.json');
      await writeFile(join(home, 'mail-password'), 'secret\n', { mode: 0o600 });
      await writeFile(join(home, 'mail-ca.pem'), servers.ca);
      const server = { host: 'localhost', passwordFile: 'mail-password', caFile: 'mail-ca.pem' };
      const mail = {
        from: CENTRE,
        plusAddress: true,
        everySeconds: 3600,
        smtp: { ...server, port: servers.smtpPort, tls: 'starttls', user: 'cert' },
        imap: { ...server, port: servers.imapPort, tls: 'implicit', user: CENTRE },
      };
      const config = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...config, mail }));
    }

    async function gpg(...args: readonly string[]): Promise<string> {
      const fixed = [
        '--homedir',
        gpgHome,
        '--batch',
        '--no-tty',
        '--status-fd',
        '1',
        '--trust-model',
        'always',
      ];
      const clock = ['--faked-system-time', `${at}!`];
      const { stdout } = await run('gpg', [...fixed, ...clock, ...args], {
        env: { ...process.env, TZ: 'UTC' },
      });
      return stdout;
    }

    /** What a letter says, once gpg has opened it; and what gpg says of it. */
    async function opened(raw: string): Promise<{ readonly text: string; readonly status: string }> {
      const { attachments } = await PostalMime.parse(Buffer.from(raw, 'latin1'));
      expect(attachments.map(({ mimeType }) => mimeType)).toEqual([
        'application/pgp-encrypted',
        'application/octet-stream',
      ]);
      const path = join(gpgHome, 'letter.asc');
      await writeFile(path, Buffer.from(attachments[1]?.content as ArrayBuffer));
      const out = join(gpgHome, 'letter.eml');
      const status = await gpg('--yes', '--output', out, '--decrypt', path);
      const { text } = await PostalMime.parse(await readFile(out));
      return { text: text ?? '', status };
    }

    /** Sends what the vendor's mail program would. */
    async function send(raw: string): Promise<void> {
      const transport = createTransport({
        host: 'localhost',
        port: servers.smtpPort,
        requireTLS: true,
        tls: { ca: servers.ca },
        auth: { user: 'cert', pass: 'secret' },
      });
      const before = (await servers.mails(CENTRE)).length;
      await transport.sendMail({ envelope: { from: VENDOR, to: CENTRE }, raw });
      transport.close();
      await servers.arrived(CENTRE, before + 1);
    }

    /** A reply as PGP/MIME, made by gpg. */
    async function pgpMime(text: string, inReplyTo: string, ...how: readonly string[]): Promise<string> {
      const entity = join(gpgHome, 'entity.eml');
      const out = join(gpgHome, 'entity.asc');
      await writeFile(entity, `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`);
      const node = await world.ask<{ node: string }>('cert', 'card', 'show');
      await gpg('--yes', '--armor', '--output', out, ...how, '--recipient', node.node, '--encrypt', entity);
      return [
        `From: Vendor PSIRT <${VENDOR}>`,
        `To: ${CENTRE}`,
        'Subject: Re: Encrypted message',
        `In-Reply-To: ${inReplyTo}`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="x"',
        '',
        '--x',
        'Content-Type: application/pgp-encrypted',
        '',
        'Version: 1',
        '--x',
        'Content-Type: application/octet-stream',
        '',
        await readFile(out, 'utf8'),
        '--x--',
        '',
      ].join('\r\n');
    }

    async function collect(): Promise<readonly ReplyLine[]> {
      const { replies } = await world.ask<{ replies: readonly ReplyLine[] }>('cert', 'mail', 'collect');
      return replies;
    }

    async function letters(): Promise<readonly { readonly standing: string; readonly kind: string }[]> {
      const asked = await world.ask<{ letters: readonly { standing: string; kind: string }[] }>(
        'cert',
        'mail',
        'letters',
      );
      return asked.letters;
    }

    it('doctor logs in to both servers', async () => {
      const { checks } = await world.ask<{ checks: readonly { check: string; verdict: string }[] }>(
        'cert',
        'doctor',
      );
      expect(checks.find(({ check }) => check === 'mail')).toMatchObject({ verdict: 'ok' });
    });

    it('is put on file by its certificate, and verified by the fingerprint that it reads out', async () => {
      const path = join(gpgHome, 'vendor.asc');
      await gpg('--armor', '--yes', '--output', path, '--export', VENDOR);
      const added = ['peer', 'add', path, '--mail', VENDOR, '--name', 'Vendor', '--zone', 'Europe/Berlin'];
      const { node: id } = await world.ask<{ node: string }>('cert', ...added);
      const listed = await gpg('--with-colons', '--fingerprint', VENDOR);
      const [, fingerprint = ''] = /^fpr:+([0-9A-F]{40}):/m.exec(listed) ?? [];
      expect(fingerprint.toLowerCase()).toBe(id);
      await world.ask(
        'cert',
        'peer',
        'verify',
        'Vendor',
        '--fingerprint',
        fingerprint,
        '--method',
        'telephone',
      );
    });

    it('gets a letter that gpg decrypts, whose signature gpg verifies, and whose outside says nothing', async () => {
      const summary = join(gpgHome, 'summary.txt');
      await writeFile(summary, 'CANARY A parser reads one octet too many.\n');
      const opening = ['case', 'open', '--title', 'CANARY in a parser', '--summary-file', summary];
      const { case: id } = await world.ask<{ case: string }>('cert', ...opening, '--public-id', 'VU#900001');
      caseId = id;
      await world.ask('cert', 'case', 'tell', id, '--to', 'Vendor');
      const [raw = '', ...others] = await servers.arrived(VENDOR, 1);
      expect(others).toEqual([]);
      expect(raw).not.toMatch(/CANARY|VU#|TLP/);
      const { text, status } = await opened(raw);
      expect(status).toMatch(/^\[GNUPG:\] GOODSIG/m);
      expect(status.match(/^\[GNUPG:\] ENC_TO/gm)).toHaveLength(1);
      expect(text).toContain('CANARY A parser reads one octet too many.');
      expect(text).toContain('VU#900001');
      await come('the letter is on record as taken', async () => (await letters())[0]?.standing === 'sent');
      // Taken by a server is not held by the vendor: there is no receipt.
      const { peers } = await world.ask<{ peers: readonly { out: object }[] }>('cert', 'peer', 'list');
      expect(peers).toMatchObject([{ name: 'Vendor', mail: VENDOR, out: { size: 1, acknowledged: 0 } }]);
    });

    it('answers with gpg, and an officer enters what it said', async () => {
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      await send(
        await pgpMime('Status: affected\nFix: ready\nStatement for the public:\nUpdate to 2.', id, '--sign'),
      );
      const [reply, ...others] = await collect();
      expect(others).toEqual([]);
      expect(reply).toMatchObject({ from: { name: 'Vendor' }, signed: true, encrypted: true, code: null });
      const shown = await world.ask('cert', 'mail', 'show', reply?.reply ?? '');
      expect(shown).toMatchObject({
        form: { status: 'affected', fixProgress: 'ready', statement: 'Update to 2.' },
      });
      const nothing = await world.ask<{ vendors: readonly object[] }>('cert', 'vendor', 'list', caseId);
      expect(nothing.vendors).toEqual([]);
      const confirm = [
        'mail',
        'confirm',
        reply?.reply ?? '',
        'status',
        '--status',
        'affected',
        '--fix',
        'ready',
      ];
      await world.ask('cert', '--officer', 'A', ...confirm, '--statement', 'Update to 2.');
      const { vendors } = await world.ask<{ vendors: readonly object[] }>('cert', 'vendor', 'list', caseId);
      expect(vendors).toMatchObject([{ name: 'Vendor', status: 'affected', fixProgress: 'ready' }]);
      expect(await collect()).toEqual([]);
    });

    it('an answer without its signature is shown and never entered', async () => {
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      await send(await pgpMime('Status: not_affected', id));
      const [reply] = await collect();
      expect(reply).toMatchObject({ signed: false, code: 'MAIL_UNSIGNED' });
      const confirm = ['mail', 'confirm', reply?.reply ?? '', 'status', '--status', 'not_affected'];
      expect((await world.refusal('cert', ...confirm)).code).toBe('MAIL_UNSIGNED');
      await world.ask('cert', 'mail', 'dismiss', reply?.reply ?? '', '--reason', 'not signed');
      const { vendors } = await world.ask<{ vendors: readonly object[] }>('cert', 'vendor', 'list', caseId);
      expect(vendors).toMatchObject([{ status: 'affected' }]);
    });

    it('a detached signature in clear, as mail programs make it, is taken as well', async () => {
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      const part = 'Content-Type: text/plain; charset=utf-8\r\n\r\nThank you, we look.\r\n';
      const entity = join(gpgHome, 'part.eml');
      await writeFile(entity, part);
      await gpg('--yes', '--armor', '--textmode', '--output', `${entity}.asc`, '--detach-sign', entity);
      const signature = await readFile(`${entity}.asc`, 'utf8');
      await send(
        [
          `From: Vendor PSIRT <${VENDOR}>`,
          `To: ${CENTRE}`,
          `In-Reply-To: ${id}`,
          'MIME-Version: 1.0',
          'Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="y"',
          '',
          `--y\r\n${part}`,
          `--y\r\nContent-Type: application/pgp-signature\r\n\r\n${signature}`,
          '--y--',
          '',
        ].join('\r\n'),
      );
      const [reply] = await collect();
      expect(reply).toMatchObject({ from: { name: 'Vendor' }, signed: true, encrypted: false });
      await world.ask('cert', '--officer', 'A', 'mail', 'confirm', reply?.reply ?? '', 'comment');
    });

    it('an answer that one of its persons signed is its word, says whose, and is none once that key is revoked', async () => {
      const nora = 'nora@vendor.example';
      const fast = ['--pinentry-mode', 'loopback', '--passphrase', ''];
      at = '20270301T083000';
      await gpg(...fast, '--quick-gen-key', `Nora Nord <${nora}>`, 'future-default', 'default', 'never');
      at = '20270301T091000';
      const [, fingerprint = ''] =
        /^fpr:+([0-9A-F]{40}):/m.exec(await gpg('--with-colons', '--fingerprint', nora)) ?? [];
      const path = join(gpgHome, 'nora.asc');
      const onFile = async () => {
        await gpg('--armor', '--yes', '--output', path, '--export', nora);
        const key = ['vendor', 'key', 'vendor', 'Nora Nord', '--certificate', path, '--method', 'telephone'];
        await world.ask('cert', ...key, '--fingerprint', fingerprint);
      };
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      const answer = async (text: string) => {
        await send(await pgpMime(text, id, '--local-user', fingerprint, '--sign'));
        const [reply] = await collect();
        return reply;
      };
      const contact = ['--name', 'Vendor', '--key', 'vendor', '--node', 'Vendor'];
      await world.ask('cert', 'vendor', 'add', ...contact, '--person', `Nora Nord / developer / ${nora} /`);
      const unknown = await answer('Before anybody heard of me.');
      expect(unknown).toMatchObject({ signed: false, code: 'MAIL_FOREIGN', person: null });
      await world.ask('cert', 'mail', 'dismiss', unknown?.reply ?? '', '--reason', 'nobody knows the key');

      await onFile();
      const heard = await answer('It is I, Nora.');
      expect(heard).toMatchObject({
        from: { name: 'Vendor' },
        signed: true,
        code: null,
        person: 'Nora Nord',
      });
      await world.ask('cert', '--officer', 'A', 'mail', 'confirm', heard?.reply ?? '', 'comment');
      const { out } = await world.type('cert', 'mail', 'show', heard?.reply ?? '');
      expect(out).toContain(`signed by  Nora Nord, key ${fingerprint.toLowerCase()}`);

      const prepared = await readFile(join(gpgHome, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
      await writeFile(`${path}.rev`, prepared.replace(/^:-----/m, '-----'));
      const late = 'After my key was revoked.';
      const armoured = await pgpMime(late, id, '--local-user', fingerprint, '--sign');
      await gpg('--import', `${path}.rev`);
      await onFile();
      await send(armoured);
      const [refused] = await collect();
      expect(refused).toMatchObject({ signed: false, code: 'KEY_REVOKED' });
      const confirm = ['mail', 'confirm', refused?.reply ?? '', 'comment'];
      expect((await world.refusal('cert', ...confirm)).code).toBe('KEY_REVOKED');
      await world.ask('cert', 'mail', 'dismiss', refused?.reply ?? '', '--reason', 'revoked');
    });

    it('its vacation program is heard once and never answered', async () => {
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      expect(raw).toMatch(/^Auto-Submitted: auto-generated/m);
      const away = `From: ${VENDOR}\r\nTo: ${CENTRE}\r\nIn-Reply-To: ${id}\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n`;
      for (let round = 0; round < 3; round += 1) await send(away);
      expect(await collect()).toEqual([]);
      expect(await servers.mails(VENDOR)).toHaveLength(1);
      const asked = await world.ask<{ letters: readonly object[] }>('cert', 'mail', 'letters');
      expect(asked.letters).toMatchObject([{ automatic: true }]);
    });

    it('a mail of ten megabytes stays in the mailbox and is named', async () => {
      const [raw = ''] = await servers.mails(VENDOR);
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      const line = `${'x'.repeat(76)}\r\n`;
      await send(`From: ${VENDOR}\r\nTo: ${CENTRE}\r\nIn-Reply-To: ${id}\r\n\r\n${line.repeat(130_000)}`);
      const [reply] = await collect();
      expect(reply).toMatchObject({ signed: false, code: 'MAIL_OVERSIZE' });
    });

    it('a finder is answered by mail: encrypted to the key that it gave, or signed in clear where an officer says so', async () => {
      const who = ['--reporter', 'CANARY Finder', '--contact', VENDOR];
      const { report } = await world.ask<{ report: string }>(
        'cert',
        'report',
        'new',
        '--title',
        'CANARY',
        ...who,
      );
      const before = (await servers.mails(VENDOR)).length;
      const letter = (...how: readonly string[]) => [
        ...['report', 'letter', report, 'acknowledgement', '--text', 'CANARY Thank you; we look.', '--send'],
        ...how,
      ];
      expect((await world.refusal('cert', ...letter())).code).toBe('REPORTER_KEY');
      expect(await servers.mails(VENDOR)).toHaveLength(before);

      await world.ask('cert', ...letter('--in-clear'));
      const clear = (await servers.arrived(VENDOR, before + 1)).at(-1) ?? '';
      expect(clear).toMatch(/^Subject: (?:EXERCISE: )?Message [0-9a-f]{8}/m);
      const parts = signedParts(Buffer.from(clear, 'latin1'));
      if (parts === undefined) throw new Error('a signed mail');
      const entity = join(gpgHome, 'note.eml');
      await writeFile(entity, parts.bytes);
      await writeFile(`${entity}.asc`, parts.signature);
      expect(await gpg('--verify', `${entity}.asc`, entity)).toMatch(/^\[GNUPG:\] GOODSIG/m);

      const own = join(gpgHome, 'vendor.asc');
      await world.ask('cert', 'report', 'reporter', report, '--certificate', own);
      await world.ask(
        'cert',
        'report',
        'letter',
        report,
        'follow_up',
        '--text',
        'CANARY A case was opened.',
        '--send',
      );
      const raw = (await servers.arrived(VENDOR, before + 2)).at(-1) ?? '';
      expect(raw).not.toMatch(/CANARY/);
      const { text, status } = await opened(raw);
      expect(status).toMatch(/^\[GNUPG:\] GOODSIG/m);
      expect(text.trim()).toBe('CANARY A case was opened.');
      // The finder answers the letter; that it is shown as its own mail does not make it a vendor's answer.
      const [, id = ''] = /^Message-ID: (<[^>]+>)/im.exec(raw) ?? [];
      const line = `From: ${VENDOR}\r\nTo: ${CENTRE}\r\nIn-Reply-To: ${id}\r\n`;
      await send(`${line}\r\nIt is version 3.\r\n-- \r\nCANARY Finder\r\n`);
      await eventually(
        'the answer is read',
        async () => {
          await world.ask('cert', 'mail', 'collect');
          return (await world.type('cert', 'report', 'show', report)).out;
        },
        (out) => out.includes('  It is version 3.'),
      );
      const { out } = await world.type('cert', 'report', 'show', report);
      expect(out).toMatch(
        /^answer {4}to follow_up, .*in clear; who wrote it is not proved \(MAIL_UNSIGNED\)$/m,
      );
      expect((await world.type('cert', 'inbox')).out).toContain('answer of a reporter');
      expect(world.journal.join('\n')).not.toContain('CANARY');
      const shown = await world.ask<{ letters: readonly object[] }>('cert', 'report', 'show', report);
      expect(shown).toMatchObject({
        acknowledged: true,
        letters: [
          { letter: 'acknowledgement', channel: 'mail' },
          { letter: 'follow_up', channel: 'mail', text: 'CANARY A case was opened.' },
        ],
      });
    });

    it('RFC 3464: a letter to an address that is gone comes back as an alarm, and goes out to the right one', async () => {
      const path = join(gpgHome, 'vendor.asc');
      const earlier = (await servers.mails(VENDOR)).length;
      await world.ask('cert', 'peer', 'add', path, '--mail', 'gone@vendor.example', '--name', 'Vendor');
      const before = (await servers.mails(CENTRE)).length;
      await world.ask('cert', 'inquiry', 'send', caseId, '--to', 'Vendor', '--text', 'When?');
      await servers.arrived(CENTRE, before + 1);
      await collect();
      const stuck = await world.ask<{ letters: readonly object[] }>('cert', 'mail', 'letters', '--stuck');
      expect(stuck.letters).toMatchObject([
        { standing: 'returned', kind: 'inquiry', why: expect.stringMatching(/^5\./) },
      ]);
      const { exit, out } = await world.type('cert', 'status');
      expect([exit, out.includes('were not delivered')]).toEqual([4, true]);
      await world.ask('cert', 'peer', 'add', path, '--mail', VENDOR, '--name', 'Vendor');
      const mails = await servers.arrived(VENDOR, earlier + 1);
      expect((await opened(mails.at(-1) ?? '')).text).toContain('When?');
    });

    it('nothing is sent in clear once the key has expired: the letter waits for the renewed certificate', async () => {
      const path = join(gpgHome, 'short.asc');
      const fast = ['--pinentry-mode', 'loopback', '--passphrase', ''];
      const listed = await gpg('--with-colons', '--fingerprint', VENDOR);
      const fingerprints = [...listed.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, one = '']) => one);
      const [primary = ''] = fingerprints;
      // Before the clock of the node, or the new self-signature would lie in its future.
      at = '20270301T084500';
      await gpg(...fast, '--quick-set-expire', primary, '2d');
      await gpg('--armor', '--yes', '--output', path, '--export', VENDOR);
      await world.ask('cert', 'peer', 'add', path, '--mail', VENDOR, '--name', 'Vendor');
      const taken = (await servers.mails(VENDOR)).length;
      await world.ask('cert', 'drill', 'jump', '--to', '2027-03-09T09:00:00Z');
      at = '20270309T080000';
      await world.ask('cert', 'inquiry', 'send', caseId, '--to', 'Vendor', '--text', 'And now?');
      await come('the letter is held', async () => (await letters())[0]?.standing === 'held');
      expect(await servers.mails(VENDOR)).toHaveLength(taken);
      await gpg(...fast, '--quick-set-expire', primary, '1y');
      await gpg('--armor', '--yes', '--output', path, '--export', VENDOR);
      await world.ask('cert', 'peer', 'add', path, '--mail', VENDOR, '--name', 'Vendor');
      await servers.arrived(VENDOR, taken + 1);
    });
  },
);
