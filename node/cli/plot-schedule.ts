/** `schedule plot`: cost, hours and patch days as one picture, of a case or of a problem document. */
import { writeFile } from 'node:fs/promises';
import { utf8 } from '../core/bytes.js';
import { canonical, type Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Problem } from '../core/schedule/problem.js';
import { ask, refused } from './call.js';
import type { Cli, Options } from './command.js';
import { loadConfig } from './config.js';
import type { Exit } from './exits.js';
import { readBytes, textOption } from './options.js';
import { refusedDocument } from './refused-document.js';

/**
 * Writes FILE.svg, or FILE.html with the telling under the picture. Parties are called as the document calls them: of
 * a case these are the random names of the constraints, so that the file shows no more than every member knows.
 */
export async function plotSchedule(cli: Cli, held: string | undefined, options: Options): Promise<Exit> {
  const output = textOption(options, 'output') ?? '';
  const form = /\.(svg|html)$/.exec(output)?.[1];
  if (form === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'output' });
  const bytes = await documentOf(cli, held, textOption(options, 'file'));
  if (!bytes.ok) return refused(cli, bytes.fault);
  const { readProblem } = await import('../core/schedule/read-problem.js');
  const read = readProblem(bytes.value);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const { problem } = read;
  const { drawSchedule } = await import('../../adapters/plot/picture.js');
  const svg = drawSchedule(problem);
  await writeFile(output, form === 'svg' ? svg : await pageFor(svg, problem), { mode: 0o600 });
  cli.print.result({ file: output, case: problem.case, revision: problem.revision }, () => [
    `written to ${output}`,
  ]);
  return 0;
}

async function pageFor(svg: string, problem: Problem): Promise<string> {
  const [{ solveProblem }, { tellAnswer }, { pageOf }] = await Promise.all([
    import('../core/schedule/answer.js'),
    import('../core/schedule/tell.js'),
    import('../../adapters/plot/page.js'),
  ]);
  return pageOf(`Case ${problem.case}`, svg, tellAnswer(problem, solveProblem(problem)));
}

/** Exactly one of a case and a file. */
export async function documentOf(
  cli: Cli,
  held: string | undefined,
  file: string | undefined,
): Promise<Outcome<Uint8Array>> {
  if ((held === undefined) === (file === undefined)) return refuse('COMMAND_MALFORMED', { where: 'case' });
  if (file !== undefined) return readBytes(file, 'file', LIMITS.documentBytes.most);
  const config = await loadConfig(cli.home);
  if (!config.ok) return config;
  const answered = await ask(cli, config.value, 'schedule problem', { case: held ?? '' });
  if (!answered.ok) return answered;
  const { problem } = answered.value as { readonly problem: Json };
  return ok(utf8(canonical(problem)));
}
