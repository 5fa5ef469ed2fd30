/** `log`: what was said and heard, and proofs of it. */
import { resolve } from 'node:path';
import { type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { numberOption, readText, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';

interface Named {
  readonly name: string;
}

interface FeedLine {
  readonly author: Named;
  readonly recipient: Named;
  readonly size: number;
  readonly root?: string;
  readonly acknowledged?: number;
  readonly ok?: boolean;
  readonly receipts?: number;
  readonly cosigned?: number;
  readonly fault?: { readonly code: string };
}

interface EntryLine {
  readonly sequence: number;
  readonly at?: string;
  readonly statement?: string | null;
  readonly fault?: string | null;
  readonly author?: Named;
  readonly recipient?: Named;
}

export const COMMANDS: Commands = {
  list: (cli) =>
    perform(cli, 'log list', {}, (result) =>
      table([
        ['AUTHOR', 'RECIPIENT', 'SIZE', 'ACKNOWLEDGED', 'ROOT'],
        ...feeds(result).map(({ author, recipient, size, acknowledged, root }) => [
          author.name,
          recipient.name,
          String(size),
          String(acknowledged ?? 0),
          root ?? '',
        ]),
      ]),
    ),
  show: (cli, [peer = ''], options) =>
    perform(
      cli,
      'log show',
      typed({
        peer,
        direction: textOption(options, 'direction'),
        from: numberOption(options, 'from'),
        most: numberOption(options, 'most'),
      }),
      entries,
    ),
  tail: (cli, _args, options) =>
    perform(cli, 'log tail', typed({ most: numberOption(options, 'most') }), entries),
  verify,
  prove: (cli, [peer = ''], options) =>
    perform(
      cli,
      'log prove',
      typed({
        peer,
        direction: textOption(options, 'direction'),
        sequence: numberOption(options, 'sequence'),
      }),
      (result) => [String(result['proof']).trimEnd()],
    ),
  export: (cli, [peer = ''], options) =>
    perform(
      cli,
      'log export',
      typed({
        peer,
        direction: textOption(options, 'direction'),
        // The node has another working directory than the one who types.
        directory: resolve(textOption(options, 'output') ?? ''),
      }),
      (result) => [`${String(result['size'])} entries written to ${String(result['directory'])}`],
    ),
};

async function verify(cli: Cli, [peer]: readonly string[], options: Options): Promise<Exit> {
  const directory = textOption(options, 'dir');
  if (directory !== undefined) return verifyDirectory(cli, resolve(directory), options);
  return perform(
    cli,
    'log verify',
    typed({ peer, direction: textOption(options, 'direction') }),
    (result) => [
      ...table(
        feeds(result).map((one) => [
          one.ok === true ? 'ok' : 'BAD',
          `${one.author.name} → ${one.recipient.name}`,
          `${one.size} entries`,
          one.ok === true
            ? `${one.receipts} receipts, cosigned up to ${one.cosigned}`
            : (one.fault?.code ?? ''),
        ]),
      ),
      `${String(result['entries'])} entries, ${String(result['faults'])} faults`,
    ],
    (result) => (result['faults'] === 0 ? 0 : 5),
  );
}

/** An exported log, by its files alone: no home, no node, no keys of ours. */
async function verifyDirectory(cli: Cli, directory: string, options: Options): Promise<Exit> {
  const { verifyExported } = await import('../verify-exported.js');
  const cards: Record<'author' | 'peer', string | undefined> = { author: undefined, peer: undefined };
  for (const role of ['author', 'peer'] as const) {
    const path = textOption(options, `${role}Card`);
    if (path === undefined) continue;
    const text = await readText(path, `${role}-card`);
    if (!text.ok) return refused(cli, text.fault);
    cards[role] = text.value;
  }
  const verified = await verifyExported(directory, cards);
  if (!verified.ok) return refused(cli, verified.fault);
  const { size, root, cosigned, trusted } = verified.value;
  cli.print.result({ directory, size, root, cosigned, trusted }, () => [
    `ok  ${size} entries, root ${root}`,
    cosigned === null ? '    no cosignature' : `    cosigned by the peer up to ${cosigned}`,
    trusted
      ? '    by the keys of the cards'
      : '    by the keys that lie beside it; name the cards to check those',
  ]);
  return 0;
}

function feeds(result: Document): readonly FeedLine[] {
  return (result as unknown as { readonly feeds: readonly FeedLine[] }).feeds;
}

function entries(result: Document, zone: string): readonly string[] {
  const { entries: held } = result as unknown as { readonly entries: readonly EntryLine[] };
  if (held.length === 0) return ['no entries'];
  return table(
    held.map(({ sequence, at, statement, fault, author, recipient }) => [
      author === undefined ? '' : `${author.name} → ${recipient?.name ?? ''}`,
      String(sequence),
      sayTime(at, zone),
      statement ?? fault ?? '',
    ]),
  );
}
