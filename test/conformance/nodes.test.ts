/**
 * Every transcript on whole nodes, with every frame arriving twice: the same output as on pure machines, which hear
 * each entry once. What is known stops at door 3 and is answered with the same receipt.
 */
import { afterEach, describe, it } from 'vitest';
import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import { EXCHANGES, judgeOutput, openExchange } from './exchanges.js';
import { closeNodes, judgeNodes, openNodes } from './whole-nodes.js';

afterEach(closeNodes);

describe('exchanges on whole nodes', () => {
  it.each(EXCHANGES)(
    '%s: LOG-1 prints what the transcript shows, though every frame arrives twice',
    async (name) => {
      const exchange = openExchange(name);
      const driver = await openNodes(exchange.header);
      const played = await playExchange(exchange, driver, { twice: true });
      judgeOutput(name, exchange, played);
      judgeNodes(exchange.header, driver, played);
    },
    // Real cryptography, and a transcript may have some hundred entries.
    120_000,
  );
});
