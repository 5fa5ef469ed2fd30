/**
 * The one style sheet of the public pages. It stands inside each page, named by its hash in the page's policy, so
 * that a page is one file which loads nothing and runs nothing.
 */
import { createHash } from 'node:crypto';

const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --sheet: #ffffff; --ink: #1d2127; --soft: #5b6470; --line: #dcdfe4; --mark: #0b5cad;
  --bad: #a3201a; --bad-ground: #fdecea; --good: #146c3c; --good-ground: #e6f4ec;
  --watch: #7a4d00; --watch-ground: #fdf3dc; --quiet: #4d5560; --quiet-ground: #eef0f3;
  --alarm: #8a1410;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --sheet: #1b1f25; --ink: #e7e9ec; --soft: #a0a9b4; --line: #323943; --mark: #8cbcf2;
    --bad: #ffb1aa; --bad-ground: #481a17; --good: #9be0b8; --good-ground: #12382a;
    --watch: #f4d08b; --watch-ground: #40300f; --quiet: #c3cad3; --quiet-ground: #2a3039;
    --alarm: #b3261e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Yu Gothic UI", "Noto Sans",
    "Noto Sans CJK JP", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--mark); text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.wide { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; display: block; padding: .5rem 1.25rem; }
.drill {
  background: repeating-linear-gradient(-45deg, var(--alarm) 0 1.5rem, #5f0f0c 1.5rem 3rem);
  color: #fff; padding: .7rem 0; border-bottom: 1px solid #000;
}
.drill strong { letter-spacing: .12em; }
.drill .wide { background: #2b0705; padding: .6rem 1.25rem; border-radius: .4rem; max-width: 65.5rem; }
.drill p { margin: 0; }
.top { border-bottom: 1px solid var(--line); background: var(--sheet); padding: 1rem 0 1.6rem; }
.house { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: baseline; justify-content: space-between;
  color: var(--soft); font-size: .9rem; margin: 0 0 1.4rem; }
.house b { color: var(--ink); }
.id { font-variant-numeric: tabular-nums; letter-spacing: .02em; color: var(--soft); margin: 0; font-weight: 600; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.2rem); line-height: 1.25; margin: .15rem 0 .9rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .8rem; padding-bottom: .35rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1.02rem; margin: 1.5rem 0 .3rem; }
h1 small, h2 small, th small { font-weight: 400; color: var(--soft); font-size: .82em; margin-left: .5em; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; font-size: .92rem; }
.facts div { display: flex; gap: .5rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.tlp { font-weight: 700; background: #000; padding: .05em .5em; border-radius: .2em; font-size: .85em; color: #fff; }
.tlp.green { color: #33ff00; } .tlp.amber { color: #ffc000; } .tlp.red { color: #ff2b2b; }
.stage { border-left: .3rem solid var(--watch); background: var(--watch-ground); color: var(--watch);
  padding: .5rem .9rem; margin: 1.5rem 0 0; }
.prose p { margin: 0 0 .7rem; white-space: pre-wrap; max-width: 46rem; }
.prose p:last-child { margin-bottom: 0; }
.prose + .prose { margin-top: .8rem; padding-top: .8rem; border-top: 1px dotted var(--line); }
.tally { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem .5rem; padding: 0; margin: 0 0 1rem; }
.pill { display: inline-block; border-radius: 1rem; padding: .1rem .7rem; font-size: .86rem; font-weight: 600;
  border: 1px solid currentColor; line-height: 1.5; }
.pill.bad { color: var(--bad); background: var(--bad-ground); }
.pill.good { color: var(--good); background: var(--good-ground); }
.pill.watch { color: var(--watch); background: var(--watch-ground); }
.pill.quiet { color: var(--quiet); background: var(--quiet-ground); }
.pill .sign { margin-right: .35em; }
table { width: 100%; border-collapse: collapse; background: var(--sheet); border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .75rem .9rem; border-bottom: 1px solid var(--line); }
thead th { font-size: .85rem; background: var(--quiet-ground); border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
.vendors th[scope=row] { width: 22%; font-weight: 650; }
.vendors td.standing { width: 25%; }
.vendors td > :first-child, .vendors th > :first-child { margin-top: 0; }
.dates { color: var(--soft); font-size: .84rem; margin: .45rem 0 0; font-variant-numeric: tabular-nums; font-weight: 400; }
.dates span { display: block; }
.dates time { white-space: nowrap; }
.silent { color: var(--soft); margin: 0; }
.aside { margin: .8rem 0 0; padding-left: .8rem; border-left: .2rem solid var(--line); }
.aside > b, .remedy > b { display: block; font-size: .86rem; }
.remedy { margin: .8rem 0 0; padding: .5rem .8rem; background: var(--good-ground); border-radius: .3rem; }
.remedy.plan { background: var(--watch-ground); }
.remedy p { margin: 0; white-space: pre-wrap; }
ul.plain { list-style: none; padding: 0; margin: 0; }
ul.plain li { padding: .15rem 0; }
.products { font-size: .9rem; margin: .6rem 0 0; padding-left: 1.1rem; }
.scores { font-size: .92rem; }
.scores code { font-size: .85em; color: var(--soft); }
code { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.history td:not(:last-child) { width: 1%; white-space: nowrap; font-variant-numeric: tabular-nums; }
.listing { margin-top: 2rem; }
.list td.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.list th[scope=row] { font-weight: 600; }
.list td.id { white-space: nowrap; }
.foot { margin: 3rem 0 0; border-top: 1px solid var(--line); padding: 1.2rem 0 2.5rem; color: var(--soft); font-size: .88rem; }
.foot p { margin: 0 0 .4rem; white-space: pre-wrap; }
@media (max-width: 44rem) {
  .vendors thead, .list thead { position: absolute; left: -100rem; }
  .vendors, .vendors tbody, .vendors tr, .vendors th, .vendors td,
  .list, .list tbody, .list tr, .list th, .list td { display: block; width: auto !important; }
  .vendors tr, .list tr { border-bottom: 1px solid var(--line); padding: .7rem 0; }
  .vendors tbody tr:last-child, .list tbody tr:last-child { border-bottom: 0; }
  .vendors th, .vendors td, .list th, .list td { border: 0; padding: .25rem .9rem; }
}
@media print {
  :root { --ground: #fff; --sheet: #fff; --ink: #000; --soft: #333; --line: #999; --mark: #000;
    --bad: #000; --good: #000; --watch: #000; --quiet: #000;
    --bad-ground: #fff; --good-ground: #fff; --watch-ground: #fff; --quiet-ground: #fff; }
  body { font-size: 10.5pt; }
  .wide { max-width: none; padding: 0; }
  .skip { display: none; }
  .drill, .drill .wide { background: none; color: #000; border: 2px solid #000; }
  .drill .wide { border: 0; }
  .tlp { color: #000 !important; background: none; border: 1px solid #000; }
  h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .prose a::after, .plain a::after { content: " <" attr(href) ">"; font-size: .85em; }
}
`;

/** The style sheet, as it stands between the tags: its bytes are what the policy's hash covers. */
export const PAGE_STYLE: string = STYLE;

/** Nothing is loaded, nothing runs, nothing is sent; the one style sheet is named by its hash. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
