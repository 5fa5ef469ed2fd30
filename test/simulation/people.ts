/**
 * The officers of a simulated world. Each task is a goal: its officer looks, orders what is missing, and looks again
 * later, so that it does not matter whether an order was lost with a process or with a disk.
 */
import { canonical } from '../../node/core/canonical.js';
import type { Case } from '../../node/core/case/case.js';
import { newestCharter, ownDocket } from '../../node/core/case/chamber.js';
import type { Tlp } from '../../node/core/disclosure/tlp.js';
import type { CaseId, NodeId } from '../../node/core/ids.js';
import type { Card } from '../../node/core/registry/card.js';
import type { CharterTerms } from '../../node/core/settlement/ballot.js';
import { type Standing, standingOf } from '../../node/core/settlement/settle.js';
import { onGridFrom } from '../../node/core/settlement/terms.js';
import type { State } from '../../node/core/state.js';
import type { CaseSummary, Order } from '../../node/core/statement.js';
import { after, DAY, HOUR, type Instant, writeInstant } from '../../node/core/time.js';
import { CASE, type House } from './house.js';
import type { Plan, Task } from './plan.js';
import type { Timeline } from './timeline.js';

/** What officers know beside their own node. */
export interface Office {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly cards: readonly Card[];
  /** Told of each order that is given. */
  ordered(house: House, order: Order): void;
}

/** One look at a task: nothing left to do, something to order, or something to wait for. */
type Look = 'done' | 'wait' | readonly Order[];

/** How long an officer waits before the next look, and how often an order is tried before it is given up. */
const LOOK_AGAIN_MS = 2 * HOUR;
const LOOKS: Readonly<Record<Task['task'] | 'acquaint', number>> = {
  acquaint: 400,
  open: 400,
  sign: 60,
  refuse: 60,
  approve: 120,
  constrain: 60,
  request: 1,
  report: 1,
  confirm: 1,
  seat: 6,
  join: 60,
};

/** The officer of a house begins with a task. */
export function begin(house: House, task: Task | { readonly task: 'acquaint' }, office: Office): void {
  const { timeline } = office;
  let ordered = 0;
  let looks = LOOKS[task.task];
  const look = (): void => {
    const running = house.running();
    looks -= 1;
    if (looks < 0) return;
    const again = () => timeline.plan(timeline.now() + LOOK_AGAIN_MS, look);
    if (running === undefined) return void again();
    const seen = lookAt(house, running.state(), task, office, ordered);
    if (seen === 'done') return;
    void again();
    if (seen === 'wait') return;
    ordered += 1;
    for (const order of seen) {
      office.ordered(house, order);
      void running.order(`officer ${house.place}`, order, isAboutPeers(order) ? undefined : ABOUT);
    }
  };
  look();
}

/** What every order about the case is about. */
export const ABOUT: { readonly caseId: CaseId; readonly tlp: Tlp } = { caseId: CASE, tlp: 'AMBER' };

function isAboutPeers({ act }: Order): boolean {
  return act === 'peer_add' || act === 'peer_verify' || act === 'peer_remove';
}

function lookAt(
  house: House,
  state: State,
  task: Task | { readonly task: 'acquaint' },
  office: Office,
  ordered: number,
): Look {
  switch (task.task) {
    case 'acquaint':
      return acquaint(house, state, office);
    case 'open':
      return open(house, state, office);
    default: {
      const held = state.cases.get(CASE);
      if (held === undefined) return 'wait';
      const standing = standingOf(ownDocket(house.node, held, house.clock.now()));
      // Whether there is anything to agree to is for the node to say.
      if (task.task === 'join') return [{ act: 'charter_join' }];
      if (task.task === 'sign' || task.task === 'refuse')
        return answer(house.node, held, standing, task.task, office.plan);
      if (standing === undefined) return 'wait';
      return settle(house, state, held, standing, task, office, ordered);
    }
  }
}

/**
 * Signs what is offered, as often as another one is; who means to refuse the first version signs the next. Where a lead
 * tries to have two charters, officers go on: it is for their node to refuse.
 */
function answer(
  node: NodeId,
  held: Case,
  standing: Standing | undefined,
  task: 'sign' | 'refuse',
  { lies }: Plan,
): Look {
  const offered = newestCharter(held);
  if (offered === undefined) return 'wait';
  if (offered.id === standing?.charter.id) return lies.charters ? 'wait' : 'done';
  const isSigned = [...held.chamber.ballots.values()].some(
    ({ ballot }) =>
      ballot.author === node && ballot.charter === offered.id && ballot.body.kind === 'charter_sign',
  );
  if (isSigned) return 'wait';
  const refuses = task === 'refuse' && offered.body.version === 1;
  return [refuses ? { act: 'charter_refuse', reason: 'not yet' } : { act: 'charter_sign' }];
}

function settle(
  house: House,
  state: State,
  held: Case,
  standing: Standing,
  task: Exclude<Task, { readonly task: 'open' | 'sign' | 'refuse' | 'join' }>,
  { plan, cards }: Office,
  ordered: number,
): Look {
  switch (task.task) {
    case 'constrain':
      return ordered > 0 ? 'done' : [{ act: 'constrain', fragment: fragmentOf(task, plan) }];
    case 'request':
      return requests(house, standing);
    case 'approve':
      if (held.chamber.intent !== undefined || state.autoAccept) return 'done';
      return approvals(standing, held.chamber.approvals);
    case 'report':
      return [{ act: 'breach_report', evidence: 'seen elsewhere', seenAt: house.clock.now() }];
    case 'confirm':
      return [{ act: 'breach_confirm' }];
    case 'seat':
      return ordered > 0 ? 'done' : [seatOrder(task, cards)];
  }
}

function seatOrder({ change, of }: Extract<Task, { task: 'seat' }>, cards: readonly Card[]): Order {
  const { node } = cards[of] as Card;
  const reason = 'asked for';
  if (change === 'join')
    return { act: 'seat_change', change: { kind: 'join', member: { node, model: 2 } }, agree: true, reason };
  return { act: 'seat_change', change: { kind: change, node }, agree: true, reason };
}

function acquaint(house: House, state: State, { cards }: Office): Look {
  const others = cards.filter(({ node }) => node !== house.node);
  const orders = others.flatMap((card): readonly Order[] => {
    const known = state.peers.get(card.node);
    const add: Order = { act: 'peer_add', card, text: `card of ${card.name}` };
    const verify: Order = { act: 'peer_verify', node: card.node, method: 'telephone' };
    if (known === undefined) return [add, verify];
    return known.standing === 'verified' ? [] : [verify];
  });
  return orders.length === 0 ? 'done' : orders;
}

/** The lead opens the case, tells the others, proposes a charter, and a second one when somebody refuses the first. */
function open(house: House, state: State, { plan, cards }: Office): Look {
  const others = cards.slice(0, plan.members).flatMap(({ node }) => (node === house.node ? [] : [node]));
  if (others.some((node) => state.peers.get(node)?.standing !== 'verified')) return 'wait';
  const held = state.cases.get(CASE);
  const replyBy = after(house.clock.now(), 7 * DAY);
  const tell: Order = { act: 'tell', to: others, replyBy };
  const propose = (version: number): Order => ({
    act: 'charter_propose',
    terms: termsOf(plan, cards, version),
  });
  if (held === undefined) {
    const details = { details: 'Details.', onward: 'own_vendors', replyByDays: 7 } as const;
    return [
      { act: 'case_open', caseSummary: SUMMARY, ...details },
      ...(others.length > 0 ? [tell] : []),
      propose(1),
    ];
  }
  const docket = ownDocket(house.node, held, house.clock.now());
  if (standingOf(docket) !== undefined) return 'done';
  if (others.some((node) => !held.told.has(node))) return [tell];
  const offered = newestCharter(held);
  if (offered === undefined) return [propose(1)];
  const refused = [...held.chamber.ballots.values()].some(
    ({ ballot }) => ballot.body.kind === 'charter_refuse',
  );
  return refused && offered.body.version === 1 ? [propose(2)] : 'wait';
}

/** The terms of each version of the charter; a later version has a later instant. */
function termsOf(plan: Plan, cards: readonly Card[], version: number): CharterTerms {
  const { start, embargoMs } = plan;
  const lead = cards[0]?.node as NodeId;
  const horizonEnd = onGridFrom(start + embargoMs + 40 * DAY);
  return {
    roster: cards.slice(0, plan.members).map(({ node }) => ({ node, model: 2 })),
    lead,
    defaultInstant: onGridFrom(start + embargoMs + (version - 1) * DAY),
    quorum: plan.quorum,
    freezeMs: plan.freezeMs,
    roundMs: plan.roundMs,
    skewMs: 60_000,
    window: { notBefore: onGridFrom(start), notAfter: horizonEnd },
    horizonEnd,
    objective: 'minimax',
    tables: canonical({}),
    solver: 'SCHED/1',
  };
}

function requests(house: House, { charter, open: slot }: Standing): Look {
  if (slot?.open === undefined) return 'done';
  const body = {
    kind: 'amend_request',
    slot: slot.slot,
    round: slot.open.round,
    why: 'not ready',
    change: undefined,
  } as const;
  const others = charter.roster.filter((node) => node !== house.node);
  return (others.length === 0 ? [house.node] : others).map((to): Order => ({ act: 'say', to, body }));
}

function approvals({ open: slot }: Standing, approved: ReadonlyMap<Instant, Instant>): Look {
  const round = slot?.tally.find((one) => one.round === slot.open?.round);
  const asked = (round?.proposals ?? []).flatMap(({ ballot }) =>
    ballot.body.value.kind === 'amend' ? [ballot.body.value.at] : [],
  );
  const fresh = asked.filter((at) => !approved.has(at));
  return fresh.length === 0 ? 'wait' : fresh.map((at): Order => ({ act: 'approve', at }));
}

/** A fragment whose one party is free from one instant to another, and would rather be earlier. */
export function fragmentOf(
  { from, until }: { readonly from: number; readonly until: number },
  plan: Plan,
): string {
  const start = onGridFrom(plan.start + from);
  const at = (instant: Instant) => writeInstant(instant);
  return canonical({
    spec: 'SCHED-FRAGMENT/1',
    tzdb: '2026c',
    coverage: { from: '2026-11-01T00:00:00Z', until: '2027-08-01T00:00:00Z' },
    zones: {},
    calendars: {},
    rules: {},
    parties: [
      {
        id: 'p',
        role: 'centre',
        weight: 10,
        fair: true,
        soft: [{ id: 'wait', kind: 'delay', from: at(start), perDay: 5, cap: 500 }],
      },
    ],
    hard: [
      { id: 'ready', kind: 'notBefore', party: 'p', relax: 'never', at: at(start) },
      { id: 'end', kind: 'notAfter', party: 'p', relax: 'never', at: at(onGridFrom(plan.start + until)) },
    ],
  });
}

/** A summary; texts are invented. */
const SUMMARY: CaseSummary = {
  title: 'Heap overflow in an invented parser',
  kind: 'software_product',
  scope: 'implementation',
  summary: 'An invented parser mishandles lengths.',
  products: ['Parser'],
  publicIds: ['VU#000001'],
};
