/** The conformance runner as a program against a node as a program: README of strangers (docs/CONFORMANCE.md), step by step. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKS } from '../../node/cli/conformance/checks.js';
import { type Ended, runProgram, type Started, startProgram } from '../support/processes.js';

// Each act of the operator is a process of its own; on a busy machine that takes its time.
const DEADLINE_MS = 500_000;

/** Where the program adds something to what test/conformance plays in one process: drivers, folders, both addresses. */
const SUITES = ['handshake', 'disclosure', 'settlement'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DRIVER = join(ROOT, 'fixtures/conformance/isochron-driver.sh');

let folder = '';
let running: Started | undefined;
const ports = { grpc: 0, libp2p: 0 };

const home = () => join(folder, 'target');
const visitors = () => join(folder, 'visitors');

const target = (...words: readonly string[]): Promise<Ended> =>
  runProgram(['--home', home(), '--officer', 'Ada', '--json', ...words], { deadlineMs: DEADLINE_MS });

const runner = (...words: readonly string[]): Promise<Ended> =>
  runProgram(['--json', 'conformance', '--visitors', visitors(), ...words], {
    deadlineMs: DEADLINE_MS,
    env: {
      ISOCHRON: `${process.execPath} ${join(ROOT, 'dist/node/cli/main.js')}`,
      ISOCHRON_HOME: home(),
    },
  });

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly checks: readonly { readonly id: string; readonly verdict: string; readonly says: string }[];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function done(ended: Promise<Ended>): Promise<string> {
  const { status, out, err } = await ended;
  expect({ status, out: status === 0 ? '' : out, err: status === 0 ? '' : err }).toMatchObject({ status: 0 });
  return out;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-conformance-'));
  ports.grpc = await freePort();
  ports.libp2p = await freePort();
  const made = JSON.parse(await done(runner())) as {
    readonly visitors: readonly { readonly node: string; readonly card: string; readonly verify: boolean }[];
  };
  const names = ['--name', 'Target', '--role', 'centre', '--zone', 'Etc/UTC', '--drill'];
  const places = ['--namespace', 'https://target.example', '--id-prefix', 'TG'];
  await done(target('init', ...names, ...places, '--listen', `127.0.0.1:${ports.grpc}`));
  const file = join(home(), 'isochron.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  const libp2p = {
    listen: `/ip4/127.0.0.1/tcp/${ports.libp2p}`,
    advertise: [`/ip4/127.0.0.1/tcp/${ports.libp2p}`],
  };
  await writeFile(file, JSON.stringify({ ...config, transports: ['grpc', 'libp2p'], libp2p }));
  await done(target('card', 'renew'));
  running = startProgram(['--home', home(), '--json', 'run'], { deadlineMs: 2 * DEADLINE_MS });
  await running.says('"running":true');
  await done(target('peer', 'add', ...made.visitors.map(({ card }) => card)));
  for (const { node, verify } of made.visitors)
    if (verify) await done(target('peer', 'verify', node, '--fingerprint', node, '--method', 'telephone'));
}, DEADLINE_MS);

afterAll(async () => {
  running?.child.kill('SIGTERM');
  await running?.ended;
  await rm(folder, { recursive: true, force: true });
});

describe('isochron conformance', () => {
  test(
    'a node of ours passes over gRPC, with its operator behind a driver',
    async () => {
      const junit = join(folder, 'report.xml');
      const words = ['--card', join(home(), 'own.card.asc'), '--target', `grpc://localhost:${ports.grpc}`];
      const more = ['--driver', DRIVER, '--wait', '60', '--junit', junit, '--suite', ...SUITES];
      const ended = await runner(...words, ...more);
      const report = JSON.parse(ended.out) as Report;
      expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
      expect(ended.status).toBe(0);
      expect(report.passed).toBe(countIn(SUITES));
      expect(await readFile(junit, 'utf8')).toContain(`tests="${report.passed}" failures="0"`);
    },
    DEADLINE_MS,
  );

  test(
    'the same visitors call again over libp2p; without a driver what needs one is left out',
    async () => {
      const address = `libp2p:///ip4/127.0.0.1/tcp/${ports.libp2p}`;
      const words = ['--card', join(home(), 'own.card.asc'), '--target', address, '--wait', '60'];
      const ended = await runner(...words, '--suite', 'handshake', 'replication', 'settlement');
      const report = JSON.parse(ended.out) as Report;
      expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      expect(report.skipped).toBe(countIn(['settlement']));
      expect(ended.status).toBe(0);
    },
    DEADLINE_MS,
  );

  test(
    'a target that is not there fails, and the exit status says so',
    async () => {
      const words = [
        '--card',
        join(home(), 'own.card.asc'),
        '--target',
        `grpc://localhost:${await freePort()}`,
      ];
      const ended = await runner(...words, '--suite', 'envelopes');
      expect(ended.status).toBe(1);
      expect((JSON.parse(ended.out) as Report).failed).toBeGreaterThan(0);
    },
    DEADLINE_MS,
  );

  test(
    'offline, every transcript and every recording of fixtures/exchanges holds',
    async () => {
      const words = ['--json', 'conformance', '--offline', join(ROOT, 'fixtures/exchanges')];
      const ended = await runProgram(words, { deadlineMs: DEADLINE_MS });
      const report = JSON.parse(ended.out) as {
        readonly passed: number;
        readonly exchanges: readonly { readonly file: string; readonly says: string }[];
      };
      expect(report.exchanges.filter(({ says }) => says !== '')).toEqual([]);
      expect(report.passed).toBeGreaterThan(30);
      expect(ended.status).toBe(0);
    },
    DEADLINE_MS,
  );

  test(
    'a suite that there is none of, and a target without its card, are wrong command lines',
    async () => {
      const words = ['--target', `grpc://localhost:${ports.grpc}`];
      expect((await runner(...words)).status).toBe(2);
      const card = ['--card', join(home(), 'own.card.asc')];
      expect((await runner(...words, ...card, '--suite', 'weather')).status).toBe(2);
    },
    DEADLINE_MS,
  );
});

function countIn(suites: readonly string[]): number {
  return Object.keys(CHECKS).filter((id) => suites.some((suite) => id.startsWith(`${suite}/`))).length;
}
