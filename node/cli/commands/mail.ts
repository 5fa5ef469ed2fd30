/** `mail`: letters to vendors without a node, and their answers. */
import { type Document, perform, refused, typed } from '../call.js';
import type { Commands } from '../command.js';
import { fileOption, flagOption, listOption, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';
import { verdict } from '../verdict.js';

interface MailStatus {
  readonly configured: boolean | null;
  readonly paused: boolean;
  readonly sending: string | null;
  readonly collecting: string | null;
  readonly collectedAt: string | null;
  readonly replies: number;
  readonly vendors: readonly {
    readonly name: string;
    readonly address: string;
    readonly standing: string;
    readonly due: number;
    readonly sent: number;
    readonly held: number;
    readonly lastSentAt: string | null;
  }[];
}

interface LetterLine {
  readonly letter: string;
  readonly to: { readonly name: string };
  readonly case: string;
  readonly kind: string;
  readonly standing: string;
  readonly at: string | null;
  readonly why: string;
  readonly left: number;
  readonly automatic: boolean;
}

interface ReplyLine {
  readonly reply: string;
  readonly from: { readonly name: string } | null;
  readonly person: string | null;
  readonly signer: string | null;
  readonly case: string | null;
  readonly to: string | null;
  readonly readAt: string;
  readonly signedAt: string | null;
  readonly signed: boolean;
  readonly encrypted: boolean;
  readonly code: string | null;
  readonly standing: string;
}

export const COMMANDS: Commands = {
  status: (cli) => perform(cli, 'mail status', {}, statusLines),

  letters: (cli, _, options) =>
    perform(
      cli,
      'mail letters',
      typed({
        vendor: textOption(options, 'vendor'),
        case: textOption(options, 'case'),
        stuck: flagOption(options, 'stuck'),
      }),
      letterLines,
    ),

  replies: (cli, _, options) =>
    perform(cli, 'mail replies', typed({ all: flagOption(options, 'all') }), replyLines),

  show: (cli, [reply = '']) => perform(cli, 'mail show', { reply }, shown),

  async confirm(cli, [reply = '', as = ''], options) {
    const text = await fileOption(options, 'file');
    if (!text.ok) return refused(cli, text.fault);
    return perform(
      cli,
      'mail confirm',
      typed({
        reply,
        as,
        case: textOption(options, 'case'),
        status: textOption(options, 'status'),
        fixProgress: textOption(options, 'fix'),
        impact: textOption(options, 'impact'),
        plan: textOption(options, 'plan'),
        readyAt: textOption(options, 'ready'),
        statement: textOption(options, 'statement'),
        products: listOption(options, 'product'),
        justification: textOption(options, 'justification'),
        verdicts: listOption(options, 'verdict')?.map(verdict),
        text: textOption(options, 'text') ?? text.value,
        who: textOption(options, 'who'),
      }),
      (result) => [`entered as the vendor's ${String(result['as']).replaceAll('_', ' ')}`],
    );
  },

  dismiss: (cli, [reply = ''], options) =>
    perform(cli, 'mail dismiss', typed({ reply, reason: textOption(options, 'reason') }), () => [
      'dismissed',
    ]),

  again: (cli, [vendor = '']) =>
    perform(cli, 'mail again', { vendor }, ({ name }) => [`letters to ${String(name)} go out again`]),

  resume: (cli) =>
    perform(cli, 'mail resume', {}, ({ due }) => [`letters go out again; ${String(due)} were waiting`]),

  collect: (cli) =>
    perform(cli, 'mail collect', {}, (result, zone) => [
      `${String(result['mails'])} mails read`,
      ...replyLines(result, zone),
    ]),
};

function statusLines(result: Document, zone: string): readonly string[] {
  const status = result as unknown as MailStatus;
  const read = status.collectedAt === null ? 'not yet' : sayTime(status.collectedAt, zone);
  return [
    ...(status.configured === false ? ['no mail server is configured: letters wait'] : []),
    ...(status.paused ? ['letters are paused after a restore; see "mail resume"'] : []),
    `sending  ${status.sending ?? 'in order'}`,
    `mailbox  ${status.collecting ?? `read ${read}`}; ${status.replies} answers wait for an officer`,
    ...table([
      ['VENDOR', 'ADDRESS', 'STANDING', 'DUE', 'SENT', 'HELD', 'LAST SENT'],
      ...status.vendors.map(({ name, address, standing, due, sent, held, lastSentAt }) => [
        name,
        address,
        standing,
        String(due),
        String(sent),
        String(held),
        sayTime(lastSentAt, zone),
      ]),
    ]),
  ];
}

function letterLines(result: Document, zone: string): readonly string[] {
  const { letters } = result as unknown as { readonly letters: readonly LetterLine[] };
  if (letters.length === 0) return ['no letters'];
  return table([
    ['LETTER', 'TO', 'CASE', 'KIND', 'STANDING', 'AT', 'WHY'],
    ...letters.map((one) => [
      one.letter.slice(0, 8),
      one.to.name,
      one.case.slice(0, 8),
      one.kind,
      one.standing === 'sent' ? 'taken by the mail server' : one.standing,
      sayTime(one.at, zone),
      [
        one.why,
        one.left > 0 ? `${one.left} attachments too large` : '',
        one.automatic ? 'answered by a machine' : '',
      ]
        .filter(Boolean)
        .join('; '),
    ]),
  ]);
}

function replyLines(result: Document, zone: string): readonly string[] {
  const { replies } = result as unknown as { readonly replies: readonly ReplyLine[] };
  if (replies.length === 0) return ['no answers'];
  return table([
    ['REPLY', 'FROM', 'CASE', 'TO', 'READ', 'SIGNATURE', 'STANDING'],
    ...replies.map((one) => [
      one.reply.slice(0, 12),
      sender(one),
      one.case?.slice(0, 8) ?? 'unknown',
      one.to ?? '–',
      sayTime(one.readAt, zone),
      signature(one),
      one.standing,
    ]),
  ]);
}

function sender({ from, person }: ReplyLine): string {
  const name = from?.name ?? 'unknown';
  return person === null ? name : `${name} (${person})`;
}

function signature({ signed, code, encrypted }: ReplyLine): string {
  return `${signed ? 'holds' : code}${encrypted ? '' : ', came in clear'}`;
}

function shown(result: Document, zone: string): readonly string[] {
  const one = result as unknown as ReplyLine & {
    readonly text: string;
    readonly form: { readonly [name: string]: unknown };
  };
  const form = Object.entries(one.form).map(([name, value]) => `  ${name}: ${String(value)}`);
  return [
    `from       ${sender(one)}`,
    ...(one.signer === null ? [] : [`signed by  ${one.person}, key ${one.signer}`]),
    `case       ${one.case ?? 'unknown; name it with --case'}`,
    `signature  ${signature(one)}${one.signedAt === null ? '' : `, made ${sayTime(one.signedAt, zone)}`}`,
    `standing   ${one.standing}`,
    '',
    ...one.text.split('\n'),
    ...(form.length === 0 ? [] : ['', 'As a program reads it:', ...form]),
  ];
}
