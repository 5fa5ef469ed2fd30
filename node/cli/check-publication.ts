/**
 * The whole check of a published tree, for an operator and for tests: every document against its hashes, and every
 * CSAF document against the schema and the mandatory tests. Costs seconds; nothing at the instant asks it.
 * @see FORMATS §3 (rows 1, 18, 19)
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { closeCsafCheck, validateCsaf } from '../../adapters/format/csaf/check.js';
import { sha256, sha512, textOf } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';

/** Something that is wrong with one file. */
export interface PublicationFault {
  /** Below the tree, with `/`. */
  readonly path: string;
  /** `sha256`, `sha512`, `asc`, `json`, or the clause of CSAF 2.0. */
  readonly check: string;
  /** For the operator's screen, never for a journal: it may quote ids of the document. */
  readonly says: string;
}

export interface PublicationVerdict {
  /** How many documents were looked at; 0 is no success. */
  readonly documents: number;
  readonly faults: readonly PublicationFault[];
}

const BESIDE = ['sha256', 'sha512', 'asc'] as const;

/**
 * Checks every file in a tree that has a hash or a signature beside it, and every CSAF document.
 *
 * Whether a signature holds is asked of another tool than the one that made it: `gpg --verify`.
 * @param tree such as `<directory>/current`.
 * @throws Error where the tree cannot be read.
 */
export async function checkPublication(tree: string): Promise<PublicationVerdict> {
  const root = resolve(tree);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
  const known = new Set(paths);
  const documents = paths.filter(
    (path) => BESIDE.some((end) => known.has(`${path}.${end}`)) || ADDRESS.test(path),
  );
  const faults: PublicationFault[] = [];
  try {
    for (const path of documents) faults.push(...(await faultsOf(root, path, known)));
  } finally {
    await closeCsafCheck();
  }
  return { documents: documents.length, faults };
}

/** Whatever lies where documents lie is one, also where all that should be beside it is missing. */
const ADDRESS = /^\.well-known\/csaf\/[a-z]+\/\d{4}\/[^/]+\.json$/;

async function faultsOf(
  root: string,
  path: string,
  known: ReadonlySet<string>,
): Promise<readonly PublicationFault[]> {
  const bytes = await readFile(join(root, path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const wanted = {
    sha256: `${sha256(bytes)}  ${name}\n`,
    sha512: `${sha512(bytes)}  ${name}\n`,
    asc: undefined,
  };
  const faults: PublicationFault[] = [];
  for (const end of BESIDE) {
    const beside = `${path}.${end}`;
    if (!known.has(beside)) faults.push({ path: beside, check: end, says: 'missing' });
    else if (wanted[end] !== undefined && (await readFile(join(root, beside), 'utf8')) !== wanted[end])
      faults.push({ path: beside, check: end, says: 'not the hash of the document' });
  }
  return path.endsWith('.json') ? [...faults, ...(await csafFaultsOf(path, bytes))] : faults;
}

async function csafFaultsOf(path: string, bytes: Uint8Array): Promise<readonly PublicationFault[]> {
  let document: Json;
  try {
    document = JSON.parse(textOf(bytes) ?? '') as Json;
  } catch {
    return [{ path, check: 'json', says: 'not a JSON document' }];
  }
  const { faults } = await validateCsaf(document);
  return faults.map(({ clause, path: member, says }) => ({ path, check: clause, says: `${member} ${says}` }));
}
