/**
 * Sealing and opening an envelope, curves computed in place as in a node, beside the bare calls of openpgp.js as the
 * platform serves them.
 */
import { computeInPlace } from '../adapters/webcrypto/in-place.js';
import { openSealer } from '../node/envelope/sealer.js';
import type { Place, Wording } from '../node/ports.js';
import { bareOpen, bareSeal, manyTimes } from './bare.js';
import { benchCard, benchCase, benchKeys, benchText, CLOCK, demand } from './house.js';
import { inTurns, median, ms, type Row, ratioOf, type Turns } from './measure.js';

const SIZES = [
  { says: '1 KiB', bytes: 1 << 10, count: 24 },
  { says: '4 KiB', bytes: 4 << 10, count: 24 },
  { says: '64 KiB', bytes: 64 << 10, count: 8 },
] as const;

const TURNS = 11;
const WARM_TURNS = 3;

/** One after the other, not side by side: this is the time of one envelope, not of many. */
export async function measureEnvelope(): Promise<readonly Row[]> {
  const [author, reader] = await Promise.all([benchKeys('author'), benchKeys('reader')]);
  const sealer = openSealer(author);
  const opener = openSealer(reader);
  await sealer.trust(new Map([[reader.node, { card: benchCard('reader', reader, 'centre') }]]));
  await opener.trust(new Map([[author.node, { card: benchCard('author', author, 'centre') }]]));
  const place: Place = {
    feed: { author: author.node, recipient: reader.node },
    sequence: 0,
    incarnation: 1,
    at: CLOCK.now(),
  };

  const rows: Row[] = [];
  for (const { says, bytes, count } of SIZES) {
    const text = benchText(bytes);
    const wording: Wording = { caseId: benchCase(1), tlp: 'AMBER', body: { kind: 'comment', text } };
    const plain = new TextEncoder().encode(text);
    const { entry } = await sealer.seal(wording, place);
    const bare = await bareSeal(plain, author, reader);

    const sealing = await inTurns(
      TURNS,
      WARM_TURNS,
      () => inPlace(() => manyTimes(count, 1, () => sealer.seal(wording, place))),
      () => manyTimes(count, 1, () => bareSeal(plain, author, reader)),
    );
    const opening = await inTurns(
      TURNS,
      WARM_TURNS,
      () =>
        inPlace(() => manyTimes(count, 1, async () => demand(await opener.open(entry, place, CLOCK.now())))),
      () => manyTimes(count, 1, () => bareOpen(bare, author, reader)),
    );
    rows.push(rowOf(`seal ${says}: sign, encrypt, leaf, at rest`, sealing, count));
    rows.push(rowOf(`open ${says}: decrypt, verify, decode, at rest`, opening, count));
  }
  return rows;
}

async function inPlace(work: () => Promise<void>): Promise<void> {
  const giveBack = computeInPlace();
  try {
    await work();
  } finally {
    giveBack();
  }
}

function rowOf(measure: string, turns: Turns, count: number): Row {
  return {
    measure,
    ours: ms(median(turns.ours) / count),
    beside: `${ms(median(turns.beside) / count)}, openpgp.js alone`,
    ratio: `${ratioOf(turns).toFixed(2)} of it`,
    target: '',
  };
}
