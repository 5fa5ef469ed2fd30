/** What `isochron --help` adds to the start of an empty process. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { inDirectory } from './house.js';
import { inTurns, median, ms, type Row } from './measure.js';

const TURNS = 15;

/** @throws Error where the program was not built. */
export function measureStart(): Promise<readonly Row[]> {
  const program = fileURLToPath(new URL('../node/cli/main.js', import.meta.url));
  if (!existsSync(program)) throw new Error('bench: build first, dist/node/cli/main.js is not there');
  return inDirectory(async (directory) => {
    const empty = join(directory, 'empty.mjs');
    writeFileSync(empty, '');
    const { ours, beside } = await inTurns(
      TURNS,
      2,
      () => run(program, '--help'),
      () => run(empty),
    );
    const [help, nothing] = [median(ours), median(beside)];
    return [
      {
        measure: '`isochron --help`',
        ours: ms(help),
        beside: `${ms(nothing)}, an empty Node process`,
        ratio: `${ms(help - nothing)} more`,
        target: 'at most 60 ms more',
      },
    ];
  });
}

function run(...args: readonly string[]): void {
  const { status } = spawnSync(execPath, args, { stdio: 'ignore', timeout: 20_000 });
  if (status !== 0) throw new Error('bench: a process that only starts must end well');
}
