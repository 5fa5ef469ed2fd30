/**
 * Every transcript on pure machines: exactly the output that it shows, and the same end in another order of delivery.
 */
import { describe, expect, it } from 'vitest';
import { openCoreDriver } from '../../node/cli/conformance/exchange/core.js';
import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import type { Header } from '../../node/cli/conformance/exchange/script.js';
import { EXCHANGES, judgeOutput, openExchange } from './exchanges.js';
import { judgeEnd } from './invariants.js';

/** What everybody knows at the end of a transcript, heard in order. */
const ends = new Map<string, readonly string[]>();

describe('exchanges on pure machines', () => {
  it('sees them all', () => {
    expect(EXCHANGES.length).toBeGreaterThanOrEqual(10);
  });

  it.each(EXCHANGES)('%s: prints what the transcript shows', async (name) => {
    const exchange = openExchange(name);
    const driver = open(exchange.header);
    const played = await playExchange(exchange, driver);
    ends.set(name, played.states);
    judgeOutput(name, exchange, played);
    judgeEnd(exchange.header, driver, played);
  });

  it.each(EXCHANGES)('%s: §4 ends the same whichever feed is faster', async (name) => {
    const { header, ...exchange } = openExchange(name);
    const inOrder = ends.get(name) ?? (await playExchange({ header, ...exchange }, open(header))).states;
    for (const seed of [header.seed, header.seed + 1]) {
      const driver = open(header);
      const raced = await playExchange({ ...exchange, header: { ...header, seed } }, driver, {
        shuffled: true,
      });
      expect(raced.states).toEqual(inOrder);
      judgeEnd(header, driver, raced);
    }
  });
});

function open({ places, clock }: Header): ReturnType<typeof openCoreDriver> {
  return openCoreDriver(places, clock);
}
