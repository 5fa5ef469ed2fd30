/** Plays a transcript on whole nodes and keeps what arrived; the form of a record is the product's. */

import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import type { Recorded } from '../../node/cli/conformance/exchange/record.js';
import type { Exchange } from '../../node/cli/conformance/exchange/script.js';
import { openNodesDriver } from './script-nodes.js';

/** Plays a transcript on whole nodes and keeps what arrived, in the order of arrival. */
export async function recordExchange(exchange: Exchange): Promise<readonly Recorded[]> {
  const { places, clock } = exchange.header;
  const recorded: Recorded[] = [];
  const driver = await openNodesDriver(places, clock, (lane, frame) =>
    recorded.push({ kind: 'frame', lane, frame }),
  );
  try {
    await playExchange(
      exchange,
      driver,
      {},
      {
        command: ({ line }) => recorded.push({ kind: 'command', line }),
        clock: (at) => recorded.push({ kind: 'clock', at }),
      },
    );
  } finally {
    await driver.stop();
  }
  return recorded;
}
