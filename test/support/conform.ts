/** Puts a live node of this process through suites of the conformance runner, with its operator at hand. */
import type { Result } from '../../node/cli/conformance/check.js';
import type { SuiteName } from '../../node/cli/conformance/checks.js';
import type { Operator } from '../../node/cli/conformance/operator.js';
import { runConformance } from '../../node/cli/conformance/run.js';
import { readTarget } from '../../node/cli/conformance/target.js';
import type { Badge, VisitorName } from '../../node/cli/conformance/visitor-keys.js';
import { type Deviation, type LiveNode, openLiveNode } from './live-node.js';

/** Runs one suite against a new node. @param deviation what the node does otherwise than it should. */
export async function conform(
  way: 'grpc' | 'libp2p',
  badges: ReadonlyMap<VisitorName, Badge>,
  suite: SuiteName,
  deviation: Deviation = {},
): Promise<readonly Result[]> {
  const node = await openLiveNode(way, deviation);
  try {
    for (const { name, card } of badges.values())
      if (name !== 'stranger') await node.befriend(card, name !== 'unverified');
    const target = readTarget(node.address, node.card);
    if (!target.ok) throw new Error(target.fault.code);
    return await runConformance({
      target: target.value,
      badges,
      operator: operatorOf(node),
      suites: [suite],
      patienceMs: 8_000,
      report: () => undefined,
    });
  } finally {
    await node.stop();
  }
}

function operatorOf(_node: LiveNode): Operator {
  return { present: true, act: async () => 'done' };
}
