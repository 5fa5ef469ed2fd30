/** `case`: cases from opening to closing. */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Json } from '../../core/canonical.js';
import { type Outcome, ok } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { parseStrictJson } from '../../core/strict-json.js';
import { ask, type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { delivery, notify, remind } from '../notify.js';
import { fileOption, flagOption, lengthOption, listOption, numberOption, textOption } from '../options.js';
import { say } from '../say.js';
import { caseLines, listLines, toldLines, whoKnewLines } from '../show-case.js';
import { type ReachedShown, reachLines } from '../show-reach.js';

export const COMMANDS: Commands = {
  open: openCase,
  list: (cli) => perform(cli, 'case list', {}, listLines),
  show: (cli, [held = '']) => perform(cli, 'case show', { case: held }, caseLines),
  async update(cli, [held = ''], options) {
    const summary = await fileOption(options, 'summaryFile');
    if (!summary.ok) return refused(cli, summary.fault);
    const given = typed({
      case: held,
      title: textOption(options, 'title'),
      summary: summary.value,
      products: listOption(options, 'product'),
      publicIds: listOption(options, 'publicId'),
    });
    return perform(cli, 'case update', given, done('updated'));
  },
  async select(cli, [held = ''], options) {
    if (textOption(options, 'from') !== undefined) {
      const { selectFromFiles } = await import('../select-case.js');
      return selectFromFiles(cli, options);
    }
    const { selectionLines } = await import('../show-selection.js');
    const given = typed({
      case: held,
      many: flagOption(options, 'many'),
      groups: listOption(options, 'group'),
    });
    return perform(cli, 'case select', given, selectionLines);
  },
  tell: (cli, [held = ''], options) =>
    say(
      cli,
      'case tell',
      typed({
        case: held,
        to: listOption(options, 'to'),
        replyBy: textOption(options, 'replyBy'),
        individual: flagOption(options, 'individual'),
      }),
      'told',
      toldLines,
    ),
  notify: (cli, [held = ''], options) => notify(cli, held, options),
  delivery: (cli, [held = ''], options) => delivery(cli, held, options),
  remind: (cli, [held = ''], options) => remind(cli, held, options),
  async advance(cli, [held = ''], options) {
    const file = await fileOption(options, 'textFile');
    if (!file.ok) return refused(cli, file.fault);
    const given = typed({
      case: held,
      to: textOption(options, 'to'),
      agreement: textOption(options, 'agreement'),
      beforeMs: lengthOption(options, 'before'),
      text: file.value ?? textOption(options, 'text'),
      consent: textOption(options, 'consent'),
    });
    return perform(cli, 'case advance', given, done('advanced'));
  },
  close: (cli, [held = ''], options) =>
    perform(cli, 'case close', typed({ case: held, reason: textOption(options, 'reason') }), done('closed')),
  merge: (cli, [held = ''], options) =>
    perform(cli, 'case merge', typed({ case: held, into: textOption(options, 'into') }), done('merged')),
  attach,
  attachments: (cli, [held = '']) =>
    perform(cli, 'case attachments', { case: held }, (result) => attachmentLines(result)),
  acknowledge: (cli, [held = '']) =>
    say(cli, 'case acknowledge', { case: held }, 'reached', (result) => [
      ...done('acknowledged')(result),
      ...reachLines((result as unknown as { reached: readonly ReachedShown[] }).reached, result['case']),
    ]),
  'who-knew': (cli, [held = ''], options) =>
    perform(cli, 'case who-knew', typed({ case: held, at: textOption(options, 'at') }), whoKnewLines),
};

async function openCase(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const given = await openingOf(options);
  if (!given.ok) return refused(cli, given.fault);
  return perform(cli, 'case open', given.value, (result) => [`case ${String(result['case'])} is open`]);
}

/** What `import` wrote, if a file was named, with everything that was typed in front of it. */
async function openingOf(options: Options): Promise<Outcome<Document>> {
  const from = await fileOption(options, 'from');
  if (!from.ok) return from;
  const summary = await fileOption(options, 'summaryFile');
  if (!summary.ok) return summary;
  const details = await fileOption(options, 'detailsFile');
  if (!details.ok) return details;
  const imported = from.value === undefined ? ok({}) : parseStrictJson(from.value);
  if (!imported.ok) return imported;
  const before = (imported.value as { readonly case?: Document }).case ?? {};
  return ok({
    ...before,
    ...typed({
      title: textOption(options, 'title'),
      summary: summary.value ?? (from.value === undefined ? '' : undefined),
      details: details.value,
      tlp: textOption(options, 'tlp'),
      kind: textOption(options, 'kind'),
      scope: textOption(options, 'scope'),
      products: listOption(options, 'product'),
      publicIds: listOption(options, 'publicId'),
      onward: textOption(options, 'onward'),
      replyByDays: numberOption(options, 'replyByDays'),
    }),
  });
}

/** Part by part, each its own entry of at most 256 KiB (ENV-5); a part that is there already is entered again. */
async function attach(cli: Cli, [held = '', file = '']: readonly string[], options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'file' });
  const most = LIMITS.attachmentBytes.most;
  if (found.size > most || found.size === 0)
    return refused(cli, { code: 'LIMIT_EXCEEDED', where: 'file', offered: found.size, most });
  const handle = await open(file, 'r');
  try {
    const whole = await handle.readFile();
    const partBytes = LIMITS.attachmentPartBytes.most;
    const parts = Math.ceil(whole.length / partBytes);
    const mark = {
      hash: createHash('sha256').update(whole).digest('hex'),
      bytes: whole.length,
      mediaType: textOption(options, 'type') ?? 'application/octet-stream',
    };
    for (let part = 0; part < parts; part += 1) {
      const base64 = whole.subarray(part * partBytes, (part + 1) * partBytes).toString('base64');
      const entered = await ask(cli, config.value, 'case attach', {
        case: held,
        ...mark,
        part,
        parts,
        base64,
      });
      if (!entered.ok) return refused(cli, entered.fault);
      if (parts > 1) cli.print.note(`part ${part + 1} of ${parts}`);
    }
    cli.print.result({ case: held, ...mark, parts }, () => [`${basename(file)} is attached: ${mark.hash}`]);
    return 0;
  } finally {
    await handle.close();
  }
}

function attachmentLines(result: Document): readonly string[] {
  const attachments = result['attachments'] as unknown as readonly {
    readonly hash: string;
    readonly bytes: number;
    readonly mediaType: string;
    readonly parts: number;
    readonly held: number;
  }[];
  if (attachments.length === 0) return ['no attachments'];
  return attachments.map(
    ({ hash, bytes, mediaType, parts, held }) =>
      `${hash}  ${bytes} bytes  ${mediaType}${held < parts ? `  (${held} of ${parts} parts)` : ''}`,
  );
}

function done(what: string): (result: { readonly [member: string]: Json }) => readonly string[] {
  return (result) => [`case ${String(result['case'])} is ${what}`];
}
