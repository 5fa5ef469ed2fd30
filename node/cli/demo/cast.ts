/**
 * Who plays in the exercise: three centres and their vendors, and how each of them will behave. The centres bear real
 * names because their zones and process models are the point; the vendors and the defect are invented.
 */
import type { VendorStatusWord } from '../../core/case/vendor-words.js';
import type { Rule } from '../../core/schedule/problem.js';
import type { ProcessModel } from '../../core/settlement/ballot.js';
import { HOUR, type Instant, readInstant } from '../../core/time.js';

/** Short names of the centres: folders, options and look-ups. */
export type CentreKey = 'cert' | 'jpcert' | 'niscc';

export interface CentrePart {
  readonly key: CentreKey;
  readonly name: string;
  readonly zone: string;
  readonly languages: readonly string[];
  readonly namespace: string;
  readonly idPrefix: string;
  readonly holidays: string;
  readonly embargoDays: number;
  readonly model: ProcessModel;
  /** Agrees by recorded policy; otherwise its operator approves each instant by name. */
  readonly autoAccept: boolean;
  readonly officer: string;
}

/** What a vendor answers; `undefined` is silence. */
export interface Conduct {
  readonly status: VendorStatusWord;
  readonly products: readonly string[];
  readonly impact: string;
  readonly statement: string;
  /** Asks for the details before it answers. */
  readonly asks: boolean;
  /** Counter-measure for the public; empty where it has none. */
  readonly remedy: string;
  /** Whether its fix is ready when it reports first; else it reports again with the remedy. */
  readonly hasFix: boolean;
  readonly wish: Wish | undefined;
}

export interface Wish {
  /** When its fix is ready. */
  readonly readyAt: Instant | undefined;
  /** A patch cycle of the catalogue, or an own one, which goes out as a fragment of SCHED/1. */
  readonly cycle: string | Rule | undefined;
}

export interface VendorPart {
  readonly key: string;
  readonly name: string;
  readonly centre: CentreKey;
  readonly zone: string;
  readonly officer: string;
  readonly conduct: Conduct | undefined;
}

/** The case as its origin opens it. */
export interface Opening {
  readonly title: string;
  readonly summary: string;
  readonly details: string;
  readonly products: readonly string[];
  readonly publicIds: readonly string[];
}

export interface Cast {
  /** Where the case comes from, for the first line of the report. */
  readonly about: string;
  readonly opening: Opening;
  readonly centres: readonly CentrePart[];
  readonly vendors: readonly VendorPart[];
  /** So many vendors have a process of their own; the rest share two. */
  readonly ownProcesses: number;
}

export const ORIGIN: CentreKey = 'cert';

/** Monday, 09:00 in New York, 14:00 in London, 23:00 in Tokyo. */
export const DRILL_START = '2027-01-11T14:00:00Z';

/** So many hours after the start. */
export function hourOf(hours: number): Instant {
  const start = readInstant(DRILL_START) ?? 0;
  return (start + hours * HOUR) as Instant;
}

export const CENTRES: readonly CentrePart[] = [
  {
    key: 'cert',
    name: 'CERT/CC',
    zone: 'America/New_York',
    languages: ['en'],
    namespace: 'https://cert-cc.example',
    idPrefix: 'VU',
    holidays: 'US',
    embargoDays: 45,
    model: 2,
    autoAccept: true,
    officer: 'Morgan Reyes',
  },
  {
    key: 'jpcert',
    name: 'JPCERT/CC',
    zone: 'Asia/Tokyo',
    languages: ['ja', 'en'],
    namespace: 'https://jpcert-cc.example',
    idPrefix: 'JVN',
    holidays: 'JP',
    embargoDays: 60,
    model: 2,
    autoAccept: true,
    officer: 'Aoi Tanaka',
  },
  {
    key: 'niscc',
    name: 'NISCC',
    zone: 'Europe/London',
    languages: ['en'],
    namespace: 'https://niscc.example',
    idPrefix: 'NISCC',
    holidays: 'GB',
    embargoDays: 45,
    model: 1,
    autoAccept: false,
    officer: 'Robin Ashdown',
  },
];
