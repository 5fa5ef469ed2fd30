/**
 * What a charter may say: every bound of its terms in one place, and the defaults that a lead starts from.
 */
import { canonical } from '../canonical.js';
import { type FaultPlace, type Outcome, ok, refuse } from '../fault.js';
import { CHARTER_LIMITS, LIMITS } from '../limits.js';
import { isRecord } from '../schedule/check.js';
import { tables } from '../schedule/read-frame.js';
import { readingOf } from '../schedule/read-problem.js';
import { scanJson } from '../strict-json.js';
import { DAY, HOUR, type Instant, MINUTE, type Millis, readInstant } from '../time.js';
import type { CharterTerms } from './ballot.js';
import { quorumOf } from './quorum.js';

/** The grid of every instant of a settlement (SCHEDULING §2). */
export const QUARTER: Millis = 15 * MINUTE;

/** Base of the round timer (R4): machines answer at once, people are given a day. */
export function defaultRoundMs(allAutoAccept: boolean): Millis {
  return allAutoAccept ? 2 * HOUR : CHARTER_LIMITS.roundMs.usual;
}

/**
 * T0 (DESIGN §7.2): proposal time + the least of the members' default embargoes, on the grid and never earlier.
 * @param embargoDays one entry per member, at least one.
 */
export function defaultInstant(proposedAt: Instant, embargoDays: readonly number[]): Instant {
  return onGridFrom(proposedAt + Math.min(...embargoDays) * DAY);
}

/** The first instant of the grid that is not before `at`. */
export function onGridFrom(at: number): Instant {
  return (Math.ceil(at / QUARTER) * QUARTER) as Instant;
}

/** Whether an instant is a candidate at all (SCHEDULING §2). */
function isOnGrid(at: Instant): boolean {
  return at % QUARTER === 0;
}

/**
 * Checks terms as they stand, without knowledge of earlier charters.
 * Faults: CHARTER_INVALID, `where` names the field.
 */
export function checkTerms(terms: CharterTerms): Outcome<CharterTerms> {
  const known = verdicts.get(terms);
  if (known !== undefined) return known;
  const verdict = judgeTerms(terms);
  verdicts.set(terms, verdict);
  return verdict;
}

/** Terms never change, and every look at a settlement asks about them again: parsing the tables anew is most of it. */
const verdicts = new WeakMap<CharterTerms, Outcome<CharterTerms>>();

function judgeTerms(terms: CharterTerms): Outcome<CharterTerms> {
  const n = terms.roster.length;
  const nodes = new Set(terms.roster.map((member) => member.node));
  if (n < 1 || n > LIMITS.rosterEntries.most) return wrong('roster', { held: n });
  if (nodes.size !== n) return wrong('roster');
  if (terms.roster.some((member) => member.model !== 1 && member.model !== 2)) return wrong('roster.model');
  if (!nodes.has(terms.lead)) return wrong('lead');
  if (!isWithin(terms.quorum, { least: quorumOf(n), most: n }))
    return wrong('quorum', { held: terms.quorum });
  for (const name of ['freezeMs', 'roundMs', 'skewMs'] as const)
    if (!isWithin(terms[name], CHARTER_LIMITS[name])) return wrong(name, { held: terms[name] });
  const { notBefore, notAfter } = terms.window;
  if (!isSettleable(terms.defaultInstant)) return wrong('defaultInstant');
  if (!isSettleable(notBefore) || !isSettleable(notAfter)) return wrong('window');
  if (terms.defaultInstant < notBefore || terms.defaultInstant > notAfter) return wrong('window');
  if (!isWithin(notAfter - notBefore, CHARTER_LIMITS.windowMs)) return wrong('window');
  if (!isSettleable(terms.horizonEnd)) return wrong('horizonEnd');
  if (!isWithin(terms.horizonEnd - terms.defaultInstant, CHARTER_LIMITS.horizonMs))
    return wrong('horizonEnd');
  if (!OBJECTIVES.has(terms.objective)) return wrong('objective');
  if (terms.solver !== 'SCHED/1') return wrong('solver');
  if (!areTables(terms.tables)) return wrong('tables');
  return ok(terms);
}

const OBJECTIVES: ReadonlySet<string> = new Set(['total', 'minimax', 'leximin']);
/** SCHEDULING §3.1 knows the years 2000 to 2099. */
const FIRST: Instant | undefined = readInstant('2000-01-01T00:00:00Z');
const LAST: Instant | undefined = readInstant('2099-12-31T23:59:59Z');

function isSettleable(at: Instant): boolean {
  return Number.isSafeInteger(at) && isOnGrid(at) && at >= (FIRST ?? at) && at <= (LAST ?? at);
}

function isWithin(length: number, bound: { readonly least: number; readonly most: number }): boolean {
  return Number.isSafeInteger(length) && length >= bound.least && length <= bound.most;
}

/** Cost tables of SCHED/1 in canonical spelling: with any other tables no amendment could ever be solved. */
function areTables(text: string): boolean {
  const scan = scanJson(text, { levels: LIMITS.jsonLevels.most, length: LIMITS.fragmentBytes.most });
  if (!scan.ok || !isRecord(scan.value) || canonical(scan.value) !== text) return false;
  return tables(scan.value, { path: '', reading: readingOf({}, []) });
}

function wrong(where: string, place: FaultPlace = {}): Outcome<never> {
  return refuse('CHARTER_INVALID', { ...place, where });
}
