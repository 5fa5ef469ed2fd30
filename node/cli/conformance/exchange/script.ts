/**
 * Transcripts (STYLE §4.2): a story as text. A header says who takes part; then blocks of commands, each followed by
 * `----` and exactly what they must print. Lines that begin with `#` are remarks.
 *
 * ```
 * clock 2027-01-05T00:00:00Z
 * seed 7
 * world cert jpcert nisc vendor@jpcert
 * auto cert jpcert nisc
 *
 * # R1: said once.
 * commit …
 * ----
 * nisc → cert …
 * ```
 *
 * This file reads and writes the text and knows no command's meaning beyond its form (`script-verbs.ts`).
 */
import { type Instant, readInstant } from '../../../core/time.js';
import { FORMS, type Form } from './forms.js';
import type { StoryNode } from './names.js';

/** One party: a centre, or a vendor or site with the centres that it knows. */
export interface Place {
  readonly name: StoryNode;
  readonly role: 'centre' | 'vendor' | 'infrastructure_site';
  /** For a vendor or a site: its own centre first. */
  readonly at: readonly StoryNode[];
  readonly autoAccept: boolean;
  readonly zone: string;
  readonly embargoDays: number;
}

export interface Header {
  readonly clock: Instant;
  /** Draws the order of delivery in shuffled replays. */
  readonly seed: number;
  readonly places: readonly Place[];
}

export interface Command {
  /** In the file, counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly form: Form;
  /** Words without an option before them. */
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

interface Block {
  /** Remarks, blank lines and the command lines, as they stand. */
  readonly above: readonly string[];
  readonly commands: readonly Command[];
  readonly expected: readonly string[];
}

export interface Exchange {
  readonly file: string;
  /** Remarks and header lines, as they stand. */
  readonly top: readonly string[];
  readonly header: Header;
  readonly blocks: readonly Block[];
  /** Remarks behind the last block. */
  readonly tail: readonly string[];
}

/** A transcript that cannot be read or played: `file:line: what is wrong`. */
export class ScriptError extends Error {
  constructor(file: string, line: number, what: string) {
    super(`${file}:${line}: ${what}`);
    this.name = 'ScriptError';
  }
}

const RULE = '----';

/** @throws ScriptError for unknown header keys, commands, options and names, each with its line. */
export function readExchange(text: string, file: string): Exchange {
  const lines = text.replace(/\n$/, '').split('\n');
  const fail = (index: number, what: string): never => {
    throw new ScriptError(file, index + 1, what);
  };
  const first = lines.findIndex((line) => !isRemark(line));
  const end = lines.findIndex((line, index) => index > first && line === '');
  if (first < 0 || end < 0) fail(0, 'no header');
  const top = lines.slice(0, end);
  const header = readHeader(top, fail);
  const known = new Set(header.places.map(({ name }) => name as string));

  const blocks: Block[] = [];
  let above: string[] = [];
  let commands: Command[] = [];
  for (let index = end; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === RULE) {
      if (commands.length === 0) fail(index, 'no command above this line');
      const stop = lines.findIndex((below, at) => at > index && below === '');
      const below = stop < 0 ? lines.length : stop;
      blocks.push({ above, commands, expected: lines.slice(index + 1, below) });
      above = [];
      commands = [];
      index = below - 1;
      continue;
    }
    above.push(line);
    if (isRemark(line)) continue;
    commands.push(readCommand(line, index, known, fail));
  }
  if (commands.length > 0) fail((commands[0]?.line ?? 1) - 1, `no ${RULE} below this command`);
  return { file, top, header, blocks, tail: above };
}

/** Inverse of {@link readExchange}, with other output in each block. */
export function writeExchange(exchange: Exchange, outputs: readonly (readonly string[])[]): string {
  const blocks = exchange.blocks.flatMap(({ above, expected }, index) => [
    ...above,
    RULE,
    ...(outputs[index] ?? expected),
  ]);
  return `${[...exchange.top, ...blocks, ...exchange.tail].join('\n')}\n`;
}

function isRemark(line: string): boolean {
  return line === '' || line.startsWith('#');
}

type Fail = (index: number, what: string) => never;

const NAMES: readonly StoryNode[] = [
  ...(['cert', 'jpcert', 'nisc', 'fourth', 'fifth', 'sixth', 'seventh'] as const),
  ...(['vendor', 'supplier', 'stranger'] as const),
];

function readHeader(top: readonly string[], fail: Fail): Header {
  const said = new Map<string, { readonly words: readonly string[]; readonly index: number }[]>();
  for (const [index, line] of top.entries()) {
    if (isRemark(line)) continue;
    const [key = '', ...words] = line.split(/ +/);
    if (!HEADER_KEYS.has(key)) fail(index, `unknown header key ${key}`);
    if (words.length === 0) fail(index, `${key} says nothing`);
    said.set(key, [...(said.get(key) ?? []), { words, index }]);
  }
  const clockLine = said.get('clock')?.[0];
  const clock = readInstant(clockLine?.words[0] ?? '') ?? fail(clockLine?.index ?? 0, 'no instant for clock');
  const seedLine = said.get('seed')?.[0];
  const seed = Number(seedLine?.words[0] ?? Number.NaN);
  if (!Number.isSafeInteger(seed)) fail(seedLine?.index ?? 0, 'no whole number for seed');
  const worldLine = said.get('world')?.[0];
  if (worldLine === undefined) return fail(0, 'no world');
  const spelled = worldLine.words.map((word) => {
    const [name = '', centres] = word.split('@');
    return { name: nameOf(name, worldLine.index, fail), centres };
  });
  const known = new Set(spelled.map(({ name }) => name as string));
  const about = (key: string, name: string) => {
    for (const { words, index } of said.get(key) ?? [])
      if (!known.has(words[0] ?? '')) fail(index, `no node ${words[0]} in this world`);
    return said.get(key)?.find(({ words }) => words[0] === name)?.words[1];
  };
  const namedBy = (key: string) => new Set((said.get(key) ?? []).flatMap(({ words }) => words));
  const auto = namedBy('auto');
  const sites = namedBy('site');
  const places = spelled.map(({ name, centres }): Place => {
    const at = (centres?.split('+') ?? []).map((centre) => nameOf(centre, worldLine.index, fail));
    for (const centre of at) if (!known.has(centre)) fail(worldLine.index, `no node ${centre} in this world`);
    const embargoDays = Number(about('embargo', name) ?? 45);
    const zone = about('zone', name) ?? 'UTC';
    const leaf = sites.has(name) ? 'infrastructure_site' : 'vendor';
    const role = centres === undefined ? 'centre' : leaf;
    return { name, role, at, autoAccept: auto.has(name), zone, embargoDays };
  });
  return { clock, seed, places };
}

const HEADER_KEYS: ReadonlySet<string> = new Set([
  'clock',
  'seed',
  'world',
  'auto',
  'site',
  'zone',
  'embargo',
]);

function nameOf(text: string, index: number, fail: Fail): StoryNode {
  return NAMES.find((name) => name === text) ?? fail(index, `no fixture keys for ${text}`);
}

function readCommand(text: string, index: number, known: ReadonlySet<string>, fail: Fail): Command {
  const spelled = text.split(/ +/);
  const form = FORMS.find(({ verb }) => {
    const parts = verb.split(' ');
    return parts.every((part, at) => spelled[at] === part);
  });
  if (form === undefined) return fail(index, `unknown command ${spelled[0]}`);
  const rest = spelled.slice(form.verb.split(' ').length);
  const words: string[] = [];
  const options = new Map<string, readonly string[]>();
  for (let at = 0; at < rest.length; ) {
    const word = rest[at] ?? '';
    const takes = form.options[word];
    at += 1;
    if (takes === undefined) {
      words.push(word);
      continue;
    }
    const stop = takes === 'many' ? nextOption(rest, at, form) : at + takes;
    if (stop > rest.length || (takes === 'many' && stop === at))
      fail(index, `${form.verb}: ${word} lacks a word`);
    if (options.has(word)) fail(index, `${form.verb}: ${word} is said twice`);
    options.set(word, rest.slice(at, stop));
    at = stop;
  }
  if (words.length < form.least || words.length > form.most)
    fail(index, `${form.verb}: ${words.length} words where ${form.least} to ${form.most} belong`);
  for (const name of words.slice(0, form.names))
    if (!known.has(name)) fail(index, `${form.verb}: no node ${name} in this world`);
  return { line: index + 1, text, form, words, options };
}

function nextOption(rest: readonly string[], from: number, form: Form): number {
  const next = rest.findIndex((word, at) => at >= from && form.options[word] !== undefined);
  return next < 0 ? rest.length : next;
}
