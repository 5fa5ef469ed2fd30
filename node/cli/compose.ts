/** A node from its home: the one place where adapters are chosen and handed to the corridor. */
import { randomBytes, randomUUID } from 'node:crypto';
import { computeInPlace } from '../../adapters/webcrypto/in-place.js';
import type { Desk, Live } from '../control/desk.js';
import { type ControlServer, clearSocket, serveControl } from '../control/server.js';
import { answer } from '../control/verbs.js';
import { type Fault, type Outcome, ok } from '../core/fault.js';
import { caseId } from '../core/ids.js';
import { rootOf } from '../core/log/tree.js';
import { canBeDialled } from '../core/registry/card.js';
import { boundedJournal } from '../corridor/bounded-journal.js';
import { type RunningNode, startNode } from '../corridor/node.js';
import type { Keys } from '../envelope/keys.js';
import type { Chance, Journal, Post, Transport } from '../ports.js';
import type { FeedStore } from '../store/feeds.js';
import { openGuard } from '../store/guard.js';
import { readRepair } from '../store/repair-record.js';
import { type Config, placesIn } from './config.js';
import { jsonJournal } from './journal.js';
import { openMailConfig } from './mail-config.js';
import { deskOf, type Home, openHome } from './open-home.js';
import { ownCard } from './own.js';
import { pledgesIn } from './pledges-in.js';
import { publicRenderer } from './render.js';

export interface ComposedNode {
  readonly node: RunningNode;
  /** What the control socket answers from; for callers in the same process. */
  readonly desk: Desk;
  /** Settles when the node has ended: with what broke it, or with nothing. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Opens a home and runs its node, control socket and all.
 *
 * @param journalLine takes one JSON line without its end.
 * Faults: CONFIG_FIELD, KEY_*, STORE_FORMAT (guard).
 * @throws Breakage SOCKET_IN_USE, STORE_*, CONFIG_FIELD where an address cannot be taken; then nothing is left open.
 */
export async function composeNode(
  config: Config,
  journalLine: (line: string) => void,
): Promise<Outcome<ComposedNode>> {
  computeInPlace();
  // First of all: a second process must not even try the lock of a store that is in use.
  await clearSocket(config.controlSocket);
  const home = await openHome(config, 'full');
  if (!home.ok) return home;
  const { feeds, sealer, self, keys, clock, jump, publisher } = home.value;
  try {
    const guard = await openGuard(config.guardFile, feeds.heads(), clock.now(), {
      fresh: false,
      rootAt: rootsOf(feeds),
      database: placesIn(config.home).store,
    });
    if (!guard.ok) {
      await feeds.close();
      return guard;
    }
    const repair = await readRepair(placesIn(config.home).repair);
    if (!repair.ok) {
      await feeds.close();
      return repair;
    }
    const post = await openMail(home.value);
    if (!post.ok) {
      await feeds.close();
      return post;
    }
    const journal = boundedJournal(jsonJournal(clock, journalLine), clock);
    const startedAt = clock.now();
    const chance = systemChance();
    const node = await startNode({
      self,
      autoAccept: config.autoAccept,
      clock,
      chance,
      sealer,
      feeds,
      guard: guard.value,
      ...(repair.value === undefined
        ? {}
        : { pledges: pledgesIn(placesIn(config.home).repair, repair.value) }),
      transports: await openTransports(config, keys, journal),
      prefer: config.prefer,
      hidden: !canBeDialled(ownCard(config, keys, 1, startedAt)),
      publisher,
      renderer: publicRenderer(self),
      ...(post.value === undefined ? {} : { post: post.value }),
      journal,
    });
    const live: Live = { node, chance, incarnation: guard.value.incarnation, startedAt, jump };
    const desk: Desk = { ...deskOf(home.value, node.state), live };
    void node.ended.then(() => journal.close());
    return ok(await withControl(config, desk, node));
  } catch (cause) {
    await feeds.close().catch(() => undefined);
    throw cause;
  }
}

async function withControl(config: Config, desk: Desk, node: RunningNode): Promise<ComposedNode> {
  let control: ControlServer;
  try {
    control = await serveControl(config.controlSocket, (call) => answer(call, desk));
  } catch (cause) {
    await node.stop();
    throw cause;
  }
  const ended = node.ended.then(async (cause) => {
    await control.close();
    return cause;
  });
  return {
    node,
    desk,
    ended,
    async stop() {
      await node.stop();
      await ended;
    },
  };
}

function rootsOf(feeds: FeedStore): NonNullable<Parameters<typeof openGuard>[3]['rootAt']> {
  return async (feed, size) => rootOf(await feeds.tipAt(feed, size));
}

/** Mail is loaded where it is configured. Faults: CONFIG_FIELD for a password file that is missing or open to others. */
async function openMail({ config, self, sealer }: Home): Promise<Outcome<Post | undefined>> {
  if (config.mail === undefined) return ok(undefined);
  const settings = await openMailConfig(config.mail);
  if (!settings.ok) return settings;
  const { openPost } = await import('../../adapters/mail/post.js');
  const { node, name, mode, zones } = self;
  const sender = { node, name, zones, exercise: mode === 'drill' };
  return ok(openPost(settings.value, sender, sealer, sealer.digest));
}

/** Only what is asked for is loaded: libp2p takes half a second. */
function openTransports(config: Config, keys: Keys, journal: Journal): Promise<readonly Transport[]> {
  const refused = ({ fault }: { readonly fault: Fault }) => journal.write({ event: 'fault', fault });
  const open: Readonly<Record<Config['transports'][number], () => Promise<Transport>>> = {
    grpc: async () => {
      const { openGrpc } = await import('../../adapters/transport/grpc/transport.js');
      const tls = { key: keys.tls.keyPem, certificate: keys.tls.certificatePem };
      return openGrpc({ node: keys.node, tls, listen: config.grpc.listen, refused });
    },
    libp2p: async () => {
      const { openLibp2p } = await import('../../adapters/transport/libp2p/transport.js');
      const { listen, relay, reachedThrough } = config.libp2p;
      return openLibp2p({
        node: keys.node,
        seed: keys.noise.seed,
        listen,
        relay,
        reachedThrough,
        refused,
      });
    },
  };
  return Promise.all(config.transports.map((name) => open[name]()));
}

/** Randomness of the machine. */
function systemChance(): Chance {
  return {
    caseId() {
      const id = caseId(randomUUID());
      if (id === undefined) throw new Error('a random UUID is version 4');
      return id;
    },
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  };
}
