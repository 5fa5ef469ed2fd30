/**
 * Commands that say something about a case. An order is answered before anything has left the house; where the other
 * side is connected its receipt comes within moments, so a moment is waited for it. Nothing depends on it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../core/canonical.js';
import { ask, type Document, refused } from './call.js';
import type { Cli } from './command.js';
import { type Config, loadConfig } from './config.js';
import type { Exit } from './exits.js';

/** Pauses between looks: less than a second in all. */
const PAUSES_MS: readonly number[] = [10, 40, 100, 250, 400];

interface Row {
  readonly node: string;
  readonly stage: string;
  readonly linked: boolean;
}

/**
 * Asks, waits a moment for receipts, and prints.
 * @param member where the result has its recipients: one row or a list of them.
 */
export async function say(
  cli: Cli,
  verb: string,
  given: Json,
  member: string,
  lines: (result: Document, zone: string) => readonly string[],
): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const answered = await ask(cli, config.value, verb, given);
  if (!answered.ok) return refused(cli, answered.fault);
  const first = answered.value as Document;
  const before = first[member] as unknown as Row | readonly Row[] | undefined;
  const rows = before === undefined ? [] : [before].flat();
  const now = await receipted(cli, config.value, String(first['case']), rows);
  const result = { ...first, [member]: (Array.isArray(before) ? now : now[0]) as unknown as Json };
  cli.print.result(result, () => lines(result, config.value.zone));
  return 0;
}

async function receipted(
  cli: Cli,
  config: Config,
  held: string,
  first: readonly Row[],
): Promise<readonly Row[]> {
  let rows = first;
  for (const waitMs of PAUSES_MS) {
    if (!rows.some(isUnderWay)) break;
    await pause(waitMs);
    const looked = await ask(cli, config, 'case reached', { case: held, to: rows.map(({ node }) => node) });
    if (!looked.ok) break;
    rows = (looked.value as unknown as { readonly reached: readonly Row[] }).reached;
  }
  return rows;
}

function isUnderWay({ stage, linked }: Row): boolean {
  return linked && (stage === 'said' || stage === 'waiting');
}
