/**
 * The problem document of SCHED/1, as JSON says it. Instants are `YYYY-MM-DDTHH:MM:SSZ`, dates `YYYY-MM-DD`, clock
 * times `HH:MM`; all numbers are integers. These are type aliases and no interfaces, so that a document is a
 * {@link Json} value and its hash needs no copy.
 * @see SCHEDULING §3
 */

declare const checked: unique symbol;

/**
 * A document that `readProblem` accepted: every member is there, in range, and every name in it is known. Nothing
 * that takes a Problem checks again.
 */
export type Problem = ProblemDocument & { readonly [checked]: true };

export type ProblemDocument = {
  readonly spec: 'SCHED/1';
  readonly case: string;
  readonly revision: number;
  readonly preparedAt: string;
  /** Release of the zone tables, such as `2026c`. */
  readonly tzdb: string;
  readonly coverage: Span;
  readonly horizon: { readonly start: string; readonly end: string };
  readonly objective: Objective;
  readonly zones: Named<ZoneTable>;
  readonly calendars: Named<Calendar>;
  readonly rules: Named<Rule>;
  readonly tables: Named<CostTable>;
  readonly parties: readonly Party[];
  readonly hard: readonly HardConstraint[];
  readonly note?: string;
};

export type Named<T> = { readonly [name: string]: T };

/** Half open. */
export type Span = { readonly from: string; readonly until: string };

export type Objective = 'total' | 'minimax' | 'leximin';

/** Offsets count minutes east of UTC; the first holds before the first transition, the last for ever (§3.3). */
export type ZoneTable = {
  readonly initialOffsetMinutes: number;
  readonly transitions: readonly { readonly at: string; readonly offsetMinutes: number }[];
};

export type Weekday = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU';

/** A day is working when its weekday is not in `weekend` and it is not in `dates` (§3.4). */
export type Calendar = {
  readonly weekend: readonly Weekday[];
  readonly from: string;
  readonly until: string;
  readonly dates: readonly string[];
  readonly note?: string;
};

export type Rule = { readonly parts: readonly RulePart[]; readonly note?: string };

export type Confidence = 'primary' | 'secondary' | 'unconfirmed';

type PartCommon = {
  readonly time: string;
  readonly zone: string;
  /** Both inclusive. */
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly except?: readonly string[];
  readonly add?: readonly string[];
  readonly cite?: string;
  readonly note?: string;
  readonly confidence?: Confidence;
  readonly timeConfidence?: Confidence;
};

export type RulePart = PartCommon &
  (
    | {
        readonly kind: 'nth';
        readonly weekday: Weekday;
        readonly ordinals: readonly number[];
        readonly months?: readonly number[];
      }
    | {
        readonly kind: 'nearest';
        readonly weekday: Weekday;
        readonly day: number;
        readonly months: readonly number[];
      }
    | { readonly kind: 'weeks'; readonly interval: number; readonly anchor: string }
    | { readonly kind: 'list'; readonly dates: readonly string[] }
  );

export type StaffTable = {
  readonly kind: 'staff';
  readonly bands: readonly { readonly from: string; readonly cost: number }[];
  readonly eve: number;
  readonly off: number;
  readonly note?: string;
};

export type CycleTable = {
  readonly kind: 'cycle';
  readonly tiers: readonly { readonly fromMinutes: number; readonly cost: number }[];
  readonly none: number;
  readonly note?: string;
};

export type LeadTable = {
  readonly kind: 'lead';
  readonly tiers: readonly { readonly underMinutes: number; readonly cost: number }[];
  readonly otherwise: number;
  readonly note?: string;
};

export type CostTable = StaffTable | CycleTable | LeadTable;

export type Role = 'centre' | 'vendor' | 'reporter' | 'public' | 'criticalInfrastructure' | 'other';

export type Party = {
  readonly id: string;
  readonly role: Role;
  readonly weight: number;
  readonly fair: boolean;
  readonly soft: readonly SoftCost[];
  readonly zone?: string;
  readonly notice?: Notice;
  readonly note?: string;
};

/** How long before the instant the party is told; at least one is there (§3.7). */
export type Notice = {
  readonly atLeastMinutes?: number;
  readonly preferAtMostMinutes?: number;
  readonly atMostMinutes?: number;
};

/** At least one of the two lists is there; `dates` run from local midnight to local midnight, both dates in. */
export type Periods = {
  readonly intervals?: readonly Span[];
  readonly dates?: readonly { readonly from: string; readonly to: string; readonly zone: string }[];
};

type SoftCommon = { readonly id: string; readonly note?: string };

export type SoftCost = SoftCommon &
  (
    | { readonly kind: 'office'; readonly zone: string; readonly calendar: string; readonly table: string }
    | { readonly kind: 'cycle'; readonly rule: string; readonly ready: string; readonly table: string }
    | (Periods & { readonly kind: 'avoid'; readonly cost: number })
    | {
        readonly kind: 'avoidCycle';
        readonly rule: string;
        readonly beforeMinutes: number;
        readonly afterMinutes: number;
        readonly cost: number;
      }
    | { readonly kind: 'delay'; readonly from: string; readonly perDay: number; readonly cap: number }
    | { readonly kind: 'leadPreference'; readonly from: string; readonly table: string }
    | {
        readonly kind: 'stay';
        readonly at: string;
        readonly cost: number;
        readonly perDay: number;
        readonly cap: number;
      }
  );

type HardCommon = {
  readonly id: string;
  readonly party: string;
  /** The price of waiving it. */
  readonly relax: number | 'never';
  readonly cite?: string;
  readonly note?: string;
};

type BoundCommon = HardCommon & { readonly overrunPerDay?: number };

export type Deadline =
  | { readonly count: 'elapsed'; readonly from: string; readonly days?: number; readonly minutes?: number }
  | {
      readonly count: 'civil';
      readonly from: string;
      readonly zone: string;
      readonly roll: 'none' | 'next' | 'previous';
      readonly calendar?: string;
      readonly days?: number;
      readonly months?: number;
    };

export type QuorumVendor = { readonly id: string; readonly weight: number; readonly ready: string | null };

export type WeeklyWindow = { readonly days: readonly Weekday[]; readonly from: string; readonly to: string };

/** Bounds have one edge and may charge for overrunning it (§5). */
export type BoundConstraint = BoundCommon &
  (
    | { readonly kind: 'notBefore' | 'notAfter' | 'before'; readonly at: string }
    | ({ readonly kind: 'deadline' } & Deadline)
    | { readonly kind: 'lead'; readonly from: string; readonly minutes: number }
    | {
        readonly kind: 'leadWork';
        readonly from: string;
        readonly days: number;
        readonly zone: string;
        readonly calendar: string;
      }
    | { readonly kind: 'readyQuorum'; readonly percent: number; readonly vendors: readonly QuorumVendor[] }
  );

export type WindowConstraint = HardCommon &
  (
    | (Periods & { readonly kind: 'blackout' })
    | {
        readonly kind: 'weekly';
        readonly zone: string;
        readonly windows: readonly WeeklyWindow[];
        readonly calendar?: string;
      }
    | {
        readonly kind: 'onCycle';
        readonly rule: string;
        readonly ready: string;
        readonly beforeMinutes: number;
        readonly afterMinutes: number;
      }
  );

export type HardConstraint = BoundConstraint | WindowConstraint;

/** The closed set of §12. */
export type ScheduleErrorCode =
  | 'E_JSON'
  | 'E_SPEC'
  | 'E_FIELD'
  | 'E_TYPE'
  | 'E_VALUE'
  | 'E_ORDER'
  | 'E_DUPLICATE'
  | 'E_REF'
  | 'E_INTERVAL'
  | 'E_HORIZON'
  | 'E_COVERAGE'
  | 'E_ZONE'
  | 'E_LIMIT'
  | 'E_BUDGET'
  | 'E_RANGE';

export type ScheduleError = {
  readonly code: ScheduleErrorCode;
  /** JSON Pointer; for people, as is the message. */
  readonly path: string;
  readonly message: string;
};
