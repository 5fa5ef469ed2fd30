/**
 * Some centres and one bad network, from one seed: random delay, order, repetition, loss with retry, members that
 * are away for days, clocks that disagree, operators who take their time, and liars. It knows no rule itself.
 */

import { type Outcome, ok } from '../../../node/core/fault.js';
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import { judgeArrival } from '../../../node/core/settlement/arrival.js';
import type {
  Ballot,
  BallotBody,
  BallotDraft,
  CharterTerms,
  SeatChange,
} from '../../../node/core/settlement/ballot.js';
import { charterInForce, charterOffered } from '../../../node/core/settlement/charter.js';
import type {
  CharterOrder,
  Docket,
  HeldBallot,
  ReleaseMark,
  Want,
} from '../../../node/core/settlement/docket.js';
import { nextDue } from '../../../node/core/settlement/due.js';
import { nextMoves } from '../../../node/core/settlement/moves.js';
import { relays } from '../../../node/core/settlement/relays.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { rosterAfter } from '../../../node/core/settlement/seats.js';
import { standingOf, standingUnder } from '../../../node/core/settlement/settle.js';
import { changeKey, valueHash } from '../../../node/core/settlement/value.js';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../../node/core/time.js';
import {
  amendment,
  ballotOf,
  CASE,
  docketOf,
  earliest,
  later,
  must,
  nodes,
  START,
  windowText,
} from './world.js';

/** Mulberry32: small, seeded, good enough to shuffle a network. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The rules under test, so that a mutant can take the place of one. */
export interface Rules {
  readonly moves: typeof nextMoves;
  readonly release: typeof mayRelease;
}

export interface Scenario {
  readonly seed: number;
  readonly terms: CharterTerms;
  readonly liars: number;
  readonly rules?: Partial<Rules>;
  /** Members away, lost frames, clocks minutes apart. */
  readonly rough?: boolean;
  /** Requests come within hours of T0, so that votes and commits are under way when the instant comes. */
  readonly edge?: boolean;
  /** Members leave, join and hand over the lead; two centres outside may be asked to join (R12). */
  readonly seats?: boolean;
}

export interface Centre {
  readonly node: NodeId;
  readonly lies: boolean;
  readonly skewMs: number;
  readonly ballots: Map<BallotId, HeldBallot>;
  readonly wants: Want[];
  readonly orders: CharterOrder[];
  readonly approvals: Map<Instant, Instant>;
  readonly seatOrders: Map<string, 'agree' | 'reject'>;
  /** Whether its operator agrees to changes of seats. */
  readonly agrees: boolean;
  readonly autoAccept: boolean;
  readonly awayFrom: number;
  readonly awayUntil: number;
  readonly told: Map<BallotId, Set<NodeId>>;
  /** Rounds in which a liar made its two proposals. */
  readonly turns: Set<string>;
  draft: CharterTerms | undefined;
  intent: ReleaseMark | undefined;
  releasedAt: Instant | undefined;
  dueAt: number | undefined;
  isBusy: boolean;
}

export interface Ended {
  readonly centres: readonly Centre[];
  /** Everything that anybody ever said. */
  readonly said: ReadonlyMap<BallotId, Ballot>;
  readonly faults: readonly string[];
  readonly at: Instant;
}

/** What a node would judge with at one instant of its own clock. */
export function docketAt(centre: Centre, now: Instant): Docket {
  return docketOf(centre.node, {
    now,
    // Pools of the core never change, and what was derived from one is remembered; these here grow.
    ballots: new Map(centre.ballots),
    wants: [...centre.wants],
    approvals: centre.approvals,
    seatOrders: centre.seatOrders,
    autoAccept: centre.autoAccept,
    charterDraft: centre.draft,
    charterOrders: centre.orders,
    intent: centre.intent,
  });
}

const ANY_FRAGMENT = (): Outcome<unknown> => ok(undefined);
const END: Instant = later(150 * DAY);

export function simulate(scenario: Scenario): Ended {
  const { seed, terms, liars, rough = true, edge = false, seats = false } = scenario;
  const moves = scenario.rules?.moves ?? nextMoves;
  const release = scenario.rules?.release ?? mayRelease;
  const random = seeded(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const roster = terms.roster.map(({ node }) => node);
  // Who has no seat releases nothing, so with changes of seats the world ends when everything must be over.
  const end = seats ? later(75 * DAY) : END;
  const outside = seats ? nodes(roster.length + 2).slice(roster.length) : [];
  const said = new Map<BallotId, Ballot>();
  const faults: string[] = [];
  const events: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  let now: number = START;
  let count = 0;
  let endAt: number = START;

  const centres: readonly Centre[] = [...roster, ...outside].map((node, place) => {
    const awayFrom = edge ? terms.defaultInstant - upTo(6 * HOUR) : START + upTo(40) * DAY;
    const isAway = rough && random() < 0.3;
    return {
      node,
      lies: place > 0 && place < roster.length && place >= roster.length - liars,
      skewMs: rough ? upTo(8 * MINUTE) - 4 * MINUTE : 0,
      ballots: new Map(),
      wants: [],
      orders: [],
      approvals: new Map(),
      seatOrders: new Map(),
      agrees: !seats || random() < 0.8,
      autoAccept: random() < 0.7,
      awayFrom: isAway ? awayFrom : END,
      awayUntil: isAway ? awayFrom + upTo(5 * DAY) : END,
      told: new Map(),
      turns: new Set(),
      draft: place === 0 ? terms : undefined,
      intent: undefined,
      releasedAt: undefined,
      dueAt: undefined,
      isBusy: false,
    };
  });

  function plan(at: number, run: () => void): void {
    const event = { at: Math.max(at, now), order: count++, run };
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = must(events[middle]);
      if (other.at > event.at || (other.at === event.at && other.order > event.order)) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, event);
  }

  const clock = (centre: Centre): Instant => (now + centre.skewMs) as Instant;
  const present = (centre: Centre, at: number): number =>
    at >= centre.awayFrom && at < centre.awayUntil ? centre.awayUntil : at;

  /** Retries until it arrives; each try may be lost, the last one may come twice. */
  function send(to: Centre, hear: () => void): void {
    let at = now + upTo(rough ? 20 * MINUTE : SECOND);
    while (rough && random() < 0.3) at += upTo(6 * HOUR);
    const arrival = present(to, at);
    plan(arrival, hear);
    if (random() < 0.1) plan(present(to, arrival + upTo(DAY)), hear);
  }

  function tell(from: Centre, ballot: Ballot, to: readonly Centre[]): void {
    const told = from.told.get(ballot.id) ?? new Set();
    from.told.set(ballot.id, told);
    for (const peer of to) {
      if (peer === from || peer.node === ballot.author || told.has(peer.node)) continue;
      told.add(peer.node);
      send(peer, () => hear(peer, ballot));
    }
  }

  function hear(centre: Centre, ballot: Ballot): void {
    if (centre.ballots.has(ballot.id)) return;
    const judged = judgeArrival(docketAt(centre, clock(centre)), ballot, ANY_FRAGMENT);
    if (!judged.ok) {
      // What waits for its charter is offered again, as the waiting room of a case does.
      const waits = judged.fault.code === 'CASE_WAITING' || (seats && judged.fault.code === 'CHARTER_ROSTER');
      if (waits) plan(now + (seats ? 12 : 1) * HOUR, () => hear(centre, ballot));
      else faults.push(judged.fault.code);
      return;
    }
    centre.ballots.set(ballot.id, { ballot, heldAt: clock(centre) });
    if (ballot.body.kind === 'charter')
      plan(present(centre, now + upTo(DAY)), () => {
        centre.orders.push({ order: 'sign', charter: ballot.id });
        think(centre);
      });
    if (ballot.body.kind === 'propose' && ballot.body.value.kind === 'amend') {
      const { at } = ballot.body.value;
      plan(present(centre, now + upTo(30 * HOUR)), () => {
        centre.approvals.set(at, clock(centre));
        think(centre);
      });
    }
    thinkSoon(centre);
  }

  /** One look for all that arrives within some minutes, as a corridor that is busy does. */
  function thinkSoon(centre: Centre): void {
    if (centre.isBusy) return;
    centre.isBusy = true;
    plan(present(centre, now + upTo(5 * MINUTE)), () => {
      centre.isBusy = false;
      think(centre);
    });
  }

  function cast(centre: Centre, draft: BallotDraft, to: readonly Centre[]): void {
    const ballot = ballotOf(centre.node, draft.charter, draft.body);
    if (said.has(ballot.id)) return;
    said.set(ballot.id, ballot);
    centre.ballots.set(ballot.id, { ballot, heldAt: clock(centre) });
    tell(centre, ballot, to);
  }

  function think(centre: Centre): void {
    const at = clock(centre);
    for (let turn = 0; ; turn++) {
      if (turn > 50) throw new Error('moves without end');
      const drafts = moves(docketAt(centre, at), earliest);
      if (drafts.length === 0) break;
      for (const draft of drafts) cast(centre, draft, centres);
    }
    if (centre.lies) lie(centre);
    const docket = docketAt(centre, at);
    const verdict = release(docket);
    if (verdict.kind === 'release') {
      centre.intent = { epoch: verdict.epoch, at: verdict.at, rule: verdict.rule };
      centre.releasedAt = at;
    }
    for (const id of relays(docket)) tell(centre, must(centre.ballots.get(id)).ballot, centres);
    const due = nextDue(docketAt(centre, at));
    const dueAt = due === undefined ? undefined : due - centre.skewMs;
    if (dueAt === undefined || dueAt === centre.dueAt) return;
    centre.dueAt = dueAt;
    const wake = (): void => {
      if (centre.dueAt !== dueAt) return;
      centre.dueAt = undefined;
      if (!centre.isBusy && !centre.lies && due !== undefined) checkSilence(centre, (due - 1) as Instant);
      think(centre);
    };
    plan(present(centre, dueAt), wake);
  }

  /** Nothing may have fallen due before `nextDue`, except an amendment whose instant moved with the horizon. */
  function checkSilence(centre: Centre, at: Instant): void {
    const docket = docketAt(centre, at);
    const missed = moves(docket, earliest).filter(
      ({ body }) => body.kind !== 'propose' || body.value.kind === 'seal',
    );
    if (missed.length > 0 || release(docket).kind === 'release') faults.push('DUE_MISSED');
  }

  /** Votes, commits and skips for everything at once, and tells each half something else. */
  function lie(centre: Centre): void {
    const standing = standingOf(docketAt(centre, clock(centre)));
    const slot = standing?.open;
    if (!standing || !slot) return;
    const charter = standing.charter.id;
    const some = (): readonly Centre[] => centres.filter(() => random() < 0.5);
    const speak = (body: BallotBody): void => {
      if (random() < 0.3) cast(centre, { caseId: CASE, charter, body }, some());
    };
    const values = new Set(
      slot.tally.flatMap(({ proposals }) => proposals.map(({ ballot }) => valueHash(ballot.body.value))),
    );
    const rounds = slot.open ? [slot.open.round - 1, slot.open.round] : [];
    for (const round of rounds.filter((each) => each >= 0)) {
      for (const value of values) {
        speak({ kind: 'vote', slot: slot.slot, round, value });
        speak({ kind: 'commit', slot: slot.slot, round, value });
      }
      if (random() < 0.3) speak({ kind: 'skip', slot: slot.slot, round });
    }
    if (!slot.open || slot.open.proposer !== centre.node || !slot.open.start) return;
    const turn = `${slot.slot}/${slot.open.round}`;
    if (centre.turns.has(turn) || random() < 0.5) return;
    centre.turns.add(turn);
    const constraints = [...centre.ballots.values()].map(({ ballot }) => ballot).filter(isNewest);
    const second = Math.floor(clock(centre) / SECOND) * SECOND;
    for (const shift of [0, 17 * MINUTE]) {
      const place = { slot: slot.slot, round: slot.open.round, preparedAt: (second - shift) as Instant };
      try {
        speak(amendment(centre.node, charter, terms, constraints, place).body);
      } catch {
        // Nothing feasible: nothing to lie about.
      }
    }
  }

  function isNewest(ballot: Ballot, _: number, pool: readonly Ballot[]): boolean {
    const { body } = ballot;
    return (
      body.kind === 'constraint' &&
      !pool.some(
        (other) =>
          other.author === ballot.author &&
          other.body.kind === 'constraint' &&
          other.body.sequence > body.sequence,
      )
    );
  }

  function constrain(centre: Centre, sequence: number): void {
    const charter = charterInForce(docketAt(centre, clock(centre)));
    if (!charter) {
      if (!roster.includes(centre.node)) return;
      plan(now + 8 * HOUR, () => constrain(centre, sequence));
      return;
    }
    const from = later(upTo(25) * DAY + upTo(96) * 15 * MINUTE);
    const fragment = windowText(from, later(35 * DAY + upTo(20) * DAY));
    const body = { kind: 'constraint', sequence, fragment } as const;
    cast(centre, { caseId: CASE, charter: charter.id, body }, centres);
    think(centre);
  }

  function request(centre: Centre): void {
    const standing = standingOf(docketAt(centre, clock(centre)));
    const slot = standing?.open;
    if (!slot?.open) return;
    const want = { by: centre.node, slot: slot.slot, round: slot.open.round, change: undefined };
    for (const peer of centres) {
      const note = (): void => {
        peer.wants.push({ ...want, heldAt: clock(peer) });
        think(peer);
      };
      if (peer === centre) note();
      else send(peer, note);
    }
  }

  /** An officer wants a change of seats; the others hear of it and make up their minds. */
  function wish(centre: Centre): void {
    const standing = standingOf(docketAt(centre, clock(centre)));
    const slot = standing?.open;
    if (!standing || !slot?.open || !standing.charter.roster.includes(centre.node)) return;
    const { charter } = standing;
    const some = <T>(all: readonly T[]): T => must(all[upTo(all.length)]);
    const stranger = outside.find((node) => !charter.roster.includes(node));
    const node = some(charter.roster);
    const kind = upTo(3);
    const change: SeatChange =
      kind === 0 && stranger !== undefined
        ? { kind: 'join', member: { node: stranger, model: 2 } }
        : { kind: kind === 1 && charter.n > 2 ? 'leave' : 'lead', node };
    if (!rosterAfter(terms, charter, change, slot.slot)) return;
    const want = { by: centre.node, slot: slot.slot, round: slot.open.round, change };
    for (const peer of centres) {
      const note = (): void => {
        peer.wants.push({ ...want, heldAt: clock(peer) });
        think(peer);
        plan(present(peer, now + upTo(8 * HOUR)), () => {
          peer.seatOrders.set(changeKey(change), peer === centre || peer.agrees ? 'agree' : 'reject');
          think(peer);
        });
      };
      if (peer === centre) note();
      else send(peer, note);
    }
    const joiner = centres.find((one) => change.kind === 'join' && one.node === change.member.node);
    if (joiner) plan(present(joiner, now + upTo(8 * HOUR)), () => join(joiner));
  }

  /** The joiner has seen the charter and signs it with the epoch that it knows. */
  function join(centre: Centre): void {
    const docket = docketAt(centre, clock(centre));
    const charter = charterOffered(docket);
    if (!charter) return;
    const { epoch } = standingUnder(docket, charter);
    cast(centre, { caseId: CASE, charter: charter.id, body: { kind: 'charter_join', epoch } }, centres);
    think(centre);
  }

  for (const [place, centre] of centres.entries()) {
    if (seats)
      for (let turn = 0; turn < 3; turn++)
        if (random() < 0.5)
          plan(
            edge && turn > 0 ? terms.defaultInstant - upTo(16 * HOUR) : START + 4 * DAY + upTo(12 * DAY),
            () => wish(centre),
          );
    plan(START + (place === 0 ? 0 : upTo(DAY)), () => think(centre));
    if (random() < 0.85) plan(START + 4 * DAY + upTo(4 * DAY), () => constrain(centre, 1));
    if (random() < 0.3) plan(START + 9 * DAY + upTo(9 * DAY), () => constrain(centre, 2));
    for (let turn = 0; turn < 2; turn++)
      if (random() < 0.4)
        plan(edge ? terms.defaultInstant - upTo(10 * HOUR) : START + 6 * DAY + upTo(20 * DAY), () =>
          request(centre),
        );
  }
  for (;;) {
    const event = events.pop();
    const isDone = centres.every(({ lies, releasedAt }) => lies || releasedAt !== undefined) && !seats;
    if (!event || event.at > end || (isDone && event.at > endAt)) break;
    now = event.at;
    // What is said after a release must not undo it, so the world goes on for a day.
    if (!isDone) endAt = now + DAY;
    event.run();
  }
  return { centres, said, faults, at: now as Instant };
}
