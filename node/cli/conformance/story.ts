/** Cases that the scripted centres open with the target, and the fragments that they want. */

import { TABLES_1 } from '../../../adapters/calendar/cycles.js';
import { canonical, type Json } from '../../core/canonical.js';
import { charterOf } from '../../core/case/chamber.js';
import type { Tlp } from '../../core/disclosure/tlp.js';
import type { ProcessModel } from '../../core/settlement/ballot.js';
import { quorumOf } from '../../core/settlement/quorum.js';
import { onGridFrom } from '../../core/settlement/terms.js';
import type { OnwardRule } from '../../core/statement.js';
import { after, DAY, HOUR, type Instant, writeInstant } from '../../core/time.js';
import type { Stage } from './check.js';
import { SUMMARY } from './craft.js';
import type { About, Mind, Parlour } from './mind.js';
import { demand } from './watch.js';

/** What no summary may hold and a grant must. */
export const DETAILS = 'Exercise: the length of the second field is not checked.';

export interface Story {
  readonly tlp: Tlp;
  readonly onward: OnwardRule;
  /** Process model of the target. */
  readonly model: ProcessModel;
}

/**
 * The first mind opens a case, tells the target and the other minds, and proposes a charter: itself, the others, the
 * target. The others sign; the target has not been asked to.
 */
export async function openStory(
  stage: Stage,
  parlour: Parlour,
  minds: readonly Mind[],
  story: Story,
): Promise<About> {
  const [lead, ...others] = minds;
  if (lead === undefined) throw new Error('a case has a lead');
  const { target } = stage;
  const { tlp, onward, model } = story;
  const it: About = { caseId: stage.newCase(), tlp };
  const now = stage.now();
  const nodes = minds.map(({ visitor }) => visitor.badge.keys.node);
  const told = [...nodes.slice(1), target.node];
  const roster = [...nodes.map((node) => ({ node, model: 2 as const })), { node: target.node, model }];
  await lead.order({ act: 'case_open', caseSummary: SUMMARY, details: DETAILS, onward, replyByDays: 7 }, it);
  await lead.order({ act: 'tell', to: told, replyBy: after(now, 7 * DAY) }, it);
  const terms = {
    roster,
    lead: lead.visitor.badge.keys.node,
    defaultInstant: stage.gridIn(45),
    quorum: quorumOf(roster.length),
    freezeMs: 72 * HOUR,
    roundMs: 24 * HOUR,
    skewMs: 60_000,
    window: { notBefore: onGridFrom(now), notAfter: stage.gridIn(90) },
    horizonEnd: stage.gridIn(90),
    objective: 'minimax',
    // A target may price what it wants by any table that is usual.
    tables: canonical(TABLES_1),
    solver: 'SCHED/1',
  } as const;
  await lead.order({ act: 'charter_propose', terms }, it);
  await parlour.quiet();
  for (const other of others) await other.order({ act: 'charter_sign' }, it);
  await parlour.quiet();
  await lead.visitor.acknowledged();
  return it;
}

/** The operator of the target signs; resolves when the charter is in force here. */
export async function signed(stage: Stage, lead: Mind, { caseId }: About): Promise<void> {
  const outcome = await stage.operator.act('sign', caseId);
  demand(outcome === 'done', 'the target refused to sign a charter that keeps to the rules');
  await stage.watch.until('the charter in force', () => {
    const held = lead.state().cases.get(caseId);
    return held && charterOf(lead.state(), held);
  });
  await lead.visitor.acknowledged();
}

/** A SCHED/1 fragment of one party that wants nothing before an instant, and to wait no longer than it must. */
export function fragmentFrom(notBefore: Instant, now: Instant): string {
  const party = 'p';
  const soft = [{ id: 'wait', kind: 'delay', from: writeInstant(onGridFrom(now)), perDay: 5, cap: 500 }];
  const fragment: Json = {
    spec: 'SCHED-FRAGMENT/1',
    tzdb: '2026c',
    coverage: {
      from: writeInstant(onGridFrom(now - 60 * DAY)),
      until: writeInstant(onGridFrom(now + 210 * DAY)),
    },
    zones: {},
    calendars: {},
    rules: {},
    parties: [{ id: party, role: 'centre', weight: 10, fair: true, soft }],
    hard: [{ id: 'ready', kind: 'notBefore', party, relax: 'never', at: writeInstant(notBefore) }],
  };
  return canonical(fragment);
}
