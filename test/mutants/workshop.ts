/**
 * A copy of the built tree in which one file at a time is spoilt and compiled again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.js';

export interface Workshop {
  /** Spoils one file; what was spoilt before is whole again. @throws Error where the line is not there exactly once */
  apply(mutant: Pick<Mutant, 'file' | 'line' | 'becomes'>): void;
  /** The built worker of the copy. */
  readonly worker: URL;
  /** @returns whether these test files fail */
  fails(tests: readonly string[]): boolean;
  close(): void;
}

const PARTS = ['node', 'adapters', 'proto', 'fixtures', 'test', 'dist', 'package.json', 'tsconfig.json'];

/** Copies the tree at `root`, which has been built. */
export function openWorkshop(root: string): Workshop {
  const copy = mkdtempSync(join(tmpdir(), 'isochron-mutants-'));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  let whole = (): void => undefined;

  return {
    worker: pathToFileURL(join(copy, 'dist/test/simulation/worker.js')),
    apply({ file, line, becomes }) {
      whole();
      const source = join(copy, file);
      const text = readFileSync(source, 'utf8');
      const count = text.split(line).length - 1;
      if (count !== 1) throw new Error(`${file} has this line ${count} times: ${line}`);
      const built = join(copy, 'dist', file.replace(/\.ts$/, '.js'));
      const before = readFileSync(built);
      whole = () => {
        writeFileSync(source, text);
        writeFileSync(built, before);
      };
      writeFileSync(
        source,
        text.replace(line, () => becomes),
      );
      // One file by itself, unchecked: a weakened rule may leave an import without a use.
      const options = ['--noCheck', '--noResolve', '--module', 'NodeNext', '--target', 'ES2022'];
      const places = ['--rootDir', copy, '--outDir', join(copy, 'dist'), '--ignoreConfig'];
      execFileSync(process.execPath, [tsc, ...options, '--verbatimModuleSyntax', ...places, source], {
        cwd: copy,
      });
    },
    fails(tests) {
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const how = ['run', '--config', 'test/vitest.config.ts', '--project', 'quick', '--maxWorkers=1'];
      return spawnSync(process.execPath, [vitest, ...how, ...tests], { cwd: copy }).status !== 0;
    },
    close() {
      rmSync(copy, { recursive: true, force: true });
    },
  };
}
