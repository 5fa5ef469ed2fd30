/** Runs suites against a target and collects what came of each check. */
import { randomUUID } from 'node:crypto';
import { Breakage } from '../../core/fault.js';
import { type CaseId, caseId } from '../../core/ids.js';
import { onGridFrom } from '../../core/settlement/terms.js';
import { after, DAY, type Instant } from '../../core/time.js';
import type { Checking, Result, Stage, Suite } from './check.js';
import { CHECKS, type CheckId, type SuiteName, suiteOf } from './checks.js';
import type { Operator } from './operator.js';
import { disclosure } from './suites/disclosure.js';
import { envelopes } from './suites/envelopes.js';
import { handshake } from './suites/handshake.js';
import { hostile } from './suites/hostile.js';
import { replication } from './suites/replication.js';
import { settlement } from './suites/settlement.js';
import type { Target } from './target.js';
import { openVisitor, type Round, type Visitor } from './visitor.js';
import type { Badge, VisitorName } from './visitor-keys.js';
import { Failed, openWatch } from './watch.js';

const RUN: Readonly<Record<SuiteName, Suite>> = {
  handshake,
  envelopes,
  replication,
  disclosure,
  settlement,
  hostile,
};

export interface RunSettings {
  readonly target: Target;
  readonly badges: ReadonlyMap<VisitorName, Badge>;
  readonly operator: Operator;
  readonly suites: readonly SuiteName[];
  /** How long the target may take for anything. */
  readonly patienceMs: number;
  /** Told as each check ends. */
  readonly report: (result: Result) => void;
}

/** @returns every check of the suites, in the order of the table. */
export async function runConformance(settings: RunSettings): Promise<readonly Result[]> {
  const { target, badges, operator, patienceMs, report } = settings;
  const watch = openWatch(patienceMs);
  const flaws: string[] = [];
  let ahead = 0;
  const round: Round = {
    target,
    watch,
    now: () => (Date.now() + ahead) as Instant,
    clock: (theirs) => {
      // By the clock of the target: an exercise may be at another time than we are.
      if (Math.abs(theirs - Date.now() - ahead) > CLOCK_STEP_MS) ahead = theirs - Date.now();
    },
    flaw: (says) => {
      flaws.push(says);
      watch.ring();
    },
    incarnation: Date.now(),
  };
  const known = [...badges.values()].filter(({ name }) => name !== 'stranger' && name !== 'unverified');
  const visitors = new Map<VisitorName, Visitor>();
  for (const [name, badge] of badges) {
    const others = known.filter((other) => other !== badge);
    visitors.set(name, await openVisitor(badge, others, round));
  }
  const stage: Stage = {
    ...round,
    operator,
    visitor: (name) => {
      const visitor = visitors.get(name);
      if (visitor === undefined) throw new Error(`no visitor ${name}`);
      return visitor;
    },
    newCase,
    gridIn: (days) => onGridFrom(after(round.now(), days * DAY)),
  };
  const results = new Map<CheckId, Result>();
  const keep = (result: Result) => {
    results.set(result.id, result);
    report(result);
  };
  const check: Checking = async (id, body) => {
    const { acts = [] } = CHECKS[id];
    if (acts.length > 0 && !operator.present) {
      keep({ id, verdict: 'left out', says: `needs somebody to ${acts.join(', ')}`, ms: 0 });
      return false;
    }
    flaws.splice(0);
    const began = performance.now();
    const says = await body().then(
      () => flaws[0],
      (cause: unknown) => sayCause(cause),
    );
    const ms = Math.round(performance.now() - began);
    keep({ id, verdict: says === undefined ? 'passed' : 'failed', says: says ?? '', ms });
    return says === undefined;
  };
  try {
    for (const name of settings.suites)
      await RUN[name](stage, check).catch((cause: unknown) => {
        // A suite that cannot begin, or go on: the next check of it has failed.
        const says = sayCause(cause);
        const next = CHECK_IDS.find((id) => suiteOf(id) === name && !results.has(id));
        if (next === undefined) throw cause;
        keep({ id: next, verdict: 'failed', says, ms: 0 });
      });
  } finally {
    await Promise.all([...visitors.values()].map((visitor) => visitor.close()));
  }
  for (const id of CHECK_IDS)
    if (settings.suites.includes(suiteOf(id)) && !results.has(id))
      keep({ id, verdict: 'left out', says: 'builds on a check that did not hold', ms: 0 });
  return CHECK_IDS.flatMap((id) => results.get(id) ?? []);
}

/** What was expected and did not happen is a failure; what the network says of it is one too. */
function sayCause(cause: unknown): string {
  if (cause instanceof Failed) return cause.message;
  if (cause instanceof Breakage)
    return `${cause.fault.code}${cause.fault.where === undefined ? '' : ` ${cause.fault.where}`}`;
  throw cause;
}

const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

const CLOCK_STEP_MS = 1_000;

function newCase(): CaseId {
  const id = caseId(randomUUID());
  if (id === undefined) throw new Error('a random UUID is version 4');
  return id;
}
