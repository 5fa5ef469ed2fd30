/**
 * The beginning of most scenarios: centres that know each other, a case, a charter in force.
 */
import { partyFragment } from '../../node/cli/conformance/exchange/story.js';
import { canonical } from '../../node/core/canonical.js';
import type { CaseId } from '../../node/core/ids.js';
import type { CharterTerms, ProcessModel } from '../../node/core/settlement/ballot.js';
import { quorumOf } from '../../node/core/settlement/quorum.js';
import { onGridFrom } from '../../node/core/settlement/terms.js';
import type { OnwardRule, Order } from '../../node/core/statement.js';
import { after, DAY, HOUR, type Instant } from '../../node/core/time.js';
import { type TestNode, testNode } from './keys.js';
import { SUMMARY, type World, worldCase } from './world.js';

export const CASE: CaseId = worldCase(7);

export interface Play {
  readonly centres: readonly TestNode[];
  readonly models?: Readonly<Partial<Record<TestNode, ProcessModel>>>;
  readonly tlp?: 'GREEN' | 'AMBER' | 'AMBER+STRICT' | 'RED';
  readonly onward?: OnwardRule;
  readonly quorum?: number;
  readonly defaultDays?: number;
}

/** What an order about the one case of a scenario is about. */
export function about(play: Pick<Play, 'tlp'> = {}): {
  readonly caseId: typeof CASE;
  readonly tlp: NonNullable<Play['tlp']>;
} {
  return { caseId: CASE, tlp: play.tlp ?? 'AMBER' };
}

type Opening = Extract<Order, { readonly act: 'case_open' }>;

/** The order that opens the case of a scenario; without details where none are named. */
export function opening(says: Partial<Pick<Opening, 'details' | 'onward'>> = {}): Opening {
  return { act: 'case_open', caseSummary: SUMMARY, details: '', onward: 'ask', replyByDays: 7, ...says };
}

/** Terms on the default freeze of 72 h; the first centre leads. */
export function termsFor(play: Play, now: Instant): CharterTerms {
  const defaultInstant = onGridFrom(after(now, (play.defaultDays ?? 45) * DAY));
  const [lead] = play.centres;
  if (lead === undefined) throw new Error('a roster has a lead');
  return {
    roster: play.centres.map((name) => ({ node: testNode(name), model: play.models?.[name] ?? 2 })),
    lead: testNode(lead),
    defaultInstant,
    quorum: play.quorum ?? quorumOf(play.centres.length),
    freezeMs: 72 * HOUR,
    roundMs: 2 * HOUR,
    skewMs: 60_000,
    window: { notBefore: onGridFrom(now), notAfter: onGridFrom(after(now, 90 * DAY)) },
    horizonEnd: onGridFrom(after(now, 90 * DAY)),
    objective: 'minimax',
    tables: canonical({}),
    solver: 'SCHED/1',
  };
}

/** The lead opens the case, tells the other centres, and all sign charter 1. */
export async function agree(world: World, play: Play): Promise<void> {
  const [lead, ...others] = play.centres;
  if (lead === undefined) throw new Error('a roster has a lead');
  const it = about(play);
  const details = 'The length of the second field is not checked.';
  const open = opening({ details, onward: play.onward ?? 'own_vendors' });
  expectDone(await world.node(lead).order(open, it));
  const replyBy = after(world.clock.now(), 7 * DAY);
  expectDone(await world.node(lead).order({ act: 'tell', to: others.map(testNode), replyBy }, it));
  expectDone(
    await world.node(lead).order({ act: 'charter_propose', terms: termsFor(play, world.clock.now()) }, it),
  );
  await world.settle();
  for (const name of others) expectDone(await world.node(name).order({ act: 'charter_sign' }, it));
  await world.settle();
}

/** Every pair of centres knows each other; each vendor knows its own centre. */
export async function introduceAll(
  world: World,
  centres: readonly TestNode[],
  leaves: readonly (readonly [vendor: TestNode, centre: TestNode])[] = [],
): Promise<void> {
  const pairs = centres.flatMap((one, at) =>
    centres.slice(at + 1).map((other): readonly [TestNode, TestNode] => [one, other]),
  );
  await world.introduce(...pairs, ...leaves);
}

/** A SCHED fragment of one party that wants nothing before an instant. */
export const fragment: typeof partyFragment = partyFragment;

export function expectDone(outcome: {
  readonly ok: boolean;
  readonly fault?: { readonly code: string };
}): void {
  if (!outcome.ok) throw new Error(outcome.fault?.code ?? 'refused');
}
