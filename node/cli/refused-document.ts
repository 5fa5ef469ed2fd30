/** What a refused problem document is answered with (SCHEDULING §10). */
import type { Json } from '../core/canonical.js';
import type { ScheduleError } from '../core/schedule/problem.js';
import type { Cli } from './command.js';
import type { Exit } from './exits.js';

/** Prints the errors; exit status 2. */
export function refusedDocument(cli: Cli, errors: readonly ScheduleError[]): Exit {
  cli.print.result({ spec: 'SCHED/1', status: 'error', errors: errors as unknown as Json }, () =>
    errors.map(({ code, path, message }) => `${code} at ${path || '/'}: ${message}`),
  );
  return 2;
}
