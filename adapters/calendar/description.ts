/**
 * A short description of a scheduling problem, for people to write: parties by name with their office, patch day,
 * policy and dates. `build.ts` turns it into a document of SCHED/1, zones and calendars included.
 */
import type { Json } from '../../node/core/canonical.js';
import { LIMITS } from '../../node/core/limits.js';
import {
  type Check,
  date,
  distinct,
  fields,
  flaw,
  formed,
  id,
  instant,
  int,
  isRecord,
  list,
  oneOf,
  variants,
} from '../../node/core/schedule/check.js';
import type {
  HardConstraint,
  Notice,
  Objective,
  Role,
  ScheduleError,
  Span,
  Weekday,
} from '../../node/core/schedule/problem.js';
import { MOST, NOTE, weekdays } from '../../node/core/schedule/read-frame.js';
import { readingOf } from '../../node/core/schedule/read-problem.js';
import { scanJson } from '../../node/core/strict-json.js';

/** Everything but `case`, `horizon` and `parties` has a default. */
export type Description = {
  readonly case: string;
  readonly horizon: { readonly start: string; readonly end: string };
  readonly parties: readonly DescribedParty[];
  /** 0 if left out. */
  readonly revision?: number;
  /** When the document is frozen; now if left out. */
  readonly preparedAt?: string;
  /** `minimax` if left out. */
  readonly objective?: Objective;
  /** Constraints in the words of SCHED/1 that have no shorter name here; rules are named as in the catalogue. */
  readonly hard?: readonly HardConstraint[];
  readonly note?: string;
};

export type DescribedParty = {
  readonly id: string;
  readonly role: Role;
  /** 10 for a centre, else 1. */
  readonly weight?: number;
  /** Everybody but vendors if left out. */
  readonly fair?: boolean;
  readonly zone?: string;
  /** Office hours; needs `zone`. */
  readonly office?: Office;
  /** A cycle of the catalogue or of the local file. */
  readonly cycle?: string;
  /** The fix is ready from then on: hard, to be waived for `readyRelax` (60). */
  readonly ready?: string;
  readonly readyRelax?: number | 'never';
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly blackouts?: readonly Blackout[];
  readonly delay?: { readonly from: string; readonly perDay: number; readonly cap?: number };
  readonly embargo?: Embargo;
  /** A notice policy by name, or its minutes. */
  readonly notice?: string | Notice;
  readonly note?: string;
};

export type Office = {
  /** `GB`, `JP` or `US`; weekends only if left out. */
  readonly holidays?: string;
  readonly weekend?: readonly Weekday[];
  /** Own closures, both dates inclusive. */
  readonly closures?: readonly { readonly from: string; readonly to: string }[];
};

/** Instants, or dates in the party's zone. */
export type Blackout =
  | ({ readonly kind: 'span' } & Span)
  | { readonly kind: 'dates'; readonly from: string; readonly to: string };

export type Embargo = {
  /** By name, as `EMBARGOES` has it. */
  readonly policy: string;
  readonly from: string;
  /** The same number of days ends at three different instants (SCHEDULING §17): it is never guessed. */
  readonly count: 'civil' | 'elapsed';
  /** `none` if left out; the others need an office. */
  readonly roll?: 'none' | 'next' | 'previous';
  /** 40 if left out. */
  readonly relax?: number | 'never';
  readonly overrunPerDay?: number;
};

export type DescriptionReading =
  | { readonly ok: true; readonly description: Description }
  | { readonly ok: false; readonly errors: readonly ScheduleError[] };

/** Longest stretch of closures that is spelled out day by day. */
const MOST_CLOSURES = 100;

/** Reads a description; errors have the codes of SCHEDULING §12 and a JSON Pointer into the description. */
export function readDescription(text: string | Uint8Array): DescriptionReading {
  const scan = scanJson(text, { levels: LIMITS.jsonLevels.most, length: LIMITS.importBytes.most });
  if (!scan.ok)
    return {
      ok: false,
      errors: [{ code: 'E_JSON', path: '', message: `${scan.flaw} at character ${scan.at}` }],
    };
  const errors: ScheduleError[] = [];
  const reading = readingOf(isRecord(scan.value) ? scan.value : {}, errors);
  return description(scan.value, { path: '', reading })
    ? { ok: true, description: scan.value as unknown as Description }
    : { ok: false, errors };
}

const bool: Check = (value, place) =>
  typeof value === 'boolean' || flaw(place, 'E_TYPE', 'must be true or false');
const anything: Check = () => true;
const name: Check = formed((text) => text.length <= 64, 'a name of at most 64 characters');
const relax: Check = (value, place) => value === 'never' || int(1, 1_000)(value, place);
const noticeMinutes = int(0, 527_040);

const notice: Check = (value, place) =>
  typeof value === 'string'
    ? name(value, place)
    : fields(
        {},
        { atLeastMinutes: noticeMinutes, preferAtMostMinutes: noticeMinutes, atMostMinutes: noticeMinutes },
      )(value, place);

/** Dates and instants are written alike, so they compare as texts. */
function inOrder(from: string, to: string, mayMeet: boolean): Check {
  return (value, place) => {
    const [first, last] = isRecord(value) ? [String(value[from]), String(value[to])] : ['', ''];
    return (
      first < last || (mayMeet && first === last) || flaw(place, 'E_INTERVAL', `${from} is not before ${to}`)
    );
  };
}

const blackout: Check = variants('kind', {
  span: fields({ kind: anything, from: instant, until: instant }, {}, inOrder('from', 'until', false)),
  dates: fields({ kind: anything, from: date, to: date }, {}, inOrder('from', 'to', true)),
});

const office: Check = fields(
  {},
  {
    holidays: name,
    weekend: weekdays(0, 6),
    closures: list(1, MOST_CLOSURES, fields({ from: date, to: date }, {}, inOrder('from', 'to', true))),
  },
);

const embargo: Check = fields(
  { policy: name, from: instant, count: oneOf('civil', 'elapsed') },
  { roll: oneOf('none', 'next', 'previous'), relax, overrunPerDay: int(0, 1_000) },
);

/** What counts in local time needs to know where. */
const zoneForLocal: Check = (value, place) => {
  if (!isRecord(value) || 'zone' in value) return true;
  const dated = (value as unknown as DescribedParty).blackouts?.some(({ kind }) => kind === 'dates');
  const civil = (value as unknown as DescribedParty).embargo?.count === 'civil';
  return !('office' in value || dated || civil) || flaw(place, 'E_FIELD', 'needs a zone');
};

const party: Check = fields(
  { id, role: oneOf('centre', 'vendor', 'reporter', 'public', 'criticalInfrastructure', 'other') },
  {
    weight: int(1, 100),
    fair: bool,
    zone: name,
    office,
    cycle: name,
    ready: instant,
    readyRelax: relax,
    notBefore: instant,
    notAfter: instant,
    blackouts: list(1, 1_000, blackout),
    delay: fields({ from: instant, perDay: int(1, 1_000) }, { cap: int(1, 1_000) }),
    embargo,
    notice,
    note: NOTE,
  },
  zoneForLocal,
);

const description: Check = fields(
  { case: id, horizon: fields({ start: instant, end: instant }), parties: distinct(1, MOST.parties, party) },
  {
    revision: int(0, 999_999),
    preparedAt: instant,
    objective: oneOf('total', 'minimax', 'leximin'),
    // Checked as a part of the document that comes out.
    hard: list(
      0,
      MOST.hard,
      (value: Json, place) => isRecord(value) || flaw(place, 'E_TYPE', 'must be an object'),
    ),
    note: NOTE,
  },
);
