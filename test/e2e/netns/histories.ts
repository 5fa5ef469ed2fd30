/**
 * What nodes that have ended left on their disks, read back and played again before the judge of the simulation: the
 * invariants I1 to I9 of DESIGN §12.4 over what real processes did.
 *
 * Each history is in the order in which its node wrote it down; of several, an entry comes after its own author has
 * written it. That is all that is known of their order, and all that the invariants need.
 */
import { expect } from 'vitest';
import { loadConfig, placesIn } from '../../../node/cli/config.js';
import { logsOf } from '../../../node/cli/logs.js';
import { foldHome, type Home, openHome } from '../../../node/cli/open-home.js';
import { feedKey } from '../../../node/core/ids.js';
import { ballotsIn } from '../../../node/core/settlement/embedded.js';
import { emptyState, type State } from '../../../node/core/state.js';
import type { Statement } from '../../../node/core/statement.js';
import { step, stepIllegible } from '../../../node/core/step.js';
import type { Instant } from '../../../node/core/time.js';
import type { Arrival } from '../../../node/ports.js';
import { openChronicle } from '../../simulation/chronicle.js';
import { openBook } from '../../simulation/cryptography.js';
import type { Judged } from '../../simulation/judge/bench.js';
import { type Judge, openJudge } from '../../simulation/judge/judge.js';

/** One node, as far as it has been played. */
interface History {
  readonly home: Home;
  readonly judged: Judged;
  readonly rest: (readonly [Arrival, Statement | undefined])[];
  state: State;
  now: Instant;
}

/** @returns the rare states that were reached. */
export async function judgeHistories(homes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const histories = await Promise.all(homes.map(readHistory));
  const book = openBook();
  for (const { rest } of histories)
    for (const [{ statement: id }, statement] of rest) {
      if (id === undefined || statement === undefined) continue;
      book.statements.set(id, statement);
      for (const ballot of ballotsIn(statement.body)) book.ballots.set(ballot.id, ballot);
    }
  const judge = openJudge({
    plan: { members: Number.POSITIVE_INFINITY, quorum: 0, liars: [], deeds: [] },
    houses: histories.map(({ judged }) => judged),
    book,
    chronicle: openChronicle(),
    tell: () => undefined,
    now: () => Math.max(...histories.map(({ now }) => now)) as Instant,
    anchored: () => undefined,
  });
  const written = new Set<string>();
  let played = 0;
  for (let moved = true; moved; ) {
    moved = bringForward(histories, written);
    for (const history of histories)
      while (isNext(history, written)) {
        await playOne(history, judge, written);
        played += 1;
        moved = true;
      }
  }
  expect(histories.flatMap(({ rest }) => rest.map(([{ feed }]) => feedKey(feed)))).toEqual([]);
  expect(played).toBeGreaterThan(100);
  for (const history of histories) {
    // So that notes of peers can be read: the fold makes their cards known to the sealer.
    await foldHome(history.home);
    await checkLogs(history);
  }
  judge.finished();
  for (const { home } of histories) await home.feeds.close();
  expect(judge.violations).toEqual([]);
  return judge.reached;
}

async function readHistory(place: string, at: number): Promise<History> {
  const config = await loadConfig(place);
  if (!config.ok) throw new Error(config.fault.code);
  const opened = await openHome(config.value, 'full');
  if (!opened.ok) throw new Error(opened.fault.code);
  const home = opened.value;
  const rest: [Arrival, Statement | undefined][] = [];
  for await (const arrival of home.feeds.arrivals()) {
    const { content } = arrival;
    rest.push([arrival, 'rest' in content ? await home.sealer.recall(content.rest) : undefined]);
  }
  const history: History = {
    home,
    rest,
    state: emptyState(home.self),
    now: 0 as Instant,
    judged: {
      place: at,
      node: home.self.node,
      lies: false,
      clock: { now: () => history.now },
      feeds: () => home.feeds,
      running: () => ({ state: () => history.state }),
    },
  };
  return history;
}

function isNext({ rest, judged }: History, written: ReadonlySet<string>): boolean {
  const [next] = rest;
  if (next === undefined) return false;
  const [{ feed, sequence }] = next;
  return feed.author === judged.node || written.has(`${feedKey(feed)} ${sequence}`);
}

/**
 * A node that was put back got its own words from its peers, behind what came in meanwhile: where everybody waits for
 * such words, they are played first. A state follows from its feeds in any order that keeps each feed's own.
 * @returns whether some were found.
 */
function bringForward(histories: readonly History[], written: ReadonlySet<string>): boolean {
  if (histories.some((history) => isNext(history, written))) return true;
  for (const { rest } of histories) {
    const [blocked] = rest[0] ?? [];
    const author = histories.find(({ judged }) => judged.node === blocked?.feed.author);
    if (blocked === undefined || author === undefined) continue;
    const isWanted = ([{ feed, sequence }]: History['rest'][number]) =>
      feedKey(feed) === feedKey(blocked.feed) && sequence <= blocked.sequence;
    const wanted = author.rest.filter(isWanted);
    if (wanted.length === 0) continue;
    author.rest.splice(0, author.rest.length, ...wanted, ...author.rest.filter((one) => !isWanted(one)));
    return true;
  }
  return false;
}

async function playOne(history: History, judge: Judge, written: Set<string>): Promise<void> {
  const { home, judged, rest } = history;
  const [arrival, statement] = rest.shift() as History['rest'][number];
  const { feed, sequence, statement: id, at, content } = arrival;
  const { entries } = await home.feeds.read(feed, sequence, { entries: 1, bytes: 1 });
  const [entry] = entries;
  if (entry === undefined) throw new Error('what arrived has its entry');
  history.now = Math.max(history.now, at) as Instant;
  judge.wrote(judged, { entries: [{ ...arrival, entry }], tips: [], once: [], heard: undefined });
  if (feed.author === judged.node) written.add(`${feedKey(feed)} ${sequence}`);
  const body = statement?.body;
  if (body?.kind === 'order' && body.order.act === 'breach_confirm') judge.allow(judged.node, 'P4');
  if (body?.kind === 'order' && body.order.act === 'manual_release') judge.allow(judged.node, 'MANUAL');
  if (body?.kind === 'publish_report') judge.releases(judged);
  const fault = 'fault' in content ? content.fault : undefined;
  history.state =
    statement !== undefined && id !== undefined
      ? step(history.state, { feed, id, statement, at }).state
      : stepIllegible(history.state, feed, sequence, fault).state;
  judge.look();
}

/** I9 for real signatures: every checkpoint and every receipt that was ever kept is for a prefix of its log. */
async function checkLogs({ home, state }: History): Promise<void> {
  const { repair } = placesIn(home.config.home);
  const logs = logsOf(home.feeds, home.sealer, home.keys, () => state, home.clock.now, repair);
  for (const { feed } of home.feeds.heads()) expect(await logs.verify(feed)).toMatchObject({ ok: true });
}
