/**
 * Whole nodes for the tests of this folder, and what must hold of their logs and public directories at the end.
 */
import { expect } from 'vitest';
import type { Played } from '../../node/cli/conformance/exchange/play.js';
import type { Header } from '../../node/cli/conformance/exchange/script.js';
import type { FeedId } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import { CASE } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { type NodesDriver, openNodesDriver } from '../support/script-nodes.js';
import { judgeEnd, judgeLogs } from './invariants.js';

const opened: NodesDriver[] = [];

/** Nodes that {@link closeNodes} stops. */
export async function openNodes({ places, clock }: Header): Promise<NodesDriver> {
  const driver = await openNodesDriver(places, clock);
  opened.push(driver);
  return driver;
}

export async function closeNodes(): Promise<void> {
  for (const driver of opened.splice(0)) await driver.stop();
}

/** What holds of every machine, and beside it: logs, receipts, and what the public saw and when (§8). */
export function judgeNodes(header: Header, driver: NodesDriver, played: Played): void {
  judgeEnd(header, driver, played);
  judgeLogs(
    header,
    (name, from, to) => {
      const { tip } = driver.world.node(name).feeds.head(feedOf(from, to));
      return [tip.size, rootOf(tip)];
    },
    (from, to) => driver.receipted({ from, to }),
  );
  for (const { name } of header.places) {
    const published = driver.state(name).cases.get(CASE)?.chamber.published;
    expect([name, driver.world.node(name).releasedAt.get(CASE)]).toEqual([name, published?.publishedAt]);
  }
}

function feedOf(author: TestNode, recipient: TestNode): FeedId {
  return { author: testNode(author), recipient: testNode(recipient) };
}
