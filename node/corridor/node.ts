/**
 * A node: the corridor put together and kept going. Start folds the feeds, opens the links and hears what was left
 * unheard; after that everything is an arrival or an alarm.
 */

import { type ClockSample, isNewsOfClocks } from '../core/clocks.js';
import type { Tlp } from '../core/disclosure/tlp.js';
import { nextDue } from '../core/duties.js';
import { type Outcome, refuse } from '../core/fault.js';
import type { CaseId, FeedId, NodeId } from '../core/ids.js';
import type { State } from '../core/state.js';
import type { HomeBody, Order } from '../core/statement.js';
import { DAY, type Instant, type Millis } from '../core/time.js';
import type { NoteOut } from '../ports.js';
import { type Machine, openMachine } from './advance.js';
import { type Bell, openBell } from './bell.js';
import type { Doors, LinkStanding } from './doors.js';
import { type Enactor, enactor } from './enact.js';
import { type Links, openLinks } from './links.js';
import { type Postman, type PostStanding, postman } from './postman.js';
import { isAcquainted, type Register } from './register.js';
import { trustedOf } from './trusted.js';

/** A life that is said to lie further ahead than this is no life of ours: nobody's clock is a year off. */
const LATEST_LIFE_MS: Millis = 366 * DAY;

export interface RunningNode {
  readonly state: () => State;
  readonly links: () => readonly LinkStanding[];
  /** How mail server and mailbox answered last; `undefined` where none is configured. */
  readonly post: () => PostStanding | undefined;
  /** Reads the mailbox now. @returns how many mails. Faults: MAIL_ABSENT, MAIL_UNREACHABLE, LIMIT_EXCEEDED. */
  collectMail(): Promise<Outcome<number>>;
  /** Hands a note to the mail server and waits for its answer. Faults: MAIL_ABSENT, MAIL_*, KEY_*. */
  write(note: NoteOut): Promise<Outcome<string>>;
  /** One order by an officer. Resolves when its entry is on disk and heard; refused orders stay on record. */
  order(
    by: string,
    order: Order,
    about?: { readonly caseId: CaseId; readonly tlp: Tlp },
  ): Promise<Outcome<true>>;
  /** The next instant at which anything may become due by time alone. */
  readonly due: () => Instant | undefined;
  /** Nothing waits to be heard or done, and every peer that is linked has acknowledged everything. */
  readonly isIdle: () => boolean;
  readonly hasEnded: () => boolean;
  /** Settles when the node has ended: with what broke it, or with nothing after {@link stop}. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** @throws Breakage STORE_*, and whatever a transport throws when it cannot listen; then nothing is left going. */
export async function startNode(doors: Doors): Promise<RunningNode> {
  const { journal, clock, feeds, guard, self } = doors;
  let end: (cause: unknown) => void = () => undefined;
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  let cancelTick: () => void = () => undefined;
  let links: Links | undefined;
  let enact: Enactor | undefined;
  let bell: Bell | undefined;
  let mail: Postman | undefined;
  let stopped = false;
  /** One tick at a time waits to be heard. */
  let ticking = false;
  let over = false;
  /** Peers that fenced a life of this process off. */
  const fencedBy = new Set<NodeId>();

  const machine: Machine = await openMachine(doors, { sealing, advanced, broken });
  const register: Register = {
    state: machine.state,
    enter: async (body) => {
      await machine.say({ caseId: undefined, tlp: undefined, body });
    },
    fenced,
  };
  guard.raise(machine.state().life.highest + 1);
  await machine.begin({ caseId: undefined, tlp: undefined, body: startOf(guard.restored) });
  await doors.sealer.trust(trustedOf(machine.state()));
  // A feed is bound to the origin that it had when it began: a peer cannot start another history under it.
  for (const { feed, checkpoint } of feeds.heads())
    if (checkpoint !== undefined && feed.author !== self.node) doors.sealer.readCheckpoint(feed, checkpoint);
  await guard.move(feeds.heads());
  enact = enactor(machine, doors, broken);
  bell = openBell(machine.state(), doors, broken);
  links = openLinks(doors, machine.queue, register, broken, sampled);
  links.follow(machine.state());
  try {
    await links.listen();
  } catch (cause) {
    // What is open by now would keep the process from ending.
    await halt(cause);
    throw cause;
  }
  journal.write({ event: 'started', incarnation: guard.incarnation });
  machine.run();
  if (doors.post !== undefined) mail = postman(machine, doors, doors.post, broken);
  recordPolicy();
  armTick(machine.state());
  enact.look();
  mail?.look();

  return {
    state: machine.state,
    links: () => links?.standings() ?? [],
    post: () => mail?.standing(),
    write: (note) => doors.post?.write(note, clock.now()) ?? Promise.resolve(refuse('MAIL_ABSENT')),
    collectMail: () => mail?.collect() ?? Promise.resolve(refuse('MAIL_ABSENT')),
    order: (by, order, about) =>
      machine.say({ caseId: about?.caseId, tlp: about?.tlp, body: { kind: 'order', by, order } }),
    due: () => nextDue(machine.state()),
    isIdle,
    hasEnded: () => over,
    ended,
    stop,
  };

  async function sealing(before: State, after: State): Promise<void> {
    if (before.peers !== after.peers || before.contacts !== after.contacts)
      await doors.sealer.trust(trustedOf(after));
  }

  /** Everything is on disk: now it may be spoken, done, and waited for. */
  async function advanced(before: State, after: State, grown: readonly FeedId[]): Promise<void> {
    if (before.peers !== after.peers) links?.follow(after);
    if (stopped) return;
    links?.grown(grown.map(({ recipient }) => recipient));
    armTick(after);
    enact?.look();
    if (before.mail !== after.mail || before.peers !== after.peers) mail?.look();
    bell?.changed(before, after);
  }

  function startOf(restored: string): HomeBody {
    return { kind: 'start', incarnation: guard.incarnation, restored };
  }

  /**
   * A peer has heard a later life of ours: we begin again above it (LOG-6), for else it would not speak
   * with us. It is a mere number, so each peer is believed once, and none where it had answered this life already: then
   * another process speaks as this node, which an officer has to see, or the peer lies. That it told us how much it holds
   * of our feed is no sign, for its Hello comes before it has heard ours. And it is no loss: that we have forgotten
   * something is proven by our own signature on more than we hold, which stands in that Hello, before its refusal.
   */
  function fenced(peer: NodeId, latest: number): void {
    const { life } = machine.state();
    if (latest < guard.incarnation || stopped || fencedBy.has(peer)) return;
    fencedBy.add(peer);
    journal.write({ event: 'alarm', alarm: 'a peer knows a later life of this node', peer });
    if (life.answers.get(peer) === life.incarnation || latest > clock.now() + LATEST_LIFE_MS) return;
    guard.raise(latest + 1);
    const begun = machine.say({ caseId: undefined, tlp: undefined, body: startOf('') });
    // Hello names the new life only when the guard knows it.
    void begun.then(() => guard.move(feeds.heads())).then(() => links?.anew(), broken);
  }

  /** The configuration decides nothing by itself: what it says becomes an entry, and a refold decides as we did. */
  function recordPolicy(): void {
    const { autoAccept } = doors;
    if (machine.state().autoAccept === autoAccept) return;
    const order: Order = { act: 'policy', autoAccept };
    void machine.say({
      caseId: undefined,
      tlp: undefined,
      body: { kind: 'order', by: 'configuration', order },
    });
  }

  /** What a peer's clock shows is recorded like everything that decides (R10). */
  function sampled(sample: ClockSample): void {
    if (stopped || !isNewsOfClocks(machine.state(), sample)) return;
    void machine.say({ caseId: undefined, tlp: undefined, body: { kind: 'clock_sample', ...sample } });
  }

  /** A tick is entered only when something may be due: it is an entry of the home feed like any other. */
  function armTick(state: State): void {
    cancelTick();
    const due = nextDue(state, Math.min(clock.now(), state.now) as Instant);
    if (due === undefined || stopped || ticking) return;
    cancelTick = clock.alarm(due, () => {
      const tick: HomeBody = { kind: 'tick' };
      ticking = true;
      void machine.say({ caseId: undefined, tlp: undefined, body: tick }).then(() => {
        ticking = false;
        armTick(machine.state());
        if (!stopped) bell?.ticked(machine.state());
      });
    });
  }

  function isIdle(): boolean {
    if (!machine.isIdle() || enact?.isIdle() === false || mail?.isIdle() === false) return false;
    const linked = new Set<NodeId>(links?.standings().map(({ peer }) => peer));
    if (![...linked].every((peer) => isAcquainted(doors, machine.state(), peer))) return false;
    return feeds
      .heads()
      .filter(({ feed }) => feed.author === self.node && linked.has(feed.recipient))
      .every(({ acknowledged, tip }) => acknowledged === tip.size);
  }

  function broken(cause: unknown): void {
    void halt(cause);
  }

  async function stop(): Promise<void> {
    await halt(undefined);
  }

  async function halt(cause: unknown): Promise<void> {
    if (stopped) return;
    stopped = true;
    cancelTick();
    const enacted = enact?.stop();
    const posted = mail?.stop();
    bell?.stop();
    // A letter that is under way is reported, unless nobody knows any more what is on disk.
    if (cause === undefined) await posted;
    await links?.close();
    // What is being heard is finished; what only waits will be heard at the next start.
    await machine.stop();
    await enacted;
    await posted;
    await feeds.close();
    journal.write({ event: 'stopped', incarnation: guard.incarnation });
    over = true;
    end(cause);
  }
}
