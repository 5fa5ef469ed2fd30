/**
 * Recorded entries are opened again, byte for byte, by fresh nodes with the same keys: each plays its own part of the
 * exchange and must end where the pure machines end, with the same refusals.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCoreDriver } from '../../node/cli/conformance/exchange/core.js';
import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import { type Recorded, readRecord, writeRecord } from '../../node/cli/conformance/exchange/record.js';
import { replayRecord } from '../support/script-replay.js';
import { EXCHANGES, openExchange } from './exchanges.js';

const RECORDED = EXCHANGES.filter((name) => existsSync(place(name)));

describe('recorded exchanges', () => {
  it('are there', () => {
    expect(RECORDED.length).toBeGreaterThanOrEqual(3);
  });

  it.each(RECORDED)(
    '%s: ENV-2 every node opens what it was sent and ends where the machines end',
    async (name) => {
      const exchange = openExchange(name);
      const { header } = exchange;
      const recorded = record(name);
      const driver = openCoreDriver(header.places, header.clock);
      const refusals = new Map<string, string[]>();
      const watched: typeof driver = {
        ...driver,
        refusals(node) {
          const fresh = driver.refusals(node);
          const lines = fresh.map(({ sequence, from, code }) => `entry ${sequence} of ${from}: ${code}`);
          refusals.set(node, [...(refusals.get(node) ?? []), ...lines]);
          return fresh;
        },
      };
      const { states } = await playExchange(exchange, watched);
      for (const { name: node } of header.places) {
        const replayed = await replayRecord(exchange, recorded, node);
        const sent = recorded.filter((one) => one.kind === 'frame' && one.lane.to === node);
        expect([node, replayed.heard > 0]).toEqual([node, sent.length > 0]);
        expect([node, replayed.illegible]).toEqual([node, 0]);
        expect(replayed.refusals).toEqual(refusals.get(node));
        expect(replayed.states.map((line) => `${node} ${line}`)).toEqual(
          states.filter(
            (line) => line.startsWith(`${node} `) && !line.endsWith(' knows nothing of the case'),
          ),
        );
      }
    },
  );

  it.each(RECORDED)('%s: the text is read and written without loss', (name) => {
    const text = readFileSync(place(name), 'utf8');
    expect(writeRecord(name, openExchange(name), record(name))).toBe(text);
  });

  it.each([
    ['an unknown word', 'frames cert jpcert\n', ':1: unknown word frames'],
    ['no instant', 'clock tomorrow\n', ':1: no instant'],
    [
      'bytes of another length',
      'frame cert jpcert from 0 entries 1\nleaf 3 AAAA\nenvelope 4 AAAA\n',
      ':3: envelope has 3 bytes',
    ],
    ['a cut file', 'frame cert jpcert from 0 entries 1\nleaf 3 AAAA', ':3: cut short'],
  ])('a record with %s is refused with its line', (_, text, words) => {
    expect(() => readRecord(text, 'x.frames')).toThrow(words);
  });
});

function place(name: string): URL {
  return new URL(`../../fixtures/exchanges/${name}.frames`, import.meta.url);
}

function record(name: string): readonly Recorded[] {
  return readRecord(readFileSync(place(name), 'utf8'), `${name}.frames`);
}
