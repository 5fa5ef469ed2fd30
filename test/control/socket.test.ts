/** The control socket by itself: who may open it, what comes back, and what it survives. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControlClient, openControl } from '../../node/control/client.js';
import { readReply, writeReply } from '../../node/control/messages.js';
import { type ControlServer, serveControl } from '../../node/control/server.js';
import type { Call } from '../../node/control/verbs.js';
import type { Json } from '../../node/core/canonical.js';
import { Breakage, type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { messageType } from '../../node/wire/schema.js';

let folder: string;
let path: string;
let client: ControlClient;
const servers: ControlServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-'));
  path = join(folder, 'control.sock');
  client = openControl(path);
});

afterEach(async () => {
  client.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(answer: (call: Call) => Promise<Outcome<Json>>): Promise<void> {
  servers.push(await serveControl(path, answer));
}

const echo = async ({ verb, arguments: given, officer }: Call): Promise<Outcome<Json>> =>
  ok({ verb, given: Buffer.from(given).toString(), officer });

describe('the socket', () => {
  test('is for its owner only', async () => {
    await serve(echo);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('SOCKET_IN_USE where another node answers', async () => {
    await serve(echo);
    await expect(serve(echo)).rejects.toMatchObject({ fault: { code: 'SOCKET_IN_USE', where: path } });
    expect(await client.call('still there', {}, '')).toMatchObject({ ok: true });
  });

  test('a socket that nobody answers on is replaced', async () => {
    // A socket file without its listener, as SIGKILL leaves it: bound, renamed, closed, renamed back.
    const { rename } = await import('node:fs/promises');
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(path, resolve));
    await rename(path, `${path}.kept`);
    await new Promise((resolve) => listener.close(resolve));
    await rename(`${path}.kept`, path);
    await serve(echo);
    expect(await client.call('x', {}, '')).toMatchObject({ ok: true });
  });

  test('a file that is no socket is not touched', async () => {
    await writeFile(path, 'precious');
    await expect(serve(echo)).rejects.toMatchObject({
      fault: { code: 'CONFIG_FIELD', where: '/controlSocket' },
    });
  });

  test('is gone when the server has closed', async () => {
    await serve(echo);
    await servers.pop()?.close();
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a call', () => {
  test('carries verb, arguments and officer, and brings the result back', async () => {
    await serve(echo);
    expect(await client.call('case list', { a: 'ü' }, 'Ø. Officer')).toEqual({
      ok: true,
      value: { verb: 'case list', given: '{"a":"ü"}', officer: 'Ø. Officer' },
    });
  });

  test('a refusal comes back with code, place and sizes', async () => {
    await serve(async () => refuse('CASE_FULL', { where: 'x', held: 1, offered: 2, most: 3 }));
    expect(await client.call('x', {}, '')).toEqual({
      ok: false,
      fault: { code: 'CASE_FULL', where: 'x', held: 1, offered: 2, most: 3 },
    });
  });

  test('breakage during a call is a refusal of that call', async () => {
    await serve(async () => {
      throw new Breakage({ code: 'STORE_DAMAGED', where: 'x' });
    });
    expect(await client.call('x', {}, '')).toEqual({
      ok: false,
      fault: { code: 'STORE_DAMAGED', where: 'x' },
    });
  });

  test('NODE_NOT_RUNNING where there is no socket', async () => {
    expect(await client.call('x', {}, '')).toMatchObject({ fault: { code: 'NODE_NOT_RUNNING' } });
  });

  test('LINK_CLOSED where the node goes away during the call: nobody knows whether it was heard', async () => {
    let begun: () => void = () => undefined;
    const underWay = new Promise<void>((resolve) => {
      begun = resolve;
    });
    await serve(() => {
      begun();
      return new Promise(() => undefined);
    });
    const waiting = client.call('x', {}, '');
    const closed = expect(waiting).rejects.toMatchObject({ fault: { code: 'LINK_CLOSED' } });
    await underWay;
    await servers.pop()?.close();
    await closed;
  });

  test('who asked for the last thing hears how it ended, though the node ends with it', async () => {
    let ended: Promise<void> | undefined;
    await serve(async () => {
      queueMicrotask(() => {
        ended = servers.pop()?.close();
      });
      return refuse('STORE_FULL');
    });
    expect(await client.call('x', {}, '')).toEqual({ ok: false, fault: { code: 'STORE_FULL' } });
    await ended;
  });

  test('arguments over the bound are refused before they are sent', async () => {
    await serve(echo);
    expect(await client.call('x', 'y'.repeat(LIMITS.controlBytes.most), '')).toMatchObject({
      fault: { code: 'LIMIT_EXCEEDED', where: 'arguments' },
    });
  });

  test('garbage on the socket harms nobody else', async () => {
    await serve(echo);
    await new Promise<void>((resolve) => {
      const socket = connect(path);
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
      socket.write('GET / HTTP/1.1\r\n\r\n');
      socket.write(new Uint8Array(4096).fill(0xff));
      socket.end();
    });
    expect(await client.call('x', {}, '')).toMatchObject({ ok: true });
  });
});

describe('a reply', () => {
  test('over the bound becomes LIMIT_EXCEEDED', () => {
    expect(readReply(writeReply(ok('x'.repeat(LIMITS.controlBytes.most))))).toMatchObject({
      fault: { code: 'LIMIT_EXCEEDED', where: 'reply' },
    });
  });

  test('a code of a later version is named as unknown', () => {
    const refusal = Buffer.from(JSON.stringify({ code: 'SOMETHING_NEW', where: 'x' }));
    const bytes = messageType('isochron.v1.CallReply').encode({ refusal });
    expect(readReply(bytes)).toEqual({ ok: false, fault: { code: 'FAULT_UNKNOWN' } });
  });

  test.each([[Uint8Array.of(0xff)], [new Uint8Array()]])('that is none is FRAME_MALFORMED', (bytes) => {
    expect(readReply(bytes)).toMatchObject({ fault: { code: 'FRAME_MALFORMED' } });
  });
});
