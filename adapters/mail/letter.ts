/**
 * What a vendor without a node reads: one statement in plain words. It stands inside the encryption, so it may name the
 * case; whom else we told it never says, for the statement does not know either.
 */
import { localClock } from '../../node/core/case/local-clock.js';
import { unreachable } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { TOKEN_PREFIX } from '../../node/core/mail/address.js';
import type { ZoneTable } from '../../node/core/schedule/problem.js';
import type { AttachmentMark, CaseSummary, SpokenBody, Statement } from '../../node/core/statement.js';
import { type Instant, writeInstant } from '../../node/core/time.js';
import type { LetterOut } from '../../node/ports.js';
import { LETTER_WORDS, type LetterWords, letterLang } from './letter-words.js';

/** Who writes. */
export interface Sender {
  readonly node: NodeId;
  readonly name: string;
  readonly exercise: boolean;
  readonly zones: ReadonlyMap<string, ZoneTable>;
}

/**
 * The text of one letter, in the language that its reader prefers; lines end in LF.
 * @param left attachments that were too large to travel with it.
 */
export function letterText(letter: LetterOut, sender: Sender, left: readonly AttachmentMark[]): string {
  const { to, held, statement, token } = letter;
  const { title, publicIds } = held.summary.value;
  const words = LETTER_WORDS[letterLang(to.languages)];
  const when = (at: Instant) => `${writeInstant(at)} (${localClock(sender.zones, at, to.zone)})`;
  return [
    ...(sender.exercise ? [words.exercise, ''] : []),
    `TLP:${statement.tlp ?? held.tlp}`,
    `${words.from}${sender.name}, ${words.key} ${spaced(sender.node)}`,
    // Inside the signature, so that nobody can hand the letter on as if it were meant for somebody else.
    `${words.to}${to.name}, ${words.key} ${spaced(to.node)}`,
    `${words.case}${[...publicIds, title].join(', ')}`,
    `${words.said}${when(statement.createdAt)}`,
    `${words.message}${TOKEN_PREFIX}${token}`,
    '',
    ...wordsOf(statement, when, words),
    ...left.flatMap(({ hash, bytes }) => ['', words.tooLarge(bytes), hash]),
    '',
    ...answerWords(statement, sender.name, words),
    '',
  ].join('\n');
}

type When = (at: Instant) => string;

function wordsOf({ body }: Statement, when: When, words: LetterWords): readonly string[] {
  const said = body as SpokenBody;
  switch (said.kind) {
    case 'case_summary':
      return [
        words.askToLook,
        words.answerBy(when(said.replyBy)),
        '',
        ...summaryWords(said.caseSummary, words),
        ...(said.model === 1 ? ['', words.detailsFromLead] : []),
      ];
    case 'case_update':
      return [words.newSummary, '', ...summaryWords(said.caseSummary, words)];
    case 'detail_grant':
      return [
        words.details,
        '',
        said.details,
        '',
        `${words.passingOn}${words.onward[said.onward]}`,
        ...said.attachments.map(({ hash, bytes, mediaType }) => words.attachment(bytes, mediaType, hash)),
      ];
    case 'detail_denial':
      return [words.denial(said.reason), '', said.remark];
    case 'publication_notice':
      return [
        said.stage === 'freeze' ? words.instantFinal : words.instantSettled,
        '',
        `    ${when(said.at)}`,
        '',
        words.untilThen,
        words.settledBy(said.vouched.length, said.epoch),
      ];
    case 'advance_notice':
      return [words.inAdvance(said.agreement), '', said.text, '', words.publishedAt(when(said.at))];
    case 'case_merge':
      return [words.merged];
    case 'case_close':
      return [words.closed, '', said.reason];
    case 'exploit_public':
      return [words.exploitPublic, '', said.evidence];
    case 'attacks_observed':
      return [words.attacks, '', said.evidence];
    case 'inquiry':
      return [words.asks, '', said.text];
    case 'comment':
      return [said.text];
    case 'acknowledge':
      return [words.readAnswer];
    case 'vendor_status':
    case 'remedy':
    case 'detail_request':
    case 'disclosure_list':
    case 'schedule_preference':
    case 'amend_request':
    case 'reply_by_raised':
    case 'dissemination_delay':
      return [words.forNodes];
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

function summaryWords({ title, summary, products }: CaseSummary, words: LetterWords): readonly string[] {
  return [
    title,
    '',
    summary,
    '',
    ...(products.length > 0 ? [`${words.products}${products.join('; ')}`] : []),
  ];
}

/** A form that a person fills in and a program can read; free words do as well. */
function answerWords({ body: { kind } }: Statement, name: string, words: LetterWords): readonly string[] {
  const asked = kind === 'case_summary' || kind === 'case_update' || kind === 'detail_grant';
  return ['-- ', words.answer(name), ...(asked ? [words.fillIn, '', ...words.form] : [])];
}

function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{4}/g) ?? []).join(' ');
}
