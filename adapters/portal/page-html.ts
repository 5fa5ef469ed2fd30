/**
 * Text into HTML. Everything that comes from a document is text: the only way into a page is through `html`, which
 * escapes, so there is nothing to forget (FORMATS §0, rule 5).
 */
/** Markup, boxed: a bare string in a hole is always text, whatever it says. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a hole of {@link html}. */
export type Hole = string | number | Html | readonly Html[] | undefined;

/** Tagged template: strings and numbers are escaped, markup and lists of markup stand as they are. */
export function html(fixed: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  return { markup: fixed.reduce((text, piece, index) => text + spell(holes[index - 1]) + piece) };
}

function spell(hole: Hole): string {
  if (hole === undefined) return '';
  if (typeof hole === 'string' || typeof hole === 'number') return escapeHtml(String(hole));
  return 'markup' in hole ? hole.markup : hole.map(({ markup }) => markup).join('');
}

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes for element text and quoted attributes. Control characters that HTML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ENTITY[character] ?? character)
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that HTML forbids.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
  );
}

/** A link for `https:` only; any other address is shown and cannot be followed (FORMATS §12.5). */
export function link(url: string, label: string): Html {
  if (!/^https:\/\/[^\s\\]+$/i.test(url)) return html`<span class="address">${label} (${url})</span>`;
  return html`<a href="${url}" rel="noopener noreferrer nofollow">${label}</a>`;
}

/** Paragraphs as the author broke them; a single line break stays a line break by style. */
export function paragraphs(text: string, lang?: string): Html {
  const pieces = text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((piece) => piece.replace(/^\n+|\s+$/g, ''))
    .filter((piece) => piece !== '')
    .map((piece) => html`<p>${piece}</p>`);
  return lang === undefined
    ? html`<div class="prose">${pieces}</div>`
    : html`<div class="prose" lang="${lang}">${pieces}</div>`;
}
