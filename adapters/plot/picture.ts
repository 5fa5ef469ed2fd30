/**
 * The picture of a problem and its answer: cost over the whole horizon with a row for each party, the best days hour by
 * hour on everybody's own wall clock, and a legend. One SVG, 1200 pixels wide.
 */
import { dot, type Markish, rect, text } from '@observablehq/plot';
import type { Problem } from '../../node/core/schedule/problem.js';
import { tellAnswer } from '../../node/core/schedule/tell.js';
import { ceilingOf, curveOf } from './curve.js';
import { board, costPanel, labelPanel, rowPanel, showsNights } from './panels.js';
import { rowsOf, showsOn } from './rows.js';
import { type Landmark, type Run, type Scene, sayLandmark, sceneOf } from './scene.js';
import { drawPanels, INK, type Panel } from './surface.js';
import { sayWeekday } from './ticks.js';

const WIDTH = 1_200;
const LEFT = 200;
const RIGHT = 24;
const COST = 190;
const ROW = 28;
const HOUR_COST = 130;
const HOUR_ROW = 40;
const DAY_HEAD = 52;

/**
 * Draws a checked document. The same document and names give the same bytes on every machine.
 * @param called a name for the id of a party; without it the id itself.
 * @returns an SVG document.
 */
export function drawSchedule(problem: Problem, called: (party: string) => string = (party) => party): string {
  const scene = sceneOf(problem, called);
  const telling = tellAnswer(problem, scene.answer, called);
  const { shown: rows, parties } = rowsOf(scene);
  const { landmarks, horizon, days } = scene;
  const curve = curveOf(scene.runs, horizon);
  const panels: Panel[] = [];
  let y = 0;
  const place = (x: number, height: number, options: Panel['options']) => {
    panels.push({ x, y, options });
    y += height;
  };
  const ceiling = ceilingOf(
    curve.runs,
    landmarks.map(({ cost }) => cost),
  );
  place(0, HEAD, header(scene, telling.sentence));
  const whole = { width: WIDTH, left: LEFT, right: RIGHT, span: horizon };
  place(
    0,
    24,
    heading(
      `Weighted cost over the whole horizon${per(curve.per)}, days in UTC${cutOff(curve.runs, ceiling)}${showsNights(whole) ? '' : '; nights are left out'}`,
    ),
  );
  place(0, COST, costPanel({ ...whole, height: COST }, curve.runs, landmarks, ceiling, true));
  panels.push({ x: 0, y, options: labelPanel(LEFT, ROW, rows, rows.length * ROW + 4) });
  place(
    0,
    rows.length * ROW + 4,
    rowPanel(scene, { ...whole, height: rows.length * ROW + 4 }, rows, landmarks, 'days'),
  );
  if (parties > 0) place(0, 18, more(parties));
  y += 14;
  place(
    0,
    24,
    heading(
      `${scene.answer.status === 'solved' ? 'The best days' : 'The days in question'} hour by hour, in UTC; small hours in a row are those of its own zone`,
    ),
  );
  y += 6;
  const hourRows = rows.filter((row) => days.some((day) => showsOn(row, { from: day, until: day + 86_400 })));
  const bandHeight = hourRows.length * HOUR_ROW + 4;
  const column = (WIDTH - LEFT - RIGHT) / days.length;
  const top = y;
  panels.push({
    x: 0,
    y: y + DAY_HEAD + HOUR_COST,
    options: labelPanel(LEFT, HOUR_ROW, hourRows, bandHeight),
  });
  const near = scene.runs.filter(({ from, until }) => days.some((day) => from < day + 86_400 && until > day));
  const hourCeiling = ceilingOf(
    near,
    landmarks.map(({ cost }) => cost),
  );
  days.forEach((day, index) => {
    const span = { from: Math.max(day, horizon.from), until: Math.min(day + 86_400, horizon.until) };
    const x = LEFT + index * column;
    const gutter = index === 0 ? 60 : 6;
    const frame = { width: column + gutter - 6, left: gutter, right: 6, span };
    const ofDay = landmarks.filter(({ at }) => span.from <= at && at < span.until);
    panels.push({ x, y: top, options: dayHeading(column, day, ofDay) });
    const cost = { ...frame, height: HOUR_COST };
    panels.push({
      x: x - gutter,
      y: top + DAY_HEAD,
      options: costPanel(cost, scene.runs, landmarks, hourCeiling, index === 0),
    });
    const band = { ...frame, height: bandHeight };
    panels.push({
      x: x - gutter,
      y: top + DAY_HEAD + HOUR_COST,
      options: rowPanel(scene, band, hourRows, landmarks, 'hours'),
    });
  });
  y = top + DAY_HEAD + HOUR_COST + bandHeight;
  const quiet = rows.length - hourRows.length;
  if (quiet > 0) place(0, 18, aside(`and ${quiet} with nothing here`));
  if (parties > 0) place(0, 18, more(parties));
  y += 14;
  place(0, 52, legend(scene));
  return drawPanels(WIDTH, y, panels, {
    title: titleOf(scene),
    says: telling.lines.map(({ words }) => words).join('\n'),
  });
}

function titleOf({ problem, answer }: Scene): string {
  const status = answer.status === 'solved' ? 'one common instant' : 'no common instant';
  return `Case ${problem.case}, revision ${problem.revision}: ${status}`;
}

function header(scene: Scene, sentence: string): Panel['options'] {
  const { problem, answer, landmarks } = scene;
  const [chosen, ...others] = landmarks;
  const facts = [
    counted(answer.feasibleSlots, 'feasible quarter'),
    `objective ${problem.objective}`,
    `zone tables ${problem.tzdb}`,
    counted(others.length, 'other instant', 'marked'),
  ];
  const lines = [
    { y: 10, says: titleOf(scene), size: 19, weight: 700 },
    { y: 38, says: chosen === undefined ? '' : capital(sayLandmark(chosen)), size: 14, weight: 600 },
    { y: 59, says: facts.join(', '), size: 11, weight: 400 },
    { y: 76, says: sentence, size: 11, weight: 400 },
  ];
  return board(
    WIDTH,
    HEAD,
    lines.map(({ y, says, size, weight }) =>
      text([says], {
        ...LEFT_TOP,
        x: 16,
        y,
        fontSize: size,
        fontWeight: weight,
        // Two lines at most: the page under the picture, and the telling, say it all.
        lineWidth: (WIDTH - 40) / size,
      }),
    ),
  );
}

const HEAD = 110;
const LEFT_TOP = { text: (line: string) => line, textAnchor: 'start', lineAnchor: 'top' } as const;

function counted(count: number, one: string, after = ''): string {
  return `${count} ${one}${count === 1 ? '' : 's'}${after === '' ? '' : ` ${after}`}`;
}

/** Costs beyond the axis lie on its upper edge, which must be said. */
function cutOff(runs: readonly Run[], ceiling: number): string {
  return runs.some(({ cost }) => cost > ceiling) ? `; cut off above ${Math.round(ceiling)}` : '';
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function per(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return seconds === 86_400 ? ' (least of each day)' : ` (least of every ${seconds / 3_600} hours)`;
}

function heading(words: string): Panel['options'] {
  return board(WIDTH, 24, [
    text([words], {
      x: 16,
      y: 14,
      text: (line: string) => line,
      textAnchor: 'start',
      fontSize: 13,
      fontWeight: 700,
    }),
  ]);
}

function more(parties: number): Panel['options'] {
  return aside(`and ${parties} more ${parties === 1 ? 'party' : 'parties'}`);
}

function aside(words: string): Panel['options'] {
  return board(LEFT, 18, [
    text([words], {
      x: LEFT - 10,
      y: 9,
      text: (line: string) => line,
      textAnchor: 'end',
      fontSize: 11,
      fill: INK.quiet,
    }),
  ]);
}

function dayHeading(width: number, day: number, landmarks: readonly Landmark[]): Panel['options'] {
  const [first] = landmarks;
  const sign = first === undefined || first.sign === '' ? '' : `${first.sign} · `;
  const says = landmarks.map((mark) => `${mark.name}, ${mark.says}`).join('; ');
  return board(width, DAY_HEAD, [
    text([`${sign}${sayWeekday(day)}`], {
      ...LEFT_TOP,
      x: 0,
      y: 2,
      fontSize: 13,
      fontWeight: 700,
      fill: INK.best,
    }),
    text([says], { ...LEFT_TOP, x: 0, y: 20, fontSize: 11, lineWidth: (width - 10) / 11 }),
  ]);
}

/** Swatches in the order in which they lie over each other. */
function legend({ answer }: Scene): Panel['options'] {
  const solved = answer.status === 'solved';
  const swatches = [
    { x: 16, fill: 'white', says: 'office hours' },
    { x: 128, fill: INK.edge, says: 'before and after hours' },
    { x: 300, fill: INK.night, says: 'night' },
    { x: 380, fill: INK.off, says: 'weekend or holiday' },
    { x: 535, fill: INK.closed, says: 'closed by a hard constraint of the party, or avoided by it' },
  ];
  const boxesOf = swatches.map((one) => ({ ...one, y: 14 }));
  const words = [
    { x: 44, y: 38, says: solved ? 'best instant' : 'cheapest way out' },
    { x: 184, y: 38, says: solved ? 'alternatives, best first' : 'best instants without one constraint' },
    { x: 436, y: 38, says: 'patch day' },
    {
      x: 535,
      y: 38,
      says: 'thick line: cost where nothing forbids; thin line over hatching: cost if what forbids it were waived',
    },
  ];
  const left = { textAnchor: 'start', fontSize: 11 } as const;
  const marks: Markish[] = [
    rect(boxesOf, {
      x1: 'x',
      x2: ({ x }: { x: number }) => x + 22,
      y1: ({ y }: { y: number }) => y - 7,
      y2: ({ y }: { y: number }) => y + 7,
      fill: 'fill',
      stroke: INK.frame,
    }),
    text(boxesOf, { x: ({ x }: { x: number }) => x + 28, y: 'y', text: 'says', ...left }),
    dot([{}], { x: 424, y: 38, symbol: 'triangle', r: 5, fill: 'black' }),
    dot([{}], { x: 27, y: 38, symbol: 'star', r: 6, fill: INK.best }),
    dot([{}], { x: 168, y: 38, r: 7.5, fill: 'white', stroke: INK.best, strokeWidth: 1.5 }),
    text(['1'], {
      x: 168,
      y: 38,
      text: (line: string) => line,
      fontSize: 11,
      fontWeight: 600,
      fill: INK.best,
    }),
    text(words, { x: 'x', y: 'y', text: 'says', ...left }),
  ];
  return board(WIDTH, 52, marks);
}
