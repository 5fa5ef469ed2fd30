/** Puts a live node of this process through suites of the conformance runner, with its operator at hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../node/cli/conformance/check.js';
import type { CheckId, SuiteName } from '../../node/cli/conformance/checks.js';
import type { ActName, Operator } from '../../node/cli/conformance/operator.js';
import { runConformance } from '../../node/cli/conformance/run.js';
import { fragmentFrom } from '../../node/cli/conformance/story.js';
import { readTarget } from '../../node/cli/conformance/target.js';
import {
  type Badge,
  makeVisitors,
  openVisitors,
  type VisitorName,
} from '../../node/cli/conformance/visitor-keys.js';
import type { Hash } from '../../node/core/bytes.js';
import type { Case } from '../../node/core/case/case.js';
import type { CaseId, NodeId } from '../../node/core/ids.js';
import type { Order } from '../../node/core/statement.js';
import { after, DAY, type Instant, readInstant } from '../../node/core/time.js';
import { type Deviation, type LiveNode, openLiveNode } from './live-node.js';

/** The scripted peers of a test file: their keys lie in a folder of their own. */
export interface Cast {
  readonly folder: string;
  readonly badges: ReadonlyMap<VisitorName, Badge>;
  close(): Promise<void>;
}

export async function openCast(): Promise<Cast> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const now = Date.now() as Instant;
  await makeVisitors(folder, now);
  const badges = await openVisitors(folder, now);
  if (!badges.ok) throw new Error(badges.fault.code);
  return { folder, badges: badges.value, close: () => rm(folder, { recursive: true }) };
}

export interface Conforming {
  /** What the node does otherwise than it should. */
  readonly deviation?: Deviation;
  /** The last check that is of interest. */
  readonly until?: CheckId;
  readonly patienceMs?: number;
}

/** Runs one suite against a new node. @returns the results as they came. */
export async function conform(
  way: 'grpc' | 'libp2p',
  badges: ReadonlyMap<VisitorName, Badge>,
  suite: SuiteName,
  { deviation = {}, until, patienceMs = 30_000 }: Conforming = {},
): Promise<readonly Result[]> {
  const node = await openLiveNode(way, deviation);
  const results: Result[] = [];
  const enough = new Error('the rest is of no interest');
  try {
    for (const badge of badges.values())
      if (badge.name !== 'stranger') await node.befriend(badge, badge.name !== 'unverified');
    const target = readTarget(node.address, node.card);
    if (!target.ok) throw new Error(target.fault.code);
    await runConformance({
      target: target.value,
      badges,
      operator: operatorOf(node),
      suites: [suite],
      patienceMs,
      report: (result) => {
        results.push(result);
        if (result.id === until) throw enough;
      },
    });
  } catch (cause) {
    if (cause !== enough) throw cause;
  } finally {
    await node.stop();
  }
  return results;
}

/** The acts as orders; what is ordered before the words it builds on were heard is ordered again. */
function operatorOf(node: LiveNode): Operator {
  return {
    present: true,
    async act(name, id = '', word = '') {
      const about = id as CaseId;
      const held = () => node.running.state().cases.get(about);
      for (let turn = 0; turn < 2_000 && isEarly(name, held()); turn += 1)
        await new Promise((next) => setImmediate(next));
      const fault = await node.order(orderOf(name, word, held()), about);
      return fault === undefined ? 'done' : 'refused';
    },
  };
}

function isEarly(name: ActName, held: Case | undefined): boolean {
  return held === undefined || (name === 'sign' && held.chamber.ballots.size === 0);
}

function orderOf(name: ActName, word: string, held: Case | undefined): Order {
  const now = Date.now() as Instant;
  const node = word as NodeId;
  const asked = [...(held?.requests.values() ?? [])].findLast(({ requester }) => requester === node);
  const request = asked?.id ?? ('00'.repeat(32) as Hash);
  const at = readInstant(word) ?? now;
  const orders: Readonly<Record<ActName, Order>> = {
    sign: { act: 'charter_sign' },
    tell: { act: 'tell', to: [node], replyBy: after(now, 7 * DAY) },
    grant: { act: 'grant', request, consent: '' },
    deny: { act: 'deny', request, reason: 'policy', remark: '' },
    constrain: { act: 'constrain', fragment: fragmentFrom(at, now) },
    approve: { act: 'approve', at },
  };
  return orders[name];
}
