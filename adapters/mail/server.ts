/** A mail server as the configuration names it. TLS is not an option: there is no way to switch it off. */
import { isIP } from 'node:net';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: refused where the server does not offer it. */
  readonly tls: 'implicit' | 'starttls';
  /** Absent where the server asks for no password. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
  /** PEM of what vouches for the server; absent: the list of the runtime. */
  readonly ca: string | undefined;
}

/** Options of `node:tls` for a server: its name is checked, old versions are not spoken. */
export function tlsOf({ host, ca }: MailServer): {
  readonly minVersion: 'TLSv1.2';
  readonly rejectUnauthorized: true;
  readonly servername?: string;
  readonly ca?: string;
} {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
}
