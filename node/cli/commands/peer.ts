/** `peer`: cards of others and the operator's word for them. */
import { LIMITS } from '../../core/limits.js';
import { type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { listOption, readText, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';

interface PeerLine {
  readonly name: string;
  readonly node: string;
  readonly role: string;
  readonly standing: string;
  readonly verified: { readonly by: string; readonly method: string; readonly at: string } | null;
  readonly link: { readonly transport: string; readonly since: string } | null;
  readonly out: { readonly size: number; readonly acknowledged: number };
  readonly in: { readonly size: number };
}

export const COMMANDS: Commands = {
  async add(cli, files, options) {
    const address = textOption(options, 'mail');
    if (address !== undefined) return addByMail(cli, files, address, options);
    const cards: string[] = [];
    for (const file of files) {
      const text = await readText(file, 'file');
      if (!text.ok) return refused(cli, text.fault);
      if (text.value.length > LIMITS.cardBytes.most)
        return refused(cli, { code: 'CARD_MALFORMED', where: 'size', most: LIMITS.cardBytes.most });
      cards.push(text.value);
    }
    const [only] = cards;
    if (cards.length === 1 && only !== undefined)
      return perform(cli, 'peer add', { card: only }, (result) => added([result as unknown as PeerLine]));
    return perform(cli, 'peer add-many', { cards }, addedLines);
  },

  'add-from-case': (cli, [held = '']) => perform(cli, 'peer add-from-case', { case: held }, addedLines),

  verify: (cli, [peer = ''], options) =>
    perform(
      cli,
      'peer verify',
      typed({
        peer,
        fingerprint: textOption(options, 'fingerprint'),
        method: textOption(options, 'method'),
      }),
      (result) => [`${(result as unknown as PeerLine).name} is verified; the node will talk to it now`],
    ),

  list: (cli) => perform(cli, 'peer list', {}, list),

  resay: (cli, [peer = '']) =>
    perform(cli, 'peer resay', { peer }, ({ name, statements }) => [
      `${String(statements)} statements are said anew to ${String(name)}; they go when it can be reached`,
    ]),

  remove: (cli, [peer = '']) =>
    perform(cli, 'peer remove', { peer }, (result) => [
      `${(result as unknown as PeerLine).name} is removed; nothing is sent to it or accepted from it`,
    ]),
};

/** A vendor without a node: its certificate instead of a card. */
async function addByMail(
  cli: Cli,
  files: readonly string[],
  address: string,
  options: Options,
): Promise<Exit> {
  const [file, another] = files;
  if (file === undefined || another !== undefined)
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'file' });
  const certificate = await readText(file, 'file');
  if (!certificate.ok) return refused(cli, certificate.fault);
  if (certificate.value.length > LIMITS.cardBytes.most)
    return refused(cli, { code: 'KEY_PROFILE', where: 'size', most: LIMITS.cardBytes.most });
  const given = typed({
    certificate: certificate.value,
    address,
    name: textOption(options, 'name'),
    role: textOption(options, 'role'),
    zone: textOption(options, 'zone'),
    languages: listOption(options, 'language'),
  });
  return perform(cli, 'peer add-mail', given, (result) => added([result as unknown as PeerLine]));
}

function addedLines(result: Document): readonly string[] {
  const { added: peers } = result as unknown as { readonly added: readonly PeerLine[] };
  return peers.length === 0 ? ['no card that is not on file already'] : added(peers);
}

function added(peers: readonly PeerLine[]): readonly string[] {
  return peers.flatMap(({ name, node, role, standing }) => [
    `${name} (${role}) is on file, ${standing}`,
    ...(standing === 'verified'
      ? []
      : [`  ask for its fingerprint over another channel; the card says ${node}`]),
  ]);
}

function list(result: Document, zone: string): readonly string[] {
  const { peers } = result as unknown as { readonly peers: readonly PeerLine[] };
  if (peers.length === 0) return ['no peers'];
  return table([
    ['NAME', 'ROLE', 'STANDING', 'LINK', 'SENT', 'HEARD', 'NODE'],
    ...peers.map(({ name, role, standing, link, out, in: heard, node }) => [
      name,
      role,
      standing,
      link === null ? '–' : `${link.transport} since ${sayTime(link.since, zone)}`,
      `${out.acknowledged}/${out.size}`,
      String(heard.size),
      node,
    ]),
  ]);
}
