/**
 * Fixed sentences of letters, in the two languages of the house. What a person wrote, names, instants and codes stand in
 * a letter as they are; names of the lines of the answer form too, for a program reads them back.
 */
import { VENDOR_STATUS_WORDS, VENDOR_WORDS } from '../../node/core/case/vendor-words.js';
import type { DenialReason } from '../../node/core/statement.js';

export type LetterLang = 'en' | 'ja';

export interface LetterWords {
  readonly exercise: string;
  /** Heads of the first lines, each as wide as the others. */
  readonly from: string;
  readonly to: string;
  readonly case: string;
  readonly said: string;
  readonly message: string;
  readonly key: string;
  readonly askToLook: string;
  readonly answerBy: (instant: string) => string;
  readonly detailsFromLead: string;
  readonly newSummary: string;
  readonly details: string;
  readonly passingOn: string;
  readonly onward: Readonly<Record<'own_vendors' | 'ask' | 'nobody', string>>;
  readonly attachment: (bytes: number, mediaType: string, hash: string) => string;
  readonly tooLarge: (bytes: number) => string;
  readonly denial: (reason: DenialReason) => string;
  readonly instantSettled: string;
  readonly instantFinal: string;
  readonly untilThen: string;
  readonly settledBy: (centres: number, amendments: number) => string;
  readonly inAdvance: (agreement: string) => string;
  readonly publishedAt: (instant: string) => string;
  readonly merged: string;
  readonly closed: string;
  readonly exploitPublic: string;
  readonly attacks: string;
  readonly asks: string;
  readonly readAnswer: string;
  readonly forNodes: string;
  readonly products: string;
  readonly answer: (name: string) => string;
  readonly fillIn: string;
  /** The answer form, line by line. */
  readonly form: readonly string[];
}

/** What a vendor may answer; the rest of the words are for a centre to say. */
const ANSWERS = [...VENDOR_STATUS_WORDS.slice(0, 5), 'disputed'] as const;

const DENIALS: Readonly<Record<LetterLang, Readonly<Record<DenialReason, string>>>> = {
  en: {
    tlp: 'its author does not let us pass them on',
    not_affected: 'your products are not concerned',
    not_verified: 'we could not verify who asks',
    policy: 'our policy does not allow it',
    other: 'see below',
  },
  ja: {
    tlp: '作成者が第三者への提供を認めていないため',
    not_affected: '貴社の製品は該当しないため',
    not_verified: 'ご請求者の確認が取れないため',
    policy: '当方の方針によるため',
    other: '下記のとおり',
  },
};

export const LETTER_WORDS: Readonly<Record<LetterLang, LetterWords>> = {
  en: {
    exercise: 'EXERCISE – EXERCISE – EXERCISE',
    from: 'From:    ',
    to: 'To:      ',
    case: 'Case:    ',
    said: 'Said:    ',
    message: 'Message: ',
    key: 'key',
    askToLook: 'We ask you to look whether your products are concerned.',
    answerBy: (instant) => `Please answer by ${instant}.`,
    detailsFromLead: 'Details, if you ask for them, will reach you from the centre that leads this case.',
    newSummary: 'The summary has changed. It reads now:',
    details: 'The details that you asked for:',
    passingOn: 'Passing on: ',
    onward: {
      own_vendors: 'to whom it concerns in your own organisation',
      ask: 'ask us each time',
      nobody: 'to nobody',
    },
    attachment: (bytes, mediaType, hash) => `Attachment: ${bytes} bytes, ${mediaType}, SHA-256 ${hash}`,
    tooLarge: (bytes) =>
      `An attachment of ${bytes} bytes was too large to travel by mail; ask us for it. SHA-256:`,
    denial: (reason) => `We cannot give you the details: ${DENIALS.en[reason]}.`,
    instantSettled: 'The instant of publication is settled:',
    instantFinal: 'The instant of publication is final:',
    untilThen:
      'Until then nothing of this may be published. Should it become public earlier, tell us at once.',
    settledBy: (centres, amendments) => `Settled by ${centres} centres; amendments so far: ${amendments}.`,
    inAdvance: (agreement) => `In advance, under our agreement ${agreement}, for you alone:`,
    publishedAt: (instant) => `It will be published at ${instant}.`,
    merged: 'This case is the same defect as another one, in which it goes on.',
    closed: 'We have closed this case:',
    exploitPublic: 'An exploit is public:',
    attacks: 'Attacks were observed:',
    asks: 'We ask:',
    readAnswer: 'We have read your answer.',
    forNodes: 'A notice about this case that concerns nodes only; nothing is to be done.',
    products: 'Products: ',
    answer: (name) =>
      `Answer this mail, signed with your key and encrypted to that of ${name}. Do not quote the details.`,
    fillIn: 'Fill in what you can, in this form or in your own words; a person reads it.',
    form: [
      `Status: (${ANSWERS.join(' | ')})`,
      'Fix: (none | ready | deployed)',
      'Ready: (a date or an instant)',
      'Products:',
      'Impact:',
      'Plan:',
      'Details: (write "please" to ask for them, and why)',
      'Statement for the public:',
    ],
  },
  ja: {
    exercise: '訓練 (EXERCISE) – 訓練 (EXERCISE) – 訓練 (EXERCISE)',
    from: '差出人:   ',
    to: '宛先:     ',
    case: '案件:     ',
    said: '発信日時: ',
    message: '文書番号: ',
    key: '鍵',
    askToLook: '貴社の製品が該当するかどうか、調査をお願いいたします。',
    answerBy: (instant) => `${instant} までにご回答ください。`,
    detailsFromLead: '詳細情報をご希望の場合は、本件を主導する調整機関から直接お送りします。',
    newSummary: '概要が変更されました。現在の内容は次のとおりです。',
    details: 'ご請求いただいた詳細情報は次のとおりです。',
    passingOn: '再配布: ',
    onward: {
      own_vendors: '貴組織内の関係者に限り可',
      ask: 'その都度、当方にお問い合わせください',
      nobody: '不可',
    },
    attachment: (bytes, mediaType, hash) => `添付: ${bytes} バイト、${mediaType}、SHA-256 ${hash}`,
    tooLarge: (bytes) =>
      `添付ファイル (${bytes} バイト) は大きすぎるためメールでお送りできません。当方にご請求ください。SHA-256:`,
    denial: (reason) => `詳細情報は提供できません。理由: ${DENIALS.ja[reason]}。`,
    instantSettled: '公表日時が次のとおり決まりました。',
    instantFinal: '公表日時が次のとおり確定しました。',
    untilThen:
      'この日時まで、本件に関する情報は一切公表しないでください。それより前に公になった場合は、直ちに当方へご連絡ください。',
    settledBy: (centres, amendments) =>
      `${centres} の調整機関の合意による。これまでの変更: ${amendments} 回。`,
    inAdvance: (agreement) => `合意 ${agreement} に基づき、貴組織に限り事前にお知らせします。`,
    publishedAt: (instant) => `${instant} に公表される予定です。`,
    merged: '本件は別の案件と同一の欠陥であるため、今後はそちらで取り扱います。',
    closed: '本件を終了しました。',
    exploitPublic: '攻撃コードが公開されています。',
    attacks: '攻撃が観測されています。',
    asks: 'お尋ねします。',
    readAnswer: 'ご回答を拝見しました。',
    forNodes: '本件に関するシステム間の通知です。ご対応は不要です。',
    products: '製品: ',
    answer: (name) =>
      `このメールに、貴社の鍵で署名し ${name} の鍵で暗号化してご返信ください。詳細情報は引用しないでください。`,
    fillIn:
      '次の様式 (項目名はそのまま) または自由な文章で、分かる範囲でご記入ください。担当者が拝見します。',
    form: [
      `Status: (${ANSWERS.map((word) => `${word} ${VENDOR_WORDS[word].japanese}`).join(' | ')})`,
      'Fix: (修正 none なし | ready 準備済み | deployed 提供済み)',
      'Ready: (提供予定の日付または日時)',
      'Products: (対象製品)',
      'Impact: (影響)',
      'Plan: (対応予定)',
      'Details: (詳細情報をご希望の場合は please とその理由)',
      'Statement for the public: (公表用の文章)',
    ],
  },
};

/** The first of the tags for which we have sentences; English where there is none. @param tags BCP 47, most preferred first. */
export function letterLang(tags: readonly string[]): LetterLang {
  for (const tag of tags) {
    const [primary = ''] = tag.toLowerCase().split('-');
    if (primary === 'en' || primary === 'ja') return primary;
  }
  return 'en';
}
