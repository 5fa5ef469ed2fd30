/**
 * What lies in a public tree, case by case, and what is staged for one case: two small private files, each on disk
 * before the link that makes it count.
 */
import { type Hash, hash, sha256, textOf, utf8 } from '../../node/core/bytes.js';
import { canonical, type Json } from '../../node/core/canonical.js';
import { Breakage } from '../../node/core/fault.js';
import type { CaseId } from '../../node/core/ids.js';
import type { PublicFile } from '../../node/ports.js';

/** One case in a tree. */
export interface Published {
  /** See {@link caseKey}. */
  readonly key: string;
  readonly digest: Hash;
  /** Its line in the lists, as the listing made it. */
  readonly row: Json;
  /** Paths in the tree. */
  readonly paths: readonly string[];
}

/** All of a tree. */
export interface Ledger {
  readonly cases: readonly Published[];
  /** Paths of the lists over all cases, which every release makes anew. */
  readonly lists: readonly string[];
}

/** What is staged for a case, and which release the tree beside it was prepared from. */
export interface Staged extends Published {
  readonly base: number;
}

export const EMPTY_LEDGER: Ledger = { cases: [], lists: [] };

/** The name of a case inside the directory: a case id never appears outside, not even as the name of a folder. */
export function caseKey(caseId: CaseId): string {
  return sha256(`isochron publication\n${caseId}`).slice(0, 32);
}

/**
 * Digest of a publication: over the documents and their hashes, by path. Signatures are left out, since they differ
 * from run to run. The corridor computes the same one before it stages.
 */
export function digestOfFiles(files: readonly PublicFile[]): Hash {
  const lines = files
    .filter(({ path }) => !path.endsWith('.asc'))
    .map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`)
    .sort();
  return sha256(lines.join(''));
}

/** The ledger once a case is published as staged; what was public of the same case makes room. */
export function withPublished(
  ledger: Ledger,
  { key, digest, row, paths }: Published,
  lists: readonly string[],
): Ledger {
  const others = ledger.cases.filter((one) => one.key !== key);
  return { cases: [...others, { key, digest, row, paths }], lists };
}

/** `readLedger(writeLedger(a)) = a`. */
export function writeLedger({ cases, lists }: Ledger): Uint8Array {
  return utf8(canonical({ cases: cases.map(publishedJson), lists }));
}

/** @throws Breakage STORE_DAMAGED for anything that {@link writeLedger} did not write. */
export function readLedger(bytes: Uint8Array | undefined): Ledger {
  const { cases, lists } = membersOf(jsonOf(bytes));
  if (!Array.isArray(cases)) throw damaged();
  return { cases: cases.map(publishedFrom), lists: textsFrom(lists) };
}

/** `readStaged(writeStaged(a)) = a`. */
export function writeStaged({ base, ...published }: Staged): Uint8Array {
  return utf8(canonical({ base, published: publishedJson(published) }));
}

/** @throws Breakage STORE_DAMAGED */
export function readStaged(bytes: Uint8Array): Staged {
  const { base, published } = membersOf(jsonOf(bytes));
  if (!Number.isSafeInteger(base)) throw damaged();
  return { ...publishedFrom(published), base: base as number };
}

function publishedJson({ key, digest, row, paths }: Published): Json {
  return { key, digest, row, paths };
}

function publishedFrom(value: unknown): Published {
  const { key, digest, row, paths } = membersOf(value);
  const read = typeof digest === 'string' ? hash(digest) : undefined;
  if (typeof key !== 'string' || read === undefined || row === undefined) throw damaged();
  return { key, digest: read, row: row as Json, paths: textsFrom(paths) };
}

function textsFrom(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((text) => typeof text === 'string')) throw damaged();
  return value;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw damaged();
  return value as Readonly<Record<string, unknown>>;
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse((bytes && textOf(bytes)) ?? '');
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): Breakage {
  return new Breakage({ code: 'STORE_DAMAGED', where: 'public directory' }, cause);
}
