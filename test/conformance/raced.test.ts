/**
 * Transcripts on whole nodes with feeds that race each other: what everybody knows at the end is what the pure
 * machines know, who heard it in order. All of them race on pure machines; here, where each entry costs its sealing
 * and opening, those race that have most to lose by it: votes and commits, a cut, an early entry, a breach.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openCoreDriver } from '../../node/cli/conformance/exchange/core.js';
import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import { openExchange } from './exchanges.js';
import { closeNodes, judgeNodes, openNodes } from './whole-nodes.js';

const RACED = ['breach', 'disorder', 'limbo', 'model-1'];

afterEach(closeNodes);

describe('exchanges in disorder', () => {
  it.each(RACED)('%s: G2 ends the same when feeds race', async (name) => {
    const exchange = openExchange(name);
    const { header } = exchange;
    const inOrder = await playExchange(exchange, openCoreDriver(header.places, header.clock));
    const driver = await openNodes(header);
    const raced = await playExchange(exchange, driver, { shuffled: true, twice: true });
    expect(raced.states).toEqual(inOrder.states);
    judgeNodes(header, driver, raced);
  });
});
