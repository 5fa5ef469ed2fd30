/**
 * What happens in one run, drawn from its seed before it begins: who takes part and lies, what people do, and which
 * faults come when. A plan is plain JSON, so that a run can be kept, shortened and played again.
 *
 * Swarm: each seed first draws *which kinds* of faults it has, and then how many. A run with every fault at once
 * reaches fewer states than many runs with a few of them each.
 */
import { quorumOf } from '../../node/core/settlement/quorum.js';
import { DAY, HOUR, type Instant, MINUTE, type Millis, readInstant, SECOND } from '../../node/core/time.js';
import { type Dice, dice } from './dice.js';

/** When something happens: so long after the start, or around each instant that comes into force. */
export type When = { readonly after: Millis } | { readonly near: 'instant' | 'freeze'; readonly by: Millis };

/** What an officer means to achieve, again and again until it is done. */
export type Task =
  | { readonly task: 'open' }
  | { readonly task: 'sign' }
  | { readonly task: 'refuse' }
  | { readonly task: 'approve' }
  /** A SCHED fragment that allows nothing outside `from … until`, both after the start. */
  | { readonly task: 'constrain'; readonly from: Millis; readonly until: Millis }
  | { readonly task: 'request' }
  | { readonly task: 'report' }
  | { readonly task: 'confirm' }
  /** Agrees that somebody joins, leaves or leads from now on (R12). */
  | { readonly task: 'seat'; readonly change: 'join' | 'leave' | 'lead'; readonly of: number }
  /** A guest agrees to the charter that it is invited to. */
  | { readonly task: 'join' };

/** What goes wrong. */
export type Trouble =
  /** The process ends at the next door of this kind, or at once; it is started again after `downMs`. */
  | {
      readonly trouble: 'crash';
      readonly door: Door;
      readonly side: 'before' | 'after';
      readonly downMs: Millis;
    }
  /** The members named cannot reach the others, or those of them that are named. */
  | {
      readonly trouble: 'part';
      readonly side: readonly number[];
      readonly from?: readonly number[];
      readonly forMs: Millis;
    }
  | { readonly trouble: 'clock'; readonly byMs: Millis }
  /** A copy of the database is put aside. */
  | { readonly trouble: 'backup' }
  /** The database becomes an older one; the guard stays, as on the same machine, or is gone. */
  | {
      readonly trouble: 'restore';
      readonly guard: 'kept' | 'lost';
      readonly marked: boolean;
      readonly downMs: Millis;
    }
  | { readonly trouble: 'wipe'; readonly downMs: Millis }
  /** A liar says something that its machine did not ask for, drawn from this number. */
  | { readonly trouble: 'lie'; readonly draw: number }
  /** A liar shows everybody else what this member once said to it, and says the same. */
  | { readonly trouble: 'show'; readonly of: number }
  /** A lead that lies tries to have two charters. */
  | { readonly trouble: 'charters'; readonly draw: number };

/** Where a process may die: a write of the store, the guard, a frame, the release. */
export type Door = 'write' | 'guard' | 'send' | 'release' | 'now';

export interface Deed {
  readonly when: When;
  readonly who: number;
  readonly what: Task | Trouble;
}

export interface Plan {
  readonly seed: string;
  readonly start: Instant;
  /** Who is on the roster of the charter: the first so many houses. */
  readonly members: number;
  /** Houses behind them that may be invited later. */
  readonly guests: number;
  readonly quorum: number;
  readonly liars: readonly number[];
  readonly autoAccept: readonly boolean[];
  /** By how much each clock is ahead of the world. */
  readonly aheadMs: readonly Millis[];
  readonly embargoMs: Millis;
  readonly freezeMs: Millis;
  readonly roundMs: Millis;
  readonly loss: number;
  readonly slowMs: Millis;
  /** A synced write takes up to so long. */
  readonly diskMs: Millis;
  /** What a liar does with each of its words. */
  readonly lies: { readonly twist: number; readonly hide: number; readonly charters: boolean };
  /** From here on everybody is up, in reach, and correct clocks stay as they are. */
  readonly healAfter: Millis;
  readonly deeds: readonly Deed[];
}

/** When every plan begins. */
const START: Instant = readInstant('2027-01-05T00:00:00Z') as Instant;

/** Mostly the small rosters of real cases; the large ones cost most and find least. */
const MEMBERS: readonly number[] = [
  ...Array.from({ length: 34 }, () => 2),
  ...Array.from({ length: 42 }, () => 3),
  ...Array.from({ length: 18 }, () => 4),
  ...[1, 1, 5, 5, 6, 7],
];

/** Shares of chance that a kind of world has of its own. */
interface Bias {
  readonly members: readonly number[];
  readonly liars: number;
  /** The lead lies and tries to have two charters. */
  readonly charters: number;
  readonly seats: number;
  readonly cuts: number;
  /** Everybody wants the same, and what is asked for is cut while it is voted on, for good. */
  readonly limbo: boolean;
  readonly restore: number;
  readonly wipe: number;
  /** Somebody loses disk and clock at once, so that its next life is older than the last. */
  readonly lives: boolean;
  /** A liar hides from a member what it lost, and shows it to the others later. */
  readonly hidden: boolean;
  readonly report: number;
  /** Somebody asks for another time, around an instant more often than not. */
  readonly request: number;
}

const ANY: Bias = {
  members: MEMBERS,
  liars: 0.45,
  charters: 0.4,
  seats: 0.1,
  cuts: 0.3,
  limbo: false,
  restore: 0.25,
  wipe: 0.12,
  lives: false,
  hidden: false,
  report: 0.03,
  request: 0.35,
};

/** Kinds of worlds in which one thing happens often: a seed `limbo/17` is the 17th of its kind. */
const KINDS: Readonly<Record<string, Bias>> = {
  liars: { ...ANY, members: [2, 3, 3, 4], liars: 1, restore: 0, wipe: 0 },
  limbo: { ...ANY, members: [2, 2, 3], liars: 0.2, cuts: 1, limbo: true, request: 0.8, restore: 0, wipe: 0 },
  memory: { ...ANY, members: [2, 2, 3, 4], liars: 0, cuts: 0.6, restore: 0.9, wipe: 0.3, request: 0.7 },
  lives: { ...ANY, members: [2, 3, 3], liars: 0, cuts: 0, lives: true, restore: 0, wipe: 0 },
  hidden: { ...ANY, members: [3, 3, 3, 3, 4], cuts: 0, hidden: true, restore: 0, wipe: 0, request: 0 },
  charters: { ...ANY, members: [2, 3, 3], liars: 1, charters: 1, restore: 0, wipe: 0 },
  seats: { ...ANY, members: [2, 3, 3, 4], liars: 0.2, seats: 1, cuts: 0.8, restore: 0, wipe: 0 },
  breach: { ...ANY, members: [4, 4, 5], liars: 0.7, report: 0.3, restore: 0, wipe: 0 },
};

/** DESIGN §7.1, not the code under test: q of each roster, from one member on. */
const QUORUMS: readonly number[] = [1, 2, 3, 3, 4, 5, 5, 6, 7, 7];

/** fS of DESIGN §7.1. */
function tolerated(members: number, quorum: number): number {
  return 2 * Math.max(quorum, QUORUMS[members - 1] ?? members) - members - 1;
}

/** The plan of a seed: any text, and after the name of a kind and a stroke one of that kind. */
export function planOf(seed: string): Plan {
  const chance = dice(`plan ${seed}`);
  const bias = KINDS[seed.split('/')[0] ?? ''] ?? ANY;
  const members = chance.pick(bias.members);
  const least = quorumOf(members);
  const quorum = chance.happens(bias.hidden ? 0 : 0.85)
    ? least
    : chance.between(bias.hidden ? members : least, members);
  const liarsMost = Math.min(tolerated(members, quorum), members - 1);
  const liars =
    bias.charters === 1
      ? [0]
      : bias.hidden
        ? [chance.pick([0, 0, 2])]
        : chance.happens(bias.liars)
          ? someOf(chance, members, chance.between(0, liarsMost))
          : [];
  const embargoMs = chance.pick([3, 5, 8, 13, 21]) * DAY;
  const people = chance.stream('people');
  const frame: Frame = {
    members,
    bias,
    spare: tolerated(members, quorum) - liars.length,
    guests: members < 6 && chance.happens(0.08) ? 1 : 0,
    liars,
    embargoMs,
    freezeMs: chance.pick(
      bias.limbo ? [0, 0, HOUR] : [0, HOUR, 24 * HOUR, 24 * HOUR, Math.min(72 * HOUR, embargoMs / 3)],
    ),
    roundMs: chance.pick(bias.hidden ? [12 * HOUR] : [20 * MINUTE, 2 * HOUR, 2 * HOUR, 12 * HOUR]),
    healAfter: embargoMs + 12 * DAY,
  };
  const charters = liars.includes(0) && chance.happens(bias.charters);
  const work = workOf(people, frame);
  const stormy = chance.happens(0.3);
  return {
    seed,
    start: START,
    quorum,
    members,
    guests: frame.guests,
    liars,
    embargoMs,
    freezeMs: frame.freezeMs,
    roundMs: frame.roundMs,
    healAfter: frame.healAfter,
    autoAccept: Array.from({ length: members }, () => people.happens(bias.limbo ? 1 : 0.85)),
    aheadMs: Array.from({ length: members }, () => skew(chance)),
    loss: stormy && !bias.hidden ? chance.pick([0.02, 0.1, 0.3, 0.6]) : 0,
    slowMs: chance.pick(bias.limbo ? [2 * SECOND] : [5, 200, 200, 2 * SECOND]),
    diskMs: chance.pick([0, 0, 0, 10, 300]),
    lies: {
      twist: chance.pick(bias.hidden ? [0] : [0, 0.1, 0.4, 0.8]),
      hide: chance.pick(bias.hidden ? [0, 0, 0.1] : [0, 0, 0.1, 0.5]),
      charters: charters && !bias.hidden,
    },
    deeds: borne(
      [
        ...work,
        ...cutsOf(chance.stream('cuts'), frame, work),
        ...seatsOf(people, frame),
        ...(charters ? chartersOf(people, frame) : []),
        ...(bias.hidden ? hiddenOf(chance.stream('hidden'), frame) : []),
        ...(bias.lives ? livesOf(chance.stream('lives'), frame) : []),
        ...(bias.hidden ? [] : troubleOf(chance.stream('trouble'), frame)),
      ],
      frame,
    ),
  };
}

interface Frame
  extends Pick<Plan, 'members' | 'guests' | 'liars' | 'embargoMs' | 'freezeMs' | 'roundMs' | 'healAfter'> {
  /** So many more may forget what they said, beside the liars. */
  readonly spare: number;
  readonly bias: Bias;
}

/** Most clocks are right to the second; a few are nearly as wrong as a charter allows. */
function skew(chance: Dice): Millis {
  const most = chance.pick([0, 500, 2 * SECOND, 25 * SECOND]);
  return chance.between(-most, most);
}

/** What people do in a case: open it, sign, say what suits them, and ask for another time. */
function workOf(chance: Dice, frame: Frame): readonly Deed[] {
  const everybody = Array.from({ length: frame.members }, (_, who) => who);
  const { embargoMs } = frame;
  const signUntil = Math.min(2 * DAY, embargoMs / 4);
  return everybody.flatMap((who): readonly Deed[] => {
    const deeds: Deed[] = [];
    const at = (after: Millis, what: Task) => deeds.push({ when: { after: Math.round(after) }, who, what });
    at(chance.below(HOUR), who === 0 ? { task: 'open' } : { task: 'sign' });
    if (who !== 0) {
      const refuses = chance.happens(0.03);
      deeds.length = 0;
      at(chance.below(signUntil), refuses ? { task: 'refuse' } : { task: 'sign' });
    }
    for (const share of [frame.bias.limbo ? 1 : 0.9, 0.35]) {
      if (!chance.happens(share)) continue;
      const from = chance.happens(0.6) ? chance.between(1, 30) * 12 * HOUR : 0;
      const until = embargoMs + chance.between(4, 24) * DAY;
      at(signUntil + chance.below(embargoMs - signUntil), { task: 'constrain', from, until });
    }
    for (let turn = 0; turn < 2; turn += 1)
      if (chance.happens(frame.bias.request))
        deeds.push({ when: whenOf(chance, frame, signUntil), who, what: { task: 'request' } });
    at(signUntil + chance.below(DAY), { task: 'approve' });
    if (chance.happens(frame.bias.report)) {
      const when = whenOf(chance, frame, signUntil);
      deeds.push({ when, who, what: { task: 'report' } });
      if (chance.happens(0.5)) deeds.push({ when, who: chance.pick(everybody), what: { task: 'confirm' } });
    }
    return deeds;
  });
}

/** What is asked for is cut short: links part while votes and commits are under way, and some centre is left in limbo. */
function cutsOf(
  chance: Dice,
  { members, embargoMs, freezeMs, roundMs, bias }: Frame,
  work: readonly Deed[],
): readonly Deed[] {
  if (members < 2 || !chance.happens(bias.cuts)) return [];
  const asked = work.filter(
    ({ what }) => 'task' in what && (what.task === 'request' || (what.task === 'constrain' && !bias.limbo)),
  );
  /** The one that is cut for good: what is asked for behind it leads nowhere. */
  const last = bias.limbo ? chance.pick(asked.length > 0 ? asked : work) : undefined;
  return asked.flatMap((deed): readonly Deed[] => {
    const { when, who } = deed;
    if (!chance.happens(bias.limbo ? 0.9 : 0.6)) return [];
    const side = chance.happens(0.7) ? [who] : someOf(chance, members, 1);
    const forMs = chance.pick([HOUR, DAY, embargoMs, embargoMs + freezeMs]);
    const what: Trouble = {
      trouble: 'part',
      side,
      forMs: last === undefined ? forMs : deed === last ? embargoMs + freezeMs : roundMs / 2,
    };
    // While a member is silent the proposer waits for half of the round.
    const wait = bias.limbo && chance.happens(0.3) ? roundMs / 2 : 0;
    const within = bias.limbo ? 4 * SECOND : chance.pick([20, 200, 2 * SECOND, 10 * SECOND]);
    const late = wait + chance.below(within);
    return [
      { when: 'after' in when ? { after: when.after + late } : { ...when, by: when.by + late }, who, what },
    ];
  });
}

function chartersOf(chance: Dice, { embargoMs }: Frame): readonly Deed[] {
  return Array.from({ length: chance.between(4, 14) }, () => ({
    when: { after: chance.below(embargoMs / 2) },
    who: 0,
    what: { trouble: 'charters', draw: chance.below(2 ** 30) },
  }));
}

/** Once in a while somebody joins, leaves or takes the lead; everybody is asked about the same time. */
function seatsOf(chance: Dice, frame: Frame): readonly Deed[] {
  const { members, guests, embargoMs, bias } = frame;
  if (members < 2 || (guests === 0 && !chance.happens(bias.seats))) return [];
  const change = guests > 0 ? 'join' : chance.pick(['leave', 'lead'] as const);
  const of = guests > 0 ? members : chance.between(1, members - 1);
  const when = whenOf(chance, frame, embargoMs / 4);
  const asked = Array.from({ length: members }, (_, who): Deed => {
    const late = chance.pick([0, HOUR, 6 * HOUR]);
    const moved =
      'after' in when ? { after: when.after + late } : { ...when, by: when.by - 12 * HOUR + late };
    return { when: moved, who, what: { task: 'seat', change, of } };
  });
  return guests > 0 ? [...asked, { when: { after: embargoMs / 4 }, who: of, what: { task: 'join' } }] : asked;
}

/** Now and then, but most of all around the freeze and the instant. */
function whenOf(chance: Dice, { embargoMs, freezeMs, roundMs }: Frame, from: Millis): When {
  const kind = chance.below(4);
  if (kind === 0) return { after: from + chance.below(embargoMs - from) };
  const spread = chance.pick([2 * SECOND, MINUTE, roundMs, roundMs * 4, 12 * HOUR]);
  const by = chance.between(-spread, Math.round(spread / 3));
  return { near: kind === 1 && freezeMs > 0 ? 'freeze' : 'instant', by };
}

/** Faults of the kinds that this seed has. */
function troubleOf(chance: Dice, frame: Frame): readonly Deed[] {
  const everybody = Array.from({ length: frame.members }, (_, who) => who);
  const kinds = { crash: 0.5, part: 0.45, clock: 0.1 } as const;
  const deeds: Deed[] = [];
  const add = (who: number, what: Trouble) => deeds.push({ when: whenOf(chance, frame, 0), who, what });
  const down = (): Millis => chance.pick([SECOND, MINUTE, HOUR, 12 * HOUR, 3 * DAY]) + chance.below(MINUTE);
  if (chance.happens(kinds.crash))
    for (let count = chance.between(1, 6); count > 0; count -= 1) {
      const door = chance.pick<Door>(['write', 'write', 'guard', 'send', 'release', 'now']);
      const side = chance.pick(['before', 'after'] as const);
      add(chance.pick(everybody), { trouble: 'crash', door, side, downMs: down() });
    }
  if (chance.happens(kinds.part) && frame.members > 1)
    for (let count = chance.between(1, 4); count > 0; count -= 1) {
      const side = someOf(chance, frame.members, chance.between(1, Math.max(1, frame.members >> 1)));
      add(0, { trouble: 'part', side, forMs: chance.pick([MINUTE, HOUR, 8 * HOUR, 2 * DAY, 9 * DAY]) });
    }
  if (chance.happens(kinds.clock))
    for (let count = chance.between(1, 2); count > 0; count -= 1) {
      const most = chance.pick([5 * SECOND, MINUTE, HOUR, DAY]);
      add(chance.pick(everybody), { trouble: 'clock', byMs: chance.between(-most, most) });
    }
  for (const who of frame.liars)
    for (let count = chance.between(0, 8); count > 0; count -= 1)
      add(who, { trouble: 'lie', draw: chance.below(2 ** 30) });
  return [...deeds, ...losses(chance, frame, () => whenOf(chance, frame, 0))];
}

/**
 * Members that lose what they knew. Whoever forgot is as bad as a liar until the others have told it, so both together
 * are at most fS (DESIGN §7.1).
 */
function losses(chance: Dice, { members, spare, liars, bias }: Frame, when: () => When): readonly Deed[] {
  const honest = Array.from({ length: members }, (_, who) => who).filter((who) => !liars.includes(who));
  const losers = someOf(chance, honest.length, Math.min(spare, honest.length, 2)).map(
    (at) => honest[at] ?? 0,
  );
  const deeds: Deed[] = [];
  const [first, second = first] = losers;
  if (first === undefined || second === undefined) return [];
  if (chance.happens(bias.restore)) {
    for (let count = chance.between(1, 4); count > 0; count -= 1)
      deeds.push({ when: when(), who: first, what: { trouble: 'backup' } });
    const guard = chance.pick(['kept', 'lost'] as const);
    const downMs = chance.pick([MINUTE, HOUR, DAY]);
    const what: Trouble = { trouble: 'restore', guard, marked: chance.happens(0.3), downMs };
    deeds.push({ when: when(), who: first, what });
  }
  if (chance.happens(bias.wipe))
    deeds.push({ when: when(), who: second, what: { trouble: 'wipe', downMs: chance.pick([HOUR, DAY]) } });
  return deeds;
}

/** A life that has just begun and been heard of ends with its disk, and the clock of the next one is behind it. */
function livesOf(chance: Dice, { members, embargoMs }: Frame): readonly Deed[] {
  const who = chance.below(members);
  const began = chance.below(embargoMs / 2);
  const late = 20 * MINUTE;
  return [
    { when: { after: began }, who, what: { trouble: 'crash', door: 'now', side: 'after', downMs: SECOND } },
    { when: { after: began + 5 * MINUTE }, who, what: { trouble: 'wipe', downMs: 2 * MINUTE } },
    { when: { after: began + 6 * MINUTE }, who, what: { trouble: 'clock', byMs: -late } },
    { when: { after: began + HOUR }, who, what: { trouble: 'clock', byMs: late } },
  ];
}

/**
 * A member commits while those who keep the rules cannot hear it, and loses that. The liar who did hear it has an older
 * copy of its own put back: so it has nothing to give back, and what stands in the feeds holds together. Before that or
 * after it the others answer as far as they can; then the liar shows them what the member has forgotten (R9).
 */
function hiddenOf(chance: Dice, frame: Frame): readonly Deed[] {
  const { members, liars, spare, embargoMs, freezeMs } = frame;
  const [liar] = liars;
  const honest = Array.from({ length: members }, (_, who) => who).filter((who) => who !== liar);
  // The second on the roster proposes first, and is to be heard before it is cut off.
  const victim = chance.pick(honest.filter((who) => who !== 1));
  const others = honest.filter((who) => who !== victim);
  if (liar === undefined || spare < 1) return [];
  const signed = Math.min(2 * DAY, embargoMs / 4) + 6 * HOUR;
  const began = signed + chance.below(Math.max(HOUR, embargoMs - freezeMs - 12 * HOUR - signed));
  const deeds: Deed[] = [];
  const at = (after: Millis, who: number, what: Task | Trouble) =>
    deeds.push({ when: { after: Math.round(began + after) }, who, what });
  for (let who = 0; who < members; who += 1) {
    const from = embargoMs + chance.between(-2, 8) * 12 * HOUR;
    at(-3 * HOUR, who, { task: 'constrain', from, until: from + chance.between(8, 16) * DAY });
  }
  for (const who of [victim, liar]) at(-HOUR, who, { trouble: 'backup' });
  at(0, chance.pick(honest), { task: 'request' });
  const heard = chance.pick([SECOND / 2, 2 * SECOND, 4 * SECOND]);
  at(chance.below(heard), liar, { trouble: 'part', side: others, forMs: 10 * MINUTE });
  const isWiped = chance.happens(0.5);
  const downMs = MINUTE;
  at(
    2 * MINUTE,
    victim,
    isWiped
      ? { trouble: 'wipe', downMs }
      : { trouble: 'restore', guard: chance.pick(['kept', 'lost']), marked: false, downMs },
  );
  // The liar answers last, or first.
  const isLast = chance.happens(0.7);
  at(2 * MINUTE, liar, {
    trouble: 'restore',
    guard: 'lost',
    marked: false,
    downMs: isLast ? 150 * MINUTE : MINUTE,
  });
  const apart: Trouble = { trouble: 'part', side: [victim], from: others, forMs: embargoMs + 12 * DAY };
  // An officer makes an empty house acquainted again within two hours.
  if (chance.happens(0.8)) at(chance.between(125, 145) * MINUTE, victim, apart);
  for (const late of [4 * HOUR, 8 * HOUR]) at(late, liar, { trouble: 'show', of: victim });
  for (const by of [-HOUR, MINUTE, HOUR])
    deeds.push({ when: { near: 'instant', by }, who: liar, what: { trouble: 'show', of: victim } });
  return deeds;
}

/**
 * A change of seats changes fS: no plan asks more of the new roster than it bears. One who is left alone bears nothing,
 * for nobody else knows what it said.
 */
function borne(deeds: readonly Deed[], { members, liars }: Frame): readonly Deed[] {
  const kindOf = ({ what }: Deed): string => ('task' in what ? what.task : what.trouble);
  const [change] = deeds.flatMap(({ what }) => ('task' in what && what.task === 'seat' ? [what.change] : []));
  const after = members + (change === 'join' ? 1 : change === 'leave' ? -1 : 0);
  const most = tolerated(after, 0);
  if (change === undefined || after === members) return deeds;
  if (liars.length > most) return deeds.filter((deed) => !['seat', 'join'].includes(kindOf(deed)));
  const losing = deeds.filter((deed) => ['restore', 'wipe'].includes(kindOf(deed)));
  const forgetful = new Set(losing.map(({ who }) => who)).size;
  return liars.length + forgetful > most ? deeds.filter((deed) => !losing.includes(deed)) : deeds;
}

function someOf(chance: Dice, members: number, count: number): readonly number[] {
  const left = Array.from({ length: members }, (_, who) => who);
  const picked: number[] = [];
  while (picked.length < count) picked.push(...left.splice(chance.below(left.length), 1));
  return picked.sort((one, other) => one - other);
}
