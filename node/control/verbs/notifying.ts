/** Telling many at once: who would be told, the telling itself, how far it got, and asking the silent again. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { raisedReplyBy } from '../../core/case/disclose.js';
import { owedSummaries } from '../../core/case/owed-summaries.js';
import { type Delivery, deliveries, hasArrived, isReminded } from '../../core/disclosure/delivery.js';
import type { Covering } from '../../core/disclosure/who-knew.js';
import { ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { verifiedPeer } from '../../core/registry/peers.js';
import { type Reserve, reservesOf } from '../../core/selection/held.js';
import type { State } from '../../core/state.js';
import { after, DAY, type Instant } from '../../core/time.js';
import { flag, list, members, moment, name, optional, orElse, text, wrong } from '../arguments.js';
import { type Desk, receiptsOf } from '../desk.js';
import { findCase, findPeers, type Named, named } from '../find.js';
import { openWords, reached, reachedBySummary } from '../reach.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { deliveryView } from '../views/delivery-view.js';
import { when } from '../views/when.js';

const names = list(name, LIMITS.vendorsPerCase.most);

export const NOTIFYING_VERBS: Verbs = {
  delivery: view(members({ case: name, silent: orElse(flag, false) }), async (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    const rows = await deliveriesOf(desk, held.value);
    const shown = given.silent ? rows.filter((row) => row.silent) : rows;
    return ok(deliveryView(desk.state(), held.value, shown, openWords(desk, held.value)));
  }),

  /** How far our newest words about the case got with these nodes. */
  reached: view(members({ case: name, to: names }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    const to = findPeers(desk.state(), given.to);
    return to.ok ? ok({ case: held.value.id, reached: reached(desk, held.value.id, to.value) }) : to;
  }),

  /** Only counts heads, so that it may be asked often. */
  'delivery-progress': view(members({ case: name, to: optional(names) }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    const only = given.to === undefined ? undefined : findPeers(desk.state(), given.to);
    if (only?.ok === false) return only;
    return ok(progressOf(desk, held.value, only?.value));
  }),

  notify: order(
    members({
      case: name,
      to: optional(names),
      replyBy: optional(moment),
      /** Tells vendors of the individual class that are named here, though the case names none of their products. */
      individual: orElse(flag, false),
      /** Without it nothing is sent, and the answer says what would be. */
      confirmed: orElse(flag, false),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      if (given.to === undefined && isWeb(held.value)) return refuse('CASE_WEB_APPLICATION', { where: 'to' });
      const listed = given.to === undefined ? ok(allVendors(bench)) : findPeers(bench.state(), given.to);
      if (!listed.ok) return listed;
      if (listed.value.length === 0) return wrong('to');
      const isNamed = given.to !== undefined;
      const sorted = await sortOut(bench, held.value, listed.value, isNamed, isNamed && given.individual);
      const wanted = given.replyBy ?? after(bench.now(), held.value.replyByDays * DAY);
      const replyBy = raisedReplyBy(bench.now(), wanted);
      const says = (confirmed: boolean) => ok(notifiedView(bench, held.value, sorted, replyBy, confirmed));
      if (!given.confirmed || sorted.tell.length === 0) return says(given.confirmed);
      // One order, so one entry: whatever crashes after it, everybody in it is told once.
      const done = await bench.orderIn(held.value, { act: 'tell', to: sorted.tell, replyBy });
      return done.ok ? says(true) : done;
    },
  ),

  remind: order(
    members({
      case: name,
      to: optional(names),
      text: text(LIMITS.textCharacters.most, 1),
      confirmed: orElse(flag, false),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const only = given.to === undefined ? undefined : findPeers(bench.state(), given.to);
      if (only?.ok === false) return only;
      const rows = await deliveriesOf(bench, held.value);
      const silent = rows.filter((row) => row.silent && (only?.value.includes(row.to) ?? true));
      // Who has written is read first; who does not hold the summary gets no more words to wait behind it.
      const [written, mute] = split(silent, (row) => row.next === 'replies');
      const [holding, call] = split(mute, hasArrived);
      const [lately, due] = split(holding, (row) => isReminded(row, bench.now()));
      const body = { kind: 'inquiry', text: given.text } as const;
      if (given.confirmed)
        for (const { to } of due) {
          const done = await bench.orderIn(held.value, { act: 'say', to, body });
          if (!done.ok) return done;
        }
      const all = (chosen: readonly Delivery[]) => chosen.map(({ to }) => named(bench.state(), to));
      const { confirmed } = given;
      return ok({
        case: held.value.id,
        confirmed,
        remind: all(due),
        lately: all(lately),
        call: all(call),
        written: all(written),
        reached: confirmed
          ? reached(
              bench,
              held.value.id,
              due.map(({ to }) => to),
            )
          : [],
      });
    },
  ),
};

/** A web application is the matter of the operator of its site (DOMAIN §2). */
function isWeb({ summary }: Case): boolean {
  return summary.value.kind === 'web_application';
}

interface SortedOut {
  readonly tell: readonly NodeId[];
  readonly already: readonly NodeId[];
  /** Who gets nothing, and the code that says why. */
  readonly cannot: readonly Unsaid[];
  /** Vendors that nobody named and that are not to be told of this case. */
  readonly left: readonly Unsaid[];
}

interface Unsaid {
  readonly node: NodeId;
  readonly code: string;
}

/**
 * Who is told, who was told before, and to whom nothing may be said: one bad key must not hold up eight hundred.
 * @param isNamed whether an officer named them; else they are all vendors there are, and some are left out.
 * @param individual whether vendors of the individual class are told whatever the case is about.
 */
async function sortOut(
  desk: Desk,
  held: Case,
  listed: readonly NodeId[],
  isNamed: boolean,
  individual: boolean,
): Promise<SortedOut> {
  const now = desk.now();
  // A person's key signs what comes to us; what we say goes to the key of the vendor.
  const ending = (await desk.expiring(now)).filter(({ what, at }) => what !== 'person_key' && at <= now);
  const expired = new Map(
    ending.map(({ node, what }) => [node, what === 'card' ? 'CARD_EXPIRED' : 'KEY_EXPIRED']),
  );
  const waiting = owedSummaries(desk.state(), held);
  const [already, fresh] = split(listed, (node) => held.told.has(node) || waiting.has(node));
  const reserves = withheldFrom(desk.state(), held, individual);
  const reserved = unsaid(fresh, (node) => reserves.get(node));
  const open = fresh.filter((node) => !reserves.has(node));
  const cannot = unsaid(open, (node) => {
    const peer = verifiedPeer(desk.state(), node);
    if (!peer.ok) return peer.fault.code;
    return peer.value.card.role === 'infrastructure_site' ? 'ADVANCE_ONLY' : expired.get(node);
  });
  const tell = open.filter((node) => !cannot.some((one) => one.node === node));
  return isNamed
    ? { tell, already, cannot: [...cannot, ...reserved], left: [] }
    : { tell, already, cannot, left: reserved };
}

function unsaid(nodes: readonly NodeId[], codeOf: (node: NodeId) => string | undefined): readonly Unsaid[] {
  return nodes.flatMap((node) => {
    const code = codeOf(node);
    return code === undefined ? [] : [{ node, code }];
  });
}

/** Every vendor that this node verified. */
function allVendors(desk: Desk): readonly NodeId[] {
  return [...desk.state().peers.values()]
    .filter(({ card, standing }) => standing === 'verified' && card.role === 'vendor')
    .map(({ card }) => card.node);
}

function notifiedView(
  bench: Bench,
  held: Case,
  { tell, already, cannot, left }: SortedOut,
  replyBy: Instant,
  confirmed: boolean,
): Json {
  const all = (nodes: readonly NodeId[]): Named[] => nodes.map((node) => named(bench.state(), node));
  const why = (some: readonly Unsaid[]) =>
    some.map(({ node, code }) => ({ ...named(bench.state(), node), code }));
  return {
    case: held.id,
    confirmed,
    replyBy: when(replyBy),
    tell: all(tell),
    reached: confirmed ? reachedBySummary(bench, bench.state().cases.get(held.id) ?? held, tell) : [],
    already: all(already),
    cannot: why(cannot),
    left: why(left),
  };
}

async function deliveriesOf(desk: Desk, held: Case): Promise<ReturnType<typeof deliveries>> {
  const state = desk.state();
  const receipts = new Map<NodeId, readonly Covering[]>();
  for (const to of held.told.keys()) receipts.set(to, await receiptsOf(desk, to));
  return deliveries(state, held, receipts, desk.now());
}

/** @param only of these; of everybody who was told or is to be told, where nobody is named. */
function progressOf(desk: Desk, held: Case, only: readonly NodeId[] | undefined): Json {
  const nodes = only ?? [...held.told.keys(), ...owedSummaries(desk.state(), held).keys()];
  const reached = reachedBySummary(desk, held, nodes);
  const at = (...stages: readonly string[]) => reached.filter(({ stage }) => stages.includes(stage)).length;
  const waiting = at('waiting');
  return {
    case: held.id,
    told: reached.length,
    said: reached.length - waiting,
    waiting,
    delivered: at('delivered'),
    /** Letters that a mail server took: nobody will sign that they arrived. */
    mailed: at('mailed'),
    reached: only === undefined ? [] : reached,
  };
}

/** Who is not to be told of this case. @param individual whether an officer says that those of that class are. */
export function withheldFrom(state: State, held: Case, individual: boolean): ReadonlyMap<NodeId, Reserve> {
  const all = reservesOf(state, held);
  return individual ? new Map([...all].filter(([, code]) => code !== 'VENDOR_INDIVIDUAL')) : all;
}

function split<T>(all: readonly T[], holds: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(holds), all.filter((one) => !holds(one))];
}
