/** A mail server on the loopback that keeps what it takes, for tests that need a real conversation. */
import { existsSync, readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import type { MailServer } from '../../adapters/mail/server.js';

export interface SmtpPeer {
  readonly server: MailServer;
  readonly mails: {
    readonly from: string;
    readonly to: readonly string[];
    readonly secure: boolean;
    readonly raw: string;
  }[];
  readonly logins: number;
  close(): Promise<void>;
}

/** Key and certificate of a server called `localhost`, for tests only. */
export function localhostTls(): { readonly key: string; readonly cert: string } {
  const here = new URL('../../fixtures/keys/localhost.pem', import.meta.url);
  const built = new URL('../../../fixtures/keys/localhost.pem', import.meta.url);
  const text = readFileSync(existsSync(here) ? here : built, 'utf8');
  const at = text.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: text.slice(0, at), cert: text.slice(at) };
}

/** @param habits `refuses`: what it says to every recipient; `offersTls`: whether it speaks STARTTLS. */
export async function smtpPeer(
  habits: {
    readonly refuses?: { readonly status: number; readonly words: string };
    readonly offersTls?: boolean;
  } = {},
): Promise<SmtpPeer> {
  const { key, cert } = localhostTls();
  const mails: SmtpPeer['mails'] = [];
  let logins = 0;
  const server = new SMTPServer({
    key,
    cert,
    banner: 'test',
    disabledCommands: habits.offersTls === false ? ['STARTTLS'] : [],
    allowInsecureAuth: habits.offersTls === false,
    onAuth({ username, password }, _, done) {
      logins += 1;
      if (username === 'cert' && password === 'secret') done(null, { user: username });
      else done(new Error('no'));
    },
    onRcptTo(_, __, done) {
      const { refuses } = habits;
      if (refuses === undefined) done();
      else done(Object.assign(new Error(refuses.words), { responseCode: refuses.status }));
    },
    onData(stream, { envelope, secure }, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure,
          raw: Buffer.concat(pieces).toString('latin1'),
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    server: {
      host: 'localhost',
      port,
      tls: 'starttls',
      login: { user: 'cert', password: 'secret' },
      ca: cert,
    },
    mails,
    get logins() {
      return logins;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
