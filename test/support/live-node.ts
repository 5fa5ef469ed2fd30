/**
 * A whole node on the loopback in this process: production core, corridor, sealer and transports, a store in memory and
 * the clock of the machine. What a test plants goes through the ports.
 */
import { MemoryLevel } from 'memory-level';
import { systemClock } from '../../adapters/clock/system.js';
import { openGrpc } from '../../adapters/transport/grpc/transport.js';
import { openLibp2p } from '../../adapters/transport/libp2p/transport.js';
import type { OpenLink } from '../../adapters/transport/link.js';
import { drillCard } from '../../node/cli/conformance/drill-card.js';
import type { Fault } from '../../node/core/fault.js';
import { type CaseId, caseId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Order } from '../../node/core/statement.js';
import { after, type Instant } from '../../node/core/time.js';
import type { Doors } from '../../node/corridor/doors.js';
import { type RunningNode, startNode } from '../../node/corridor/node.js';
import { createOpenpgp, createSecrets } from '../../node/envelope/create.js';
import { assembleKeys, type Keys } from '../../node/envelope/keys.js';
import { openSealer } from '../../node/envelope/sealer.js';
import type { Clock, Transport } from '../../node/ports.js';
import { openGuardIn } from '../../node/store/guard.js';
import { openFeeds } from '../../node/store/open.js';

/** What makes a node differ from an honest one. */
export interface Deviation {
  /** Puts other doors around the corridor. */
  readonly doors?: (doors: Doors, keys: Keys) => Doors;
  /** Puts something between a connection and its link. */
  readonly open?: OpenLink;
  /** A card that is put on file is verified at once. */
  readonly trusting?: boolean;
  readonly begun?: (running: RunningNode) => void;
}

export interface LiveNode {
  readonly keys: Keys;
  readonly card: Card;
  readonly running: RunningNode;
  /** As `--target` takes it. */
  readonly address: string;
  /** An order of an officer, tried again while the case has not come; @returns the refusal. */
  order(order: Order, about?: CaseId): Promise<Fault | undefined>;
  /** Puts a card on file, and verifies it. */
  befriend(badge: { readonly card: Card; readonly cardText: string }, verified?: boolean): Promise<void>;
  stop(): Promise<void>;
}

const HELLO_WAIT_MS = 3_000;

/** Keys of this run, in force from an hour ago. */
async function liveKeys(name: string): Promise<Keys> {
  const now = Date.now() as Instant;
  const keys = await assembleKeys(
    await createOpenpgp(`TEST ONLY ${name}`, after(now, -3_600_000)),
    createSecrets(now),
  );
  if (!keys.ok) throw new Error(keys.fault.code);
  return keys.value;
}

export async function openLiveNode(way: 'grpc' | 'libp2p', deviation: Deviation = {}): Promise<LiveNode> {
  const keys = await liveKeys('target');
  const system = systemClock();
  const clock: Clock = {
    ...system,
    // Nobody here takes ten seconds to say Hello.
    elapse: (length, ring) =>
      system.elapse(length === LIMITS.helloWaitMs.most ? HELLO_WAIT_MS : length, ring),
  };
  const { transport, addressOf } = await listening(way, keys, deviation.open);
  const card = cardOf(keys, clock.now());
  const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
  let guardText: string | undefined;
  const guard = await openGuardIn(
    {
      read: async () => guardText,
      replace: async (text) => {
        guardText = text;
      },
      restoredCopy: async () => false,
      unmark: async () => undefined,
    },
    feeds.heads(),
    clock.now(),
    { fresh: true, rootAt: async (feed, size) => rootOf(await feeds.tipAt(feed, size)) },
  );
  if (!guard.ok) throw new Error(guard.fault.code);
  const doors: Doors = {
    self: {
      node: keys.node,
      name: card.name,
      role: 'centre',
      mode: 'drill',
      zone: card.zone,
      namespace: 'https://target.example',
      idPrefix: 'TARGET',
      embargoDays: card.embargoDays,
      replyByDays: card.replyByDays,
      cardText: '',
      certificate: card.certificate,
      zones: new Map(),
    },
    autoAccept: false,
    clock,
    chance: { caseId: () => someCase(), fraction: () => 0.5 },
    sealer: openSealer(keys),
    feeds,
    guard: guard.value,
    transports: [transport],
    publisher: {
      stage: async () => undefined,
      release: async () => undefined,
      standing: async () => ({ staged: undefined, released: undefined }),
    },
    renderer: { render: () => [] },
    journal: { write: () => undefined },
  };
  const running = await startNode(deviation.doors?.(doors, keys) ?? doors);
  deviation.begun?.(running);
  const order: LiveNode['order'] = async (given, about) => {
    const tlp = about === undefined ? undefined : running.state().cases.get(about)?.tlp;
    const place = about === undefined || tlp === undefined ? undefined : { caseId: about, tlp };
    const done = await running.order('officer of the target', given, place);
    return done.ok ? undefined : done.fault;
  };
  return {
    keys,
    card,
    running,
    address: addressOf(),
    order,
    async befriend({ card: other, cardText }, verified = true) {
      await order({ act: 'peer_add', card: other, text: cardText });
      if (verified || deviation.trusting === true)
        await order({ act: 'peer_verify', node: other.node, method: 'telephone' });
    },
    stop: () => running.stop(),
  };
}

async function listening(
  way: 'grpc' | 'libp2p',
  keys: Keys,
  open: OpenLink | undefined,
): Promise<{ readonly transport: Transport; readonly addressOf: () => string }> {
  const { node } = keys;
  const opened = open === undefined ? {} : { open };
  if (way === 'grpc') {
    const transport = openGrpc({
      node,
      tls: { key: keys.tls.keyPem, certificate: keys.tls.certificatePem },
      listen: { host: '127.0.0.1', port: 0 },
      waits: { close: 200 },
      ...opened,
    });
    return { transport, addressOf: () => `grpc://127.0.0.1:${transport.address()?.port ?? 0}` };
  }
  const transport = await openLibp2p({
    node,
    seed: keys.noise.seed,
    listen: '/ip4/127.0.0.1/tcp/0',
    waits: { close: 200 },
    ...opened,
  });
  return { transport, addressOf: () => `libp2p://${transport.addresses()[0] ?? ''}` };
}

function cardOf(keys: Keys, now: Instant): Card {
  return drillCard('TEST ONLY target', keys, now, { libp2p: [{ multiaddr: `/p2p/${keys.noise.peerId}` }] });
}

function someCase(): CaseId {
  const id = caseId(crypto.randomUUID());
  if (id === undefined) throw new Error('a random UUID is version 4');
  return id;
}
