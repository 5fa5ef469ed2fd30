/** The picture with the telling under it, as one page that loads nothing and runs nothing. */
import type { Telling } from '../../node/core/schedule/telling.js';

/**
 * A page of HTML.
 * @param svg a picture of `drawSchedule`, set in as it is.
 */
export function pageOf(title: string, svg: string, telling: Telling): string {
  const lines = telling.lines.map(
    ({ code, depth, words }) => `<p class="d${depth}" data-code="${code}">${markup(words)}</p>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${markup(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    svg.trimEnd(),
    '<main>',
    ...lines,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const STYLE =
  'body{max-width:1200px;margin:1rem auto;padding:0 1rem;font:15px/1.45 system-ui,sans-serif;color:#1a1a1a;background:#fff}' +
  'svg{max-width:100%;height:auto}p{margin:.15rem 0}.d0{margin-top:.7rem;font-weight:600}.d1{margin-left:1.5rem}' +
  '.d2{margin-left:3rem;color:#444}';

function markup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
