/** Wishes of vendors, the constraint of a centre, and the answer that a settlement rests on. */

import { canonical } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { type EmbargoWish, embargoConstraint } from '../../core/schedule/embargo.js';
import { type Gathered, gather, type HeardWish } from '../../core/schedule/gather.js';
import { type Fragment, mergeFragments, readFragment } from '../../core/schedule/merge.js';
import type { HardConstraint, Rule, ZoneTable } from '../../core/schedule/problem.js';
import {
  centreFragment,
  coverageFor,
  type Ground,
  reaching,
  secondText,
  vendorFragment,
} from '../../core/schedule/wishes.js';
import { type Standing, standingOf } from '../../core/settlement/settle.js';
import { frameOf } from '../../core/settlement/solve-snapshot.js';
import { after, DAY, type Instant, SECOND } from '../../core/time.js';
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
  wrong,
} from '../arguments.js';
import type { Desk } from '../desk.js';
import { findCase, findPeer, named, nameOf } from '../find.js';
import { reachedRoster, reachOf } from '../reach.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { recheckView } from '../views/recheck-view.js';
import { type OwnNames, problemView, scheduleView } from '../views/schedule-view.js';
import { toldScheduleView } from '../views/told-schedule-view.js';

interface Blackout {
  readonly from: Instant;
  readonly until: Instant;
}

const blackout: Read<Blackout> = members<Blackout>({ from: moment, until: moment });

interface Embargo {
  readonly policy: string;
  readonly from: Instant;
  readonly count: EmbargoWish['count'];
  readonly roll: EmbargoWish['roll'];
}

const embargo: Read<Embargo> = members<Embargo>({
  policy: name,
  from: moment,
  count: oneOf('civil', 'elapsed'),
  roll: orElse(oneOf('none', 'next', 'previous'), 'none'),
});

interface Weighed {
  readonly peer: string;
  readonly weight: number;
}

const weighed: Read<Weighed> = members<Weighed>({ peer: name, weight: count(1, 100) });
const fragmentText = text(LIMITS.fragmentBytes.most, 1);

/** A vendor does not know how far its centre's horizon reaches; two years hold every charter (SCHEDULING §2). */
const VENDOR_SPAN_MS = 733 * DAY;

export const SCHEDULE_VERBS: Verbs = {
  prefer: order(
    members({
      case: name,
      readyAt: optional(moment),
      cycle: optional(name),
      onPatchDay: orElse(flag, false),
      noticeMinutes: optional(count(0, 527_040)),
      blackouts: orElse(list(blackout), []),
      fragment: optional(fragmentText),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const fragment = given.fragment === undefined ? preferenceOf(given, bench) : given.fragment;
      if (typeof fragment !== 'string') return fragment;
      const read = readFragment(fragment);
      if (!read.ok) return read;
      const body = { kind: 'schedule_preference', fragment } as const;
      const done = await bench.orderIn(held.value, { act: 'say', to: held.value.from, body });
      if (!done.ok) return done;
      return ok({ case: held.value.id, to: reachOf(bench, held.value.id, held.value.from) });
    },
  ),

  constrain: order(
    members({
      case: name,
      notBefore: optional(moment),
      notAfter: optional(moment),
      delayPerDay: orElse(count(0, 1_000), 1),
      embargo: optional(embargo),
      weights: orElse(list(weighed), []),
      fragment: optional(fragmentText),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      // Signed and sent it would only say that no instant suits us.
      if (given.notBefore !== undefined && given.notAfter !== undefined && given.notBefore > given.notAfter)
        return wrong('notAfter', { expects: 'an instant that is not before the other end' });
      if (given.fragment !== undefined) {
        const done = await bench.orderIn(held.value, { act: 'constrain', fragment: given.fragment });
        return done.ok
          ? ok({ case: held.value.id, parties: [], left: [], reached: reachedRoster(bench, held.value) })
          : done;
      }
      const weights = new Map<NodeId, number>();
      for (const [at, { peer, weight }] of given.weights.entries()) {
        const node = findPeer(bench.state(), peer, `weights/${at}/peer`);
        if (!node.ok) return node;
        weights.set(node.value, weight);
      }
      const label = labelOf(held.value, ownSequence(bench, held.value));
      const gathered = gatheredAs(label, given, held.value, weights, bench);
      if (!gathered.ok) return gathered;
      const { fragment, groups, left } = gathered.value;
      const done = await bench.orderIn(held.value, { act: 'constrain', fragment: canonical(fragment) });
      if (!done.ok) return done;
      return ok({
        case: held.value.id,
        parties: groups.map(({ party, vendors }) => ({
          party,
          vendors: vendors.map((node) => named(bench.state(), node)),
        })),
        left: left.map(({ vendor, where }) => ({ ...named(bench.state(), vendor), where })),
        reached: reachedRoster(bench, held.value),
      });
    },
  ),

  show: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    // Whoever has no vote was told an instant and holds no constraint but its own.
    if (desk.state().self.role !== 'centre')
      return ok(toldScheduleView(desk.state(), held.value, desk.now(), desk.calendar.tables));
    return scheduleView(desk.state(), held.value, desk.now(), ownNames(desk, held.value));
  }),

  problem: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? problemView(desk.state(), held.value, desk.now(), ownNames(desk, held.value)) : held;
  }),

  recheck: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? recheckView(desk, held.value, ownNames(desk, held.value)) : held;
  }),
};

interface Preference {
  readonly readyAt: Instant | undefined;
  readonly cycle: string | undefined;
  readonly onPatchDay: boolean;
  readonly noticeMinutes: number | undefined;
  readonly blackouts: readonly Blackout[];
}

function preferenceOf(
  { readyAt, cycle: cycleName, onPatchDay, noticeMinutes, blackouts }: Preference,
  bench: Bench,
): string | Outcome<never> {
  const silent = readyAt === undefined && cycleName === undefined && noticeMinutes === undefined;
  if (silent && blackouts.length === 0)
    return wrong('readyAt', { expects: '--ready, --cycle, --notice or --blackout, or a --file' });
  if (onPatchDay && cycleName === undefined)
    return wrong('onPatchDay', { expects: 'a --cycle, whose patch days are meant' });
  const reversed = blackouts.findIndex(({ from, until }) => from >= until);
  if (reversed >= 0) return wrong(`blackouts/${reversed}`, { expects: 'FROM..UNTIL, FROM before UNTIL' });
  const cycle = cycleName === undefined ? undefined : bench.calendar.cycle(cycleName);
  if (cycleName !== undefined && cycle === undefined)
    return wrong('cycle', { expects: 'a name that "cycle list" shows' });
  const ground = groundOf(bench, bench.now(), after(bench.now(), VENDOR_SPAN_MS));
  if (!ground.ok) return ground;
  const cycleZones = zonesIn(cycle, bench, ground.value);
  if (!cycleZones.ok) return cycleZones;
  const wish = {
    readyAt,
    cycle,
    onPatchDay,
    ...(noticeMinutes === undefined ? {} : { noticeMinutes }),
    cycleZones: cycleZones.value,
    blackouts: blackouts.toSorted(byFrom),
  };
  return canonical(vendorFragment(wish, ground.value));
}

interface Wanted {
  readonly notBefore: Instant | undefined;
  readonly notAfter: Instant | undefined;
  readonly delayPerDay: number;
  readonly embargo: Embargo | undefined;
}

/** The centre's own wish with its vendors' (DESIGN §6). Faults: CHARTER_ABSENT, CONSTRAINT_INVALID, LIMIT_EXCEEDED. */
function gatheredAs(
  label: string,
  { notBefore, notAfter, delayPerDay, embargo: asked }: Wanted,
  held: Case,
  weights: ReadonlyMap<NodeId, number>,
  desk: Desk,
): Outcome<Gathered> {
  const standing = standingOf(docketOf(desk.state(), held, desk.now()));
  if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const { terms } = standing.charter;
  const ground = groundOf(desk, desk.now(), terms.horizonEnd);
  if (!ground.ok) return ground;
  const party = desk.alias(`${label} ${desk.state().self.node}`);
  const kept =
    asked === undefined ? ok(undefined) : embargoOf(asked, party, terms.horizonEnd, ground.value, desk);
  if (!kept.ok) return kept;
  const own = centreFragment(
    {
      calendar: desk.calendar.holidays,
      ...{ notBefore, notAfter, delayPerDay, delayFrom: desk.now(), embargo: kept.value },
    },
    ground.value,
    party,
  );
  const wishes = [...held.preferences].map(
    ([vendor, { value: fragment }]): HeardWish => ({ vendor, fragment, weight: weights.get(vendor) ?? 1 }),
  );
  return gather(own, wishes, {
    alias: (what) => desk.alias(`${label} ${what}`),
    zone: desk.calendar.zone,
    fits: (fragment) => fitsNext(fragment, held, standing, desk),
  });
}

/** Has the document of the next proposal room for our fragment? Where no proposal can come any more, anything has. */
function fitsNext(fragment: Fragment, held: Case, standing: Standing, desk: Desk): Outcome<unknown> {
  const { node } = desk.state().self;
  const { terms, roster } = standing.charter;
  const preparedAt = (Math.floor(desk.now() / SECOND) * SECOND) as Instant;
  const frame = frameOf({ caseId: held.id, terms, roster, slot: standing.open?.slot ?? 0, preparedAt });
  if (frame.horizonStart >= frame.horizonEnd) return ok(true);
  return mergeFragments([{ rosterIndex: roster.indexOf(node), nodeId: node, fragment }], frame);
}

/** Faults: COMMAND_MALFORMED for a policy without a fixed length, and a length that cannot be counted so. */
function embargoOf(
  { policy, from, count: counting, roll }: Embargo,
  party: string,
  until: Instant,
  { zone, coverage }: Ground,
  desk: Desk,
): Outcome<HardConstraint> {
  const length = desk.calendar.embargo(policy);
  if (length === undefined) return wrong('embargo/policy');
  // The first contact may lie long before the coverage; the zone is asked from then on.
  const wide = coverageFor(from < desk.now() ? from : desk.now(), until);
  const table = desk.calendar.zone(zone.name, wide);
  if (!table.ok) return table;
  const days = reaching(desk.calendar.holidays, wide);
  const found = embargoConstraint(
    { length, from: secondText(from), count: counting, roll },
    { party, zone: zone.name, calendar: 'office', days, coverage, table: table.value },
  );
  return found === undefined ? wrong('embargo/count') : ok(found);
}

/** Ids are new for each case and each constraint, so that nobody can follow a party from one to the next. */
function labelOf(held: Case, sequence: number): string {
  return `${held.id} ${sequence}`;
}

function ownSequence(desk: Desk, held: Case): number {
  const self = desk.state().self.node;
  return [...held.chamber.ballots.values()].filter(
    ({ ballot }) => ballot.author === self && ballot.body.kind === 'constraint',
  ).length;
}

function groundOf(desk: Desk, from: Instant, until: Instant): Outcome<Ground> {
  const coverage = coverageFor(from, until);
  const { zone } = desk.state().self;
  const table = desk.calendar.zone(zone, coverage);
  return table.ok
    ? ok({ tzdb: desk.calendar.release, coverage, zone: { name: zone, table: table.value } })
    : table;
}

function zonesIn(
  rule: Rule | undefined,
  desk: Desk,
  { coverage }: Ground,
): Outcome<Readonly<Record<string, ZoneTable>>> {
  const zones: Record<string, ZoneTable> = {};
  for (const { zone } of rule?.parts ?? []) {
    const table = desk.calendar.zone(zone, coverage);
    if (!table.ok) return table;
    zones[zone] = table.value;
  }
  return ok(zones);
}

/**
 * Who stands behind the parties of an own constraint, found again by making the same names once more; other centres'
 * parties stay what they are, random.
 */
function partyNames(desk: Desk, held: Case, sequence: number): ReadonlyMap<string, string> {
  const state = desk.state();
  const label = labelOf(held, sequence);
  const nodes = [state.self.node, ...held.preferences.keys()];
  const names = new Map(nodes.map((node) => [desk.alias(`${label} ${node}`), nameOf(state, node)]));
  // Vendors that want the same stand behind one party.
  const again = gatheredAs(label, WITHOUT_WISH, held, new Map(), desk);
  for (const { party, vendors } of again.ok ? again.value.groups : [])
    names.set(party, vendors.map((node) => nameOf(state, node)).join(', '));
  return names;
}

function ownNames(desk: Desk, held: Case): OwnNames {
  return (sequence) => partyNames(desk, held, sequence);
}

const WITHOUT_WISH: Wanted = {
  notBefore: undefined,
  notAfter: undefined,
  delayPerDay: 0,
  embargo: undefined,
};

function byFrom(left: Blackout, right: Blackout): number {
  return left.from - right.from || left.until - right.until;
}
