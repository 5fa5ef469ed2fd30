/** `report`: what was reported, read from a form or a file, assessed, answered, and made a case. */
import { readReport } from '../../../adapters/format/intake/read.js';
import { withInside } from '../../../adapters/mail/opened.js';
import { encryptedIn } from '../../../adapters/mail/read.js';
import type { Json } from '../../core/canonical.js';
import { type Outcome, ok } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { ask, type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { fileOption, flagOption, listOption, readBytes, textOption } from '../options.js';
import { likeLines, reportedLines, reporterLines, reportLines, reportsLines } from '../show-report.js';

export const COMMANDS: Commands = {
  new: enter,
  import: importReport,
  list: (cli) => perform(cli, 'report list', {}, reportsLines),
  show: (cli, [report = '']) => perform(cli, 'report show', { report }, reportLines),
  alike: (cli, [report = '']) => perform(cli, 'report alike', { report }, likeLines),
  assess: (cli, [report = '', verdict = ''], options) =>
    perform(
      cli,
      'report assess',
      typed({
        report,
        verdict,
        because: textOption(options, 'because'),
        remark: textOption(options, 'remark'),
        products: listOption(options, 'product'),
      }),
      reportedLines,
    ),
  async route(cli, [report = ''], options) {
    const summary = await fileOption(options, 'summaryFile');
    if (!summary.ok) return refused(cli, summary.fault);
    const details = await fileOption(options, 'detailsFile');
    if (!details.ok) return refused(cli, details.fault);
    const given = typed({
      report,
      into: textOption(options, 'into'),
      duplicateOf: textOption(options, 'duplicateOf'),
      title: textOption(options, 'title'),
      summary: summary.value,
      details: details.value,
      named: flagOption(options, 'named'),
    });
    return perform(cli, 'report route', given, reportedLines);
  },
  async letter(cli, [report = '', letter = ''], options) {
    const file = await fileOption(options, 'textFile');
    if (!file.ok) return refused(cli, file.fault);
    const words = file.value ?? textOption(options, 'text') ?? '';
    const given = typed({
      report,
      letter,
      channel: textOption(options, 'by'),
      text: words,
      send: flagOption(options, 'send'),
      inClear: flagOption(options, 'inClear'),
    });
    return perform(cli, 'report letter', given, reportedLines);
  },
  severity: (cli, [report = '', side = ''], options) =>
    perform(
      cli,
      'report severity',
      typed({
        report,
        side,
        name: textOption(options, 'name'),
        vector: textOption(options, 'vector'),
        words: textOption(options, 'text'),
      }),
      reportedLines,
    ),
  consent: (cli, [report = '', scope = ''], options) =>
    perform(
      cli,
      'report consent',
      typed({
        report,
        scope,
        words: textOption(options, 'words'),
        given: flagOption(options, 'withdrawn') === true ? false : undefined,
      }),
      reportedLines,
    ),
  share: (cli, [report = ''], options) =>
    perform(cli, 'report share', typed({ report, to: textOption(options, 'to') }), reportedLines),
  async reporter(cli, [report = ''], options) {
    const read = await reporterOf(options);
    if (!read.ok) return refused(cli, read.fault);
    const reporter = read.value;
    const isNew = Object.keys(reporter).length > 0;
    return perform(
      cli,
      'report reporter',
      isNew ? { report, reporter } : { report },
      isNew ? reportedLines : reporterLines,
    );
  },
};

/** The form, one option a field; long texts from files. */
async function enter(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const texts: { readonly [field: string]: string }[] = [];
  for (const field of ['description', 'impact', 'exploit'] as const) {
    const file = await fileOption(options, `${field}File`);
    if (!file.ok) return refused(cli, file.fault);
    if (file.value !== undefined) texts.push({ [field]: file.value });
  }
  const text = {
    ...typed({
      kind: flagOption(options, 'web') === true ? 'web_application' : undefined,
      title: textOption(options, 'title'),
      product: textOption(options, 'product'),
      version: textOption(options, 'affects'),
      plans: textOption(options, 'plans'),
      publicIds: listOption(options, 'publicId'),
      saysPublic: flagOption(options, 'public'),
      saysExploited: flagOption(options, 'exploited'),
    }),
    ...Object.assign({}, ...texts),
  } as Document;
  const reporter = await reporterOf(options);
  if (!reporter.ok) return refused(cli, reporter.fault);
  const given = typed({
    text,
    receivedAt: textOption(options, 'received'),
    reporter: Object.keys(reporter.value).length === 0 ? undefined : reporter.value,
  });
  return perform(cli, 'report new', given, reportedLines);
}

async function importReport(cli: Cli, [file = '']: readonly string[], options: Options): Promise<Exit> {
  const bytes = await readBytes(file, 'file', LIMITS.importFileBytes.most);
  if (!bytes.ok) return refused(cli, bytes.fault);
  const opened = await openedReport(cli, bytes.value);
  if (!opened.ok) return refused(cli, opened.fault);
  const read = await readReport(opened.value);
  if (!read.ok) return refused(cli, read.fault);
  const { source, text, reporter, losses } = read.value;
  const anonymous = flagOption(options, 'anonymous') === true;
  for (const { path, what, why } of losses) cli.print.note(`${path}: ${what}: ${why}`);
  const given = typed({
    source,
    text: text as unknown as Json,
    receivedAt: textOption(options, 'received'),
    reporter: anonymous || reporter === undefined ? undefined : ({ ...reporter } as Json),
  });
  return perform(cli, 'report new', given, reportedLines);
}

/**
 * A mail that came encrypted to us is opened by the node, which has the keys; anything else is read as it is.
 * Faults: CONFIG_*, MAIL_UNDECRYPTABLE, MAIL_MALFORMED, MAIL_OVERSIZE.
 */
async function openedReport(cli: Cli, raw: Uint8Array): Promise<Outcome<Uint8Array>> {
  // JSON is no mail, whatever stands in its texts.
  if (/^\s*[[{]/.test(new TextDecoder().decode(raw.subarray(0, 64)))) return ok(raw);
  const sealed = await encryptedIn(raw);
  if (sealed === undefined) return ok(raw);
  const config = await loadConfig(cli.home);
  if (!config.ok) return config;
  const answered = await ask(cli, config.value, 'report open-mail', { armoured: sealed.armoured });
  if (!answered.ok) return answered;
  const { bytes, signedBy } = answered.value as { readonly bytes: string; readonly signedBy: string | null };
  cli.print.note(`it came encrypted to us; signed by ${signedBy ?? 'nobody whom we know'}`);
  return ok(withInside(sealed.email, Buffer.from(bytes, 'base64')));
}

async function reporterOf(options: Options): Promise<Outcome<Document>> {
  const certificate = await fileOption(options, 'certificate');
  if (!certificate.ok) return certificate;
  const given = typed({
    name: textOption(options, 'reporter'),
    organisation: textOption(options, 'organisation'),
    contact: textOption(options, 'contact'),
    certificate: certificate.value,
  });
  return ok(given);
}
