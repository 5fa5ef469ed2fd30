/**
 * From the fragments of all centres to one problem document.
 *
 * Problem: every centre must solve the same bytes, and none may spoil them for the others. Naively one would join
 * the lists and check the result; then a member with a thousand constraints, a short coverage or an unknown table
 * makes the document invalid for all, and a coverage cut by one member moves another's civil deadline out of it.
 * Here each member is measured against its share of every bound and checked by itself, in the frame of the whole,
 * so a refusal names whose fragment it was; and what a shorter coverage would break is reckoned before it is cut.
 * @see DESIGN §6
 */

import { byText } from '../bytes.js';
import type { Json } from '../canonical.js';
import { type Fault, type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { scanJson } from '../strict-json.js';
import { type Instant, SECOND } from '../time.js';
import { type Check, fields, flaw, isRecord, type Reading } from './check.js';
import { DAY_SECONDS, QUARTER_SECONDS, secondsOf, textOfSeconds } from './civil.js';
import { groundOf } from './ground.js';
import { inFrame, zonesOf } from './merge-parts.js';
import type {
  Calendar,
  CostTable,
  HardConstraint,
  Named,
  Objective,
  Party,
  Problem,
  ProblemDocument,
  Rule,
  ScheduleError,
  Span,
  ZoneTable,
} from './problem.js';
import { calendars, MOST, rules, zones } from './read-frame.js';
import { hard, MOST_FAIR, parties } from './read-parties.js';
import {
  coverage,
  largestOverrun,
  MARGIN_DAYS,
  readingOf,
  readProblemDocument,
  SUM_BOUND,
  tzdb,
} from './read-problem.js';
import { MOST_STEPS, workOf } from './work.js';

declare const checked: unique symbol;

/**
 * What one centre knows and wants, for itself and its vendors: members as in SCHED/1, without `note` and `cite`, so
 * that no vendor's name leaves the centre. Tables, objective and horizon are the charter's and are named only.
 */
export type FragmentDocument = {
  readonly spec: 'SCHED-FRAGMENT/1';
  readonly tzdb: string;
  readonly coverage: Span;
  readonly zones: Named<ZoneTable>;
  readonly calendars: Named<Calendar>;
  readonly rules: Named<Rule>;
  readonly parties: readonly Party[];
  readonly hard: readonly HardConstraint[];
};

/** A fragment that {@link readFragment} accepted; its tables are checked when it is merged. */
export type Fragment = FragmentDocument & { readonly [checked]: true };

export interface Member {
  /** Place on the roster of the charter, from 0. */
  readonly rosterIndex: number;
  readonly nodeId: NodeId;
  readonly fragment: Fragment;
}

/** What the charter and the proposal fix for all members. */
export interface MergeFrame {
  readonly case: string;
  /** The slot of the settlement. */
  readonly revision: number;
  /** From Propose; cut to a whole second. */
  readonly preparedAt: Instant;
  /** Rounded up to a quarter. */
  readonly horizonStart: Instant;
  /** Rounded down to a quarter. */
  readonly horizonEnd: Instant;
  readonly objective: Objective;
  readonly tables: Named<CostTable>;
  /** Every bound of a document is shared out among so many. */
  readonly rosterSize: number;
  /** Largest sum of the weights of one member's parties, where the charter sets one. */
  readonly memberWeight?: number;
}

/** Room for a prefix such as `9.` within the 64 characters of an id. */
const LONGEST_FRAGMENT_ID = 61;

/**
 * Reads a centre's fragment.
 * @returns `CONSTRAINT_INVALID`; `where` is the code of SCHEDULING §12 and the place, never a value.
 */
export function readFragment(text: string | Uint8Array): Outcome<Fragment> {
  const scan = scanJson(text, { levels: LIMITS.jsonLevels.most, length: LIMITS.fragmentBytes.most });
  if (!scan.ok) return refuse('CONSTRAINT_INVALID', { where: `E_JSON ${scan.flaw} at ${scan.at}` });
  if (!isRecord(scan.value)) return refuse('CONSTRAINT_INVALID', { where: 'E_JSON' });
  const errors: ScheduleError[] = [];
  const reading: Reading = readingOf(scan.value, errors, {
    tables: undefined,
    idLength: LONGEST_FRAGMENT_ID,
    remarks: false,
  });
  return fragmentMembers(scan.value, { path: '', reading })
    ? ok(scan.value as Fragment)
    : { ok: false, fault: constraintFault(errors, '') };
}

/**
 * Joins the fragments of a snapshot into one document. The order of `members` does not matter.
 *
 * Calendars, rules, parties and constraints get the prefix `<roster index>.`; each zone comes from the member with
 * the greatest `tzdb` that has it, then the lowest node id; the coverage is what all members cover.
 *
 * @returns a checked problem, or
 *   `LIMIT_EXCEEDED` where a member is over its share of a document (`where` has roster index and bound);
 *   `CONSTRAINT_INVALID` where a member does not fit the frame: a table the charter does not have, or a coverage
 *   without 40 days on either side of the horizon;
 *   `SCHEDULE_REFUSED` where the frame itself breaks a rule of SCHED/1.
 * @see DESIGN §6
 */
export function mergeFragments(members: readonly Member[], frame: MergeFrame): Outcome<Problem> {
  const ordered = members.toSorted((left, right) => left.rosterIndex - right.rosterIndex);
  const misplaced = ordered.find(
    ({ rosterIndex }, at) => rosterIndex >= frame.rosterSize || rosterIndex === ordered[at - 1]?.rosterIndex,
  );
  if (ordered.length === 0) return refuse('CONSTRAINT_INVALID', { where: 'no fragments' });
  if (misplaced) return refuse('CONSTRAINT_INVALID', { where: placeOf(misplaced, 'index') });
  for (const member of ordered) {
    const fault = overShare(member, frame) ?? underCovered(member, frame);
    if (fault) return { ok: false, fault };
  }
  const shell = shellOf(ordered, frame);
  const parts = ordered.map((member) => ({
    member,
    document: { ...shell, ...inFrame(member, shell.coverage) },
  }));
  for (const { member, document } of parts) {
    const fault = misfit(member, document, frame);
    if (fault) return { ok: false, fault };
  }
  const whole = readProblemDocument({
    ...shell,
    calendars: joined(parts.map(({ document }) => document.calendars)),
    rules: joined(parts.map(({ document }) => document.rules)),
    parties: parts.flatMap(({ document }) => document.parties),
    hard: parts.flatMap(({ document }) => document.hard),
  });
  return whole.ok ? ok(whole.problem) : refuse('SCHEDULE_REFUSED', { where: sayError(whole.errors) });
}

const spec: Check = (value, place) =>
  value === 'SCHED-FRAGMENT/1' || flaw(place, 'E_SPEC', 'must be SCHED-FRAGMENT/1');

const fragmentMembers: Check = fields({ spec, tzdb, coverage, zones, calendars, rules, parties, hard });

/** The document without anybody's constraints. */
function shellOf(members: readonly Member[], frame: MergeFrame): ProblemDocument {
  const span = {
    from: latest(members.map(({ fragment }) => fragment.coverage.from)),
    until: earliest(members.map(({ fragment }) => fragment.coverage.until)),
  };
  const byAuthority = members.toSorted(
    (left, right) => byText(right.fragment.tzdb, left.fragment.tzdb) || byText(left.nodeId, right.nodeId),
  );
  return {
    spec: 'SCHED/1',
    case: frame.case,
    revision: frame.revision,
    preparedAt: textOfSeconds(Math.floor(frame.preparedAt / SECOND)),
    tzdb: byAuthority[0]?.fragment.tzdb ?? '',
    coverage: span,
    horizon: horizonOf(frame),
    objective: frame.objective,
    zones: zonesOf(
      byAuthority.map(({ fragment }) => fragment.zones),
      span,
    ),
    calendars: {},
    rules: {},
    tables: frame.tables,
    parties: [],
    hard: [],
  };
}

function horizonOf(frame: MergeFrame): ProblemDocument['horizon'] {
  const quarter = QUARTER_SECONDS * SECOND;
  return {
    start: textOfSeconds(Math.ceil(frame.horizonStart / quarter) * QUARTER_SECONDS),
    end: textOfSeconds(Math.floor(frame.horizonEnd / quarter) * QUARTER_SECONDS),
  };
}

/** A member's share of a bound is the bound divided by the roster, so that all together stay below it. */
function overShare({ rosterIndex, fragment }: Member, frame: MergeFrame): Fault | undefined {
  const share = (most: number): number => Math.floor(most / frame.rosterSize);
  const weight = fragment.parties.reduce((sum, party) => sum + party.weight, 0);
  const fair = fragment.parties.filter((party) => party.fair).length;
  const rows: readonly (readonly [string, number, number])[] = [
    ['parties', fragment.parties.length, share(MOST.parties)],
    ['fair parties', fair, share(MOST_FAIR)],
    ['hard', fragment.hard.length, share(MOST.hard)],
    ['rules', Object.keys(fragment.rules).length, share(MOST.rules)],
    ['calendars', Object.keys(fragment.calendars).length, share(MOST.calendars)],
    ['zones', Object.keys(fragment.zones).length, share(MOST.zones)],
    ['weight', weight, frame.memberWeight ?? Number.POSITIVE_INFINITY],
  ];
  const over = rows.find(([, offered, most]) => offered > most);
  if (over === undefined) return undefined;
  const [bound, offered, most] = over;
  return { code: 'LIMIT_EXCEEDED', where: `roster ${rosterIndex} ${bound}`, offered, most };
}

function underCovered(member: Member, frame: MergeFrame): Fault | undefined {
  const { start, end } = horizonOf(frame);
  const { from, until } = member.fragment.coverage;
  const margin = MARGIN_DAYS * DAY_SECONDS;
  return secondsOf(from) <= secondsOf(start) - margin && secondsOf(until) >= secondsOf(end) + margin
    ? undefined
    : { code: 'CONSTRAINT_INVALID', where: placeOf(member, 'coverage') };
}

/**
 * The member's own document must stand, and its weights and overruns stay within its share of 2³¹.
 * A frame that is wrong by itself shows up here as well; then no member is to blame.
 */
function misfit(member: Member, document: ProblemDocument, frame: MergeFrame): Fault | undefined {
  const read = readProblemDocument(document);
  if (!read.ok) {
    const own = read.errors.filter(({ path }) => /^\/(?:parties|hard|rules|calendars)\//.test(path));
    return own.length > 0
      ? constraintFault(own, placeOf(member, ''))
      : { code: 'SCHEDULE_REFUSED', where: sayError(read.errors) };
  }
  const steps = workOf(document);
  const mostSteps = Math.floor(MOST_STEPS / frame.rosterSize);
  if (steps > mostSteps)
    return { code: 'LIMIT_EXCEEDED', where: placeOf(member, 'work'), offered: steps, most: mostSteps };
  const ground = groundOf(document);
  const most = Math.floor((SUM_BOUND - 1) / frame.rosterSize);
  const offered =
    1_000 * document.parties.reduce((sum, { weight }) => sum + weight, 0) +
    document.hard.reduce((sum, constraint) => sum + largestOverrun(constraint, ground), 0);
  return offered <= most
    ? undefined
    : { code: 'LIMIT_EXCEEDED', where: placeOf(member, 'weight and overrun'), offered, most };
}

function constraintFault(errors: readonly ScheduleError[], prefix: string): Fault {
  return { code: 'CONSTRAINT_INVALID', where: `${prefix}${sayError(errors)}` };
}

function placeOf({ rosterIndex }: Member, what: string): string {
  return `roster ${rosterIndex} ${what}`;
}

/**
 * Code and pointer of the first error. A member name that is no plain word is masked: it was written by a peer and a
 * fault carries no contents.
 */
function sayError(errors: readonly ScheduleError[]): string {
  const [first] = errors;
  if (first === undefined) return '';
  const path = first.path
    .split('/')
    .map((token) => (/^[A-Za-z0-9._:+-]{0,64}$/.test(token) ? token : '?'))
    .join('/');
  return `${first.code} ${path}`;
}

function joined<T extends Json>(parts: readonly Named<T>[]): Named<T> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

/** Instants of SCHED/1 have one length, so they compare as texts. */
function latest(instants: readonly string[]): string {
  return instants.toSorted(byText).at(-1) ?? '';
}

function earliest(instants: readonly string[]): string {
  return instants.toSorted(byText).at(0) ?? '';
}
