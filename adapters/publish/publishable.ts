/**
 * The last look at a CSAF document before it is laid ready: is everything there that a reader cannot do without?
 *
 * The whole check (schema and mandatory tests) costs seconds of loading, so it is asked by tests and by hand and not
 * at the instant. This one costs microseconds and would see a writer that went astray.
 * @see FORMATS §1.1 (required by the schema), §3 (rows 1 and 2)
 */
import { textOf } from '../../node/core/bytes.js';
import type { Json } from '../../node/core/canonical.js';
import { Breakage } from '../../node/core/fault.js';

/** What a document says of itself, read back from its bytes. */
export interface CsafMark {
  readonly id: string;
  readonly title: string;
  readonly lang: string;
  readonly initialRelease: string;
  readonly currentRelease: string;
}

const TEXTS = [
  'document.category',
  'document.csaf_version',
  'document.distribution.tlp.label',
  'document.lang',
  'document.publisher.category',
  'document.publisher.name',
  'document.publisher.namespace',
  'document.title',
  'document.tracking.current_release_date',
  'document.tracking.id',
  'document.tracking.initial_release_date',
  'document.tracking.status',
  'document.tracking.version',
] as const;

const LISTS = ['document.tracking.revision_history', 'vulnerabilities'] as const;

/**
 * Reads a document that may be published: public, not a draft, and nothing missing.
 *
 * @throws Breakage FORMAT_MALFORMED for what is no JSON object, FORMAT_CONTRADICTION with the member that is missing
 *   or wrong: such a document must not leave the house.
 */
export function assertPublishable(bytes: Uint8Array): CsafMark {
  const document = parsed(bytes);
  for (const path of TEXTS) if (textAt(document, path) === '') throw contradiction(path);
  for (const path of LISTS) {
    const list = at(document, path);
    if (!isList(list) || list.length === 0) throw contradiction(path);
  }
  if (textAt(document, 'document.csaf_version') !== '2.0') throw contradiction('document.csaf_version');
  if (textAt(document, 'document.distribution.tlp.label') !== 'WHITE')
    throw contradiction('document.distribution.tlp.label');
  if (textAt(document, 'document.tracking.status') === 'draft')
    throw contradiction('document.tracking.status');
  assertStatuses(document);
  return {
    id: textAt(document, 'document.tracking.id'),
    title: textAt(document, 'document.title'),
    lang: textAt(document, 'document.lang'),
    initialRelease: textAt(document, 'document.tracking.initial_release_date'),
    currentRelease: textAt(document, 'document.tracking.current_release_date'),
  };
}

/** The profile of an advisory asks for more than the schema does (CSAF 6.1.27). */
function assertStatuses(document: Json): void {
  const vulnerabilities = at(document, 'vulnerabilities');
  if (textAt(document, 'document.category') !== 'csaf_security_advisory' || !isList(vulnerabilities)) return;
  if (at(document, 'product_tree') === undefined) throw contradiction('product_tree');
  for (const [index, vulnerability] of vulnerabilities.entries())
    for (const name of ['notes', 'product_status'])
      if (at(vulnerability, name) === undefined) throw contradiction(`vulnerabilities[${index}].${name}`);
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(textOf(bytes) ?? '') as Json;
  } catch (cause) {
    throw new Breakage({ code: 'FORMAT_MALFORMED', where: 'csaf' }, cause);
  }
}

function at(value: Json | undefined, path: string): Json | undefined {
  let reached = value;
  for (const name of path.split('.')) {
    if (reached === null || typeof reached !== 'object' || isList(reached)) return undefined;
    reached = reached[name];
  }
  return reached;
}

function textAt(value: Json, path: string): string {
  const text = at(value, path);
  return typeof text === 'string' ? text.trim() : '';
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function contradiction(where: string): Breakage {
  return new Breakage({ code: 'FORMAT_CONTRADICTION', where });
}
