/**
 * Parts that every public page shares: the frame, headings in two languages, times.
 */
import { DRILL_MARK, DRILL_SENTENCE, type Publisher } from '../../node/core/advisory.js';
import { after, HOUR, type Instant, SECOND, writeInstant } from '../../node/core/time.js';
import { type Html, html } from './page-html.js';
import { PAGE_POLICY, PAGE_STYLE } from './page-style.js';
import { OTHER_LANG, PAGE_WORDS, type PageLang, type PageWords } from './page-words.js';

/** A heading in the page's language, the other one small beside it. */
export function heading(word: keyof PageWords, lang: PageLang): Html {
  const other = OTHER_LANG[lang];
  return html`${PAGE_WORDS[lang][word]} <small lang="${other}">${PAGE_WORDS[other][word]}</small>`;
}

/** A time for people and machines: UTC to the minute, with Japanese time beside it on a Japanese page. */
export function when(at: Instant, lang: PageLang): Html {
  return html`<time datetime="${second(at)}">${minute(at)} UTC${lang === 'ja' ? ` (${japanese(at)} JST)` : ''}</time>`;
}

/** A day for a crowded place; the exact time is there for machines. */
export function onDay(at: Instant): Html {
  return html`<time datetime="${second(at)}">${second(at).slice(0, 10)}</time>`;
}

/** Japan has no change of clocks. The day is said again only where it is another one. */
function japanese(at: Instant): string {
  const local = minute(after(at, 9 * HOUR));
  return local.slice(0, 10) === minute(at).slice(0, 10) ? local.slice(11) : local;
}

function second(at: Instant): string {
  return writeInstant((Math.floor(at / SECOND) * SECOND) as Instant);
}

function minute(at: Instant): string {
  return writeInstant(at).slice(0, 16).replace('T', ' ');
}

export interface Frame {
  readonly lang: PageLang;
  readonly title: string;
  readonly publisher: Publisher;
  readonly drill: boolean;
  readonly top: Html;
  readonly main: Html;
}

/** A whole page: one file, no scripts, nothing loaded from anywhere. */
export function framed(frame: Frame): string {
  const { lang, publisher } = frame;
  // The style must reach the page byte for byte: the policy names its hash. It is ours and holds no `<`.
  const style: Html = { markup: PAGE_STYLE };
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Isochron">
<title>${frame.title}</title>
<style>${style}</style>
</head>
<body>
${frame.drill ? drillBanner(lang) : undefined}
<header class="top"><div class="wide">
<p class="house"><b><bdi>${publisher.name}</bdi></b><span>${publisher.namespace}</span></p>
${frame.top}
</div></header>
<main class="wide">
${frame.main}
</main>
<footer class="foot"><div class="wide">
${publisher.contact === undefined ? undefined : html`<p>${PAGE_WORDS[lang].contact}: ${publisher.contact}</p>`}
${publisher.authority === undefined ? undefined : html`<p>${publisher.authority}</p>`}
${publisher.disclaimer === undefined ? undefined : html`<p>${publisher.disclaimer}</p>`}
</div></footer>
</body>
</html>
`.markup;
}

function drillBanner(lang: PageLang): Html {
  const other = OTHER_LANG[lang];
  return html`<div class="drill" role="note"><div class="wide"><p><strong>${DRILL_MARK}</strong> ${DRILL_SENTENCE[lang]} <span lang="${other}">${DRILL_SENTENCE[other]}</span></p></div></div>`;
}
