/** What the exercise came to, gathered at the consoles when it is over. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from '../call.js';
import { centresOf, type Exercise, vendorsOf } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import { logFindings } from './find-logs.js';
import { scheduleFindings } from './find-schedule.js';
import { published } from './instant.js';
import { forAll, type Operator } from './operator.js';

export interface CentreFinding {
  readonly name: string;
  readonly zone: string;
  readonly publishedAt: string;
  /** Real milliseconds from the instant to the node's own report of the switch. */
  readonly offsetMs: number;
  readonly rule: string;
  readonly digest: string;
  /** Page of the advisory. */
  readonly page: string;
  readonly alarms: readonly string[];
}

/** One recipient, by the disclosure record of the centre that told it. */
export interface Told {
  readonly by: string;
  readonly name: string;
  /** First of its kind. */
  readonly summary: Said | undefined;
  readonly details: Said | undefined;
  /** Of the instant, in their order: at the charter, at the settlement, at the freeze. */
  readonly notices: readonly Said[];
}

export interface Said {
  readonly at: string;
  /** When the recipient signed that it holds this; `null` while it has not. */
  readonly receivedAt: string | null;
}

export interface Payer {
  readonly name: string;
  readonly role: string;
  readonly cost: number;
  readonly items: readonly { readonly soft: string; readonly cost: number }[];
}

export interface Scored {
  readonly at: string;
  /** Weighted cost of everybody. */
  readonly sum: number;
  /** Level of the centre that is worst off. */
  readonly maxLevel: number;
}

export interface LogFinding {
  /** Distinct feeds; the one between two nodes is kept by both and counted once. */
  readonly feeds: number;
  readonly entries: number;
  readonly receipts: number;
  /** Feeds that do not verify, and pairs of copies that differ. */
  readonly faults: number;
}

export interface Findings {
  readonly caseId: string;
  readonly title: string;
  readonly settledAt: string;
  readonly epoch: number;
  readonly defaultAt: string;
  readonly centres: readonly CentreFinding[];
  readonly told: readonly Told[];
  readonly payers: readonly Payer[];
  readonly alternatives: readonly Scored[];
  readonly best: Scored;
  readonly objective: string;
  readonly decisions: readonly Decision[];
  readonly quorum: string;
  readonly vendors: number;
  /** Vendors whose own node holds a notice of the instant with a proof that it has checked (R13). */
  readonly noticed: number;
  readonly silent: readonly string[];
  readonly logs: LogFinding;
}

export interface Decision {
  readonly slot: number;
  readonly round: number;
  readonly at: string;
  readonly proposedBy: string;
  readonly votes: readonly string[];
  readonly commits: readonly string[];
  readonly completeAt: string;
}

export async function gatherFindings(exercise: Exercise, settledAt: string): Promise<Findings> {
  const { cast, caseName } = exercise;
  const [origin] = centresOf(exercise);
  if (origin === undefined) throw new ExerciseFailed('a cast has centres');
  const settlement = await origin.ask('settlement show', { case: caseName });
  const centres = await Promise.all(centresOf(exercise).map((centre) => centreFinding(centre, caseName)));
  const told = (await Promise.all(centresOf(exercise).map((centre) => toldBy(centre, caseName)))).flat();
  const schedule = await scheduleFindings(exercise);
  const charter = settlement['charter'] as Document;
  return {
    caseId: String(settlement['case']),
    title: cast.opening.title,
    settledAt,
    epoch: Number(settlement['epoch']),
    defaultAt: String(charter['defaultInstant']),
    centres,
    told,
    ...schedule,
    decisions: (settlement['decisions'] as unknown as readonly DecisionView[]).map(decisionOf),
    quorum: `${settlement['quorum']} of ${settlement['n']}`,
    vendors: cast.vendors.length,
    noticed: await countNoticed(exercise, settledAt),
    silent: vendorsOf(exercise)
      .filter(({ part }) => part.conduct === undefined)
      .map(({ operator }) => operator.name),
    logs: await logFindings([...exercise.operators.values()]),
  };
}

async function centreFinding(centre: Operator, caseName: string): Promise<CentreFinding> {
  const status = published(await centre.ask('publish status', { case: caseName }));
  const { alarms } = await centre.ask('node status');
  return {
    name: centre.name,
    zone: centre.zone,
    publishedAt: String(status['publishedAt']),
    offsetMs: Number(status['lateMs']),
    rule: String(status['rule']),
    digest: String(status['released']),
    page: await pageOf(centre),
    alarms: (alarms as unknown as readonly { readonly words: string }[]).map(({ words }) => words),
  };
}

async function pageOf({ home }: Operator): Promise<string> {
  const current = join(home, 'public', 'current');
  const found = await readdir(current, { withFileTypes: true });
  const folder = found.find((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  if (folder === undefined) throw new ExerciseFailed(`nothing lies in ${current}`);
  return join(current, folder.name, 'index.html');
}

interface Disclosed {
  readonly what: string;
  readonly saidAt: string;
  readonly receivedAt: string | null;
}

async function toldBy(centre: Operator, caseName: string): Promise<readonly Told[]> {
  const { recipients } = await centre.ask('case who-knew', { case: caseName });
  const list = recipients as unknown as readonly {
    readonly name: string;
    readonly disclosed: readonly Disclosed[];
  }[];
  return list.flatMap(({ name, disclosed }) => {
    const said = (what: string): readonly Said[] =>
      disclosed.filter((one) => one.what === what).map(({ saidAt: at, receivedAt }) => ({ at, receivedAt }));
    const told: Told = {
      by: centre.name,
      name,
      summary: said('summary')[0],
      details: said('details')[0],
      notices: said('notice'),
    };
    // Between centres most words are ballots: they disclose nothing of the case.
    return told.summary || told.details || told.notices.length > 0 ? [told] : [];
  });
}

async function countNoticed(exercise: Exercise, settledAt: string): Promise<number> {
  const held = await forAll(vendorsOf(exercise), async ({ operator }) => {
    const { notices } = await operator.ask('case show', { case: exercise.caseName });
    const list = notices as unknown as readonly { readonly stage: string; readonly at: string }[];
    return list.some(({ stage, at }) => stage === 'freeze' && at === settledAt);
  });
  return held.filter(Boolean).length;
}

interface DecisionView {
  readonly slot: number;
  readonly round: number;
  readonly value: { readonly at?: string };
  readonly completeAt: string;
  readonly proposedBy: { readonly name: string } | null;
  readonly votes: readonly { readonly name?: string }[];
  readonly commits: readonly { readonly name?: string }[];
}

function decisionOf({ slot, round, value, completeAt, proposedBy, votes, commits }: DecisionView): Decision {
  const names = (list: DecisionView['commits']) => list.map(({ name }) => name ?? '?');
  return {
    slot,
    round,
    at: value.at ?? '',
    proposedBy: proposedBy?.name ?? '?',
    votes: names(votes),
    commits: names(commits),
    completeAt,
  };
}

/** The conduct that a vendor showed, for a report in numbers. */
export function statusCounts(exercise: Exercise): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { part } of vendorsOf(exercise)) {
    const word = part.conduct?.status ?? 'silent';
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
