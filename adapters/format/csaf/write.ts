/**
 * Advisory → CSAF 2.0, the publication format of the house.
 *
 * What the text may say is decided before the first line, by `shownTo`: a writer never sees a note above the
 * document's label, a name without consent, or the planned instant. Whether the result is valid is `check.ts`'s
 * question; a document that fails there cannot be published (FORMATS §3, row 1).
 * @see FORMATS §1.1
 */
import {
  type Advisory,
  DRILL_SENTENCE,
  type Lang,
  type NoteKind,
  type Remedy,
  type RemedyKind,
  shownTitle,
  shownTo,
  textIn,
} from '../../../node/core/advisory.js';
import { checkAdvisory } from '../../../node/core/advisory-check.js';
import type { Json } from '../../../node/core/canonical.js';
import { CSAF_TLP, csafTlpText } from '../../../node/core/disclosure/tlp.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import type { Loss, Written } from '../format.js';
import { writeSecond } from '../second.js';
import { formLosses } from './form-losses.js';
import { hasForm } from './grammar.js';
import { members, printJson } from './json.js';
import { csafFileName, csafTrackingId, csafUrl } from './names.js';
import { type ProductRow, productTable, productTree } from './products.js';
import { vendorNotes } from './vendor-notes.js';
import { type WrittenVulnerability, writeVulnerability } from './vulnerability.js';

export interface CsafOptions {
  /** Absent: the advisory's own. Another one needs an entry in `translations`, and makes a second document. */
  readonly lang?: Lang;
  /** Absent: `<namespace>/.well-known/csaf`, for a public document only. */
  readonly root?: string;
  readonly engineVersion?: string;
  /** The profile `csaf_vex`, only on request: refused where an affected product has no remedy. */
  readonly vex?: true;
}

/**
 * Writes one document in one language.
 *
 * Faults: `FORMAT_CONTRADICTION` with its place, from `checkAdvisory`, for two products with one id, for a product
 * on two sides, for a profile that cannot be met; `FORMAT_UNKNOWN` for a language without a translation;
 * `LIMIT_EXCEEDED`.
 */
export function writeCsaf(advisory: Advisory, options: CsafOptions = {}): Outcome<Written> {
  const checked = checkAdvisory(advisory);
  if (!checked.ok) return checked;
  const shown = shownTo(checked.value, advisory.tlp);
  if (!shown.ok) return shown;
  const lang = options.lang ?? advisory.lang;
  const words =
    lang === advisory.lang
      ? advisory
      : advisory.translations.find((translation) => translation.lang === lang);
  if (!words) return refuse('FORMAT_UNKNOWN', { where: 'lang' });
  const table = productTable(shown.value);
  if (!table.ok) return table;
  return compose(shown.value, { ...options, lang, words }, table.value.rows, table.value.losses);
}

interface Choice extends CsafOptions {
  readonly lang: Lang;
  readonly words: { readonly title: string; readonly summary: string };
}

function compose(
  advisory: Advisory,
  choice: Choice,
  rows: readonly ProductRow[],
  productLosses: readonly Loss[],
): Outcome<Written> {
  const written = advisory.vulnerabilities.flatMap(
    (_, at) => writeVulnerability(advisory, at, rows, choice.lang) ?? [],
  );
  if (choice.vex) {
    const unmet = written.findIndex(({ json }) => !meetsVex(json));
    if (unmet >= 0)
      return refuse('FORMAT_CONTRADICTION', { where: `vulnerabilities[${unmet}].remediations` });
  }
  const homeless = [...new Set(written.flatMap((vulnerability) => vulnerability.homeless))];
  const id = csafTrackingId(advisory, choice.lang);
  const document = members({
    document: members({
      acknowledgments: advisory.credits.map(({ name, organisation }) =>
        members({ names: [name], organization: organisation }),
      ),
      category: category(written, choice),
      csaf_version: '2.0',
      distribution: { text: handling(advisory), tlp: { label: CSAF_TLP[advisory.tlp] } },
      lang: choice.lang,
      notes: notes(advisory, choice, homeless),
      publisher: members({
        category: 'coordinator',
        contact_details: advisory.publisher.contact,
        issuing_authority: advisory.publisher.authority,
        name: advisory.publisher.name,
        namespace: advisory.publisher.namespace,
      }),
      references: references(advisory, choice),
      source_lang: choice.lang === advisory.lang ? undefined : advisory.lang,
      title: shownTitle(advisory, choice.words.title),
      tracking: tracking(advisory, id, choice),
    }),
    product_tree: productTree(rows),
    vulnerabilities: written.map(({ json }) => json),
  });
  return ok({
    text: printJson(document),
    fileName: csafFileName(id),
    mediaType: 'application/json',
    losses: [
      ...formLosses(advisory),
      ...productLosses,
      ...written.flatMap(({ losses }) => losses),
      ...ownLosses(advisory, choice),
    ],
  });
}

function category(written: readonly WrittenVulnerability[], choice: Choice): string {
  if (choice.vex) return 'csaf_vex';
  const complete = written.every(({ json }) => json['product_status'] !== undefined);
  return complete ? 'csaf_security_advisory' : 'csaf_base';
}

/** The profile asks for an id, a status and a remedy for each affected product (CSAF 6.1.27.7 to 6.1.27.10). */
function meetsVex(json: { readonly [name: string]: Json }): boolean {
  const status = json['product_status'] as Readonly<Record<string, readonly string[]>> | undefined;
  const remedies = (json['remediations'] ?? []) as readonly { readonly product_ids: readonly string[] }[];
  const helped = new Set(remedies.flatMap(({ product_ids }) => product_ids));
  const named = json['cve'] !== undefined || json['ids'] !== undefined;
  const groups = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'];
  return (
    named &&
    groups.some((group) => status?.[group] !== undefined) &&
    (status?.['known_affected'] ?? []).every((id) => helped.has(id))
  );
}

function handling(advisory: Advisory): string {
  const first = csafTlpText(advisory.tlp);
  return advisory.pap === undefined ? first : `${first}\nPAP:${advisory.pap}`;
}

const NOTE_CATEGORY: Readonly<Record<NoteKind, string>> = {
  details: 'details',
  impact: 'details',
  general: 'general',
  faq: 'faq',
  other: 'other',
};

const REMEDY_TITLE: Readonly<Record<RemedyKind, string>> = {
  vendor_fix: 'Fix',
  workaround: 'Workaround',
  mitigation: 'Mitigation',
  fix_planned: 'Planned fix',
  none_available: 'No fix available',
  no_fix_planned: 'No fix planned',
};

function notes(advisory: Advisory, choice: Choice, homeless: readonly Remedy[]): Json[] {
  const { lang, words } = choice;
  const say = (texts: readonly { readonly lang: Lang; readonly text: string }[]): string =>
    textIn(texts, lang, advisory.lang)?.trim() ?? '';
  const all: { readonly category: string; readonly text: string; readonly title: string }[] = [
    { category: 'summary', text: words.summary, title: 'Summary' },
    ...(advisory.drill
      ? [{ category: 'general', text: DRILL_SENTENCE[lang === 'ja' ? 'ja' : 'en'], title: 'Exercise' }]
      : []),
    ...advisory.notes.map(({ kind, title, texts }) => ({
      category: NOTE_CATEGORY[kind],
      text: say(texts),
      title,
    })),
    ...homeless.map(({ kind, texts, url }) => ({
      category: 'details',
      text: url === undefined ? say(texts) : `${say(texts)}\n${url}`,
      title: REMEDY_TITLE[kind],
    })),
    ...vendorNotes(advisory, lang),
    { category: 'legal_disclaimer', text: advisory.publisher.disclaimer ?? '', title: 'Disclaimer' },
  ];
  return all.filter(({ text }) => text.trim() !== '');
}

function references(advisory: Advisory, choice: Choice): Json[] {
  const self = csafUrl(advisory, choice.lang, choice.root);
  const external = [
    ...advisory.references,
    ...advisory.vendors.flatMap(({ name, references: own }) =>
      own.map(({ url, title }) => ({ url, title: title.trim() === '' ? name : `${name}: ${title}` })),
    ),
  ];
  // Whoever names an address first gives it its title.
  const titles = new Map<string, string>();
  for (const { url, title } of external) {
    if (hasForm('url', url) && !titles.has(url)) titles.set(url, title.trim() || url);
  }
  return [
    ...(self === undefined ? [] : [{ category: 'self', summary: 'This document', url: self }]),
    ...[...titles].map(([url, summary]) => ({ category: 'external', summary, url })),
  ];
}

function tracking(advisory: Advisory, id: string, choice: Choice): Json {
  const draft = advisory.stage === 'draft';
  const at = writeSecond(advisory.publishedAt);
  const history = draft
    ? [{ date: at, number: '0', summary: 'Draft before publication' }]
    : advisory.revisions.map((revision) => ({
        date: writeSecond(revision.at),
        number: String(revision.number),
        summary: revision.summary.trim() || `Revision ${revision.number}`,
      }));
  const last = history.at(-1);
  return members({
    aliases: [...new Set(advisory.aliases)].filter((alias) => alias !== id && !isCve(alias)),
    current_release_date: last?.date,
    generator: { engine: members({ name: 'Isochron', version: choice.engineVersion }) },
    id,
    initial_release_date: at,
    revision_history: history,
    status: advisory.stage,
    version: last?.number,
  });
}

function isCve(alias: string): boolean {
  return /^CVE-/i.test(alias);
}

/** What CSAF 2.0 has no member for, whatever the advisory says. */
function ownLosses(advisory: Advisory, choice: Choice): Loss[] {
  const losses: Loss[] = [
    { path: 'kind', what: 'no_member', why: 'CSAF 2.0 does not tell products from web applications.' },
    { path: 'scope', what: 'no_member', why: 'CSAF 2.0 does not tell protocol from implementation.' },
  ];
  const named = new Set(advisory.vulnerabilities.map(({ cve }) => cve));
  for (const [index, alias] of advisory.aliases.entries()) {
    if (!isCve(alias) || named.has(alias)) continue;
    const why = 'A CVE id is no alias in CSAF, and no vulnerability of this advisory has it.';
    losses.push({ path: `aliases[${index}]`, what: 'cve_alias', why });
  }
  if (choice.lang !== advisory.lang && advisory.stage !== 'draft') {
    const why = 'Summaries of revisions are kept in the language of the advisory.';
    losses.push({ path: 'revisions', what: 'not_translated', why });
  }
  return losses;
}
