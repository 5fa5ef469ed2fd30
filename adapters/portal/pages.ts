/**
 * The advisory portal: one page per advisory, vendor by vendor, and a list of them.
 *
 * A page is a single file: no scripts, no external resources, every text escaped, one style sheet named by its hash
 * in the page's own policy. It reads alike on a telephone, on paper and in the dark.
 * @see DESIGN §9, DOMAIN §7
 */
import {
  type Advisory,
  type Note,
  type Publisher,
  type Score,
  shownTitle,
  shownTo,
  textIn,
  type Vulnerability,
} from '../../node/core/advisory.js';
import { checkAdvisory } from '../../node/core/advisory-check.js';
import { byText } from '../../node/core/bytes.js';
import type { Tlp } from '../../node/core/disclosure/tlp.js';
import { type Outcome, ok } from '../../node/core/fault.js';
import type { Instant } from '../../node/core/time.js';
import { type Html, html, link, paragraphs } from './page-html.js';
import { framed, heading, when } from './page-parts.js';
import { PAGE_WORDS, type PageLang, type PageWords } from './page-words.js';
import { remedyBox, vendorTable } from './vendor-table.js';

export interface PageOptions {
  /** Language of headings; texts are taken in it where they exist. Absent: `ja` for a Japanese advisory, else `en`. */
  readonly lang?: PageLang;
  /** Who will read it. Absent: the public, so a stricter advisory is refused. */
  readonly audience?: Tlp;
  /** Address of the CSAF document, relative or https. */
  readonly csafUrl?: string;
}

/** `ECC#2027-0001` → `ecc_2027-0001.html`: the name of the CSAF document with another ending (FORMATS §12.6). */
export function pageFileName(publicId: string, lang?: PageLang): string {
  const name = publicId.toLowerCase().replace(/[^+\-a-z0-9]+/g, '_');
  return lang === undefined ? `${name}.html` : `${name}-${lang}.html`;
}

/**
 * The page of one advisory.
 *
 * Faults: those of `checkAdvisory`; `TLP_FORBIDS` where the advisory is stricter than the audience.
 */
export function advisoryPage(advisory: Advisory, options: PageOptions = {}): Outcome<string> {
  const checked = checkAdvisory(advisory);
  if (!checked.ok) return checked;
  const shown = shownTo(advisory, options.audience ?? 'CLEAR');
  if (!shown.ok) return shown;
  const lang = options.lang ?? (advisory.lang === 'ja' ? 'ja' : 'en');
  const words = wordsIn(shown.value, lang);
  const title = shownTitle(advisory, words.title);
  return ok(
    framed({
      lang,
      title: `${advisory.publicId}: ${title}`,
      publisher: advisory.publisher,
      drill: advisory.drill ?? false,
      top: top(shown.value, title, words.lang, lang),
      main: main(shown.value, words, lang, options.csafUrl),
    }),
  );
}

interface Words {
  readonly lang: string;
  readonly title: string;
  readonly summary: string;
}

function wordsIn(advisory: Advisory, lang: PageLang): Words {
  return advisory.translations.find((translation) => translation.lang === lang) ?? advisory;
}

function top(advisory: Advisory, title: string, titleLang: string, lang: PageLang): Html {
  const words = PAGE_WORDS[lang];
  const last = advisory.revisions.at(-1)?.at ?? advisory.publishedAt;
  const draft = advisory.stage === 'draft';
  const aliases = [
    ...new Set([
      ...advisory.aliases,
      ...advisory.vulnerabilities.flatMap(({ cve }) => (cve === undefined ? [] : [cve])),
    ]),
  ];
  const fact = (word: string, value: Html): Html => html`<div><dt>${word}</dt><dd>${value}</dd></div>`;
  return html`<a class="skip" href="#vendors">${words.skip}</a>
<p class="id">${advisory.publicId}</p>
<h1 lang="${titleLang}">${title}</h1>
<dl class="facts">
${draft ? undefined : fact(words.published, when(advisory.publishedAt, lang))}
${!draft && last > advisory.publishedAt ? fact(words.updated, when(last, lang)) : undefined}
${aliases.length === 0 ? undefined : fact(words.alsoKnownAs, html`${aliases.join(', ')}`)}
${fact(words.sharing, tlpMark(advisory.tlp))}
</dl>
${stage(advisory, words)}`;
}

function tlpMark(tlp: Tlp): Html {
  const tone = tlp === 'AMBER+STRICT' ? 'amber' : tlp.toLowerCase();
  return html`<span class="tlp ${tone}">TLP:${tlp}</span>`;
}

function stage(advisory: Advisory, words: PageWords): Html | undefined {
  if (advisory.stage === 'final') return undefined;
  return html`<p class="stage">${advisory.stage === 'draft' ? words.draft : words.interim}</p>`;
}

function main(advisory: Advisory, words: Words, lang: PageLang, csafUrl: string | undefined): Html {
  const general = advisory.remedies.filter(({ vendorId }) => vendorId === undefined);
  return html`${section('overview', lang, paragraphs(words.summary, words.lang))}
${section(
  'vulnerabilities',
  lang,
  advisory.vulnerabilities.map((vulnerability) => flaw(vulnerability, advisory, lang)),
)}
${advisory.notes.map((note) => noteSection(note, advisory, lang))}
${
  general.length === 0
    ? undefined
    : section(
        'solution',
        lang,
        general.map((remedy) => remedyBox(remedy, advisory, lang)),
      )
}
${section('vendors', lang, vendorTable(advisory, lang))}
${references(advisory, lang, csafUrl)}
${credits(advisory, lang)}
${history(advisory, lang)}`;
}

function section(word: keyof PageWords, lang: PageLang, body: Html | readonly Html[]): Html {
  return html`<section><h2 id="${word}">${heading(word, lang)}</h2>
${body}
</section>`;
}

function noteSection({ kind, title, texts }: Note, advisory: Advisory, lang: PageLang): Html {
  const body = paragraphs(textIn(texts, lang, advisory.lang) ?? '');
  if (kind === 'impact') return section('impact', lang, body);
  return html`<section><h2>${title}</h2>
${body}
</section>`;
}

function flaw(vulnerability: Vulnerability, advisory: Advisory, lang: PageLang): Html {
  const words = PAGE_WORDS[lang];
  const name =
    vulnerability.cve === undefined ? vulnerability.title : `${vulnerability.cve}: ${vulnerability.title}`;
  const since = vulnerability.exploitedSince;
  const marks = [
    ...vulnerability.scores.map(score),
    ...vulnerability.weaknesses.map(
      ({ id, name: called }) => html`<li>${words.weakness}: ${id} ${called}</li>`,
    ),
    ...(vulnerability.otherIds ?? []).map(({ text }) => html`<li>${text}</li>`),
    ...(since === undefined ? [] : [html`<li><b>${words.exploited} ${when(since, lang)}</b></li>`]),
  ];
  return html`<h3>${name}</h3>
${paragraphs(textIn(vulnerability.descriptions, lang, advisory.lang) ?? '')}
<ul class="plain scores">${marks}</ul>`;
}

function score({ version, vector, score: value }: Score): Html {
  return html`<li>CVSS ${version}: <b>${value.toFixed(1)}</b> <code>${vector}</code></li>`;
}

function references(advisory: Advisory, lang: PageLang, csafUrl: string | undefined): Html | undefined {
  const links = advisory.references.map(({ url, title }) => html`<li>${link(url, title.trim() || url)}</li>`);
  // The one address that may be relative: it is ours, and points beside this page.
  const machine =
    csafUrl === undefined
      ? []
      : [html`<li><a href="${csafUrl}" type="application/json">${PAGE_WORDS[lang].machine}</a></li>`];
  if (links.length + machine.length === 0) return undefined;
  return section('references', lang, html`<ul class="plain">${[...links, ...machine]}</ul>`);
}

function credits(advisory: Advisory, lang: PageLang): Html | undefined {
  if (advisory.credits.length === 0) return undefined;
  const people = advisory.credits.map(
    ({ name, organisation }) =>
      html`<li><bdi>${name}</bdi>${organisation === undefined ? '' : ` (${organisation})`}</li>`,
  );
  return section('credits', lang, html`<ul class="plain">${people}</ul>`);
}

function history(advisory: Advisory, lang: PageLang): Html | undefined {
  if (advisory.stage === 'draft') return undefined;
  const rows = advisory.revisions.map(
    ({ number, at, summary }) => html`<tr><td>${number}</td><td>${when(at, lang)}</td><td>${summary}</td></tr>
`,
  );
  return section(
    'history',
    lang,
    html`<table class="history"><tbody>
${rows}</tbody></table>`,
  );
}

/** One line of the list of advisories. */
export interface IndexRow {
  readonly publicId: string;
  readonly title: string;
  /** Language of the title. */
  readonly titleLang: string;
  /** Relative address of the page. */
  readonly href: string;
  readonly publishedAt: Instant;
  readonly updatedAt: Instant;
  readonly drill: boolean;
}

/** The line of one advisory, for {@link indexPage}; `href` is where its page stands. */
export function indexRow(advisory: Advisory, href: string, lang: PageLang): IndexRow {
  const words = wordsIn(advisory, lang);
  return {
    publicId: advisory.publicId,
    title: shownTitle(advisory, words.title),
    titleLang: words.lang,
    href,
    publishedAt: advisory.publishedAt,
    updatedAt: advisory.revisions.at(-1)?.at ?? advisory.publishedAt,
    drill: advisory.drill ?? false,
  };
}

/** The list of advisories, newest first. Says DRILL where every line is an exercise. */
export function indexPage(rows: readonly IndexRow[], publisher: Publisher, lang: PageLang = 'en'): string {
  const words = PAGE_WORDS[lang];
  const newest = [...rows].sort(
    (left, right) => right.publishedAt - left.publishedAt || byText(left.publicId, right.publicId),
  );
  const lines = newest.map(
    (
      row,
    ) => html`<tr><td class="id">${row.publicId}</td><th scope="row" lang="${row.titleLang}"><a href="${row.href}">${row.title}</a></th><td class="when">${when(row.publishedAt, lang)}</td><td class="when">${when(row.updatedAt, lang)}</td></tr>
`,
  );
  const table = html`<table class="list">
<thead><tr><th scope="col">ID</th><th scope="col">${heading('title', lang)}</th><th scope="col">${heading('published', lang)}</th><th scope="col">${heading('updated', lang)}</th></tr></thead>
<tbody>
${lines}</tbody></table>`;
  return framed({
    lang,
    title: `${words.advisories}: ${publisher.name}`,
    publisher,
    drill: rows.length > 0 && rows.every(({ drill }) => drill),
    top: html`<h1>${heading('advisories', lang)}</h1>`,
    main:
      rows.length === 0
        ? html`<p class="silent">${words.none}</p>`
        : html`<div class="listing">${table}</div>`,
  });
}
