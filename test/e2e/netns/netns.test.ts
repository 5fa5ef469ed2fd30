/**
 * Partitions, played by real processes over gRPC in network namespaces: what the simulation says of the
 * machine, this says of the sockets, the disks and the clocks around it. `npm run netns` plays all of it.
 */
import { cp, rename, rm } from 'node:fs/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import type { Document } from '../../../node/cli/call.js';
import { placesIn } from '../../../node/cli/config.js';
import { after, DAY, HOUR, writeInstant } from '../../../node/core/time.js';
import { drawing } from '../../support/drawing.js';
import { judgeHistories } from './histories.js';
import { CASE, openPlay, openTheatre, START, type Theatre } from './theatre.js';

const ALL = process.env['NETNS'] === 'all';
const DEADLINE_MS = 300_000;

/** By default, and what an amendment moves it to: no earlier. */
const DEFAULT = after(START, 15 * DAY);
const LATER = after(DEFAULT, 5 * DAY);

async function opened(context: TestContext, count: 3 | 4): Promise<Theatre> {
  const theatre = await openTheatre(count);
  if (typeof theatre === 'string') return context.skip(theatre);
  await openPlay(theatre, DEFAULT);
  return theatre;
}

/** Each centre names its bounds, and the first one asks for another time. */
async function amend(theatre: Theatre): Promise<void> {
  await constrain(theatre);
  await request(theatre);
}

async function constrain(theatre: Theatre): Promise<void> {
  const { centres } = theatre;
  for (const { operator } of centres)
    await operator.order('schedule constrain', { case: CASE, notBefore: writeInstant(LATER) });
  await theatre.calm();
}

async function request({ centre }: Theatre): Promise<void> {
  await centre(0).order('settlement request', { case: CASE, why: 'fixes are not ready' });
}

/** The third centre looks at what is proposed and agrees. */
async function approve({ centre, until }: Theatre): Promise<void> {
  await until('a proposal', 'settlement show', (shown) => proposed(shown) !== undefined, [2]);
  const at = proposed(await centre(2).ask('settlement show', { case: CASE }));
  await centre(2).order('settlement approve', { case: CASE, at: at as string });
}

function proposed({ open }: Document): string | undefined {
  const { proposals = [] } = (open ?? {}) as { proposals?: readonly { value: { at?: string } }[] };
  return proposals[0]?.value.at;
}

/** What `publish status` says of the case. */
async function release({ centre }: Theatre, host: number): Promise<Document> {
  const { cases } = await centre(host).ask('publish status', { case: CASE });
  return (cases as unknown as readonly Document[])[0] as Document;
}

async function rules(theatre: Theatre): Promise<readonly unknown[]> {
  const all = await Promise.all(theatre.centres.map(({ host }) => release(theatre, host)));
  return all.map(({ publishedAt, rule }) => (publishedAt === null ? null : rule));
}

const isPublished = ({ cases }: Document) =>
  (cases as unknown as readonly Document[])[0]?.['publishedAt'] !== null;

/** The first has voted, the third has not; what the third says to the second now, the first will not hear. */
async function leaveTwoInLimbo(theatre: Theatre): Promise<void> {
  await amend(theatre);
  await theatre.calm();
  await theatre.part([0], [1, 2]);
  await approve(theatre);
  await theatre.until('limbo', 'settlement show', (shown) => says(shown, 'WAIT_LIMBO'), [1, 2]);
}

function says({ facts }: Document, code: string): boolean {
  return (facts as unknown as readonly Document[]).some((fact) => fact['code'] === code);
}

/** Where a centre keeps its database. */
function storeOf({ centres }: Theatre, host: number): string {
  return placesIn(centres[host]?.home ?? '').store;
}

interface Scene {
  readonly name: string;
  readonly count: 3 | 4;
  /** Plays in the normal run as well. */
  readonly isShort?: boolean;
  /** Only where the kernel has netem. */
  readonly needsRain?: boolean;
  readonly play: (theatre: Theatre) => Promise<void>;
  /** By which rule each centre published in the end. */
  readonly rules: readonly (readonly string[])[];
  /** What the judge must have seen on the way. */
  readonly reaches: readonly string[];
}

const SCENES: readonly Scene[] = [
  {
    name: 'R7: cut off through the beginning of the freeze, an amendment that is carried finishes within it',
    count: 3,
    isShort: true,
    async play(theatre) {
      await leaveTwoInLimbo(theatre);
      await theatre.passTo(after(DEFAULT, -2 * DAY));
      await theatre.part([0, 1, 2]);
      await theatre.until('the amendment', 'settlement show', ({ epoch }) => epoch === 1);
    },
    rules: [['P2', 'P2', 'P2']],
    reaches: ['amend', 'carried'],
  },
  {
    name: 'P3: cut off through both instants, who is bound waits for the later one and who is not does not',
    count: 3,
    async play(theatre) {
      await leaveTwoInLimbo(theatre);
      await theatre.passTo(after(DEFAULT, HOUR));
      await theatre.until('the unbound one', 'publish status', isPublished, [0]);
      expect(await rules(theatre)).toEqual(['P2', null, null]);
      await theatre.passTo(after(LATER, 3 * DAY));
      await theatre.until('the bound ones', 'publish status', isPublished);
    },
    rules: [['P2', 'P3', 'P3']],
    reaches: ['limbo'],
  },
  {
    name: 'P4: a breach in limbo, confirmed by each operator',
    count: 3,
    async play(theatre) {
      await leaveTwoInLimbo(theatre);
      await theatre.passTo(after(DEFAULT, -5 * DAY));
      await theatre.centre(1).order('breach report', { case: CASE, evidence: 'seen on a public list' });
      await theatre.centre(1).order('breach confirm', { case: CASE });
      await theatre.until('the one that knows', 'publish status', isPublished, [1]);
      await theatre.part([0, 1, 2]);
      await theatre.calm();
      for (const host of [0, 2]) await theatre.centre(host).order('breach confirm', { case: CASE });
    },
    rules: [['P4', 'P4', 'P4']],
    reaches: ['leak in limbo', 'P4'],
  },
  {
    name: 'R4: an amendment that a centre sleeps through leaves the instant as it was',
    count: 3,
    async play(theatre) {
      await amend(theatre);
      await theatre.calm();
      await theatre.kill(2);
      await theatre.passTo(after(DEFAULT, -HOUR));
      await theatre.start(2);
    },
    rules: [['P2', 'P2', 'P2']],
    reaches: ['P2'],
  },
  {
    name: 'R8: a centre that is down at the instant publishes late, the others on time',
    count: 4,
    async play(theatre) {
      await theatre.passTo(after(DEFAULT, -HOUR));
      await theatre.kill(3);
      await theatre.passTo(after(DEFAULT, 6 * HOUR));
      await theatre.until('the others', 'publish status', isPublished, [0, 1, 2]);
      await theatre.start(3);
    },
    rules: [['P1', 'P1', 'P1', 'P1']],
    reaches: ['seal', 'P1'],
  },
  {
    name: 'P1: three of four seal in the freeze, the one that is cut off waits for the certificate',
    count: 4,
    async play(theatre) {
      await theatre.passTo(after(DEFAULT, -4 * DAY));
      await theatre.part([0, 1, 2], [3]);
      await theatre.passTo(after(DEFAULT, HOUR));
      await theatre.until('the three', 'publish status', isPublished, [0, 1, 2]);
      expect(await rules(theatre)).toEqual(['P1', 'P1', 'P1', null]);
    },
    rules: [['P1', 'P1', 'P1', 'P1']],
    reaches: ['seal', 'P1'],
  },
  {
    name: 'P1: two and two through the instant seal nothing and publish nothing; after it the seal comes late',
    count: 4,
    async play(theatre) {
      await theatre.passTo(after(DEFAULT, -4 * DAY));
      await theatre.part([0, 1], [2, 3]);
      await theatre.passTo(after(DEFAULT, 5 * HOUR));
      expect(await rules(theatre)).toEqual([null, null, null, null]);
    },
    rules: [['P1', 'P1', 'P1', 'P1']],
    reaches: ['late seal'],
  },
  {
    name: 'R9: who is bound and is put back to before it voted gets its words back, and signs nothing else',
    count: 3,
    async play(theatre) {
      const store = storeOf(theatre, 1);
      await theatre.kill(1);
      await cp(store, `${store}.backup`, { recursive: true });
      await theatre.start(1);
      await theatre.calm();
      await leaveTwoInLimbo(theatre);
      await theatre.kill(1);
      await rm(store, { recursive: true });
      await rename(`${store}.backup`, store);
      await theatre.start(1);
      await theatre.passTo(after(DEFAULT, -2 * DAY));
    },
    rules: [['P2', 'P2', 'P2']],
    reaches: ['amend'],
  },
  {
    name: 'R9: put back in an open slot of four, it hears of its own vote before the others count it',
    count: 4,
    async play(theatre) {
      const store = storeOf(theatre, 1);
      await constrain(theatre);
      await theatre.kill(1);
      await cp(store, `${store}.backup`, { recursive: true });
      await theatre.start(1);
      await theatre.calm();
      // The second proposes and two vote; the others hear of nothing.
      await theatre.part([0, 1], [2, 3]);
      await request(theatre);
      await theatre.until('a proposal', 'settlement show', (shown) => proposed(shown) !== undefined, [0]);
      await theatre.calm();
      await theatre.kill(1);
      await rm(store, { recursive: true });
      await rename(`${store}.backup`, store);
      await theatre.start(1);
      await theatre.calm();
      await theatre.part([0, 1, 2, 3]);
      await theatre.until('the amendment', 'settlement show', ({ epoch }) => epoch === 1);
    },
    rules: [['P1', 'P1', 'P1', 'P1']],
    reaches: ['amend', 'seal'],
  },
  {
    name: 'wires as narrow as an old modem: an amendment is late, and nothing else',
    count: 3,
    async play(theatre) {
      await theatre.yard.setWeather({ kind: 'narrow', kbit: 56 });
      await amend(theatre);
      await approve(theatre);
      await theatre.until('the amendment', 'settlement show', ({ epoch }) => epoch === 1);
    },
    rules: [['P2', 'P2', 'P2']],
    reaches: ['amend'],
  },
  {
    name: 'wires that delay by half a second and lose one packet in twenty',
    count: 4,
    needsRain: true,
    async play(theatre) {
      await theatre.yard.setWeather({ kind: 'rain', delayMs: 500, jitterMs: 200, lostPercent: 5 });
      await amend(theatre);
      await approve(theatre);
      await theatre.until('the amendment', 'settlement show', ({ epoch }) => epoch === 1);
    },
    rules: [['P1', 'P1', 'P1', 'P1']],
    reaches: ['amend', 'seal'],
  },
  ...[1, 2, 3].map(
    (seed): Scene => ({
      name: `words are hours under way: one pair of hosts at a time hears each other (seed ${seed})`,
      count: seed === 2 ? 4 : 3,
      async play(theatre) {
        const draw = drawing(seed);
        const { centres, part, leapTo, now } = theatre;
        await amend(theatre);
        let hasApproved = false;
        while (now() < after(DEFAULT, -4 * DAY)) {
          const [one = 0, other = 1] = centres
            .map(({ host }) => ({ host, rank: draw() }))
            .sort((left, right) => left.rank - right.rank)
            .map(({ host }) => host);
          await part([one, other]);
          await theatre.calm();
          const shown = await theatre.centre(2).ask('settlement show', { case: CASE });
          if (!hasApproved && proposed(shown) !== undefined) {
            await approve(theatre);
            hasApproved = true;
          }
          await leapTo(after(now(), Math.floor(1 + draw() * 11) * HOUR));
        }
        await theatre.part(centres.map(({ host }) => host));
        await theatre.calm();
      },
      rules: [
        ['P2', 'P2', 'P2'],
        ['P1', 'P1', 'P1', 'P1'],
      ],
      reaches: [],
    }),
  ),
];

describe.each(SCENES.filter(({ isShort }) => ALL || isShort))('$count centres', (scene) => {
  test(scene.name, { timeout: DEADLINE_MS }, async (context) => {
    const theatre = await opened(context, scene.count);
    if (scene.needsRain && !theatre.yard.canRain) return context.skip('the kernel has no netem');
    await scene.play(theatre);
    await theatre.part(theatre.centres.map(({ host }) => host));
    await theatre.calm();
    await theatre.passTo(after(LATER, 4 * DAY));
    await theatre.until('all have published', 'publish status', isPublished);
    await theatre.calm();
    expect(scene.rules).toContainEqual(await rules(theatre));
    await theatre.stop();
    const reached = await judgeHistories(theatre.centres.map(({ home }) => home));
    expect([...reached.keys()]).toEqual(expect.arrayContaining([...scene.reaches]));
  });
});
