/** The commands of README, "By hand", as they stand there, by a shell and with real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Ports that nobody listens on now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function commandsOf(readme: string): string {
  const [, commands] = /^```bash\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  if (commands === undefined) throw new Error('README has a block of commands');
  return commands;
}

test('README: init, cards, case, charter, settlement and publication by hand', async () => {
  const [first, second] = await freePorts(2);
  const commands = commandsOf(readFileSync(`${ROOT}README.md`, 'utf8'))
    .replaceAll(':7401', `:${first}`)
    .replaceAll(':7402', `:${second}`);
  // A group of its own, so that no node outlives a step that fails or waits for ever.
  const shell = spawn('bash', ['-eu', '-c', commands], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    try {
      if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const late = setTimeout(end, 150_000);
  const [out, err, [status]] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    once(shell, 'exit') as Promise<[number | null]>,
  ]).finally(() => {
    clearTimeout(late);
    end();
  });
  expect({ status, err, out }).toMatchObject({ status: 0 });
  expect(out).toContain('published 2027-03-01 23:00Z');
  expect(out).toMatch(/^\d+ entries, 0 faults$/m);
});
