/** A libp2p host that admits everybody and may say anything. */
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { openCutter, prefixed } from '../../adapters/transport/libp2p/frames.js';
import { createHost } from '../../adapters/transport/libp2p/host.js';
import { PROTOCOL } from '../../adapters/transport/libp2p/wire.js';

/** At rest, and it listens nowhere. */
export async function bareHost(seed: Uint8Array): Promise<Libp2p> {
  const waits = { dial: 5_000, hello: 5_000, close: 1_000, keepalive: 60_000 };
  const { libp2p } = await createHost({
    seed,
    listen: undefined,
    relay: false,
    reachedThrough: new Set(),
    knows: () => true,
    refused: () => undefined,
    waits,
  });
  return libp2p;
}

export async function peerIdOf(seed: Uint8Array): Promise<string> {
  return (await bareHost(seed)).peerId.toString();
}

/** What a bare host does on one connection, and then it is gone. */
export async function withHost<T>(
  seed: Uint8Array,
  to: string,
  act: (connection: Connection) => Promise<T>,
): Promise<T> {
  const host = await bareHost(seed);
  await host.start();
  try {
    return await act(await host.dial(multiaddr(to)));
  } finally {
    await host.stop();
  }
}

/** Says these words on one stream, and hears until the end. */
export async function converse(
  seed: Uint8Array,
  to: string,
  words: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  return withHost(seed, to, async (connection) => {
    const { stream, heard, ended } = listenOn(await connection.newStream(PROTOCOL));
    for (const word of words) stream.send(prefixed(word));
    await ended;
    return heard;
  });
}

/** Cuts what comes on a stream into messages. */
export function listenOn(stream: Stream): {
  readonly stream: Stream;
  readonly heard: Uint8Array[];
  readonly ended: Promise<void>;
} {
  const heard: Uint8Array[] = [];
  const cutter = openCutter((bytes) => heard.push(bytes));
  stream.addEventListener('message', ({ data }) => void cutter.take(data));
  const ended = new Promise<void>((resolve) => {
    stream.addEventListener('end', () => resolve());
    stream.addEventListener('close', () => resolve());
  });
  return { stream, heard, ended };
}
