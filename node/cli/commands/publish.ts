/** `publish`: what is staged, held or released. */
import { join } from 'node:path';
import { type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { flagOption, textOption } from '../options.js';
import { sayLength, sayTime } from '../times.js';

interface Standing {
  readonly case: string;
  readonly seat: boolean;
  readonly at: string | null;
  readonly verdict: string;
  readonly rule: string | null;
  readonly because: readonly string[];
  readonly staged: string | null;
  readonly released: string | null;
  readonly publishedAt: string | null;
  readonly lateMs: number | null;
}

export const COMMANDS: Commands = {
  check,
  status: (cli, [held], options) =>
    perform(cli, 'publish status', typed({ case: held, ...(options as object) }), lines, (result) =>
      casesOf(result).some(({ verdict }) => verdict === 'held') ? 4 : 0,
    ),
  release: (cli, [held = ''], options) =>
    perform(
      cli,
      'publish release',
      typed({ case: held, reason: textOption(options, 'reason'), early: flagOption(options, 'early') }),
      (result, zone) => lines({ cases: [result] }, zone),
    ),
};

/** Needs no node: the tree is on disk, and what is public may be checked by anybody. */
async function check(cli: Cli, [directory]: readonly string[]): Promise<Exit> {
  const config = directory === undefined ? await loadConfig(cli.home) : undefined;
  if (config?.ok === false) return refused(cli, config.fault);
  const tree = directory ?? join(config?.value.publicDir ?? '', 'current');
  const { checkPublication } = await import('../check-publication.js');
  const found = await checkPublication(tree).catch(() => undefined);
  if (found === undefined)
    return refused(
      cli,
      { code: 'NOT_STAGED', where: tree },
      'a folder with a published tree, as "public/current" of a home has it',
    );
  const { documents, faults } = found;
  cli.print.result({ tree, documents, faults: faults.map((fault) => ({ ...fault })) }, () => [
    ...faults.map(({ path, check: rule, says }) => `BAD  ${path}  ${rule}: ${says}`),
    `${documents} documents, ${faults.length} faults`,
  ]);
  return faults.length === 0 && documents > 0 ? 0 : 1;
}

function casesOf(result: Document): readonly Standing[] {
  return (result as unknown as { readonly cases: readonly Standing[] }).cases;
}

function lines(result: Document, zone: string): readonly string[] {
  const cases = casesOf(result);
  if (cases.length === 0) return ['no cases'];
  return cases.flatMap((one) => [
    `${one.case.slice(0, 8)}  instant ${sayTime(one.at, zone)}`,
    one.publishedAt !== null
      ? `  published ${sayTime(one.publishedAt, zone)} by ${one.rule ?? '?'}, ${sayLateness(one)}`
      : !one.seat
        ? '  the centres publish; this node releases nothing'
        : `  ${one.verdict}${one.because.length > 0 ? `: ${one.because.join(', ')}` : ''}; ${one.staged === null ? 'nothing staged' : `staged ${one.staged.slice(0, 16)}`}`,
  ]);
}

/** By breach or by name the release has no instant of its own: then it is the one that was in force that counts. */
function sayLateness({ at, rule, publishedAt, lateMs }: Standing): string {
  const byItself =
    rule === 'MANUAL' || rule === 'P4' ? Date.parse(publishedAt ?? '') - Date.parse(at ?? '') : lateMs;
  const length = byItself ?? 0;
  return `${sayLength(Math.abs(length))} ${length < 0 ? 'before' : 'after'} the instant`;
}
