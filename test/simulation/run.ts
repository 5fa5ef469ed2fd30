/**
 * One run: a world is built from a plan, its deeds are done when their time comes, and after every event the judge
 * looks. Then everything heals, and whoever is correct must publish.
 */
import { createHash } from 'node:crypto';
import { Breakage } from '../../node/core/fault.js';
import { type NodeId, nodeId, type StatementId } from '../../node/core/ids.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Ballot } from '../../node/core/settlement/ballot.js';
import { ballotsIn } from '../../node/core/settlement/embedded.js';
import { onGridFrom } from '../../node/core/settlement/terms.js';
import type { State } from '../../node/core/state.js';
import { after, DAY, type Instant, MINUTE, type Millis } from '../../node/core/time.js';
import { duplicity, forgeOf, lie, type Sight, show } from './adversary.js';
import { openChronicle } from './chronicle.js';
import { type Book, openBook } from './cryptography.js';
import { dice } from './dice.js';
import { buildHouse, type House, type Witness } from './house.js';
import type { Violation } from './judge/bench.js';
import { type Judge, openJudge, published } from './judge/judge.js';
import { openNetwork } from './network.js';
import { ABOUT, begin, type Office } from './people.js';
import type { Deed, Plan } from './plan.js';
import { openTimeline, type Timeline } from './timeline.js';
import { openTroubles } from './troubles.js';
import { wrongClock } from './wrong-clock.js';

/** How a run ended. */
export interface Ended {
  readonly violations: readonly Violation[];
  readonly reached: ReadonlyMap<string, number>;
  /** SHA-256 over the whole trace (I10). */
  readonly trace: string;
  readonly steps: number;
  readonly simulatedMs: Millis;
}

export interface Options {
  /** Called with each line of the trace. */
  readonly print?: (line: string) => void;
}

/** So long after the heal officers release by hand where their node still holds. */
const PATIENCE_MS: Millis = 12 * DAY;
/** So long after the heal everybody correct must have published. */
const HEALED_MS: Millis = 14 * DAY;
/** After the last publication the world goes on for so long: what is said then must not undo it. */
const EPILOGUE_MS: Millis = DAY;
/** So long without a word on any disk is silence. */
const QUIET_MS: Millis = MINUTE;
/** More events than any run needs, weeks of dialling without a way among them: a world that does not come to rest. */
const STEPS_MOST = 2_000_000;

/** Plays a plan to its end, or to the first violation. */
export async function play(plan: Plan, { print }: Options = {}): Promise<Ended> {
  const trace = createHash('sha256');
  const time = openTimeline(plan.start);
  const tell = (text: string): void => {
    const line = `${time.now() - plan.start} ${text}`;
    trace.update(`${line}\n`);
    print?.(line);
  };
  const world = build(plan, time, tell);
  const { houses, judge } = world;
  const isDone = () => houses.some(published) && judge.seated().length > 0 && judge.seated().every(published);
  const moved = movesOf(houses);

  for (const house of houses) {
    house.start();
    begin(house, { task: 'acquaint' }, world.office);
  }
  let healedAt: Instant | undefined;
  let doneAt: Instant | undefined;
  let steps = 0;
  const heal = (): void => {
    if (healedAt !== undefined) return;
    healedAt = time.now();
    tell('heals');
    world.heal();
    time.plan(healedAt + PATIENCE_MS, () => officers(world));
  };
  time.plan(plan.start + plan.healAfter, heal);
  while (judge.violations.length === 0 && time.step()) {
    await microtasks();
    judge.look();
    steps += 1;
    if (steps > STEPS_MOST) {
      judge.wrong('I6', 'the world does not come to rest');
      break;
    }
    if (moved()) {
      // Who knew nothing of the case when the others had published may still owe it.
      doneAt = isDone() ? (doneAt ?? time.now()) : undefined;
      if (doneAt !== undefined) heal();
    }
    const end = doneAt === undefined ? healedAt && healedAt + HEALED_MS : doneAt + EPILOGUE_MS;
    // Nobody is interrupted: what is on its way when the time is up still arrives.
    const isQuiet = time.now() >= judge.lastWrite() + QUIET_MS || time.now() >= (end ?? 0) + EPILOGUE_MS;
    if (end !== undefined && time.now() >= end && isQuiet) break;
  }
  if (judge.violations.length === 0) judge.finished();
  const { violations, reached } = judge;
  return { violations, reached, trace: trace.digest('hex'), steps, simulatedMs: time.now() - plan.start };
}

interface World {
  readonly houses: readonly House[];
  readonly judge: Judge;
  readonly office: Office;
  heal(): void;
}

function build(plan: Plan, time: Timeline, tell: (line: string) => void): World {
  const chance = dice(`run ${plan.seed}`);
  const book = openBook();
  const chronicle = openChronicle();
  const network = openNetwork(time, chance.stream('network'));
  network.weather.loss = plan.loss;
  network.weather.slowMs = plan.slowMs;
  const cards = Array.from({ length: plan.members + plan.guests }, (_, place) => cardOf(place));
  const kept = new Map<NodeId, Set<Ballot>>(
    cards.flatMap(({ node }, place) => (plan.liars.includes(place) ? [[node, new Set<Ballot>()]] : [])),
  );
  const sight: Sight = { book, chronicle, plan, kept };
  const ground = { timeline: time, network, book, chance, diskMs: plan.diskMs };
  const witness: Witness = {
    wrote(house, batch) {
      judge.wrote(house, batch);
      for (const { statement } of batch.entries)
        for (const ballot of told(book, statement)) kept.get(house.node)?.add(ballot);
    },
    releases: (house) => judge.releases(house),
    journalled(_, line) {
      if (line.event === 'fault' && line.fault.code === 'PEER_FENCED') judge.note('fence');
    },
    began: (house) => judge.began(house),
    ended(house, cause) {
      const named =
        cause instanceof Breakage ? cause.fault.code : cause instanceof Error ? cause.stack : 'killed';
      tell(`${house.place} ends: ${named ?? 'stopped'}`);
      const isNamed = cause instanceof Breakage && cause.fault.code !== 'BALLOT_TWICE';
      if (cause !== undefined && !house.lies && !isNamed)
        judge.wrong('crash', `${house.place} broke: ${named}`);
      troubles.ended(house);
    },
  };
  const houses = cards.map((card, place) =>
    buildHouse(
      {
        place,
        card,
        autoAccept: plan.autoAccept[place] === true,
        clock: wrongClock(time, plan.aheadMs[place] ?? 0),
        forge: plan.liars.includes(place) ? forgeOf(chance.stream(`liar ${place}`), sight) : undefined,
      },
      ground,
      witness,
    ),
  );
  const judge = openJudge({
    plan,
    houses,
    book,
    chronicle,
    tell,
    now: time.now,
    anchored: (at) => anchor(at),
  });
  const troubles = openTroubles({
    timeline: time,
    network,
    houses,
    judge,
    tell,
    forgot: (house) => begin(house, { task: 'acquaint' }, office),
  });
  const office: Office = {
    plan,
    timeline: time,
    cards,
    ordered(house, order) {
      tell(`${house.place} is told to ${order.act}`);
      if (order.act === 'breach_confirm') judge.allow(house.node, 'P4');
      if (order.act === 'manual_release') judge.allow(house.node, 'MANUAL');
    },
  };
  const dues = new Map<Deed, number>();

  function act(deed: Deed): void {
    const house = houses[deed.who];
    const times = (dues.get(deed) ?? 0) + 1;
    dues.set(deed, times);
    if (house === undefined || times > ('task' in deed.what ? 1 : FIRINGS_MOST) || troubles.healed()) return;
    const { what } = deed;
    if ('task' in what) {
      begin(house, what, office);
      return;
    }
    tell(`${house.place} ${what.trouble}`);
    const draw = 'draw' in what ? dice(`lie ${plan.seed} ${what.draw}`) : chance;
    if (what.trouble === 'lie') lie(house, draw, sight, houses);
    else if (what.trouble === 'show') {
      if (show(house, houses[what.of], sight, houses)) judge.note('hidden tail');
    } else if (what.trouble === 'charters') duplicity(house, draw, sight, houses);
    else troubles.begin(house, what);
  }

  /** A new instant is in force: whatever happens around instants happens around this one too. */
  function anchor(at: Instant): void {
    for (const deed of plan.deeds) {
      if (!('near' in deed.when)) continue;
      const around = deed.when.near === 'freeze' ? at - plan.freezeMs : at;
      if (around + deed.when.by > time.now()) time.plan(around + deed.when.by, () => act(deed));
    }
  }

  for (const deed of plan.deeds)
    if ('after' in deed.when) time.plan(plan.start + deed.when.after, () => act(deed));
  anchor(onGridFrom(plan.start + plan.embargoMs));
  return { houses, judge, office, heal: troubles.heal };
}

function told({ statements }: Book, id: StatementId | undefined): readonly Ballot[] {
  const statement = id && statements.get(id);
  return statement === undefined ? [] : ballotsIn(statement.body);
}

/** Each fault around an instant happens around so many of them; a deed of people is done once. */
const FIRINGS_MOST = 3;

/** Whoever still holds after all that time releases by the word of an officer. */
function officers({ judge, houses, office }: World): void {
  const seated = new Set(judge.seated().map(({ node }) => node));
  for (const house of houses.filter(({ node }) => seated.has(node))) {
    const running = house.running();
    if (running === undefined || published(house)) continue;
    judge.helped(house);
    const order = { act: 'manual_release', reason: 'nobody answers' } as const;
    office.ordered(house, order);
    void running.order('officer', order, ABOUT);
  }
}

/** @returns asks whether any state is another one than when it was last asked. */
function movesOf(houses: readonly House[]): () => boolean {
  const last = new Map<House, State | undefined>();
  return () => {
    let any = false;
    for (const house of houses) {
      const state = house.running()?.state();
      if (last.get(house) === state) continue;
      last.set(house, state);
      any = true;
    }
    return any;
  };
}

/** Those who wait until everything that follows from one event has happened. */
const waiting: (() => void)[] = [];
/** One turn of the event loop serves so many events: all microtasks run between two immediates of one turn. */
const EVENTS_A_TURN = 64;
let coming = 0;

/** Everything that follows from one event has happened: no port of a simulated node waits for anything else. */
function microtasks(): Promise<void> {
  if (coming === 0)
    for (; coming < EVENTS_A_TURN; coming += 1)
      setImmediate(() => {
        coming -= 1;
        waiting.shift()?.();
      });
  return new Promise((resolve) => waiting.push(resolve));
}

function cardOf(place: number): Card {
  const node = nodeId(`${place}`.repeat(6).padEnd(40, 'ace')) as NodeId;
  return {
    node,
    name: `centre ${place}`,
    role: 'centre',
    mode: 'drill',
    certificate: `certificate ${place}`,
    logKey: `log key ${place}`,
    tlsPins: [],
    grpc: [{ target: `centre-${place}.invalid:443` }],
    libp2p: [],
    zone: 'Etc/UTC',
    languages: ['en'],
    embargoDays: 45,
    replyByDays: 7,
    cycles: [],
    sequence: 1,
    expiresAt: after(0 as Instant, 100 * 365 * DAY),
  };
}
