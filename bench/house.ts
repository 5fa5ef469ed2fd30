/**
 * Whole nodes for the benches: production core, corridor, sealer and LevelDB store in a directory that is removed
 * afterwards. Keys are made anew in each run and never unlocked from a passphrase, which costs once a start only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../adapters/clock/system.js';
import { computeInPlace } from '../adapters/webcrypto/in-place.js';
import { drillCard } from '../node/cli/conformance/drill-card.js';
import type { Tlp } from '../node/core/disclosure/tlp.js';
import { Breakage, type Outcome } from '../node/core/fault.js';
import { type CaseId, caseId } from '../node/core/ids.js';
import type { Card, NodeRole } from '../node/core/registry/card.js';
import type { Self } from '../node/core/state.js';
import type { CaseSummary, Order } from '../node/core/statement.js';
import { after, HOUR } from '../node/core/time.js';
import { type RunningNode, startNode } from '../node/corridor/node.js';
import { createOpenpgp, createSecrets } from '../node/envelope/create.js';
import { assembleKeys, type Keys } from '../node/envelope/keys.js';
import { openSealer } from '../node/envelope/sealer.js';
import type {
  Clock,
  Guard,
  JournalLine,
  Link,
  MailSealer,
  Post,
  Publisher,
  Sealer,
  Transport,
} from '../node/ports.js';
import type { FeedStore } from '../node/store/feeds.js';
import { openGuard } from '../node/store/guard.js';
import { levelAt } from '../node/store/level.js';
import { openFeeds } from '../node/store/open.js';
import { type Carrier, openCarrier } from './carrier.js';

/** The clock of every bench. */
export const CLOCK: Clock = systemClock();

/** A node with its parts, as the benches need them. */
export interface House {
  readonly keys: Keys;
  readonly node: RunningNode;
  readonly feeds: FeedStore;
  readonly guard: Guard;
  readonly sealer: Sealer;
  /** Own card, with the address on which the node listens. */
  readonly card: Card;
  /** Refusals and faults that the node met; a bench that has any has measured nothing. */
  readonly faults: readonly JournalLine[];
  /** Takes a link as if somebody had dialled. */
  readonly accept: (link: Link) => void;
}

/** @returns what the work returns; its directory is gone then. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'isochron-bench-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** New keys of the profile, an hour old. */
export async function benchKeys(name: string): Promise<Keys> {
  const made = after(CLOCK.now(), -HOUR);
  const keys = await assembleKeys(await createOpenpgp(`BENCH ${name}`, made), createSecrets(made));
  return demand(keys);
}

/** @param target where the node listens; absent for one that only dials. */
export function benchCard(name: string, keys: Keys, role: NodeRole, target?: string): Card {
  const grpc = target === undefined ? [] : [{ target }];
  return drillCard(`BENCH ${name}`, keys, CLOCK.now(), { role, grpc });
}

/** What a node of a bench is made of. */
export interface Parts {
  readonly name: string;
  readonly role: NodeRole;
  readonly keys: Keys;
  readonly feeds: FeedStore;
  readonly guard: Guard;
  readonly transport: Transport;
  readonly journal: (line: JournalLine) => void;
  /** Made with the keys and the sealer of the node; absent: it has no mail server. */
  readonly post?: OpenPost | undefined;
  /** Its own; made of its keys where it is not named. */
  readonly sealer?: Sealer & MailSealer;
}

export type OpenPost = (keys: Keys, sealer: Sealer & MailSealer) => Post;

/** Starts a node that publishes nothing. From then on curves are computed in place, as in a node that is composed. */
export function startParts({
  name,
  role,
  keys,
  feeds,
  guard,
  transport,
  journal,
  post,
  sealer = openSealer(keys),
}: Parts): Promise<RunningNode> {
  computeInPlace();
  return startNode({
    self: selfOf(name, role, keys),
    autoAccept: false,
    clock: CLOCK,
    chance: { caseId: () => benchCase(0), fraction: Math.random },
    sealer,
    ...(post === undefined ? {} : { post: post(keys, sealer) }),
    feeds,
    guard,
    transports: [transport],
    publisher: NOTHING_PUBLIC,
    renderer: { render: () => [] },
    journal: { write: journal },
  });
}

/** A store of LevelDB in a directory, made where it is not there, with its guard beside it. */
export async function benchStore(
  directory: string,
): Promise<{ readonly feeds: FeedStore; readonly guard: Guard }> {
  const store = join(directory, 'store');
  const feeds = await openFeeds(levelAt(store), { verify: 'full', create: true, directory: store });
  const fresh = feeds.heads().length === 0;
  const opened = await openGuard(join(directory, 'guard'), feeds.heads(), CLOCK.now(), {
    fresh,
    database: store,
  });
  return { feeds, guard: demand(opened) };
}

/** Starts a centre on loopback. The caller stops `node`. */
export async function openHouse(
  name: string,
  directory: string,
  carrier: Carrier = 'grpc',
  post?: OpenPost,
): Promise<House> {
  const keys = await benchKeys(name);
  const { feeds, guard } = await benchStore(directory);
  const { transport, lines } = await openCarrier(carrier, keys, 0);
  const faults: JournalLine[] = [];
  const sealer = openSealer(keys);
  let accept: (link: Link) => void = (link) => link.close();
  const node = await startParts({
    name,
    role: 'centre',
    keys,
    feeds,
    guard,
    sealer,
    transport: {
      ...transport,
      listen: (take) => {
        accept = take;
        return transport.listen(take);
      },
    },
    journal: (line) => {
      if (line.event === 'refused' || line.event === 'fault') faults.push(line);
    },
    post,
  });
  const card = { ...benchCard(name, keys, 'centre'), ...lines() };
  return { keys, node, feeds, guard, sealer, card, faults, accept: (link) => accept(link) };
}

/** A case id by number. */
export function benchCase(number: number): CaseId {
  const id = caseId(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`);
  if (id === undefined) throw new Error('a number makes a case id');
  return id;
}

/** An order that must not be refused. @throws Breakage with the refusal. */
export async function ordered(node: RunningNode, order: Order, number?: number): Promise<void> {
  const about = number === undefined ? undefined : { caseId: benchCase(number), tlp: 'AMBER' as Tlp };
  demand(await node.order('bench', order, about));
}

/** A summary whose text has so many letters. */
export function benchSummary(letters: number): CaseSummary {
  return {
    title: 'An invented case for measuring',
    kind: 'software_product',
    scope: 'implementation',
    summary: benchText(letters),
    products: ['Parser'],
    publicIds: ['VU#000001'],
  };
}

/** So many letters that do not compress to nothing; no compression is used anyway. */
export function benchText(letters: number): string {
  let seed = 7;
  return Array.from({ length: letters }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(97 + (seed % 26));
  }).join('');
}

/** @throws Breakage with the fault of a refusal. */
export function demand<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Breakage(outcome.fault);
  return outcome.value;
}

function selfOf(name: string, role: NodeRole, keys: Keys): Self {
  return {
    node: keys.node,
    name: `BENCH ${name}`,
    role,
    mode: 'drill',
    zone: 'Etc/UTC',
    namespace: 'https://bench.example',
    idPrefix: 'BENCH',
    embargoDays: 45,
    replyByDays: 7,
    cardText: '',
    certificate: keys.certificate.armoured,
    zones: new Map(),
  };
}

/** No bench publishes. */
export const NOTHING_PUBLIC: Publisher = {
  stage: async () => undefined,
  release: async () => undefined,
  standing: async () => ({ staged: undefined, released: undefined }),
};
