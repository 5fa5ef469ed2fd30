/**
 * The least that any node could do for the bench `replicate`: the bare calls of openpgp.js, rows of an entry in one
 * synced batch of LevelDB on each side, frames over gRPC, a receipt a frame. No machine, no log, no checks: what a whole
 * node on the platform's curves could come near to, and not pass.
 */
import { join } from 'node:path';
import { openGrpc } from '../adapters/transport/grpc/transport.js';
import type { FeedId } from '../node/core/ids.js';
import { readCertificate } from '../node/envelope/keyring.js';
import type { Entry, Frame, Link } from '../node/ports.js';
import { levelAt } from '../node/store/level.js';
import { bareOpen, bareSeal, manyTimes } from './bare.js';
import { benchCard, benchKeys, benchText, demand } from './house.js';
import type { Answer, Ask } from './replicate-node.js';

/** As many as an order of the other runs makes. */
const FRAME_ENTRIES = 50;
const TOGETHER = 8;
const LEAF = new TextEncoder().encode(benchText(280));
const NOTE = new TextEncoder().encode(benchText(200));
const BYTES = { keyEncoding: 'view', valueEncoding: 'view', sync: true } as const;

/** @param role `sender` dials when it meets, anybody else is dialled. */
export async function minimalNode(role: string, directory: string): Promise<(ask: Ask) => Promise<Answer>> {
  const keys = await benchKeys(role);
  const level = levelAt(join(directory, 'store'));
  await level.open();
  const tls = { key: keys.tls.keyPem, certificate: keys.tls.certificatePem };
  const transport = openGrpc({ node: keys.node, tls, listen: { host: '127.0.0.1', port: 0 } });
  let accept: (link: Link) => void = () => undefined;
  const accepted = new Promise<Link>((resolve) => {
    accept = resolve;
  });
  await transport.listen(accept);
  const card = benchCard(role, keys, 'centre', `localhost:${transport.address()?.port ?? 0}`);
  const plain = new TextEncoder().encode(benchText(1 << 10));
  let peer = { certificate: keys.certificate };
  let link: Link | undefined;
  let frames: AsyncIterator<Frame> | undefined;
  let written = 0;

  return async (ask) => {
    switch (ask.do) {
      case 'card':
        return { card };
      case 'meet': {
        peer = { certificate: demand(await readCertificate(ask.card.certificate)) };
        transport.admit(new Map([[ask.card.node, { node: ask.card.node, card: ask.card }]]));
        if (role === 'sender') link = await transport.dial({ node: ask.card.node, card: ask.card });
        return {};
      }
      case 'send':
        await send(ask.count);
        return {};
      case 'take':
        await take(ask.count);
        return {};
      case 'end':
        await transport.close();
        await level.close();
        return {};
      default:
        throw new Error('a minimal node does nothing else');
    }
  };

  async function send(count: number): Promise<void> {
    const to = await open();
    const feed: FeedId = { author: keys.node, recipient: to.link.peer };
    for (let from = 0; from < count; from += FRAME_ENTRIES) {
      const entries: Entry[] = [];
      await manyTimes(Math.min(FRAME_ENTRIES, count - from), TOGETHER, async (at) => {
        entries[at] = { leaf: LEAF, envelope: await bareSeal(plain, keys, peer) };
      });
      await write(entries);
      await to.link.send({ kind: 'entries', feed, from, entries, checkpoint: NOTE });
    }
    for (let from = 0; from < count; from += FRAME_ENTRIES) await to.frames.next();
  }

  async function take(count: number): Promise<void> {
    const from = await open();
    for (let taken = 0; taken < count; ) {
      const next = await from.frames.next();
      if (next.done === true || next.value.kind !== 'entries') throw new Error('entries and nothing else');
      const { feed, entries } = next.value;
      await manyTimes(entries.length, TOGETHER, async (at) =>
        bareOpen(entries[at]?.envelope ?? LEAF, peer, keys),
      );
      await write(entries);
      await from.link.send({ kind: 'receipt', feed, note: NOTE });
      taken += entries.length;
    }
  }

  async function open(): Promise<{ readonly link: Link; readonly frames: AsyncIterator<Frame> }> {
    link ??= await accepted;
    frames ??= link.frames[Symbol.asyncIterator]();
    return { link, frames };
  }

  /** Leaf, envelope, and something of the size of what a node keeps at rest. */
  async function write(entries: readonly Entry[]): Promise<void> {
    const rows = entries.flatMap(({ leaf, envelope }) => {
      written += 1;
      return [leaf, envelope, plain].map((value, kind) => ({
        type: 'put' as const,
        key: new TextEncoder().encode(`${kind}${String(written).padStart(12, '0')}`),
        value,
      }));
    });
    await level.batch<Uint8Array, Uint8Array>(rows, BYTES);
  }
}
