/** Keys, card and store of one home: what a running node and a look at a resting one have in common. */

import { sign } from 'node:crypto';
import type { CycleEntry } from '../../adapters/calendar/catalogue.js';
import { drillClock } from '../../adapters/clock/drill.js';
import { systemClock } from '../../adapters/clock/system.js';
import { directoryPublisher } from '../../adapters/publish/directory.js';
import type { Desk } from '../control/desk.js';
import { hexOf, sha256Bytes, utf8 } from '../core/bytes.js';
import { type Outcome, ok } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { emptyState, type Self, type State } from '../core/state.js';
import { step, stepIllegible } from '../core/step.js';
import type { Instant } from '../core/time.js';
import { trustedOf } from '../corridor/trusted.js';
import { cardExpiry, readCard } from '../envelope/card.js';
import { judge, readCertificate } from '../envelope/keyring.js';
import type { Keys } from '../envelope/keys.js';
import { openSealer } from '../envelope/sealer.js';
import type { Clock, MailSealer, Publisher, Sealer } from '../ports.js';
import type { FeedStore } from '../store/feeds.js';
import { levelAt } from '../store/level.js';
import { openFeeds } from '../store/open.js';
import { shippedCalendar } from './calendar.js';
import { type Config, placesIn } from './config.js';
import { cyclesOf } from './local-cycles.js';
import { logsOf } from './logs.js';
import { openOwnKeys, readOwnCard, selfOf } from './own.js';
import { publicListing } from './render.js';

export interface Home {
  readonly config: Config;
  readonly self: Self;
  readonly keys: Keys;
  readonly feeds: FeedStore;
  readonly sealer: Sealer & MailSealer;
  readonly clock: Clock;
  /** Moves the clock of a DRILL node. */
  readonly jump: ((to: Instant) => void) | undefined;
  readonly publisher: Publisher;
  /** Patch cycles: the catalogue with the local file. */
  readonly cycles: readonly CycleEntry[];
}

/**
 * Opens everything that needs no network. The caller closes `feeds`.
 * @param verify as `openFeeds` has it: `full` at a start.
 * Faults: CONFIG_FIELD, KEY_*. @throws Breakage STORE_LOCKED, STORE_ABSENT, STORE_FORMAT, STORE_DAMAGED
 */
export async function openHome(config: Config, verify: 'full' | 'heads'): Promise<Outcome<Home>> {
  const keys = await openOwnKeys(config);
  if (!keys.ok) return keys;
  const card = await readOwnCard(config);
  if (!card.ok) return card;
  const cycles = await cyclesOf(config.home);
  if (!cycles.ok) return cycles;
  const directory = placesIn(config.home).store;
  const feeds = await openFeeds(levelAt(directory), { verify, create: false, directory });
  const { clock, jump } = await clockOf(config, feeds);
  const self = selfOf(config, keys.value, card.value);
  return ok({
    config,
    self,
    keys: keys.value,
    feeds,
    sealer: openSealer(keys.value, cardExpiry(card.value)),
    clock,
    jump,
    cycles: cycles.value,
    publisher: directoryPublisher({ directory: config.publicDir, listing: publicListing(self) }),
  });
}

/** A drill clock never goes back, not even over a restart: it begins where the newest entry was written down. */
async function clockOf(config: Config, feeds: FeedStore): Promise<Pick<Home, 'clock' | 'jump'>> {
  if (config.mode !== 'drill') return { clock: systemClock(), jump: undefined };
  let start = config.drillStart ?? systemClock().now();
  for (const { feed, tip } of feeds.heads()) {
    const last = tip.size === 0 ? undefined : await feeds.arrival(feed, tip.size - 1);
    if (last !== undefined && last.at > start) start = last.at;
  }
  const clock = drillClock(start);
  return { clock, jump: clock.jump };
}

/** What the control room is given, without a node behind it. */
export function deskOf(home: Home, state: () => State): Desk {
  const { feeds, sealer, keys, clock, publisher, config } = home;
  return {
    state,
    now: clock.now,
    feeds,
    logs: logsOf(feeds, sealer, keys, state, clock.now, placesIn(config.home).repair),
    publisher,
    expiring: sealer.expiring,
    readCard,
    readMailCertificate,
    openMail: sealer.openMail,
    async likeCases(archive) {
      const { openLikeCases } = await import('../../adapters/search/like-cases.js');
      return openLikeCases(archive);
    },
    calendar: shippedCalendar(config.holidays, home.cycles),
    alias: (label) => {
      // A signature that never leaves the house: without the log key nobody can tell what the name stands for.
      const secret = sign(null, utf8(`isochron/v1 alias\n${label}`), keys.log.privateKey);
      return hexOf(sha256Bytes(secret).subarray(0, 8));
    },
    live: undefined,
  };
}

/** A certificate of somebody with a mail program, in force now. */
async function readMailCertificate(
  armoured: string,
  now: Instant,
): Promise<Outcome<{ readonly node: NodeId; readonly armoured: string }>> {
  const read = await readCertificate(armoured, 'mail');
  if (!read.ok) return read;
  const fault = await judge(read.value, now);
  return fault === undefined ? ok(read.value) : { ok: false, fault };
}

/**
 * The state of a resting node: the fold of everything that it holds (DESIGN §4). What was heard last and changed
 * nothing on disk is in it as well; what would follow from it is said at the next start.
 */
export async function foldHome({ feeds, sealer, self }: Home): Promise<State> {
  let state = emptyState(self);
  for await (const { feed, sequence, statement: id, at, content } of feeds.arrivals()) {
    const fault = 'fault' in content ? content.fault : undefined;
    state =
      'rest' in content && id !== undefined
        ? step(state, { feed, id, statement: await sealer.recall(content.rest), at }).state
        : stepIllegible(state, feed, sequence, fault).state;
  }
  // So that receipts and checkpoints of peers can be checked here as well.
  await sealer.trust(trustedOf(state));
  return state;
}
