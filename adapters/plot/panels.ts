/** The panels of a picture: what Plot is asked to draw. Each is a pure function of the scene. */
import {
  areaY,
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  type Markish,
  type PlotOptions,
  rect,
  ruleX,
  ruleY,
  text,
} from '@observablehq/plot';
import type { Stretch } from '../../node/core/schedule/rule.js';
import { wallClockAt } from '../../node/core/schedule/tell-times.js';
import { runsWithin, stepsOf } from './curve.js';
import { cut, localHours, type Row, sayNames, sayRow } from './rows.js';
import type { Landmark, Run, Scene } from './scene.js';
import { INK } from './surface.js';
import { midnights, ticksOf } from './ticks.js';

/** Where a panel lies and what span of time it shows; lengths in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly span: Stretch;
}

const TOP = 26;
const FONT = { fontSize: 11 };

/** Text and swatches at places counted in pixels. */
export function board(width: number, height: number, marks: readonly Markish[]): PlotOptions {
  return {
    width,
    height,
    margin: 0,
    axis: null,
    x: { domain: [0, width], range: [0, width] },
    y: { domain: [0, height], range: [0, height] },
    marks: [...marks],
  };
}

/** Cost over a span: the curve, what is closed, and the landmarks above it. */
export function costPanel(
  frame: Frame,
  runs: readonly Run[],
  landmarks: readonly Landmark[],
  ceiling: number,
  withAxis: boolean,
): PlotOptions {
  const within = runsWithin(runs, frame.span);
  const closed = cut(
    within.filter(({ open }) => !open),
    frame.span,
  );
  const open = stepsOf(within, true);
  const shut = stepsOf(within, false);
  const inside = landmarks.filter(({ at }) => frame.span.from <= at && at < frame.span.until);
  return {
    ...across(frame),
    marginTop: TOP,
    marginBottom: 22,
    y: { domain: [0, ceiling], clamp: true, axis: null },
    marks: [
      rect(boxes(closed), { ...BOX, y1: 0, y2: ceiling, fill: '#f1f1f1' }),
      rect(boxes(closed), { ...BOX, y1: 0, y2: ceiling, fill: INK.closed, fillOpacity: 0.2 }),
      gridY({ stroke: INK.grid, strokeOpacity: 1, ticks: 4 }),
      areaY(open, { x: 'at', y: 'cost', curve: 'step-after', fill: '#c9d6ec', fillOpacity: 0.7 }),
      line(shut, { x: 'at', y: 'cost', curve: 'step-after', stroke: '#333', strokeWidth: 0.9 }),
      line(open, { x: 'at', y: 'cost', curve: 'step-after', stroke: INK.text, strokeWidth: 1.5 }),
      ruleY([0], { stroke: INK.frame }),
      ...(withAxis ? [axisY({ ticks: 4, tickSize: 3, label: null, ...FONT })] : []),
      timeAxis(frame),
      ...flags(inside, ceiling, frame),
    ],
  };
}

/** Rows of parties over a span. */
export function rowPanel(
  scene: Scene,
  frame: Frame,
  rows: readonly Row[],
  landmarks: readonly Landmark[],
  detail: 'days' | 'hours',
): PlotOptions {
  const pixelsPerDay =
    ((frame.width - frame.left - frame.right) * 86_400) / (frame.span.until - frame.span.from);
  const nights = showsNights(frame);
  const daysOff = pixelsPerDay >= 1;
  const inside = landmarks.filter(({ at }) => frame.span.from <= at && at < frame.span.until);
  const bands = (pick: (row: Row) => readonly Stretch[]) =>
    rows.flatMap((row, index) =>
      boxes(cut(pick(row), frame.span)).map((box) => ({ ...box, top: index + 0.08, bottom: index + 0.92 })),
    );
  const BAND = { x1: 'from', x2: 'until', y1: 'top', y2: 'bottom' } as const;
  const patches = rows.flatMap((row, index) =>
    row.patchDays
      .filter((at) => frame.span.from <= at && at < frame.span.until)
      .map((at) => ({ at: moment(at), row: index + (detail === 'hours' ? 0.3 : 0.5) })),
  );
  return {
    ...across(frame),
    marginTop: 2,
    marginBottom: 2,
    y: { domain: [0, rows.length], reverse: true, axis: null },
    marks: [
      rect(
        bands(() => [frame.span]),
        { ...BAND, fill: 'white', stroke: INK.grid },
      ),
      ...(nights
        ? [
            rect(
              bands((row) => row.edges),
              { ...BAND, fill: INK.edge },
            ),
          ]
        : []),
      ...(nights
        ? [
            rect(
              bands((row) => row.nights),
              { ...BAND, fill: INK.night },
            ),
          ]
        : []),
      ...(daysOff
        ? [
            rect(
              bands((row) => row.daysOff),
              { ...BAND, fill: INK.off },
            ),
          ]
        : []),
      rect(
        bands((row) => row.closed),
        { ...BAND, fill: INK.closed },
      ),
      gridX({
        ticks: [...(detail === 'hours' ? ticksOf(frame.span, 8).at : midnightsFor(frame, pixelsPerDay))],
        stroke: INK.frame,
        strokeOpacity: 0.25,
      }),
      ruleX(inside, {
        x: ({ at }: Landmark) => moment(at),
        stroke: INK.best,
        strokeWidth: ({ kind }: Landmark) => (kind === 'other' ? 1 : 2),
      }),
      dot(patches, {
        x: 'at',
        y: 'row',
        symbol: 'triangle',
        r: 5,
        fill: 'black',
        stroke: 'white',
        strokeWidth: 1,
      }),
      ...(detail === 'hours' ? clocks(scene, frame, rows, inside) : []),
    ],
  };
}

/** Nights narrower than some pixels would be a grey blur. */
export function showsNights(frame: Pick<Frame, 'width' | 'left' | 'right' | 'span'>): boolean {
  return ((frame.width - frame.left - frame.right) * 86_400) / (frame.span.until - frame.span.from) >= 14;
}

/** Names and zones beside the rows. */
export function labelPanel(
  width: number,
  rowHeight: number,
  rows: readonly Row[],
  height: number,
): PlotOptions {
  const lines = rows.map((row, index) => ({
    x: width - 10,
    y: index * rowHeight + rowHeight / 2 + 2,
    name: sayNames(row.names, 24),
    home: sayRow(row),
  }));
  const common = { x: 'x', textAnchor: 'end' } as const;
  return board(width, height, [
    text(lines, {
      ...common,
      y: (one: { y: number }) => one.y - 6,
      text: 'name',
      fontSize: 12,
      fontWeight: 600,
    }),
    text(lines, {
      ...common,
      y: (one: { y: number }) => one.y + 7,
      text: 'home',
      fontSize: 10,
      fill: INK.quiet,
    }),
  ]);
}

/** Dots with signs over the panel, each with a rule down to the axis; where two would touch, one stands higher. */
function flags(landmarks: readonly Landmark[], ceiling: number, frame: Frame): readonly Markish[] {
  const perPixel = (frame.span.until - frame.span.from) / (frame.width - frame.left - frame.right);
  const taken: { at: number; lane: number }[] = [];
  const placed = landmarks
    .toSorted((left, right) => left.at - right.at)
    .map((mark) => {
      const near = taken.filter(({ at }) => Math.abs(mark.at - at) < 17 * perPixel).map(({ lane }) => lane);
      const lane = [0, 1, 2, 3].find((one) => !near.includes(one)) ?? 0;
      taken.push({ at: mark.at, lane });
      return { ...mark, moment: moment(mark.at), lane };
    });
  const chosen = placed.filter(({ kind }) => kind !== 'other');
  const others = placed.filter(({ kind }) => kind === 'other');
  const lanes = [0, 1, 2, 3];
  return [
    ruleX(others, { x: 'moment', stroke: INK.best, strokeWidth: 1 }),
    ruleX(chosen, { x: 'moment', stroke: INK.best, strokeWidth: 2 }),
    dot(placed, { x: 'moment', y: 'cost', r: 3.5, fill: 'white', stroke: INK.best, strokeWidth: 1.5 }),
    ...lanes.flatMap((lane) => {
      const at = { x: 'moment', y: ceiling, dy: -12 + lane * 17 } as const;
      return [
        dot(
          others.filter((one) => one.lane === lane),
          { ...at, r: 7.5, fill: 'white', stroke: INK.best, strokeWidth: 1.5 },
        ),
        text(
          others.filter((one) => one.lane === lane),
          { ...at, text: 'sign', fontSize: 11, fontWeight: 600, fill: INK.best },
        ),
        dot(
          chosen.filter((one) => one.lane === lane),
          { ...at, r: 6, symbol: 'star', fill: INK.best, stroke: INK.best },
        ),
      ];
    }),
  ];
}

/** On every row the hours of its own wall clock, and what it shows at the landmarks. */
function clocks(
  scene: Scene,
  frame: Frame,
  rows: readonly Row[],
  landmarks: readonly Landmark[],
): readonly Markish[] {
  const hours = rows.flatMap(({ zone }, index) =>
    zone === undefined
      ? []
      : localHours(scene, zone, frame.span).map(({ at, hour }) => ({
          at: moment(at),
          hour,
          row: index + 0.78,
        })),
  );
  const middle = (frame.span.from + frame.span.until) / 2;
  const reads = landmarks.flatMap((mark) =>
    rows.flatMap(({ zone }, index) => {
      if (zone === undefined) return [];
      const { weekday, time } = wallClockAt(scene.solution.ground, zone, mark.at);
      return [
        { at: moment(mark.at), row: index + 0.34, says: `${weekday} ${time}`, left: mark.at <= middle },
      ];
    }),
  );
  const common = {
    x: 'at',
    y: 'row',
    fontSize: 11,
    fontWeight: 700,
    text: 'says',
    fill: INK.best,
    stroke: 'white',
    strokeWidth: 4,
  } as const;
  return [
    text(hours, {
      x: 'at',
      y: 'row',
      text: 'hour',
      fontSize: 9,
      fill: INK.text,
      stroke: 'white',
      strokeWidth: 2.5,
    }),
    text(
      reads.filter(({ left }) => left),
      { ...common, textAnchor: 'start', dx: 5 },
    ),
    text(
      reads.filter(({ left }) => !left),
      { ...common, textAnchor: 'end', dx: -5 },
    ),
  ];
}

function across(frame: Frame): PlotOptions {
  const { width, height, left, right, span } = frame;
  return {
    width,
    height,
    marginLeft: left,
    marginRight: right,
    x: { type: 'utc', domain: [moment(span.from), moment(span.until)], axis: null },
  };
}

function timeAxis(frame: Frame): Markish {
  const ticks = ticksOf(frame.span, Math.floor((frame.width - frame.left - frame.right) / 46));
  const short = frame.span.until - frame.span.from <= 2 * 86_400;
  const day = ticksOf(frame.span, 9);
  return axisX({
    ticks: (short ? day.at : ticks.at).filter((at) => at < moment(frame.span.until)),
    tickFormat: short ? sayClock : ticks.say,
    tickSize: 4,
    label: null,
    ...FONT,
  });
}

function sayClock(at: Date): string {
  return at.toISOString().slice(11, 13);
}

function midnightsFor(frame: Frame, pixelsPerDay: number): readonly Date[] {
  return pixelsPerDay >= 14 ? midnights(frame.span) : ticksOf(frame.span, 24).at;
}

const BOX = { x1: 'from', x2: 'until' } as const;

function boxes(stretches: readonly Stretch[]): { from: Date; until: Date }[] {
  return stretches.map(({ from, until }) => ({ from: moment(from), until: moment(until) }));
}

function moment(seconds: number): Date {
  return new Date(seconds * 1_000);
}
