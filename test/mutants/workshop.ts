/**
 * A copy of the built tree in which one file at a time is spoilt and compiled again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.js';

/**
 * How test files ended: `broken` where no claim of theirs was refuted and yet they did not pass, such as a file that does not
 * load, a name that nobody declares, or nothing but time that ran out. That says nothing about a rule.
 */
export type Tried = 'passed' | 'refuted' | 'broken';

export interface Workshop {
  /** Spoils one file; what was spoilt before is whole again. @throws Error where the line is not there exactly once */
  apply(mutant: Pick<Mutant, 'file' | 'line' | 'becomes'>): void;
  /** The built worker of the copy. */
  readonly worker: URL;
  /** Nothing is spoilt any more. */
  mend(): void;
  /** Runs these test files in the copy, as it is now. */
  tries(tests: readonly string[]): Tried;
  close(): void;
}

const PARTS = [
  'node',
  'adapters',
  'proto',
  'fixtures',
  'test',
  'bench',
  'docs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Copies the tree at `root` and builds the copy: what lies in `dist` of the tree may be of yesterday. */
export function openWorkshop(root: string): Workshop {
  const copy = mkdtempSync(join(tmpdir(), 'isochron-mutants-'));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: copy });
  let whole = (): void => undefined;
  const mend = (): void => {
    whole();
    whole = () => undefined;
  };

  return {
    worker: pathToFileURL(join(copy, 'dist/test/simulation/worker.js')),
    apply({ file, line, becomes }) {
      mend();
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
    mend,
    tries(tests) {
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const told = join(copy, 'tried.json');
      rmSync(told, { force: true });
      const how = ['run', '--config', 'test/vitest.config.ts', '--project', 'quick', '--maxWorkers=1'];
      const where = ['--reporter=json', `--outputFile=${told}`];
      const { status } = spawnSync(process.execPath, [vitest, ...how, ...where, ...tests], {
        cwd: copy,
        env: ownEnvironment(),
      });
      return existsSync(told) ? judge(status, JSON.parse(readFileSync(told, 'utf8')) as Report) : 'broken';
    },
    close() {
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** What a run of the tests wrote down; a part of it. */
interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

function judge(status: number | null, { numTotalTests, testResults }: Report): Tried {
  if (status === 0) return numTotalTests > 0 ? 'passed' : 'broken';
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((one) => one.status === 'failed');
  return failed.some(({ failureMessages }) => isRefutation(failureMessages?.[0] ?? ''))
    ? 'refuted'
    : 'broken';
}

/** A test that ran to its claim and found it untrue, and not a slow machine or a program that is none. */
function isRefutation(message: string): boolean {
  return !/timed out|^(?:ReferenceError|SyntaxError)\b/.test(message);
}

/** That of this process without what a test runner around it has set. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
}
