/** `demo`: an exercise with real processes, from the exchange of cards to the publication at one instant. */
import { resolve } from 'node:path';
import { Breakage, type Outcome, ok, refuse } from '../../core/fault.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { CARRIERS } from '../demo/carried.js';
import { castFromCase } from '../demo/case-cast.js';
import type { Cast } from '../demo/cast.js';
import { ExerciseFailed } from '../demo/failed.js';
import { play } from '../demo/play.js';
import { reportLines } from '../demo/report.js';
import { STANDARD_CAST } from '../demo/standard-cast.js';
import type { Exit } from '../exits.js';
import { readText, textOption } from '../options.js';

export const COMMANDS: Commands = { '': demo };

/** Seed of the processes that are to die on the way; for the tests, and for whoever doubts. */
const KILL_VARIABLE = 'ISOCHRON_DEMO_KILL';

async function demo(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const cast = await castOf(options);
  if (!cast.ok) return refused(cli, cast.fault);
  const name = textOption(options, 'transport') ?? 'grpc';
  const carrier = CARRIERS.find((known) => known === name);
  if (carrier === undefined)
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'transport' }, CARRIERS.join(', '));
  const output = textOption(options, 'output');
  const seed = process.env[KILL_VARIABLE];
  const halt = new AbortController();
  const stop = () => halt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const { exercise, findings, seconds } = await play({
      cast: cast.value,
      folder: output === undefined ? undefined : resolve(output),
      carrier,
      killSeed: seed === undefined || seed === '' ? undefined : Number.parseInt(seed, 10),
      say: cli.print.note,
      halt: halt.signal,
    });
    const { caseId, settledAt, epoch, centres, vendors, logs } = findings;
    const result = {
      case: caseId,
      settledAt,
      epoch,
      centres: centres.map(({ name, publishedAt, offsetMs, rule }) => ({
        name,
        publishedAt,
        offsetMs,
        rule,
      })),
      vendors,
      logs: { feeds: logs.feeds, entries: logs.entries, faults: logs.faults },
      seconds,
    };
    const lines = [...reportLines(exercise, findings), '', `${seconds} s`];
    if (cli.json) for (const line of lines) cli.print.note(line);
    cli.print.result(result, () => lines);
    return logs.faults === 0 ? 0 : 1;
  } catch (cause) {
    if (cause instanceof ExerciseFailed) {
      cli.print.note(`isochron: the exercise failed: ${cause.message}`);
      return 1;
    }
    if (cause instanceof Breakage) return refused(cli, cause.fault);
    throw cause;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function castOf(options: Options): Promise<Outcome<Cast>> {
  const file = textOption(options, 'case');
  const id = textOption(options, 'id');
  if (file === undefined)
    return id === undefined
      ? ok(STANDARD_CAST)
      : refuse('COMMAND_MALFORMED', { where: 'id', expects: '--case with the file that has this note' });
  const text = await readText(file, 'case');
  return text.ok ? castFromCase(text.value, id) : text;
}
