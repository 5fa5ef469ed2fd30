/**
 * What makes a public tree that of a CSAF trusted provider: both distributions, the directory and the ROLIE feed,
 * with the key and the metadata that lead to them. All of it follows from the list of documents, so every release
 * writes all of it again.
 * @see FORMATS §3 (rows 7, 11 to 16, 20), CSAF 2.0 §7.1
 */
import { byText, utf8 } from '../../node/core/bytes.js';
import { canonical, type Json } from '../../node/core/canonical.js';
import type { Self } from '../../node/core/state.js';
import type { PublicFile } from '../../node/ports.js';
import type { CsafMark } from './publishable.js';

/** One public document and where it lies. */
export interface ListedDocument extends CsafMark {
  /** Below the folder of its label: `2027/vu_000001.json`. */
  readonly path: string;
}

/** Who provides. `node` is the fingerprint of the key that signs, `certificate` its armoured public part. */
export type Provider = Pick<Self, 'name' | 'namespace' | 'node' | 'certificate' | 'mode'>;

const ROOT = '.well-known/csaf';
const FEED = 'csaf-feed-tlp-white.json';
const INFORMATION_TYPE: Json = {
  scheme: 'urn:ietf:params:rolie:category:information-type',
  term: 'csaf',
};

/**
 * The lists over all public documents, at paths below `.well-known/csaf`. The same documents give the same bytes, in
 * whatever order they come.
 *
 * @param documents at least one.
 */
export function providerFiles(
  documents: readonly ListedDocument[],
  provider: Provider,
): readonly PublicFile[] {
  const newest = [...documents].sort(
    (left, right) => byText(right.currentRelease, left.currentRelease) || byText(left.path, right.path),
  );
  const paths = newest.map(({ path }) => path).sort(byText);
  const years = [...new Set(paths.map((path) => path.slice(0, 4)))];
  const fingerprint = provider.node.toUpperCase();
  const changes = newest.map(({ path, currentRelease }) => `"${path}","${currentRelease}"\n`);
  return [
    text(`${ROOT}/white/index.txt`, paths.map((path) => `${path}\n`).join('')),
    text(`${ROOT}/white/changes.csv`, changes.join('')),
    text(
      `${ROOT}/white/index.html`,
      listing([...years.map((year) => `${year}/`), FEED, 'changes.csv', 'index.txt']),
    ),
    ...years.map((year) =>
      text(
        `${ROOT}/white/${year}/index.html`,
        listing(filesOf(paths.filter((path) => path.startsWith(year)))),
      ),
    ),
    json(`${ROOT}/white/${FEED}`, feed(newest, provider)),
    json(`${ROOT}/service.json`, collections(provider)),
    json(`${ROOT}/provider-metadata.json`, metadata(newest, provider, fingerprint)),
    text(`${ROOT}/openpgp/${fingerprint}.asc`, provider.certificate),
  ];
}

/** A document and what lies beside it (rows 18 and 19), by name. */
function filesOf(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => ['', '.asc', '.sha256', '.sha512'].map((end) => `${path.slice(5)}${end}`));
}

/** Names here are made of `[+\-a-z0-9_.]` and a slash: nothing to escape. */
function listing(names: readonly string[]): string {
  const lines = names.map((name) => `<li><a href="${name}">${name}</a></li>\n`);
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>CSAF</title></head>\n<body><ul>\n${lines.join('')}</ul></body>\n</html>\n`;
}

function feed(newest: readonly ListedDocument[], { name, namespace }: Provider): Json {
  const white = `${namespace}/${ROOT}/white`;
  return {
    feed: {
      id: 'csaf-feed-tlp-white',
      title: `CSAF documents of ${name} (TLP:WHITE)`,
      link: [{ rel: 'self', href: `${white}/${FEED}` }],
      category: [INFORMATION_TYPE],
      updated: lastUpdate(newest),
      entry: newest.map((document) => entry(document, `${white}/${document.path}`)),
    },
  };
}

function entry({ id, title, initialRelease, currentRelease }: ListedDocument, href: string): Json {
  return {
    id,
    title,
    link: [
      { rel: 'self', href },
      { rel: 'hash', href: `${href}.sha256` },
      { rel: 'hash', href: `${href}.sha512` },
      { rel: 'signature', href: `${href}.asc` },
    ],
    published: initialRelease,
    updated: currentRelease,
    content: { type: 'application/json', src: href },
    format: { schema: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json', version: '2.0' },
  };
}

function collections({ name, namespace }: Provider): Json {
  const collection = {
    title: 'CSAF documents (TLP:WHITE)',
    href: `${namespace}/${ROOT}/white/${FEED}`,
    categories: { category: [INFORMATION_TYPE] },
  };
  return { service: { workspace: [{ title: `CSAF documents of ${name}`, collection: [collection] }] } };
}

function metadata(newest: readonly ListedDocument[], provider: Provider, fingerprint: string): Json {
  const { name, namespace, mode } = provider;
  const root = `${namespace}/${ROOT}`;
  // Nobody shall collect what an exercise publishes.
  const isReal = mode === 'production';
  return {
    canonical_url: `${root}/provider-metadata.json`,
    distributions: [
      { directory_url: `${root}/white/` },
      {
        rolie: {
          feeds: [{ summary: 'All public documents', tlp_label: 'WHITE', url: `${root}/white/${FEED}` }],
          services: [`${root}/service.json`],
        },
      },
    ],
    last_updated: lastUpdate(newest),
    list_on_CSAF_aggregators: isReal,
    metadata_version: '2.0',
    mirror_on_CSAF_aggregators: isReal,
    public_openpgp_keys: [{ fingerprint, url: `${root}/openpgp/${fingerprint}.asc` }],
    publisher: { category: 'coordinator', name, namespace },
    role: 'csaf_trusted_provider',
  };
}

function lastUpdate([first]: readonly ListedDocument[]): string {
  if (first === undefined) throw new Error('lists are made where there is a document');
  return first.currentRelease;
}

function text(path: string, words: string): PublicFile {
  return { path, bytes: utf8(words) };
}

function json(path: string, value: Json): PublicFile {
  return text(path, `${canonical(value)}\n`);
}
