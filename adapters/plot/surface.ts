/**
 * Where pictures are drawn: a document without a browser, panels that Plot fills, and one SVG that holds them and needs
 * nothing else: no font, no script, no address.
 */
import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const SVG = 'http://www.w3.org/2000/svg';

/** Shades that stay apart in grey: they differ in lightness or in pattern, never in hue alone. */
export const INK = {
  text: '#1a1a1a',
  quiet: '#595959',
  grid: '#d9d9d9',
  night: '#8d99ae',
  edge: '#d5dbe6',
  best: '#0b2e6f',
  frame: '#6b6b6b',
  off: 'url(#off)',
  closed: 'url(#closed)',
} as const;

/** A rectangle of the picture that Plot fills, in pixels from its upper left corner. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly options: PlotOptions;
}

/**
 * One SVG of the panels. The same panels give the same bytes, in every process.
 *
 * @param title first thing a screen reader says; `says` the rest of it.
 */
export function drawPanels(
  width: number,
  height: number,
  panels: readonly Panel[],
  words: { readonly title: string; readonly says: string },
): string {
  const { document } = parseHTML('<!doctype html><html lang="en"><body></body></html>');
  const make = (name: string, attributes: Readonly<Record<string, string | number>>, text = '') => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = text;
    return element;
  };
  const root = make('svg', {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'font-family': 'system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif',
    fill: INK.text,
  });
  root.append(make('title', {}, words.title), make('desc', {}, words.says), patterns(make));
  root.append(make('rect', { width, height, fill: 'white' }));
  for (const { x, y, options } of panels) {
    const drawn = plot({ ...options, document });
    // Its own style sheet would make a nested picture as tall as the whole.
    for (const style of [...drawn.querySelectorAll('style')]) style.remove();
    drawn.removeAttribute('class');
    drawn.setAttribute('x', String(x));
    drawn.setAttribute('y', String(y));
    root.append(drawn);
  }
  return `${root.outerHTML}\n`;
}

/** What linkedom makes; the compiler knows no document of a browser here. */
type Drawn = ReturnType<ReturnType<typeof parseHTML>['document']['createElementNS']>;
type Make = (name: string, attributes: Readonly<Record<string, string | number>>) => Drawn;

/** Dots for days off, strokes for what a constraint closes: they lie over the shades of night without hiding them. */
function patterns(make: Make): Drawn {
  const defs = make('defs', {});
  const pattern = (id: string, size: number, ...parts: readonly Drawn[]) => {
    const held = make('pattern', { id, width: size, height: size, patternUnits: 'userSpaceOnUse' });
    held.append(...parts);
    defs.append(held);
  };
  pattern(
    'off',
    6,
    make('rect', { width: 6, height: 6, fill: '#e9e9e9' }),
    make('circle', { cx: 1.5, cy: 1.5, r: 1, fill: '#555' }),
    make('circle', { cx: 4.5, cy: 4.5, r: 1, fill: '#555' }),
  );
  pattern(
    'closed',
    7,
    make('path', { d: 'M-1,8L8,-1M-1,1L1,-1M6,8L8,6', stroke: '#222', 'stroke-width': 1.1 }),
  );
  return defs;
}
