/**
 * One process of the bench `storm`: a centre on LevelDB whose keys lie beside its store, so that it can be killed and
 * started again; or many leaves, each with keys, card, store and connection of its own.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { argv } from 'node:process';
import { connect, createServer } from 'node:tls';
import { MemoryLevel } from 'memory-level';
import { readPrivateKey } from 'openpgp';
import type { NodeId } from '../node/core/ids.js';
import type { Card } from '../node/core/registry/card.js';
import { after, DAY, HOUR } from '../node/core/time.js';
import type { RunningNode } from '../node/corridor/node.js';
import { createOpenpgp, createSecrets } from '../node/envelope/create.js';
import { assembleKeys, type Keys } from '../node/envelope/keys.js';
import type { Feeds } from '../node/ports.js';
import { openGuardIn } from '../node/store/guard.js';
import { openFeeds } from '../node/store/open.js';
import { type Carrier, openCarrier } from './carrier.js';
import {
  benchCard,
  benchCase,
  benchKeys,
  benchStore,
  benchSummary,
  benchText,
  CLOCK,
  demand,
  ordered,
  startParts,
} from './house.js';

/** What a parent may ask of a centre. */
export type CentreAsk =
  | { readonly do: 'meet'; readonly cards: readonly Card[] }
  /** Opens a case and tells all vendors; resolves when that is on disk. */
  | { readonly do: 'tell'; readonly number: number }
  /** Resolves when so many leaves are linked and are owed nothing, and so many words were said about this case. */
  | { readonly do: 'caught'; readonly leaves: number; readonly number: number; readonly words: number }
  /** Takes so many bare TLS handshakes; resolves with the port at once. */
  | { readonly do: 'shake' }
  | { readonly do: 'idle' }
  | { readonly do: 'end' };

/** What a parent may ask of leaves. */
export type LeavesAsk =
  /** Opens so many more leaves of this centre. */
  | { readonly do: 'open'; readonly count: number; readonly centre: Card }
  /** Resolves when all are linked. */
  | { readonly do: 'linked' }
  /** Each says a statement about a case; resolves when it is on disk. */
  | { readonly do: 'say'; readonly number: number }
  /** Resolves when all have heard of this case and are owed nothing. */
  | { readonly do: 'heard'; readonly number: number }
  /** So many bare TLS handshakes, as many at a time as there are leaves. */
  | { readonly do: 'dial'; readonly port: number; readonly count: number }
  | { readonly do: 'end' };

export interface Answer {
  readonly cards?: readonly Card[];
  readonly port?: number;
  readonly fault?: string;
  /** Processor time of all threads since the process began, in milliseconds. */
  readonly cpuMs: number;
  /** Bytes in memory now, after a collection, and at most so far. */
  readonly rss: number;
  readonly peak: number;
}

const MOST_MS = 150_000;
/** How many leaves are opened, or given an order, side by side. */
const TOGETHER = 16;

const [, , role = '', carrier = 'grpc', directory = '', port = '0'] = argv;
if (process.send !== undefined) {
  if (role === 'centre') obey(await centre(carrier as Carrier, directory, Number(port)));
  else obey(leaves(carrier as Carrier));
  process.once('disconnect', () => process.exit());
  reply({});
}

function obey<Ask>(answerTo: (ask: Ask) => Promise<Partial<Answer>>): void {
  process.on('message', (ask: Ask) => {
    answerTo(ask).then(reply, (cause: unknown) => reply({ fault: String(cause) }));
  });
}

function reply(answer: Partial<Answer>): void {
  global.gc?.();
  const { user, system } = process.cpuUsage();
  const told: Answer = {
    ...answer,
    cpuMs: (user + system) / 1_000,
    rss: process.memoryUsage.rss(),
    peak: process.resourceUsage().maxRSS * 1_024,
  };
  process.send?.(told);
}

async function centre(
  carrier: Carrier,
  directory: string,
  port: number,
): Promise<(ask: CentreAsk) => Promise<Partial<Answer>>> {
  await mkdir(directory, { recursive: true });
  const keys = await keptKeys(join(directory, 'keys.json'));
  const { transport, lines } = await openCarrier(carrier, keys, port);
  const faults = new Set<string>();
  const node = await startParts({
    name: 'centre',
    role: 'centre',
    keys,
    ...(await benchStore(directory)),
    transport,
    journal: (line) => {
      if (line.event === 'refused') faults.add(JSON.stringify(line));
    },
  });
  const wordsAbout = (number: number) => node.state().cases.get(benchCase(number))?.words.size ?? 0;
  return async (ask) => {
    const [fault] = faults;
    if (fault !== undefined) throw new Error(fault);
    switch (ask.do) {
      case 'meet':
        await inChunks(ask.cards, async (card) => {
          await ordered(node, { act: 'peer_add', card, text: '' });
          await ordered(node, { act: 'peer_verify', node: card.node, method: 'bench' });
        });
        return {};
      case 'tell':
        await tell(node, ask.number);
        return {};
      case 'caught':
        await rarely(() => wordsAbout(ask.number) >= ask.words && node.links().length >= ask.leaves);
        await rarely(node.isIdle);
        return {};
      case 'shake':
        return { port: await takeHandshakes(keys) };
      case 'idle':
        return { cards: [{ ...benchCard('centre', keys, 'centre'), ...lines() }] };
      case 'end':
        await node.stop();
        return {};
    }
  };
}

async function tell(node: RunningNode, number: number): Promise<void> {
  const to = [...node.state().peers.keys()];
  const caseSummary = benchSummary(600);
  await ordered(
    node,
    { act: 'case_open', caseSummary, details: '', onward: 'nobody', replyByDays: 7 },
    number,
  );
  await ordered(node, { act: 'tell', to, replyBy: after(CLOCK.now(), 7 * DAY) }, number);
}

/** Keys in a file, made where it is not there. They live as long as the bench. */
async function keptKeys(path: string): Promise<Keys> {
  const made = after(CLOCK.now(), -HOUR);
  if (!existsSync(path)) {
    const openpgp = await createOpenpgp('BENCH centre', made);
    await writeFile(path, JSON.stringify({ armoured: openpgp.armor(), secrets: createSecrets(made) }));
  }
  const { armoured, secrets } = JSON.parse(await readFile(path, 'utf8'));
  return demand(await assembleKeys(await readPrivateKey({ armoredKey: armoured }), secrets));
}

/** A server that takes mutual TLS 1.3 handshakes and does nothing else. */
async function takeHandshakes({ tls }: Keys): Promise<number> {
  const server = createServer({
    key: tls.keyPem,
    cert: tls.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  server.on('secureConnection', (socket) => socket.end());
  await new Promise<void>((ready) => server.listen(0, 'localhost', 4_096, ready));
  server.unref();
  return (server.address() as AddressInfo).port;
}

interface Leaf {
  readonly node: RunningNode;
  readonly feeds: Feeds;
}

function leaves(carrier: Carrier): (ask: LeavesAsk) => Promise<Partial<Answer>> {
  const all: Leaf[] = [];
  let centre: NodeId | undefined;
  const keep = async (card: Card): Promise<Card> => {
    const { leaf, own } = await openLeaf(carrier, card);
    all.push(leaf);
    return own;
  };
  return async (ask) => {
    switch (ask.do) {
      case 'open':
        centre = ask.centre.node;
        return { cards: await inChunks(Array.from({ length: ask.count }), () => keep(ask.centre)) };
      case 'linked':
        await rarely(() => all.every(({ node }) => node.links().length === 1));
        return {};
      case 'say': {
        const body = { kind: 'comment', text: benchText(600) } as const;
        const to = centre as NodeId;
        await inChunks(all, ({ node }) => ordered(node, { act: 'say', to, body }, ask.number));
        return {};
      }
      case 'heard': {
        const id = benchCase(ask.number);
        await rarely(() =>
          all.every(({ node }) => node.state().cases.has(id) && node.links().length === 1 && node.isIdle()),
        );
        return {};
      }
      case 'dial': {
        const keys = await benchKeys('dialler');
        await Promise.all(Array.from({ length: ask.count }, () => shakeHands(keys, ask.port)));
        return {};
      }
      case 'end':
        await Promise.all(all.map(({ node }) => node.stop()));
        return {};
    }
  };
}

/** A vendor's node that only dials, with its store in memory. */
async function openLeaf(
  carrier: Carrier,
  centre: Card,
): Promise<{ readonly leaf: Leaf; readonly own: Card }> {
  const keys = await benchKeys('leaf');
  const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
  let text: string | undefined;
  const file = {
    read: async () => text,
    replace: async (next: string) => {
      text = next;
    },
    restoredCopy: async () => false,
    unmark: async () => undefined,
  };
  const guard = demand(await openGuardIn(file, feeds.heads(), CLOCK.now(), { fresh: true }));
  const { transport, lines } = await openCarrier(carrier, keys);
  const node = await startParts({
    name: 'leaf',
    role: 'vendor',
    keys,
    feeds,
    guard,
    transport,
    journal: () => undefined,
  });
  await ordered(node, { act: 'peer_add', card: centre, text: '' });
  await ordered(node, { act: 'peer_verify', node: centre.node, method: 'bench' });
  return { leaf: { node, feeds }, own: { ...benchCard('leaf', keys, 'vendor'), ...lines() } };
}

function shakeHands({ tls }: Keys, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const tcp = connectTcp({ host: 'localhost', port });
    const socket = connect({
      socket: tcp,
      key: tls.keyPem,
      cert: tls.certificatePem,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    });
    tcp.on('error', reject);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** Looks so seldom that looking takes nothing from what is measured. */
async function rarely(holds: () => boolean): Promise<void> {
  const end = performance.now() + MOST_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function inChunks<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < values.length; at += TOGETHER)
    done.push(...(await Promise.all(values.slice(at, at + TOGETHER).map(work))));
  return done;
}
