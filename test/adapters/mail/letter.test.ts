/** The words of a letter, in the language of its reader. */
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { letterText } from '../../../adapters/mail/letter.js';
import { LETTER_WORDS, letterLang } from '../../../adapters/mail/letter-words.js';
import { entityOf } from '../../../adapters/mail/wrap.js';
import { answerForm } from '../../../node/control/views/answer-form.js';
import { sha256, utf8 } from '../../../node/core/bytes.js';
import { openCase } from '../../../node/core/case/case.js';
import { VENDOR_WORDS } from '../../../node/core/case/vendor-words.js';
import { letterToken, type MailAddress } from '../../../node/core/mail/address.js';
import type { SpokenBody } from '../../../node/core/statement.js';
import { after, DAY } from '../../../node/core/time.js';
import type { LetterOut } from '../../../node/ports.js';
import { CASE } from '../../support/case-play.js';
import { TEST_NOW, testNode } from '../../support/keys.js';
import { SUMMARY } from '../../support/world.js';

const NODE = testNode('cert');
const SENDER = { node: NODE, name: 'CERT 協調', exercise: false, zones: new Map() };
const TOLD: SpokenBody = {
  kind: 'case_summary',
  replyBy: after(TEST_NOW, 7 * DAY),
  origin: NODE,
  model: 2,
  originCard: '',
  caseSummary: { ...SUMMARY, title: 'A parser', summary: 'It reads one octet too many.' },
};

function letter(body: SpokenBody, ...languages: readonly string[]): LetterOut {
  const replyBy = after(TEST_NOW, 7 * DAY);
  const summary = { stamp: { at: TEST_NOW, id: sha256('s') }, value: { ...SUMMARY, title: 'A parser' } };
  const rest = {
    model: 2,
    originCard: '',
    replyBy,
    replyByDays: 7,
    details: undefined,
    autoAccept: false,
  } as const;
  return {
    token: letterToken(sha256('one')),
    to: {
      node: testNode('vendor'),
      name: '製造者',
      zone: 'UTC',
      languages,
      address: 'psirt@vendor.example' as MailAddress,
    },
    statement: {
      author: NODE,
      recipient: testNode('vendor'),
      sequence: 0,
      incarnation: 1,
      createdAt: TEST_NOW,
      caseId: CASE,
      tlp: 'AMBER',
      body,
    },
    held: openCase({
      id: CASE,
      tlp: 'AMBER',
      origin: NODE,
      from: NODE,
      openedAt: TEST_NOW,
      summary,
      ...rest,
    }),
    attachments: [],
  };
}

describe('the language of a letter', () => {
  it.each([
    [['ja'], 'ja'],
    [['ja-JP', 'en'], 'ja'],
    [['JA'], 'ja'],
    [['en', 'ja'], 'en'],
    [['de', 'ja', 'en'], 'ja'],
    [['de'], 'en'],
    [[], 'en'],
    [['jam'], 'en'],
  ] as const)('%j: %s', (tags, lang) => {
    expect(letterLang(tags)).toBe(lang);
  });

  it('has a sentence of its own for every sentence of the other', () => {
    const said = (value: unknown): unknown =>
      typeof value === 'function'
        ? value('policy', 'x', 'y')
        : typeof value === 'object' && value !== null
          ? Object.values(value).map(said)
          : value;
    const [english, japanese] = [LETTER_WORDS.en, LETTER_WORDS.ja].map((words) =>
      [said(words)].flat(3).map(String),
    );
    expect(japanese).toHaveLength(english?.length ?? 0);
    expect(japanese?.filter((text) => english?.includes(text))).toEqual([]);
    expect(
      japanese?.filter((text) => !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)),
    ).toEqual([]);
  });
});

describe('a letter in Japanese', () => {
  const text = letterText(letter(TOLD, 'ja', 'en'), SENDER, []);

  it('says in Japanese what is fixed, and leaves what a person wrote', () => {
    expect(text).toContain('貴社の製品が該当するかどうか、調査をお願いいたします。');
    expect(text).toContain('It reads one octet too many.');
    expect(text).toContain(`宛先:     製造者, 鍵 `);
    expect(text).toContain(VENDOR_WORDS.not_affected.japanese);
    expect(text).not.toMatch(/We ask you|Please answer|Fill in/);
  });

  it('keeps what machines read: label, token, words of the form', () => {
    expect(text.split('\n')[0]).toBe('TLP:AMBER');
    expect(text).toContain(`isochron.${letterToken(sha256('one'))}`);
  });

  it('crosses as UTF-8, says so, and names its language', async () => {
    const entity = await entityOf(text, [], 'ja');
    const [head = ''] = Buffer.from(entity).toString('latin1').split('\r\n\r\n');
    expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8$/m);
    expect(head).toMatch(/^Content-Language: ja$/m);
    expect(head).toMatch(/^Content-Transfer-Encoding: (?:base64|quoted-printable)$/m);
    expect((await PostalMime.parse(entity)).text?.replaceAll('\r\n', '\n').trim()).toBe(text.trim());
  });

  it('is as long as any mail program takes: no line of it is over its bound on the way', async () => {
    const entity = await entityOf(
      text,
      [{ mark: { hash: sha256('a'), bytes: 1, mediaType: 'x/y' }, bytes: utf8('a') }],
      'ja',
    );
    const lines = Buffer.from(entity).toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  });
});

describe('the form of an answer', () => {
  it.each(['en', 'ja'] as const)('in a letter in %s is empty until somebody fills it in', (lang) => {
    expect(answerForm(LETTER_WORDS[lang].form.join('\n'))).toEqual({});
  });

  it.each(['en', 'ja'] as const)('filled in behind the names of its lines it is read, in %s', (lang) => {
    const colon = lang === 'ja' ? '：' : ': ';
    const filled = LETTER_WORDS[lang].form
      .map((line) => `> ${line}`)
      .concat([
        `Status${colon}not_affected${lang === 'ja' ? ` ${VENDOR_WORDS.not_affected.japanese}` : ''}`,
        `Products${colon}HafenGate 2; HafenGate 3`,
        `Statement for the public${colon}影響を受けません。`,
      ]);
    expect(answerForm(filled.join('\n'))).toEqual({
      status: 'not_affected',
      products: ['HafenGate 2', 'HafenGate 3'],
      statement: '影響を受けません。',
    });
  });
});
