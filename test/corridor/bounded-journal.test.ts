import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../node/core/limits.js';
import { type BoundedJournal, boundedJournal } from '../../node/corridor/bounded-journal.js';
import type { JournalLine } from '../../node/ports.js';
import { TEST_NOW, testNode } from '../support/keys.js';
import { type WorldClock, worldClock } from '../support/world.js';

const MOST = LIMITS.journalLines.most;
const PEER = testNode('jpcert');
const UP: JournalLine = { event: 'link_up', peer: PEER };
const DOWN: JournalLine = { event: 'link_down', peer: PEER, fault: { code: 'LINK_CLOSED' } };

let clock: WorldClock;
let written: JournalLine[];
let journal: BoundedJournal;
beforeEach(() => {
  clock = worldClock(TEST_NOW);
  written = [];
  journal = boundedJournal({ write: (line) => void written.push(line) }, clock);
});

const minute = async () => {
  clock.linger(LIMITS.allowanceMs.most);
  await new Promise((resolve) => setImmediate(resolve));
};

describe('a peer that connects again and again', () => {
  it('§10: fills no journal: the first lines are written, and then how many more there were', async () => {
    for (let round = 0; round < 1_000; round += 1) for (const line of [UP, DOWN]) journal.write(line);
    expect(written).toHaveLength(2 * MOST);
    await minute();
    expect(written.slice(2 * MOST)).toEqual([
      { event: 'repeated', of: 'link_up', times: 1_000 - MOST, peer: PEER },
      { event: 'repeated', of: 'link_down', times: 1_000 - MOST, peer: PEER, code: 'LINK_CLOSED' },
    ]);
  });

  it('§10: is written of anew in the next minute', async () => {
    for (let round = 0; round <= MOST; round += 1) journal.write(UP);
    await minute();
    journal.write(UP);
    expect(written.at(-1)).toBe(UP);
  });

  it('§10: says at its end what it has not said yet, and leaves nothing that would keep a process', () => {
    for (let round = 0; round <= MOST; round += 1) journal.write(UP);
    expect(clock.pending()).toBe(1);
    journal.close();
    expect(written.at(-1)).toMatchObject({ event: 'repeated', times: 1 });
    expect(clock.pending()).toBe(0);
  });

  it('§10: hides no other peer, no other code and no stranger', () => {
    for (let round = 0; round < 100; round += 1) journal.write(DOWN);
    const others: JournalLine[] = [
      { ...DOWN, peer: testNode('nisc') },
      { event: 'link_down', peer: PEER, fault: { code: 'LINK_TIMEOUT' } },
      { event: 'fault', fault: { code: 'PEER_UNKNOWN' } },
    ];
    for (const line of others) journal.write(line);
    expect(written.slice(-3)).toEqual(others);
  });

  it('§10: hides no alarm', () => {
    const alarm: JournalLine = { event: 'alarm', alarm: 'silent', peer: PEER };
    for (let round = 0; round < 100; round += 1) journal.write(alarm);
    expect(written).toHaveLength(100);
  });

  it('§10: counts so many things at one time and no more', async () => {
    const keys = LIMITS.journalKeys.most + 10;
    for (let key = 0; key < keys; key += 1)
      journal.write({ event: 'fault', fault: { code: 'PEER_UNKNOWN' }, peer: `${key}` as typeof PEER });
    expect(written).toHaveLength(keys);
  });
});
