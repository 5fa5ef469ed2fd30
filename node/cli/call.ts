/** From a command line to an answer: through the socket while the node runs, else straight from the store. */
import { stat } from 'node:fs/promises';
import type { Json } from '../core/canonical.js';
import { type Fault, type Outcome, ok } from '../core/fault.js';
import type { Cli } from './command.js';
import { CONFIG_RULES, type Config, loadConfig } from './config.js';
import { type Exit, exitOf } from './exits.js';

/** A member of a result as the views write it. */
export type Document = { readonly [member: string]: Json };

/** Asks and prints. @param lines for people, from the result and the operator's zone. */
export async function perform(
  cli: Cli,
  verb: string,
  given: Json,
  lines: (result: Document, zone: string) => readonly string[],
  exit: (result: Document) => Exit = () => 0,
): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const answered = await ask(cli, config.value, verb, given);
  if (!answered.ok) return refused(cli, answered.fault);
  const result = answered.value as Document;
  cli.print.result(result, () => lines(result, config.value.zone));
  return exit(result);
}

/** One command, printed by nobody. @throws Breakage STORE_*, LINK_CLOSED */
export async function ask(cli: Cli, config: Config, verb: string, given: Json): Promise<Outcome<Json>> {
  const socket = await stat(config.controlSocket).catch(() => undefined);
  if (socket !== undefined) {
    const { openControl } = await import('../control/client.js');
    const control = openControl(config.controlSocket);
    try {
      const answered = await control.call(verb, given, cli.officer ?? config.officer ?? '');
      // A socket that a crash left behind answers nothing; then the store is free.
      if (answered.ok || answered.fault.code !== 'NODE_NOT_RUNNING') return answered;
    } finally {
      control.close();
    }
  }
  return atRest(config, verb, given);
}

async function atRest(config: Config, verb: string, given: Json): Promise<Outcome<Json>> {
  const [{ answerOffline }, { openHome, deskOf, foldHome }] = await Promise.all([
    import('../control/offline.js'),
    import('./open-home.js'),
  ]);
  let close: () => Promise<void> = () => Promise.resolve();
  try {
    return await answerOffline(verb, given, async () => {
      const home = await openHome(config, 'heads');
      if (!home.ok) return home;
      close = home.value.feeds.close;
      const state = await foldHome(home.value);
      return ok(deskOf(home.value, () => state));
    });
  } finally {
    await close();
  }
}

/** Prints a refusal and gives its exit status. @param hint what would do, in words. */
export function refused(cli: Cli, fault: Fault, hint?: string): Exit {
  const rule = Object.entries(CONFIG_RULES).find(([path]) => path === fault.where)?.[1];
  cli.print.fault(fault, fault.code === 'CONFIG_FIELD' ? (fault.expects ?? rule) : hint);
  return exitOf(fault.code);
}

/** `{ a: 1 }` from `{ a: 1, b: undefined }`: what was not typed is not sent. */
export function typed(members: { readonly [member: string]: Json | undefined }): Document {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
