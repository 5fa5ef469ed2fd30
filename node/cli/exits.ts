/** Exit statuses: one for each class of outcome, and the class of every fault. `--help` prints the table. */
import type { FaultCode } from '../core/fault.js';

export type Exit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 70;

export const EXITS: Readonly<Record<Exit, string>> = {
  0: 'done; for "status": nothing is wrong',
  1: 'refused, by a rule or by a peer; for "schedule solve": infeasible',
  2: 'wrong command line, argument or configuration; for "schedule solve": refused',
  3: 'the node does not run, or the control socket is taken',
  4: 'an alarm: publication is held, a peer is overdue, a check of "doctor" failed',
  5: 'the store is locked, damaged, full, too new or older than what was said',
  6: 'a key is locked, missing, expired or revoked',
  70: 'a mistake in this program; please report it',
};

type AreaOf<Code extends string> = Code extends `${infer Area}_${string}` ? Area : never;
type Area = AreaOf<FaultCode>;

/** By the first word of the code. A new area does not compile without a row. */
const AREAS: Readonly<Record<Area, Exit>> = {
  ADVANCE: 1,
  BALLOT: 1,
  CARD: 1,
  CASE: 1,
  CERTIFICATE: 1,
  CHARTER: 1,
  CHECKPOINT: 1,
  COMMAND: 2,
  CONFIG: 2,
  CONSTRAINT: 1,
  DELAY: 1,
  DETAILS: 1,
  DRILL: 1,
  ENVELOPE: 1,
  FAULT: 1,
  FEED: 1,
  FINGERPRINT: 1,
  FORMAT: 1,
  FRAME: 1,
  GRANT: 1,
  KEY: 6,
  LEAF: 1,
  LEGAL: 1,
  LIMIT: 2,
  LINK: 1,
  LOG: 1,
  MAIL: 1,
  NODE: 3,
  NOT: 1,
  NOTHING: 1,
  PEER: 1,
  PROOF: 1,
  PROPOSAL: 1,
  PUBLISHED: 1,
  RECEIPT: 1,
  REGISTRATION: 1,
  RELEASE: 1,
  REPLY: 1,
  REPORT: 1,
  REPORTER: 1,
  REQUEST: 1,
  SCHEDULE: 1,
  SOCKET: 3,
  STATEMENT: 1,
  STATUS: 1,
  STORE: 5,
  SUMMARY: 1,
  TLP: 1,
  VENDOR: 1,
  VERSION: 1,
};

/** Codes that end otherwise than their area. */
const EXCEPTIONS: Readonly<Partial<Record<FaultCode, Exit>>> = {
  NODE_RESTORED: 5,
  NODE_PROBATION: 1,
};

export function exitOf(code: FaultCode): Exit {
  const area = code.slice(0, code.indexOf('_')) as Area;
  return EXCEPTIONS[code] ?? AREAS[area];
}
