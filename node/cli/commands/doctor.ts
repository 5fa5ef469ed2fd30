/** `doctor`: every check of a home, each with what to do. Needs no running node and disturbs none. */
import { refused } from '../call.js';
import { checkHome, type Finding } from '../checks.js';
import type { Cli, Commands } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { table } from '../print.js';

export const COMMANDS: Commands = { '': doctor };

async function doctor(cli: Cli): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const findings = await checkHome(config.value);
  const worst = findings.some(({ verdict }) => verdict === 'fail')
    ? 'fail'
    : findings.some(({ verdict }) => verdict === 'warn')
      ? 'warn'
      : 'ok';
  const result = { verdict: worst, checks: findings.map((finding) => ({ ...finding })) };
  cli.print.result(result, () => table(findings.map(line)));
  return worst === 'fail' ? 4 : 0;
}

function line({ check, verdict, says, remedy }: Finding): readonly string[] {
  return [verdict, check, remedy === '' ? says : `${says}; ${remedy}`];
}
