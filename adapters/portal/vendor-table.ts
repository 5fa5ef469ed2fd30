/**
 * The heart of the portal: vendor by vendor, where each stands and what it tells its users.
 * @see DOMAIN §7
 */
import {
  type Advisory,
  type Product,
  type Remedy,
  textIn,
  type VendorEntry,
} from '../../node/core/advisory.js';
import { byText } from '../../node/core/bytes.js';
import { type ProductState, VENDOR_WORDS, type VendorStatusWord } from '../../node/core/case/vendor-words.js';
import type { Instant } from '../../node/core/time.js';
import { type Html, html, link, paragraphs } from './page-html.js';
import { heading, onDay } from './page-parts.js';
import { PAGE_WORDS, type PageLang, REMEDY_WORDS } from './page-words.js';

type Tone = 'bad' | 'good' | 'watch' | 'quiet';

/** A colour is never the only sign: each status has a mark, and its words. */
const LOOK: Readonly<Record<VendorStatusWord, { readonly tone: Tone; readonly sign: string }>> = {
  affected: { tone: 'bad', sign: '●' },
  affected_investigating: { tone: 'bad', sign: '◐' },
  disputed: { tone: 'watch', sign: '≠' },
  not_affected: { tone: 'good', sign: '○' },
  not_affected_investigating: { tone: 'watch', sign: '◌' },
  under_investigation: { tone: 'watch', sign: '…' },
  informed: { tone: 'quiet', sign: '–' },
  not_contacted: { tone: 'quiet', sign: '–' },
  unknown: { tone: 'quiet', sign: '?' },
};

/** Vendors and counts come in this order: those whose users have to act first. */
const ORDER = Object.keys(LOOK) as readonly VendorStatusWord[];

/** All vendors of an advisory: a count per status, then one row each, those with most to say first. */
export function vendorTable(advisory: Advisory, lang: PageLang): Html {
  const words = PAGE_WORDS[lang];
  const vendors = grouped(advisory.vendors);
  if (vendors.length === 0) return html`<p class="silent">${words.nobody}</p>`;
  return html`<ul class="tally">${tally(vendors, lang)}</ul>
<table class="vendors">
<thead><tr><th scope="col">${heading('vendor', lang)}</th><th scope="col">${heading('status', lang)}</th><th scope="col">${heading('statement', lang)}</th></tr></thead>
<tbody>
${vendors.map((entries) => row(advisory, entries, lang))}
</tbody>
</table>`;
}

/** Entries of one vendor, never empty. */
type Entries = readonly [VendorEntry, ...VendorEntry[]];

function grouped(entries: readonly VendorEntry[]): readonly Entries[] {
  const vendors = new Map<string, [VendorEntry, ...VendorEntry[]]>();
  for (const entry of entries) {
    const known = vendors.get(entry.vendorId);
    if (known) known.push(entry);
    else vendors.set(entry.vendorId, [entry]);
  }
  const rank = (own: Entries): number => Math.min(...own.map(({ status }) => ORDER.indexOf(status)));
  return [...vendors.values()].sort(
    (left, right) =>
      rank(left) - rank(right) || byText(left[0].name.toLowerCase(), right[0].name.toLowerCase()),
  );
}

function tally(vendors: readonly Entries[], lang: PageLang): Html[] {
  return ORDER.flatMap((status) => {
    const count = vendors.filter((entries) => entries.some((entry) => entry.status === status)).length;
    return count === 0 ? [] : [html`<li>${pill(status, lang, `: ${count}`)}</li>`];
  });
}

function pill(status: VendorStatusWord, lang: PageLang, more = ''): Html {
  const { tone, sign } = LOOK[status];
  const word = lang === 'ja' ? VENDOR_WORDS[status].japanese : VENDOR_WORDS[status].english;
  return html`<span class="pill ${tone}"><span class="sign" aria-hidden="true">${sign}</span>${word}${more}</span>`;
}

function row(advisory: Advisory, entries: Entries, lang: PageLang): Html {
  const first = entries[0];
  const remedies = advisory.remedies.filter(({ vendorId }) => vendorId === first.vendorId);
  const told = [
    ...distinct(entries.flatMap(({ statements }) => statements)).map(({ lang: own, text }) =>
      paragraphs(text, own),
    ),
    ...remedies.map((remedy) => remedyBox(remedy, advisory, lang)),
    ...comments(entries, lang),
    ...references(entries),
  ];
  const silent = html`<p class="silent">${PAGE_WORDS[lang].noStatement}</p>`;
  return html`<tr><th scope="row"><bdi>${first.name}</bdi>${dates(entries, lang)}</th>
<td class="standing">${standings(advisory, entries, lang)}${products(entries, lang)}</td>
<td>${told.length === 0 ? silent : told}</td></tr>
`;
}

/** One pill where all vulnerabilities agree, otherwise one for each, under its name. */
function standings(advisory: Advisory, entries: Entries, lang: PageLang): Html[] {
  const agree = entries.every(({ status }) => status === entries[0].status);
  const shown = agree ? [entries[0]] : entries;
  return shown.map((entry) => {
    const vulnerability = advisory.vulnerabilities.find(({ id }) => id === entry.vulnerabilityId);
    const name = agree ? undefined : html`<p class="dates">${vulnerability?.cve ?? vulnerability?.title}</p>`;
    return html`${name}${pill(entry.status, lang)}${progress(entry, lang)}${assessments(entry, lang)}`;
  });
}

function progress({ fixProgress }: VendorEntry, lang: PageLang): Html | undefined {
  if (fixProgress === 'none') return undefined;
  const word = fixProgress === 'ready' ? PAGE_WORDS[lang].fixReady : PAGE_WORDS[lang].fixDeployed;
  return html`<p class="dates"><span>${word}</span></p>`;
}

function assessments(entry: VendorEntry, lang: PageLang): Html | undefined {
  if (entry.assessments.length === 0) return undefined;
  const say = (status: VendorStatusWord): string =>
    lang === 'ja' ? VENDOR_WORDS[status].japanese : VENDOR_WORDS[status].english;
  const lines = entry.assessments.map(
    ({ author, status, at }) => html`<span><bdi>${author}</bdi>: ${say(status)} (${onDay(at)})</span>`,
  );
  const title = html`<span>${PAGE_WORDS[lang].assessment}</span>`;
  return html`<p class="dates">${title}${lines}</p>`;
}

function dates(entries: Entries, lang: PageLang): Html | undefined {
  const words = PAGE_WORDS[lang];
  const line = (word: string, at: Instant | undefined): Html[] =>
    at === undefined ? [] : [html`<span>${word} ${onDay(at)}</span>`];
  const lines = [
    ...line(words.informed, earliest(entries.map(({ informedAt }) => informedAt))),
    ...line(words.answered, earliest(entries.map(({ respondedAt }) => respondedAt))),
  ];
  return lines.length === 0 ? undefined : html`<p class="dates">${lines}</p>`;
}

function earliest(times: readonly (Instant | undefined)[]): Instant | undefined {
  return times.reduce(
    (first, at) => (first === undefined || (at !== undefined && at < first) ? at : first),
    undefined,
  );
}

function products(entries: Entries, lang: PageLang): Html | undefined {
  const words = PAGE_WORDS[lang];
  const say: Readonly<Record<ProductState, string>> = {
    affected: words.affected,
    fixed: words.fixed,
    not_affected: words.notAffected,
    under_investigation: words.underInvestigation,
  };
  const lines = distinct(entries.flatMap((entry) => entry.products)).map((product: Product) => {
    const name = product.version === undefined ? product.name : `${product.name} ${product.version}`;
    return html`<li><bdi>${name}</bdi>${product.state && html`: ${say[product.state]}`}</li>`;
  });
  return lines.length === 0 ? undefined : html`<ul class="products">${lines}</ul>`;
}

/** A remedy with its kind as heading; used for the general ones too. */
export function remedyBox(remedy: Remedy, advisory: Advisory, lang: PageLang): Html {
  const text = textIn(remedy.texts, lang, advisory.lang) ?? '';
  const good = remedy.kind === 'vendor_fix' || remedy.kind === 'workaround' || remedy.kind === 'mitigation';
  const address = remedy.url === undefined ? undefined : html`<p>${link(remedy.url, remedy.url)}</p>`;
  return html`<div class="remedy${good ? '' : ' plan'}"><b>${REMEDY_WORDS[lang][remedy.kind]}</b><p>${text}</p>${address}</div>`;
}

function comments(entries: Entries, lang: PageLang): Html[] {
  return distinct(entries.flatMap(({ addendum }) => (addendum ? [addendum] : []))).map(
    (text) => html`<div class="aside"><b>${PAGE_WORDS[lang].comment}</b>${paragraphs(text)}</div>`,
  );
}

function references(entries: Entries): Html[] {
  const links = distinct(entries.flatMap((entry) => entry.references)).map(
    ({ url, title }) => html`<li>${link(url, title.trim() || url)}</li>`,
  );
  return links.length === 0 ? [] : [html`<div class="aside"><ul class="plain">${links}</ul></div>`];
}

/** Values that differ in content, first come first. */
function distinct<T>(values: readonly T[]): T[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value);
    return !seen.has(text) && seen.add(text);
  });
}
