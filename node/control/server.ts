/**
 * The operator's door: a unix socket, for its owner only (DESIGN §10). Who can open the socket may give every order,
 * so the mode of the file is the whole of access control here; officers are names for the record.
 */
import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Json } from '../core/canonical.js';
import { Breakage, type Outcome } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { CHANNEL, METHOD, readCall, writeReply } from './messages.js';
import type { Call } from './verbs.js';

export interface ControlServer {
  /** Takes no more calls, ends those that wait, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves calls on a path.
 * @param answer never called twice for one call; what it throws ends that call only, unless it is no Breakage.
 * @throws Breakage SOCKET_IN_USE where another node answers there, CONFIG_FIELD where the path cannot be taken.
 */
export async function serveControl(
  path: string,
  answer: (call: Call) => Promise<Outcome<Json>>,
): Promise<ControlServer> {
  await clearSocket(path);
  const grpc = new Server(CHANNEL);
  grpc.register(METHOD, reply, asBytes, asBytes, 'unary');
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    injector.injectConnection(socket);
  });
  await listenPrivately(listener, path);

  function reply(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void {
    void outcomeOf(call.request, answer).then(
      (outcome) => done(null, writeReply(outcome)),
      (cause: unknown) => {
        // A mistake of ours: the caller sees that there is one, the reason goes up to whoever runs the node.
        done({ code: status.INTERNAL });
        queueMicrotask(() => {
          throw cause;
        });
      },
    );
  }

  return {
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      // Who asked for the last thing hears how it ended, above all when it ended the node. Each session closes its socket
      // when its calls have their answers and these are on their way; the library says so too early from Node 24 on.
      grpc.tryShutdown(() => undefined);
      const late = setTimeout(hangUp, LIMITS.closeWaitMs.most);
      await closed;
      clearTimeout(late);
      grpc.forceShutdown();
    },
  };

  function hangUp(): void {
    for (const socket of sockets) socket.destroy();
  }
}

/**
 * Makes room for our socket. A file that nobody answers on was left behind by a crash.
 * @throws Breakage SOCKET_IN_USE; CONFIG_FIELD for a file that is no socket.
 */
export async function clearSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Breakage({ code: 'CONFIG_FIELD', where: '/controlSocket' });
  if (await answers(path)) throw new Breakage({ code: 'SOCKET_IN_USE', where: path });
  await unlink(path).catch(() => undefined);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function listenPrivately(listener: Listener, path: string): Promise<void> {
  // The socket is made within this call, so nobody can open it before its mode is right.
  const before = process.umask(0o177);
  const listening = new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(path, resolve);
  });
  process.umask(before);
  await listening.catch((cause: unknown) => {
    const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new Breakage(
      taken ? { code: 'SOCKET_IN_USE', where: path } : { code: 'CONFIG_FIELD', where: '/controlSocket' },
      cause,
    );
  });
  await chmod(path, 0o600);
}

async function outcomeOf(
  bytes: Uint8Array,
  answer: (call: Call) => Promise<Outcome<Json>>,
): Promise<Outcome<Json>> {
  const call = readCall(bytes);
  if (!call.ok) return call;
  try {
    return await answer(call.value);
  } catch (cause) {
    if (cause instanceof Breakage) return { ok: false, fault: cause.fault };
    throw cause;
  }
}

function asBytes(bytes: Buffer): Buffer {
  return bytes;
}
