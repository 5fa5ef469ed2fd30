/**
 * Headings and fixed words of the public pages, in the two languages of the house. Vendor statuses have their own
 * table in `node/core/case/vendor-words.ts`.
 */
import type { RemedyKind } from '../../node/core/advisory.js';

export type PageLang = 'en' | 'ja';

export interface PageWords {
  readonly skip: string;
  readonly overview: string;
  readonly vulnerabilities: string;
  readonly vendors: string;
  readonly vendor: string;
  readonly status: string;
  readonly statement: string;
  readonly products: string;
  readonly solution: string;
  readonly details: string;
  readonly references: string;
  readonly credits: string;
  readonly impact: string;
  readonly title: string;
  readonly sharing: string;
  readonly history: string;
  readonly published: string;
  readonly updated: string;
  readonly informed: string;
  readonly answered: string;
  readonly severity: string;
  readonly weakness: string;
  readonly alsoKnownAs: string;
  readonly comment: string;
  readonly assessment: string;
  readonly fixReady: string;
  readonly fixDeployed: string;
  readonly noStatement: string;
  readonly nobody: string;
  readonly exercise: string;
  readonly draft: string;
  readonly interim: string;
  readonly machine: string;
  readonly advisories: string;
  readonly none: string;
  readonly contact: string;
  readonly exploited: string;
  readonly fixed: string;
  readonly affected: string;
  readonly notAffected: string;
  readonly underInvestigation: string;
}

export const PAGE_WORDS: Readonly<Record<PageLang, PageWords>> = {
  en: {
    skip: 'Skip to the vendors',
    overview: 'Overview',
    vulnerabilities: 'Vulnerabilities',
    vendors: 'Vendor status',
    vendor: 'Vendor',
    status: 'Status',
    statement: 'Statement and remedy',
    products: 'Products',
    solution: 'Solution',
    details: 'Details',
    references: 'References',
    credits: 'Credits',
    impact: 'Impact',
    title: 'Title',
    sharing: 'Sharing',
    history: 'Update history',
    published: 'Published',
    updated: 'Last updated',
    informed: 'Informed',
    answered: 'Answered',
    severity: 'Severity',
    weakness: 'Weakness',
    alsoKnownAs: 'Also known as',
    comment: 'Coordinator’s comment',
    assessment: 'Assessment',
    fixReady: 'Fix ready',
    fixDeployed: 'Fix deployed',
    noStatement: 'No statement from the vendor.',
    nobody: 'No vendor is listed.',
    exercise: 'Exercise',
    draft: 'Draft. Not published.',
    interim: 'Interim: answers of vendors are still expected.',
    machine: 'This advisory for machines (CSAF 2.0)',
    advisories: 'Advisories',
    none: 'Nothing has been published yet.',
    contact: 'Contact',
    exploited: 'Attacks known since',
    fixed: 'fixed',
    affected: 'affected',
    notAffected: 'not affected',
    underInvestigation: 'under investigation',
  },
  ja: {
    skip: 'ベンダ情報へ移動',
    overview: '概要',
    vulnerabilities: '脆弱性',
    vendors: 'ベンダ情報',
    vendor: 'ベンダ',
    status: 'ステータス',
    statement: 'ベンダの告知と対策',
    products: '製品',
    solution: '対策方法',
    details: '詳細情報',
    references: '参考情報',
    credits: '謝辞',
    impact: '想定される影響',
    title: 'タイトル',
    sharing: '共有範囲',
    history: '更新履歴',
    published: '公開日',
    updated: '最終更新日',
    informed: '情報提供日',
    answered: '回答日',
    severity: '深刻度',
    weakness: '脆弱性タイプ',
    alsoKnownAs: '他の識別番号',
    comment: '調整機関からのコメント',
    assessment: '評価',
    fixReady: '修正版準備済み',
    fixDeployed: '修正版適用済み',
    noStatement: 'ベンダからの告知はありません。',
    nobody: '掲載されているベンダはありません。',
    exercise: '演習',
    draft: '草案（未公開）',
    interim: '暫定版：ベンダからの回答を待っています。',
    machine: '機械可読形式のアドバイザリ（CSAF 2.0）',
    advisories: 'アドバイザリ一覧',
    none: '公開されたアドバイザリはまだありません。',
    contact: '連絡先',
    exploited: '攻撃の確認日',
    fixed: '修正済み',
    affected: '影響あり',
    notAffected: '影響なし',
    underInvestigation: '調査中',
  },
};

export const REMEDY_WORDS: Readonly<Record<PageLang, Readonly<Record<RemedyKind, string>>>> = {
  en: {
    vendor_fix: 'Fix',
    workaround: 'Workaround',
    mitigation: 'Mitigation',
    fix_planned: 'Fix planned',
    none_available: 'No fix available',
    no_fix_planned: 'No fix planned',
  },
  ja: {
    vendor_fix: 'アップデート',
    workaround: 'ワークアラウンド',
    mitigation: '軽減策',
    fix_planned: '修正予定',
    none_available: '修正なし',
    no_fix_planned: '修正予定なし',
  },
};

/** The other language stands small beside each heading, as readers of the portal know it. */
export const OTHER_LANG: Readonly<Record<PageLang, PageLang>> = { en: 'ja', ja: 'en' };
