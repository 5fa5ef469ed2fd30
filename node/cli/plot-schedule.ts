/** `schedule plot`: cost, hours and patch days as one picture, of a case or of a problem document. */
import { writeFile } from 'node:fs/promises';
import { type CaseParty, calledBy } from '../control/views/party-names.js';
import { utf8 } from '../core/bytes.js';
import { canonical, type Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Problem } from '../core/schedule/problem.js';
import { ask, refused } from './call.js';
import type { Cli, Options } from './command.js';
import { loadConfig } from './config.js';
import type { Exit } from './exits.js';
import { flagOption, readBytes, textOption } from './options.js';
import { refusedDocument } from './refused-document.js';

/**
 * Writes FILE.svg, or FILE.html with the telling under the picture. Parties of a document are called as it calls them.
 * Those of a case are called by name where this node knows them by itself; with `--shareable` as every centre calls
 * them, so that the file shows no more than every member knows.
 */
export async function plotSchedule(cli: Cli, held: string | undefined, options: Options): Promise<Exit> {
  const output = textOption(options, 'output') ?? '';
  const form = /\.(svg|html)$/.exec(output)?.[1];
  if (form === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'output' });
  const asked = await documentOf(cli, held, textOption(options, 'file'), flagOption(options, 'shareable'));
  if (!asked.ok) return refused(cli, asked.fault);
  const { bytes, called } = asked.value;
  const { readProblem } = await import('../core/schedule/read-problem.js');
  const read = readProblem(bytes);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const { problem } = read;
  const { drawSchedule } = await import('../../adapters/plot/picture.js');
  const svg = drawSchedule(problem, called);
  await writeFile(output, form === 'svg' ? svg : await pageFor(svg, problem, called), { mode: 0o600 });
  cli.print.result({ file: output, case: problem.case, revision: problem.revision }, () => [
    `written to ${output}`,
  ]);
  return 0;
}

type Called = (party: string) => string;

async function pageFor(svg: string, problem: Problem, called: Called): Promise<string> {
  const [{ solveProblem }, { tellAnswer }, { pageOf }] = await Promise.all([
    import('../core/schedule/answer.js'),
    import('../core/schedule/tell.js'),
    import('../../adapters/plot/page.js'),
  ]);
  return pageOf(`Case ${problem.case}`, svg, tellAnswer(problem, solveProblem(problem), called));
}

/** A problem document and what its parties are called. */
export interface AskedDocument {
  readonly bytes: Uint8Array;
  readonly called: Called;
}

/**
 * Exactly one of a case and a file.
 * @param shareable calls own parties as the other centres do.
 */
export async function documentOf(
  cli: Cli,
  held: string | undefined,
  file: string | undefined,
  shareable = false,
): Promise<Outcome<AskedDocument>> {
  if ((held === undefined) === (file === undefined)) return refuse('COMMAND_MALFORMED', { where: 'case' });
  if (file !== undefined) {
    const bytes = await readBytes(file, 'file', LIMITS.documentBytes.most);
    return bytes.ok ? ok({ bytes: bytes.value, called: (party) => party }) : bytes;
  }
  const config = await loadConfig(cli.home);
  if (!config.ok) return config;
  const answered = await ask(cli, config.value, 'schedule problem', { case: held ?? '' });
  if (!answered.ok) return answered;
  const { problem, parties } = answered.value as unknown as {
    readonly problem: Json;
    readonly parties: readonly CaseParty[];
  };
  const known = shareable ? parties.map((one) => ({ ...one, name: null })) : parties;
  return ok({ bytes: utf8(canonical(problem)), called: calledBy(known) });
}
