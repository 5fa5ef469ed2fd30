/**
 * Is this document valid CSAF 2.0? The list `basic`: strict schema and mandatory tests.
 *
 * The library compiles its schemas at import: seconds of CPU and 140 MB. So it lives in a worker thread that is
 * started by the first question and kept; commands that do not ask never pay. Its informative tests fetch URLs
 * found in a document and are never run (FORMATS §12.1, §12.2).
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Json } from '../../../node/core/canonical.js';
import { LIMITS } from '../../../node/core/limits.js';

export interface CsafFault {
  /** Clause of the standard, `6.1.6`, or `schema`, or `unfinished` where the check was ended. */
  readonly clause: string;
  /** JSON pointer into the document. */
  readonly path: string;
  /** The library's words. They may quote ids of the document: for the operator's screen, never for a journal. */
  readonly says: string;
}

export interface CsafVerdict {
  readonly valid: boolean;
  readonly faults: readonly CsafFault[];
}

/** What the worker answers; shaped by {@link BODY}. */
interface Answer {
  readonly isValid: boolean;
  readonly tests: readonly {
    readonly name: string;
    readonly errors: readonly { readonly instancePath?: string; readonly message?: string }[];
  }[];
}

/** A text and not a file: the worker then starts alike from sources and from the build, on every Node. */
const BODY = `
import { parentPort, workerData } from 'node:worker_threads';
const [{ default: validate }, basic] = await Promise.all(workerData.map((url) => import(url)));
parentPort.postMessage('ready');
parentPort.on('message', async (document) => {
  const { isValid, tests } = await validate(Object.values(basic), document);
  parentPort.postMessage({
    isValid,
    tests: tests.filter((test) => !test.isValid).map(({ name, errors }) => ({ name, errors })),
  });
});
`;

/**
 * Checks one document. Questions are answered one at a time, in order. The thread keeps the process alive only
 * while a question is open.
 *
 * A document that takes longer than `csafCheckMs` is not valid (fault `unfinished`), and the next question starts
 * a new thread.
 * @throws Error where the library cannot be loaded: breakage, not a property of the document.
 */
export function validateCsaf(document: Json): Promise<CsafVerdict> {
  const turn = queue.then(() => ask(document));
  queue = turn.catch(() => undefined);
  return turn;
}

/** Ends the thread, for a process that wants its memory back. The next question starts a new one. */
export async function closeCsafCheck(): Promise<void> {
  await queue;
  const ended = thread;
  thread = undefined;
  await (await ended?.catch(() => undefined))?.terminate();
}

let queue: Promise<unknown> = Promise.resolve();
let thread: Promise<Worker> | undefined;

async function ask(document: Json): Promise<CsafVerdict> {
  thread ??= start();
  const worker = await thread.catch((cause: unknown) => {
    thread = undefined;
    throw cause;
  });
  worker.ref();
  worker.postMessage(document);
  const answer = await next<Answer>(worker, LIMITS.csafCheckMs.most);
  worker.unref();
  if (answer.kind === 'said') return verdict(answer.value);
  thread = undefined;
  await worker.terminate();
  if (answer.kind === 'late') return unfinished(`took over ${LIMITS.csafCheckMs.most} ms`);
  // A test of the library threw on this document: it is not proved valid, so it is not published.
  return unfinished('the check broke down');
}

async function start(): Promise<Worker> {
  const { resolve } = createRequire(import.meta.url);
  const parts = ['validate.js', 'basic.js'].map(
    (part) => pathToFileURL(resolve(`@secvisogram/csaf-validator-lib/${part}`)).href,
  );
  const body = new URL(`data:text/javascript,${encodeURIComponent(BODY)}`);
  const worker = new Worker(body, { workerData: parts });
  // Without a listener of its own an error between two questions would end the process.
  worker.on('error', () => undefined);
  const ready = await next<'ready'>(worker, LIMITS.csafLoadMs.most);
  worker.unref();
  if (ready.kind === 'said') return worker;
  await worker.terminate();
  throw new Error('the CSAF validator could not be loaded', {
    cause: ready.kind === 'broken' ? ready.cause : undefined,
  });
}

type Heard<T> =
  | { readonly kind: 'said'; readonly value: T }
  | { readonly kind: 'late' }
  | { readonly kind: 'broken'; readonly cause: unknown };

function next<T>(worker: Worker, waitMs: number): Promise<Heard<T>> {
  return new Promise((done) => {
    const finish = (heard: Heard<T>): void => {
      clearTimeout(timer);
      worker.off('message', said).off('error', broke).off('exit', left);
      done(heard);
    };
    const said = (value: T): void => finish({ kind: 'said', value });
    const broke = (cause: unknown): void => finish({ kind: 'broken', cause });
    const left = (): void => finish({ kind: 'broken', cause: undefined });
    const timer = setTimeout(() => finish({ kind: 'late' }), waitMs);
    worker.on('message', said).on('error', broke).on('exit', left);
  });
}

function unfinished(says: string): CsafVerdict {
  return { valid: false, faults: [{ clause: 'unfinished', path: '', says }] };
}

function verdict({ isValid, tests }: Answer): CsafVerdict {
  const faults = tests.flatMap(({ name, errors }) =>
    (errors.length > 0 ? errors : [{}]).map(({ instancePath, message }) => ({
      clause: clauseOf(name),
      path: instancePath ?? '',
      says: message ?? '',
    })),
  );
  return { valid: isValid, faults };
}

/** `mandatoryTest_6_1_27_9` → `6.1.27.9`; the schema's own name → `schema`. */
function clauseOf(name: string): string {
  const found = /_(\d+(?:_\d+)+)$/.exec(name)?.[1];
  return name.startsWith('mandatoryTest') && found ? found.replaceAll('_', '.') : 'schema';
}
