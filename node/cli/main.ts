#!/usr/bin/env node
/** Arguments → command. Everything heavy is loaded by the command that needs it. */

import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import type { Fault } from '../core/fault.js';
import type { Cli, NounRow, VerbRow } from './command.js';
import { EXITS, type Exit } from './exits.js';
import { CONSOLE, printer, type Streams } from './print.js';
import { NOUNS } from './table.js';

const { version } = createRequire(import.meta.url)('#package') as { readonly version: string };

const NOT_UNDERSTOOD: Fault = {
  code: 'COMMAND_MALFORMED',
  where: 'command line',
  expects: 'what --help lists for this command',
};

/** Runs one command line and returns its exit status. @param args without node and script. */
export async function main(args: readonly string[], streams: Streams = CONSOLE): Promise<Exit> {
  let exit: Exit = 0;
  const program = new Command('isochron')
    .description('A federated CSIRT interchange node: one publication instant for all centres of a case')
    .option('--home <dir>', 'home of the node (ISOCHRON_HOME, else ~/.isochron)')
    .option('--json', 'print one JSON document')
    .option('--officer <name>', 'who gives the order, for the record')
    .version(version, '--version', 'print the version')
    .configureOutput({
      writeOut: (text) => streams.out(text.trimEnd()),
      writeErr: (text) => streams.err(text.trimEnd()),
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', () => `\n${allVerbs()}\n\nExit status:\n${exitTable()}`)
    .exitOverride();
  for (const noun of NOUNS) addNoun(program, noun);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (cause) {
    if (cause instanceof CommanderError) {
      if (cause.exitCode === 0) return 0;
      // What is wrong stands on stderr in words; who reads JSON gets a document for every command line.
      if (args.includes('--json')) printer(true, streams).fault(NOT_UNDERSTOOD);
      return 2;
    }
    return await broken(cause, args, streams);
  }
  return exit;

  function addNoun(parent: Command, noun: NounRow): void {
    const [only] = noun.verbs;
    if (only?.verb === '') {
      addVerb(parent.command(noun.noun), noun, only);
      return;
    }
    const command = parent.command(noun.noun).description(noun.says);
    for (const one of noun.verbs) addVerb(command.command(one.verb), noun, one);
  }

  function addVerb(command: Command, noun: NounRow, { verb, takes, says, options }: VerbRow): void {
    if (takes !== '') command.arguments(takes);
    command.description(says);
    for (const [flags, meaning, needed] of options)
      command.addOption(new Option(flags, meaning).makeOptionMandatory(needed === 'needed'));
    command.action(async () => {
      const { COMMANDS } = await noun.load();
      const run = COMMANDS[verb];
      if (run === undefined) throw new Error(`${noun.noun} ${verb} has no command`);
      exit = await run(cliOf(command, streams), command.args, command.opts());
    });
  }
}

function cliOf(command: Command, streams: Streams): Cli {
  const { home, json, officer } = command.optsWithGlobals<{ home?: string; json?: true; officer?: string }>();
  const place = home ?? process.env['ISOCHRON_HOME'] ?? join(homedir(), '.isochron');
  return { home: resolve(place), json: json === true, officer, print: printer(json === true, streams) };
}

/**
 * Breakage has a code like a refusal, and a path that the system refuses is the operator's to mend; anything else is a
 * mistake of ours and shows where it happened.
 */
async function broken(cause: unknown, args: readonly string[], streams: Streams): Promise<Exit> {
  const [{ Breakage }, { exitOf }] = await Promise.all([import('../core/fault.js'), import('./exits.js')]);
  if (cause instanceof Breakage) {
    printer(args.includes('--json'), streams).fault(cause.fault);
    if (cause.fault.code === 'STORE_DAMAGED' && cause.fault.where !== 'public directory')
      streams.err('  next: isochron log repair; docs/RUNBOOK.md, "A damaged store"');
    return exitOf(cause.fault.code);
  }
  const { pathRefused } = await import('./path-refused.js');
  const refusal = pathRefused(cause);
  if (refusal !== undefined) {
    printer(args.includes('--json'), streams).fault(refusal);
    return exitOf(refusal.code);
  }
  streams.err(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  return 70;
}

function allVerbs(): string {
  const lines = NOUNS.flatMap(({ noun, verbs }) =>
    verbs.map(
      ({ verb, takes, says }) => [`  ${[noun, verb, takes].filter(Boolean).join(' ')}`, says] as const,
    ),
  );
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return ['All commands:', ...lines.map(([usage, says]) => `${usage.padEnd(width)}  ${says}`)].join('\n');
}

function exitTable(): string {
  return Object.entries(EXITS)
    .map(([status, meaning]) => `  ${status.padStart(2)}  ${meaning}`)
    .join('\n');
}

// Run only as a program: tests import this file. The link in node_modules/.bin resolves to it as well.
const started = process.argv[1];
if (started !== undefined && import.meta.url === pathToFileURL(realpathSync(started)).href)
  // Not process.exit: what was printed to a pipe must be taken first.
  process.exitCode = await main(process.argv.slice(2));
