/**
 * Advance notice to sites with special exposure (DESIGN §5.5): sparingly, case by case, under a recorded agreement,
 * and not before its own offset from the instant.
 */

import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { verifiedPeer } from '../registry/peers.js';
import type { Standing } from '../settlement/settle.js';
import type { Input, State } from '../state.js';
import type { Order, SpokenBody } from '../statement.js';
import { after, type Instant, type Millis } from '../time.js';
import { type Case, newest, withEntry } from './case.js';
import { summaryTo } from './disclose.js';
import { type Heard, quiet, tell } from './heard.js';
import { owedSummaries } from './owed-summaries.js';
import { publishedBy } from './published.js';

/** What an officer granted to one site. */
export interface Advance {
  /** Under which agreement, in words that find it again. */
  readonly agreement: string;
  /** So long before the instant it is told, and not sooner. */
  readonly offsetMs: Millis;
  /** What the site is to do. */
  readonly text: string;
  readonly by: string;
  readonly grantedAt: Instant;
}

/** What a site was told. */
export interface Advice extends Pick<Advance, 'agreement' | 'text'> {
  readonly epoch: number;
  /** The instant in force then. */
  readonly at: Instant;
  readonly from: NodeId;
}

/** Who is told of a case is asked to answer; a site is told what to do and asked nothing, so it is never silent. */
export function isAsked(state: State, node: NodeId): boolean {
  return state.peers.get(node)?.card.role !== 'infrastructure_site';
}

type AdvanceOrder = Extract<Order, { act: 'advance' }>;

/**
 * Grants advance notice to one site, or changes what was granted before it was told.
 * Faults: PEER_*, ADVANCE_SITE, TLP_FORBIDS, CASE_FULL.
 */
export function obeyAdvance(
  state: State,
  held: Case,
  by: string,
  grantedAt: Instant,
  { to, agreement, offsetMs, text, consent }: AdvanceOrder,
): Outcome<Heard> {
  const peer = verifiedPeer(state, to);
  if (!peer.ok) return peer;
  if (peer.value.card.role !== 'infrastructure_site') return refuse('ADVANCE_SITE', { where: to });
  // A label that keeps the case from third organisations keeps it from sites, unless its author agreed.
  const isStrict = held.tlp === 'AMBER+STRICT' || held.tlp === 'RED';
  if (isStrict && held.origin !== state.self.node && consent === '')
    return refuse('TLP_FORBIDS', { where: held.tlp });
  const most = LIMITS.listEntries.most;
  if (!held.advances.has(to) && held.advances.size >= most) return refuse('CASE_FULL', { most });
  const advance: Advance = { agreement, offsetMs, text, by, grantedAt };
  return ok(quiet({ ...held, advances: withEntry(held.advances, to, advance) }));
}

/** The sites whose time has come: the summary first, so that they know which case it is. */
export function advanceNotices(state: State, held: Case, { epoch, at }: Standing): readonly Effect[] {
  if (publishedBy(held, state.self.node) !== undefined) return [];
  const waiting = owedSummaries(state, held);
  return [...held.advances]
    .filter(([site, { offsetMs }]) => isOwed(held, site, epoch) && state.now >= dueAt(at, offsetMs))
    .filter(([site]) => verifiedPeer(state, site).ok)
    .flatMap(([site, { agreement, text }]) => {
      const isTold = held.told.has(site) || waiting.has(site);
      const notice = tell(held, site, { kind: 'advance_notice', epoch, at, agreement, text });
      return isTold ? [notice] : [summaryTo(state, held, site, at), notice];
    });
}

/** When sites are told next; time alone brings it. */
export function advanceDue(held: Case, { epoch, at }: Standing): readonly Instant[] {
  return [...held.advances]
    .filter(([site]) => isOwed(held, site, epoch))
    .map(([, { offsetMs }]) => dueAt(at, offsetMs));
}

/** An instant that was moved is told anew. */
function isOwed(held: Case, site: NodeId, epoch: number): boolean {
  return !held.advised.has(adviceKey(site, epoch));
}

/** Under which {@link Case.advised} remembers what was told. */
export function adviceKey(site: NodeId, epoch: number): string {
  return `${site}/${epoch}`;
}

function dueAt(at: Instant, offsetMs: Millis): Instant {
  return after(at, -offsetMs);
}

type AdviceBody = Extract<SpokenBody, { kind: 'advance_notice' }>;

/** A site hears it from the centre that told it the summary. Faults: CASE_MEMBER. */
export function hearAdvance(held: Case, input: Input, body: AdviceBody): Outcome<Heard> {
  const { author: from, createdAt } = input.statement;
  if (from !== held.from) return refuse('CASE_MEMBER', { where: from });
  const { epoch, at, agreement, text } = body;
  const next = newest(held.advice.get(from), {
    stamp: { at: createdAt, id: input.id },
    value: { epoch, at, agreement, text, from },
  });
  return ok(quiet({ ...held, advice: withEntry(held.advice, from, next) }));
}
