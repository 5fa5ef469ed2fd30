/** Real transports for the nodes of a world, each behind a cable that can be pulled, and what may be said past them. */
import { randomBytes } from 'node:crypto';
import { multiaddr } from '@multiformats/multiaddr';
import { openGrpc } from '../../adapters/transport/grpc/transport.js';
import { prefixed } from '../../adapters/transport/libp2p/frames.js';
import { openLibp2p } from '../../adapters/transport/libp2p/transport.js';
import { PROTOCOL } from '../../adapters/transport/libp2p/wire.js';
import { utf8 } from '../../node/core/bytes.js';
import type { Fault } from '../../node/core/fault.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Transport } from '../../node/ports.js';
import { openRelay, type Relay } from '../adapters/transport/relay.js';
import type { Waits } from '../rooms/network-transport.js';
import { type TestNode, testKeys, testNode } from './keys.js';
import { converse, stockClient } from './raw-grpc.js';
import { bareHost, listenOn } from './raw-libp2p.js';
import { makeTls } from './tls.js';

export type Carrier = 'grpc' | 'libp2p';

/** A transport with the keys of a test node. */
export interface Line {
  readonly transport: Transport;
  /** What the card says of it: the cable, where it listens. */
  readonly card: Pick<Card, 'grpc' | 'libp2p'>;
  readonly cable: Relay;
  /** Who was turned away, in their order. */
  readonly refusals: readonly Fault[];
  /** The port behind the cable. */
  port(): number;
}

export async function openLine(
  carrier: Carrier,
  name: TestNode,
  { listens = true, waits = {} }: { readonly listens?: boolean; readonly waits?: Waits } = {},
): Promise<Line> {
  const [keys, node] = [await testKeys(name), testNode(name)];
  const refusals: Fault[] = [];
  const refused = ({ fault }: { readonly fault: Fault }) => void refusals.push(fault);
  if (carrier === 'grpc') {
    const tls = { key: keys.tls.keyPem, certificate: keys.tls.certificatePem };
    const listen = listens ? { host: 'localhost', port: 0 } : undefined;
    const transport = openGrpc({ node, tls, listen, refused, waits });
    const port = () => transport.address()?.port ?? 0;
    const cable = await openRelay(port);
    const grpc = listens ? [{ target: `localhost:${cable.port}` }] : [];
    return { transport, card: { grpc, libp2p: [] }, cable, refusals, port };
  }
  const listen = listens ? '/ip4/127.0.0.1/tcp/0' : undefined;
  const transport = await openLibp2p({ node, seed: keys.noise.seed, listen, refused, waits });
  const port = () => Number(/tcp\/(\d+)/.exec(transport.addresses()[0] ?? '')?.[1] ?? 0);
  const cable = await openRelay(port);
  const place = listens ? `/dns4/localhost/tcp/${cable.port}` : '';
  const libp2p = [{ multiaddr: `${place}/p2p/${keys.noise.peerId}` }];
  return { transport, card: { grpc: [], libp2p }, cable, refusals, port };
}

/** With whose transport keys somebody speaks: those of a test node, or new ones that are on no card. */
export type Speaker = TestNode | 'stranger';

/** A conversation that keeps to the transport and to nothing else. */
export interface RawTalk {
  /** Sends these bytes as one frame. */
  say(bytes: Uint8Array): void;
  /** The frames that were answered, consent not counted. */
  readonly heard: readonly Uint8Array[];
  /** Resolves when the other side has ended it, with what it said of that if the transport carries such words. */
  readonly ended: Promise<string>;
  /** Opens one more stream on the same connection; resolves when that has ended. */
  another(): Promise<void>;
  close(): Promise<void>;
}

/** @param claimed the node id that is named at the beginning. @throws where not even a stream is granted. */
export async function talkRaw(
  carrier: Carrier,
  speaker: Speaker,
  claimed: string,
  to: { readonly name: TestNode; readonly line: Line },
): Promise<RawTalk> {
  const [theirs, keys] = [
    await testKeys(to.name),
    speaker === 'stranger' ? undefined : await testKeys(speaker),
  ];
  if (carrier === 'grpc') {
    const tls = keys ? { key: keys.tls.keyPem, certificate: keys.tls.certificatePem } : makeTls();
    const client = stockClient(tls, to.line.port(), theirs.tls.certificatePem);
    const { call, heard, ended } = converse(client, claimed);
    return {
      say: (bytes) => void call.write(Buffer.from(bytes)),
      heard,
      ended: ended.then(({ details }) => details),
      another: async () => {
        const more = converse(client, claimed);
        // A connection takes one call at a time: the next one would wait for ever.
        more.call.cancel();
        await more.ended;
      },
      close: async () => {
        call.cancel();
        client.close();
      },
    };
  }
  const host = await bareHost(keys?.noise.seed ?? new Uint8Array(randomBytes(32)));
  await host.start();
  const there = `/ip4/127.0.0.1/tcp/${to.line.port()}/p2p/${theirs.noise.peerId}`;
  try {
    const connection = await host.dial(multiaddr(there));
    const { stream, heard, ended } = listenOn(await connection.newStream(PROTOCOL));
    stream.send(prefixed(utf8(claimed)));
    const told = () => heard.map((bytes) => Buffer.from(bytes).toString('latin1')).join(' ');
    return {
      say: (bytes) => {
        if (stream.writeStatus === 'writable') stream.send(prefixed(bytes));
      },
      heard,
      ended: ended.then(told),
      another: async () => {
        const more = listenOn(await connection.newStream(PROTOCOL));
        // Reset by now, or in a moment.
        if (more.stream.writeStatus === 'writable') more.stream.send(prefixed(utf8(claimed)));
        if (more.stream.status === 'open') await more.ended;
      },
      close: async () => {
        await host.stop();
      },
    };
  } catch (cause) {
    await host.stop();
    throw cause;
  }
}
