/**
 * The transcripts of `fixtures/exchanges` for the tests of this folder.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { expect } from 'vitest';
import type { Played } from '../../node/cli/conformance/exchange/play.js';
import { type Exchange, readExchange, writeExchange } from '../../node/cli/conformance/exchange/script.js';

const FOLDER = new URL('../../fixtures/exchanges/', import.meta.url);

/** Names of all transcripts, without ending. */
export const EXCHANGES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length))
  .sort();

export function openExchange(name: string): Exchange {
  return readExchange(readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8'), `${name}.txt`);
}

/** Compares what was printed with the transcript; with UPDATE=1 rewrites it, and the diff is the review. */
export function judgeOutput(name: string, exchange: Exchange, { outputs }: Played): void {
  const file = new URL(`${name}.txt`, FOLDER);
  const printed = writeExchange(exchange, outputs);
  if (env['UPDATE'] === '1') writeFileSync(file, printed);
  else expect(printed).toBe(readFileSync(file, 'utf8'));
}
