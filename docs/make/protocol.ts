/**
 * The tables inside docs/PROTOCOL.md: fields, codes and limits, from the code that reads the wire. The page is written
 * by hand; only what stands between two marks is made.
 */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { type FaultCode, MEANINGS } from '../../node/core/fault.js';
import { CHARTER_LIMITS, LIMITS, type LimitName } from '../../node/core/limits.js';
import { STATEMENT_RULE } from '../../node/wire/codec.js';
import { FRAME_RULE } from '../../node/wire/frames.js';
import type { Rule } from '../../node/wire/rules.js';
import { TESTIMONY_RULE } from '../../node/wire/testimony.js';
import { charterRows, grouped, RETRIES, sayAmount, table } from './table.js';

const PATH = 'docs/PROTOCOL.md';
const BLOCK = /<!-- made: (\w+) -->\n[\s\S]*?<!-- \/made -->/g;

type BlockName = 'frames' | 'heading' | 'statements' | 'testimony' | 'charter' | 'codes' | 'limits';

const BLOCKS: Readonly<Record<BlockName, (page: string) => readonly string[]>> = {
  frames: () => kindTables('isochron.v1.Frame', FRAME_RULE.members),
  heading: () => fieldTable('isochron.v1.Statement', { kind: 'record', fields: STATEMENT_RULE.fields }),
  statements: () => kindTables('isochron.v1.Statement', STATEMENT_RULE.oneof?.members ?? {}),
  testimony: () => [
    ...fieldTable('isochron.v1.Testimony', { kind: 'record', fields: TESTIMONY_RULE.fields }),
    '',
    ...kindTables('isochron.v1.Testimony', TESTIMONY_RULE.oneof?.members ?? {}),
  ],
  charter: () => table(['length', 'least', 'most', 'usual', 'because'], charterRows(CHARTER_LIMITS)),
  codes: (page) =>
    table(
      ['code', 'meaning', 'again?'],
      codesIn(page).map((code) => [`\`${code}\``, MEANINGS[code].says, RETRIES[MEANINGS[code].retry]]),
    ),
  limits: () =>
    table(
      ['bound', 'most', 'because'],
      OF_THE_WIRE.map((name) => [`\`${name}\``, sayAmount(LIMITS[name]), LIMITS[name].because]),
    ),
};

/** Bounds that a peer meets; the others are matters of one house. */
const OF_THE_WIRE: readonly LimitName[] = [
  'frameBytes',
  'smallFrameBytes',
  'frameEntries',
  'helloEntries',
  'noteBytes',
  'leafBytes',
  'envelopeBytes',
  'statementBytes',
  'cardBytes',
  'windowFrames',
  'windowEntries',
  'feedEntries',
  'links',
  'linksPerPeer',
  'linkFrames',
  'linkBytes',
  'fetches',
  'allowanceMs',
  'dialWaitMs',
  'helloWaitMs',
  'receiptWaitMs',
  'keepaliveMs',
  'clockAnswerMs',
  'signatureSkewMs',
  'titleCharacters',
  'nameCharacters',
  'textCharacters',
  'listEntries',
  'vendorsPerCase',
  'waitingEntries',
  'waitingPerPeer',
  'waitingMs',
  'rosterEntries',
  'roundsPerSlot',
  'slotsPerCase',
  'wantsPerMember',
  'ballotsPerKey',
  'ballotsPerMember',
  'fragmentBytes',
  'scheduleSteps',
  'jsonLevels',
  'attachments',
  'attachmentBytes',
  'attachmentPartBytes',
  'attachmentParts',
  'proofEntries',
  'vouchedEntries',
];

/** The page as it is, with its made blocks anew. @throws where a block has a name that nobody makes. */
export function protocolPage(): string {
  const page = readFileSync(PATH, 'utf8');
  const byHand = page.replaceAll(BLOCK, '');
  return page.replaceAll(BLOCK, (_, name: string) => {
    const make = BLOCKS[name as BlockName];
    if (make === undefined) throw new Error(`${PATH} has a block that nobody makes: ${name}`);
    return [`<!-- made: ${name} -->`, '', ...make(byHand), '', '<!-- /made -->'].join('\n');
  });
}

/** Every code that a rule of the page names, `KEY_*` for all that begin so, in the order of the table of codes. */
function codesIn(page: string): readonly FaultCode[] {
  const named = [...page.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(_\*)?`/g)];
  return (Object.keys(MEANINGS) as FaultCode[]).filter((code) =>
    named.some(([, name = '', all]) => (all === undefined ? code === name : code.startsWith(`${name}_`))),
  );
}

function kindTables(message: string, members: Readonly<Record<string, Rule>>): readonly string[] {
  return Object.entries(members).flatMap(([name, rule], at) => {
    const field = fieldOf(message, name);
    const rows = rowsOf(field.resolvedType?.fullName.slice(1) ?? message, rule, '');
    const head = `\`${snake(name)}\` (${field.id}, \`${field.type}\`)`;
    const before = at === 0 ? [] : [''];
    if (rows.length === 0) return [...before, `${head} has no fields.`];
    return [...before, `${head}:`, '', ...table(HEAD, rows)];
  });
}

function fieldTable(message: string, rule: Rule): readonly string[] {
  return table(HEAD, rowsOf(message, rule, ''));
}

const HEAD: readonly string[] = ['field', 'number', 'type', 'rule'];

/** One row for each field, nested ones by their path; a list of messages is written `name[]`. */
function rowsOf(message: string, rule: Rule, path: string): readonly (readonly string[])[] {
  switch (rule.kind) {
    case 'record':
      return [
        ...Object.entries(rule.fields).flatMap(([name, of]) => rowOf(message, name, of, path, '')),
        ...(rule.oneof ? rowsOf(message, rule.oneof, path) : []),
      ];
    case 'choice':
      return Object.entries(rule.members).flatMap(([name, of]) =>
        rowOf(message, name, of, path, 'one of these; '),
      );
    default:
      return [];
  }
}

function rowOf(
  message: string,
  name: string,
  rule: Rule,
  path: string,
  note: string,
): readonly (readonly string[])[] {
  const field = fieldOf(message, name);
  const inner = innerOf(rule);
  const here = `${path}${snake(name)}`;
  const type = `${field.repeated ? 'repeated ' : ''}${field.type}`;
  const below = field.resolvedType?.fullName.slice(1);
  const marked = field.repeated ? `${here}[]` : here;
  return [
    [`\`${here}\``, String(field.id), `\`${type}\``, `${note}${say(rule)}`],
    ...(below !== undefined && inner.kind !== 'ballot' ? rowsOf(below, inner, `${marked}.`) : []),
  ];
}

function innerOf(rule: Rule): Rule {
  return 'of' in rule && typeof rule.of === 'object' ? innerOf(rule.of) : rule;
}

const SAFE = Number.MAX_SAFE_INTEGER;

function say(rule: Rule): string {
  switch (rule.kind) {
    case 'text':
      return `text, ${between(rule)} units`;
    case 'bytes':
      return `${between(rule)} bytes`;
    case 'whole':
      return between(rule);
    case 'instant':
      return 'instant (NAME-M4)';
    case 'truth':
      return rule.must ? '`true`' : '`true` or `false`';
    case 'spelling':
      return rule.of;
    case 'word':
      return rule.words.map((word) => `\`${word}\``).join(' or ');
    case 'enum':
      return rule.names.map((name) => `\`${name}\``).join(', ');
    case 'list':
      return rule.of.kind === 'record' || rule.of.kind === 'ballot'
        ? `${between(rule)} entries`
        : `${between(rule)} entries: ${say(rule.of)}`;
    case 'optional':
      return `may be absent; ${say(rule.of)}`;
    case 'blankable':
      return `may be empty; ${say(rule.of)}`;
    case 'record':
      return 'message';
    case 'choice':
      return 'message with one of the following';
    case 'ballot':
      return 'a body for third parties (§16)';
  }
}

function between({ least, most }: { readonly least: number; readonly most: number }): string {
  if (least === -SAFE && most === SAFE) return 'any whole number (NAME-M6)';
  return most === SAFE ? `from ${grouped(least)} (NAME-M6)` : `${grouped(least)} to ${grouped(most)}`;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fieldOf(message: string, name: string): protobuf.Field {
  const field = schema().lookupType(message).fields[name];
  if (field === undefined) throw new Error(`${message} has no field ${name}`);
  field.resolve();
  return field;
}

let loaded: protobuf.Root | undefined;

function schema(): protobuf.Root {
  if (loaded) return loaded;
  loaded = new protobuf.Root();
  loaded.resolvePath = (_, target) => (target.startsWith('proto/') ? target : `proto/${target}`);
  return loaded.loadSync(['isochron/v1/replication.proto', 'isochron/v1/statement.proto']);
}
