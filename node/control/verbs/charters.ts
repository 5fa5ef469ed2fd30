/** The charter of a case (DESIGN §7.2): proposed by the lead, signed or refused by the members. */
import { canonical, type Json } from '../../core/canonical.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { CHARTER_LIMITS, LIMITS } from '../../core/limits.js';
import type { CharterTerms, Member, ProcessModel } from '../../core/settlement/ballot.js';
import { quorumOf } from '../../core/settlement/quorum.js';
import { standingOf } from '../../core/settlement/settle.js';
import { defaultInstant, defaultRoundMs, onGridFrom } from '../../core/settlement/terms.js';
import type { State } from '../../core/state.js';
import { after, DAY, type Instant } from '../../core/time.js';
import {
  count,
  flag,
  list,
  members,
  moment,
  name,
  oneOf,
  optional,
  orElse,
  type Read,
  text,
} from '../arguments.js';
import { findCase, findPeer } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { charterView } from '../views/settlement-view.js';

interface Seat {
  readonly peer: string;
  readonly model: ProcessModel;
}

const model: Read<ProcessModel> = oneOf(1, 2);
const seat: Read<Seat> = members<Seat>({ peer: name, model: orElse(model, 2) });

interface Wish {
  readonly case: string;
  readonly members: readonly Seat[];
  readonly ownModel: ProcessModel;
  readonly instant: Instant | undefined;
  readonly quorum: number | undefined;
  readonly freezeMs: number;
  readonly roundMs: number | undefined;
  readonly skewMs: number;
  readonly allAutoAccept: boolean;
  readonly notBefore: Instant | undefined;
  readonly notAfter: Instant | undefined;
  readonly horizonEnd: Instant | undefined;
  readonly objective: CharterTerms['objective'];
}

/** A silent member is taken to bear a month more than the default, and amendments may go a month beyond that. */
const SILENT_MS = CHARTER_LIMITS.windowMs.usual;
const HORIZON_MS = CHARTER_LIMITS.horizonMs.usual;

const { freezeMs, roundMs, skewMs } = CHARTER_LIMITS;

export const CHARTER_VERBS: Verbs = {
  show: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok(charterView(desk.state(), held.value, desk.now())) : held;
  }),

  propose: order(
    members<Wish>({
      case: name,
      members: list(seat, LIMITS.rosterEntries.most),
      ownModel: orElse(model, 2),
      instant: optional(moment),
      quorum: optional(count(1, LIMITS.rosterEntries.most)),
      freezeMs: orElse(count(freezeMs.least, freezeMs.most), freezeMs.usual),
      roundMs: optional(count(roundMs.least, roundMs.most)),
      skewMs: orElse(count(skewMs.least, skewMs.most), skewMs.usual),
      allAutoAccept: orElse(flag, false),
      notBefore: optional(moment),
      notAfter: optional(moment),
      horizonEnd: optional(moment),
      objective: orElse(oneOf('total', 'minimax', 'leximin'), 'minimax'),
    }),
    async (wish, bench) => {
      const held = findCase(bench.state(), wish.case);
      if (!held.ok) return held;
      // A complete charter has no successor (DESIGN §7.2): what is proposed now would be signed by nobody, and in silence.
      if (standingOf(docketOf(bench.state(), held.value, bench.now())) !== undefined)
        return refuse('CHARTER_COMPLETE', { where: held.value.id });
      const terms = termsFrom(wish, bench);
      if (!terms.ok) return terms;
      const done = await bench.orderIn(held.value, { act: 'charter_propose', terms: terms.value });
      return done.ok ? standing(bench, held.value.id) : done;
    },
  ),

  sign: order(members({ case: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const done = await bench.orderIn(held.value, { act: 'charter_sign' });
    return done.ok ? standing(bench, held.value.id) : done;
  }),

  refuse: order(
    members({ case: name, reason: text(LIMITS.textCharacters.most, 1) }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const done = await bench.orderIn(held.value, { act: 'charter_refuse', reason: given.reason });
      return done.ok ? standing(bench, held.value.id) : done;
    },
  ),
};

/** The lead first, then the members in the order in which they were named; everything else by DESIGN §7.2. */
function termsFrom(wish: Wish, bench: Bench): Outcome<CharterTerms> {
  const state = bench.state();
  const roster: Member[] = [{ node: state.self.node, model: wish.ownModel }];
  for (const [at, one] of wish.members.entries()) {
    const node = findPeer(state, one.peer, `members/${at}/peer`);
    if (!node.ok) return node;
    roster.push({ node: node.value, model: one.model });
  }
  const now = bench.now();
  const at = wish.instant ?? defaultInstant(now, embargoes(state, roster));
  // The first instant that an amendment could name today, but never after the default itself.
  const earliest = Math.min(at, onGridFrom(now + wish.freezeMs + DAY)) as Instant;
  return ok({
    roster,
    lead: state.self.node,
    defaultInstant: at,
    quorum: wish.quorum ?? quorumOf(roster.length),
    freezeMs: wish.freezeMs,
    roundMs: wish.roundMs ?? defaultRoundMs(wish.allAutoAccept),
    skewMs: wish.skewMs,
    window: { notBefore: wish.notBefore ?? earliest, notAfter: wish.notAfter ?? after(at, SILENT_MS) },
    horizonEnd: wish.horizonEnd ?? after(at, HORIZON_MS),
    objective: wish.objective,
    tables: canonical(bench.calendar.tables),
    solver: 'SCHED/1',
  });
}

function embargoes(state: State, roster: readonly Member[]): readonly number[] {
  return roster.map(({ node }) => state.peers.get(node)?.card.embargoDays ?? state.self.embargoDays);
}

function standing(
  bench: Bench,
  id: Parameters<ReturnType<typeof bench.state>['cases']['get']>[0],
): Outcome<Json> {
  const held = bench.state().cases.get(id);
  return held === undefined
    ? refuse('CASE_UNKNOWN', { where: id })
    : ok(charterView(bench.state(), held, bench.now()));
}
