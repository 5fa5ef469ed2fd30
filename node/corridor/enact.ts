/**
 * Does what is due outside the feeds and reports it. Intent before the act, idempotent by digest, report after it:
 * a crash between any two of them is repaired by doing the same again.
 */

import type { Advisory } from '../core/advisory.js';
import { type Hash, sha256, sha512 } from '../core/bytes.js';
import type { Case } from '../core/case/case.js';
import { advisoryOf } from '../core/case/publish.js';
import { type Duty, duties, type PublicDuty, publicationOf } from '../core/duties.js';
import { Breakage } from '../core/fault.js';
import type { CaseId } from '../core/ids.js';
import type { State } from '../core/state.js';
import type { HomeBody } from '../core/statement.js';
import type { Instant } from '../core/time.js';
import type { PublicFile } from '../ports.js';
import type { Machine } from './advance.js';
import type { Doors } from './doors.js';

/** How long until a duty that failed is tried again, if nothing arrives before. */
const RETRY_MS = 30_000;

export interface Enactor {
  /** Looks for duties and does them, one run at a time; a call during a run makes it look once more. */
  look(): void;
  readonly isIdle: () => boolean;
  /** Begins nothing any more. Resolves when what is under way has ended: nobody touches the outputs after that. */
  stop(): Promise<void>;
}

/** @param broken called with what was thrown: a release whose fate is unknown ends the process. */
export function enactor(machine: Machine, doors: Doors, broken: (cause: unknown) => void): Enactor {
  let running = false;
  let again = false;
  let stopped = false;
  let ended: Promise<void> = Promise.resolve();
  let cancelRetry: () => void = () => undefined;
  const drawn: DrawnUp = new Map();
  /** Cases of which what is public was seen in the public directory, or put back there, by this process. */
  const kept = new Set<CaseId>();
  return { look, isIdle: () => !running, stop };

  function stop(): Promise<void> {
    stopped = true;
    again = false;
    cancelRetry();
    return ended;
  }

  function look(): void {
    if (stopped) return;
    again = true;
    if (running) return;
    running = true;
    ended = drain()
      .catch(broken)
      .finally(() => {
        running = false;
        if (again) look();
      });
  }

  /** Documents that cannot be drawn up hold their own case, loudly, and no other. @returns whether it was done. */
  async function attempt(duty: Duty | PublicDuty): Promise<boolean> {
    try {
      await perform(duty, machine, doors, drawn);
      return true;
    } catch (cause) {
      // What the disk did is fatal as everywhere; all else is about this one case's documents.
      if (!(cause instanceof Breakage) || cause.fault.code.startsWith('STORE_')) throw cause;
      doors.journal.write({ event: 'fault', fault: cause.fault, caseId: duty.held.id });
      doors.journal.write({ event: 'alarm', alarm: 'documents cannot be drawn up', caseId: duty.held.id });
      cancelRetry();
      if (!stopped) cancelRetry = doors.clock.elapse(RETRY_MS, look);
      return false;
    }
  }

  /** Each publication is looked for once in the life of a process: what is lost while it runs, it may lose again. */
  async function keepPublic(): Promise<void> {
    const state = machine.state();
    for (const held of state.cases.values()) {
      if (stopped || kept.has(held.id)) continue;
      const duty = publicationOf(state, held, doors.clock.now());
      if (duty !== undefined && (await attempt(duty))) kept.add(held.id);
    }
  }

  async function drain(): Promise<void> {
    while (again) {
      again = false;
      for (const duty of inHaste(duties(machine.state(), doors.clock.now()))) {
        if (stopped) return;
        await attempt(duty);
      }
      await keepPublic();
    }
  }
}

/** Releases before staging: a case that is due must not wait for the drawing up of another. */
function inHaste(due: readonly Duty[]): readonly Duty[] {
  return [...due.filter(({ kind }) => kind !== 'stage'), ...due.filter(({ kind }) => kind === 'stage')];
}

async function perform(
  duty: Duty | PublicDuty,
  machine: Machine,
  doors: Doors,
  drawn: DrawnUp,
): Promise<void> {
  switch (duty.kind) {
    case 'stage':
      return await stage(duty, machine, doors, drawn);
    case 'release': {
      await stage(duty, machine, doors, drawn);
      const { epoch, at, rule } = duty;
      const intent = await say(machine, duty, { kind: 'publish_intent', epoch, at, rule });
      // Refused: something arrived meanwhile that forbids it. The next look decides anew.
      return intent.ok ? await release(duty, machine, doors, drawn) : undefined;
    }
    case 'keep':
      return await publishAgain(duty, machine, doors);
    case 'finish':
      await stage(duty, machine, doors, drawn);
      return await release(duty, machine, doors, drawn);
  }
}

/**
 * What was drawn up last for each case, and from what. From the freeze on every arrival is a reason to look; few of
 * them change a word of the advisory.
 */
type DrawnUp = Map<CaseId, Drawn>;

interface Drawn {
  readonly held: Case;
  readonly peers: State['peers'];
  /** Of everything that the documents are made of. */
  readonly source: Hash;
  readonly digest: Hash;
}

/** Lays the documents ready, unless exactly these lie there. */
async function stage(duty: Duty, machine: Machine, doors: Doors, drawn: DrawnUp): Promise<void> {
  const { at } = duty;
  const state = machine.state();
  const { peers } = state;
  const held = state.cases.get(duty.held.id) ?? duty.held;
  const before = drawn.get(held.id);
  if (duty.kind === 'stage' && before?.held === held && before.peers === peers) return;
  const standing = await doors.publisher.standing(held.id);
  if (standing.released !== undefined) return;
  const advisory = advisoryOf(state, held, wholeSecond(at));
  const source = sourceOf(duty, advisory);
  if (before?.source === source && standing.staged === before.digest) {
    drawn.set(held.id, { ...before, held, peers });
    return await reportStaged(duty, held, before.digest, machine);
  }
  const files = withHashes(doors.renderer.render(advisory, held));
  const digest = digestOf(files);
  if (standing.staged !== digest)
    await doors.publisher.stage(held.id, await withSignatures(files, at, doors));
  drawn.set(held.id, { held, peers, source, digest });
  await reportStaged(duty, held, digest, machine);
}

/** A release by another rule than the settled one has another date, and the calendar says so. */
function sourceOf(duty: Duty, advisory: Advisory): Hash {
  const manner = duty.kind === 'stage' || duty.rule === 'P1' || duty.rule === 'P2' ? 'settled' : duty.rule;
  return sha256(JSON.stringify([manner, duty.epoch, duty.at, advisory]));
}

async function reportStaged(duty: Duty, held: Case, digest: Hash, machine: Machine): Promise<void> {
  const { epoch, at } = duty;
  const { staged } = held.chamber;
  if (staged?.digest === digest && staged.epoch === epoch) return;
  await say(machine, duty, { kind: 'stage_report', epoch, at, digest });
}

async function release(duty: Duty, machine: Machine, doors: Doors, drawn: DrawnUp): Promise<void> {
  const { held, epoch, at } = duty;
  const { staged, released } = await doors.publisher.standing(held.id);
  const digest = released ?? staged;
  if (digest === undefined) throw new Error('a release was staged before');
  await doors.publisher.release(held.id, digest);
  drawn.delete(held.id);
  const publishedAt = doors.clock.now();
  doors.journal.write({ event: 'released', caseId: held.id, lateMs: publishedAt - at });
  await say(machine, duty, { kind: 'publish_report', epoch, at, publishedAt, digest, revision: 1 });
}

/**
 * The public directory was lost. What we said of the publication stands: nothing is said again. The documents are drawn
 * up anew from what is known now; where they are other bytes than those on record, somebody has to look at them.
 */
async function publishAgain(duty: PublicDuty, machine: Machine, doors: Doors): Promise<void> {
  const { held, at, digest: record } = duty;
  if ((await doors.publisher.standing(held.id)).released !== undefined) return;
  const advisory = advisoryOf(machine.state(), held, wholeSecond(at));
  const files = withHashes(doors.renderer.render(advisory, held));
  const digest = digestOf(files);
  await doors.publisher.stage(held.id, await withSignatures(files, at, doors));
  await doors.publisher.release(held.id, digest);
  doors.journal.write({ event: 'released', caseId: held.id, lateMs: doors.clock.now() - at });
  const alarm = digest === record ? 'published again' : 'published again in other words';
  doors.journal.write({ event: 'alarm', alarm, caseId: held.id });
}

/** Hashes of every document beside it (FORMATS §3, row 18). */
function withHashes(drawn: readonly PublicFile[]): readonly PublicFile[] {
  return drawn.flatMap((file) => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    return [
      file,
      textFile(`${file.path}.sha256`, `${sha256(file.bytes)}  ${name}\n`),
      textFile(`${file.path}.sha512`, `${sha512(file.bytes)}  ${name}\n`),
    ];
  });
}

/** A detached signature over the exact bytes of every document (FORMATS §3, row 19). */
async function withSignatures(
  files: readonly PublicFile[],
  at: Instant,
  doors: Doors,
): Promise<readonly PublicFile[]> {
  const documents = files.filter(({ path }) => !HASH_FILE.test(path));
  const signed = documents.map(async ({ path, bytes }) =>
    textFile(`${path}.asc`, await doors.sealer.signFile(bytes, at)),
  );
  return [...files, ...(await Promise.all(signed))];
}

const HASH_FILE = /\.sha(256|512)$/;

/** Over the documents and their hashes; signatures are left out, since they differ from run to run. */
export function digestOf(files: readonly PublicFile[]): Hash {
  const lines = files
    .filter(({ path }) => !path.endsWith('.asc'))
    .map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`)
    .sort();
  return sha256(lines.join(''));
}

function textFile(path: string, text: string): PublicFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

function wholeSecond(at: Instant): Instant {
  return (Math.floor(at / 1_000) * 1_000) as Instant;
}

function say(machine: Machine, { held }: Duty, body: HomeBody): ReturnType<Machine['say']> {
  return machine.say({ caseId: held.id, tlp: held.tlp, body });
}
