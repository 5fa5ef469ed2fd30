/**
 * What a vendor without a node reads: one statement in plain words. It stands inside the encryption, so it may name the
 * case; whom else we told it never says, for the statement does not know either.
 */
import { localClock } from '../../node/core/case/local-clock.js';
import { VENDOR_STATUS_WORDS } from '../../node/core/case/vendor-words.js';
import { unreachable } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { TOKEN_PREFIX } from '../../node/core/mail/address.js';
import type { ZoneTable } from '../../node/core/schedule/problem.js';
import type { AttachmentMark, CaseSummary, SpokenBody, Statement } from '../../node/core/statement.js';
import { type Instant, writeInstant } from '../../node/core/time.js';
import type { LetterOut } from '../../node/ports.js';

/** Who writes. */
export interface Sender {
  readonly node: NodeId;
  readonly name: string;
  readonly exercise: boolean;
  readonly zones: ReadonlyMap<string, ZoneTable>;
}

/**
 * The text of one letter; lines end in LF.
 * @param left attachments that were too large to travel with it.
 */
export function letterText(letter: LetterOut, sender: Sender, left: readonly AttachmentMark[]): string {
  const { to, held, statement, token } = letter;
  const { title, publicIds } = held.summary.value;
  const when = (at: Instant) => `${writeInstant(at)} (${localClock(sender.zones, at, to.zone)})`;
  return [
    ...(sender.exercise ? ['EXERCISE – EXERCISE – EXERCISE', ''] : []),
    `TLP:${statement.tlp ?? held.tlp}`,
    `From:    ${sender.name}, key ${spaced(sender.node)}`,
    // Inside the signature, so that nobody can hand the letter on as if it were meant for somebody else.
    `To:      ${to.name}, key ${spaced(to.node)}`,
    `Case:    ${[...publicIds, title].join(', ')}`,
    `Said:    ${when(statement.createdAt)}`,
    `Message: ${TOKEN_PREFIX}${token}`,
    '',
    ...wordsOf(statement, when),
    ...left.flatMap(({ hash, bytes }) => [
      '',
      `An attachment of ${bytes} bytes was too large to travel by mail; ask us for it. SHA-256:`,
      hash,
    ]),
    '',
    ...answerWords(statement, sender.name),
    '',
  ].join('\n');
}

type When = (at: Instant) => string;

function wordsOf({ body }: Statement, when: When): readonly string[] {
  const said = body as SpokenBody;
  switch (said.kind) {
    case 'case_summary':
      return [
        'We ask you to look whether your products are concerned.',
        `Please answer by ${when(said.replyBy)}.`,
        '',
        ...summaryWords(said.caseSummary),
        ...(said.model === 1
          ? ['', 'Details, if you ask for them, will reach you from the centre that leads this case.']
          : []),
      ];
    case 'case_update':
      return ['The summary has changed. It reads now:', '', ...summaryWords(said.caseSummary)];
    case 'detail_grant':
      return [
        'The details that you asked for:',
        '',
        said.details,
        '',
        `Passing on: ${ONWARD[said.onward]}`,
        ...said.attachments.map(
          ({ hash, bytes, mediaType }) => `Attachment: ${bytes} bytes, ${mediaType}, SHA-256 ${hash}`,
        ),
      ];
    case 'detail_denial':
      return [`We cannot give you the details (${said.reason.replaceAll('_', ' ')}).`, '', said.remark];
    case 'publication_notice':
      return [
        said.stage === 'freeze'
          ? 'The instant of publication is final:'
          : 'The instant of publication is settled:',
        '',
        `    ${when(said.at)}`,
        '',
        'Until then nothing of this may be published. Should it become public earlier, tell us at once.',
        `Settled by ${said.vouched.length} centres; amendments so far: ${said.epoch}.`,
      ];
    case 'advance_notice':
      return [
        `In advance, under our agreement ${said.agreement}, for you alone:`,
        '',
        said.text,
        '',
        `It will be published at ${when(said.at)}.`,
      ];
    case 'case_merge':
      return ['This case is the same defect as another one, in which it goes on.'];
    case 'case_close':
      return ['We have closed this case:', '', said.reason];
    case 'exploit_public':
      return ['An exploit is public:', '', said.evidence];
    case 'attacks_observed':
      return ['Attacks were observed:', '', said.evidence];
    case 'inquiry':
      return ['We ask:', '', said.text];
    case 'comment':
      return [said.text];
    case 'acknowledge':
      return ['We have read your answer.'];
    case 'vendor_status':
    case 'remedy':
    case 'detail_request':
    case 'disclosure_list':
    case 'schedule_preference':
    case 'amend_request':
    case 'reply_by_raised':
    case 'dissemination_delay':
      return ['A notice about this case that concerns nodes only; nothing is to be done.'];
    case 'attachment':
    case 'ballot':
    case 'invitation':
    case 'unreadable':
    case 'registration':
      throw new Error('no letter is written for these');
    default:
      return unreachable(said);
  }
}

const ONWARD: Readonly<Record<'own_vendors' | 'ask' | 'nobody', string>> = {
  own_vendors: 'to whom it concerns in your own organisation',
  ask: 'ask us each time',
  nobody: 'to nobody',
};

function summaryWords({ title, summary, products }: CaseSummary): readonly string[] {
  return [title, '', summary, '', ...(products.length > 0 ? [`Products: ${products.join('; ')}`] : [])];
}

/** A form that a person fills in and a program can read; free words do as well. */
function answerWords({ body: { kind } }: Statement, name: string): readonly string[] {
  const asked = kind === 'case_summary' || kind === 'case_update' || kind === 'detail_grant';
  return [
    '-- ',
    `Answer this mail, signed with your key and encrypted to that of ${name}. Do not quote the details.`,
    ...(asked
      ? [
          'Fill in what you can, in this form or in your own words; a person reads it.',
          '',
          `Status: (${VENDOR_STATUS_WORDS.slice(0, 5).join(' | ')} | disputed)`,
          'Fix: (none | ready | deployed)',
          'Ready: (a date or an instant)',
          'Products:',
          'Impact:',
          'Plan:',
          'Details: (write "please" to ask for them, and why)',
          'Statement for the public:',
        ]
      : []),
  ];
}

function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ');
}
