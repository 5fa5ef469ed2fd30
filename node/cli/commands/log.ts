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
  readonly direction: 'home' | 'out' | 'in';
  readonly author: Named;
  readonly recipient: Named;
  readonly size: number;
  readonly root?: string;
  readonly acknowledged?: number;
  readonly ok?: boolean;
  /** A beginning, until its author has signed the whole again. */
  readonly partial?: boolean;
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
        ...feeds(result).map(({ direction, author, recipient, size, acknowledged, root }) => [
          author.name,
          recipient.name,
          String(size),
          direction === 'out' ? String(acknowledged ?? 0) : '–',
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
  repair,
  repaired: (cli) => perform(cli, 'log repaired', {}, (result) => [...standing(result)]),
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

async function repair(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const [{ loadConfig }, { repairHome }, { systemClock }] = await Promise.all([
    import('../config.js'),
    import('../repair-home.js'),
    import('../../../adapters/clock/system.js'),
  ]);
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const backup = textOption(options, 'backup');
  const done = await repairHome(
    config.value,
    systemClock().now(),
    backup === undefined ? undefined : resolve(backup),
  );
  if (!done.ok) return refused(cli, done.fault);
  if (done.value.kind === 'whole') {
    cli.print.result({ repaired: false }, () => ['nothing is damaged; the store stays as it is']);
    return 0;
  }
  const { record, feeds: kept, entries: held } = done.value;
  const lost = [...record.feeds.values()].map((one) => ({ ...one.feed, kept: one.kept, size: one.size }));
  const { at, aside, fault, unread } = record;
  const lines = unread.map((place) => ({ ...place }));
  const document = {
    repaired: true,
    at,
    aside,
    damage: { ...fault },
    feeds: kept,
    entries: held,
    lost,
    unread: lines,
  };
  cli.print.result(document, () => [
    `${kept} feeds with ${held} entries are as they were written; the damaged store lies in ${aside}`,
    ...table(
      lost.map(({ author, recipient, kept: first, size }) => [
        'lost',
        `${author} → ${recipient}`,
        `entries ${first} to ${size - 1}`,
        author === recipient ? 'nobody else has them' : 'asked of the peer at the next start',
      ]),
    ),
    'next  isochron run: the node signs nothing before its peers have answered; "log repaired" says what came back',
  ]);
  return 0;
}

interface RepairedLine {
  readonly author: Named;
  readonly recipient: Named;
  readonly kept: number;
  readonly size: number;
  readonly missing: number;
  readonly standing: 'back' | 'awaited' | 'lost';
}

function standing(result: Document): readonly string[] {
  if (result['at'] === null) return ['this store was never repaired'];
  const says: Readonly<Record<RepairedLine['standing'], string>> = {
    back: 'all of it came back',
    awaited: 'the peer has not returned all of it yet',
    lost: 'nobody returned it',
  };
  const lines = (result as unknown as { readonly feeds: readonly RepairedLine[] }).feeds;
  return [
    `repaired ${String(result['at'])}; the damaged store lies in ${String(result['aside'])}`,
    ...table(
      lines.map((one) => [
        `${one.author.name} → ${one.recipient.name}`,
        `${one.size - one.kept} lost`,
        `${one.missing} missing`,
        says[one.standing],
      ]),
    ),
  ];
}

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
          one.ok !== true ? 'BAD' : one.partial === true ? 'partial' : 'ok',
          `${one.author.name} → ${one.recipient.name}`,
          `${one.size} entries`,
          one.ok !== true
            ? (one.fault?.code ?? '')
            : one.partial === true
              ? 'kept by a repair; its author has not returned the rest yet, see "log repaired"'
              : one.direction === 'out'
                ? `${one.receipts} receipts, cosigned up to ${one.cosigned}`
                : '',
        ]),
      ),
      `${String(result['entries'])} entries, ${String(result['faults'])} faults${
        result['partial'] === 0 ? '' : `, ${String(result['partial'])} feeds in part`
      }`,
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
