/**
 * What each command of a transcript does.
 */

import { canonical } from '../../../core/canonical.js';
import { aroundOf, charterOf, docketOf } from '../../../core/case/chamber.js';
import { readVendorStatus } from '../../../core/case/vendor-words.js';
import type { CaseId, NodeId } from '../../../core/ids.js';
import type { CharterTerms, SeatChange } from '../../../core/settlement/ballot.js';
import { quorumOf } from '../../../core/settlement/quorum.js';
import { showSettlement } from '../../../core/settlement/show.js';
import { solveSnapshot } from '../../../core/settlement/solve-snapshot.js';
import { defaultInstant, onGridFrom } from '../../../core/settlement/terms.js';
import type { DenialReason, OnwardRule, Order, SpokenBody } from '../../../core/statement.js';
import { after, DAY, SECOND, writeInstant } from '../../../core/time.js';
import type { Verb } from './forms.js';
import { first, type Given, give, instantOf, nameOf, type Ordering, option, type Run, two } from './given.js';
import { type StoryNode, storyNode } from './names.js';
import { REGISTRY_ORDERS } from './registry-verbs.js';
import type { Command, Header } from './script.js';
import { partyFragment, STORY_SUMMARY, storyCase } from './story.js';

export type OrderVerb = Exclude<
  Verb,
  | 'introduce'
  | 'case'
  | 'copy'
  | 'restore'
  | 'skew'
  | 'clock'
  | 'pass'
  | 'replicate'
  | 'settle'
  | 'duplicate'
  | 'restart'
  | 'states'
>;

/** Gives the order that a command stands for. @returns lines to print: refusals, and what was asked for. */
export function runOrder(
  verb: OrderVerb,
  command: Command,
  header: Header,
  driver: Ordering,
  about: CaseId,
): Promise<readonly string[]> {
  const names = command.words.slice(0, command.form.names) as StoryNode[];
  return ORDERS[verb]({ command, header, driver, about, names });
}

export function isOrder(verb: Verb): verb is OrderVerb {
  return Object.hasOwn(ORDERS, verb);
}

const ORDERS: Readonly<Record<OrderVerb, Run>> = {
  open: (given) =>
    give(given, first(given), {
      act: 'case_open',
      caseSummary: STORY_SUMMARY,
      details: option(given, 'details') === 'none' ? '' : 'The length of the second field is not checked.',
      onward: (option(given, 'onward') ?? 'own_vendors') as OnwardRule,
      replyByDays: 7,
    }),
  tell: (given) => {
    const [by, ...to] = given.names;
    const replyBy = instantOf(given, option(given, 'reply-by') ?? '7d');
    return give(given, by ?? first(given), { act: 'tell', to: to.map(storyNode), replyBy });
  },
  'charter propose': (given) => give(given, first(given), { act: 'charter_propose', terms: termsOf(given) }),
  'charter sign': (given) => each(given, { act: 'charter_sign' }),
  'charter refuse': (given) => each(given, { act: 'charter_refuse', reason: 'policy' }),
  request: (given) => {
    const requester = storyNode(first(given));
    return say(given, {
      kind: 'detail_request',
      requester,
      who: 'PSIRT',
      why: 'We may be affected.',
      products: [],
    });
  },
  grant: (given) => {
    const consent = option(given, 'consent') === undefined ? '' : 'Agreed by telephone with the author.';
    return give(given, first(given), { act: 'grant', request: openRequest(given), consent });
  },
  deny: (given) => {
    const reason = (given.command.words[2] ?? 'other') as DenialReason;
    return give(given, first(given), { act: 'deny', request: openRequest(given), reason, remark: '' });
  },
  ...REGISTRY_ORDERS,
  advance: (given) => {
    const [by, site] = two(given);
    const now = given.driver.now();
    const consent = option(given, 'consent') === undefined ? '' : 'Agreed by telephone with the origin.';
    return give(given, by, {
      act: 'advance',
      to: storyNode(site),
      agreement: 'NDA 7',
      offsetMs: instantOf(given, given.command.words[2]) - now,
      text: 'Keep port 7 closed.',
      consent,
    });
  },
  status: (given) => {
    const status = readVendorStatus(given.command.words[2] ?? '');
    if (status === undefined) throw new Error(`no vendor status ${given.command.words[2]}`);
    const vendor = (option(given, 'of') ?? first(given)) as StoryNode;
    return say(given, {
      kind: 'vendor_status',
      report: {
        vendor: storyNode(vendor),
        vendorName: `TEST ONLY ${vendor}`,
        status,
        fixProgress: (option(given, 'fix') ?? 'none') as 'none',
        impact: '',
        plan: '',
        readyAt: undefined,
        justification: undefined,
        verdicts: [],
        statement: 'A statement for the public.',
        products: ['Parser'],
      },
    });
  },
  remedy: (given) =>
    say(given, {
      kind: 'remedy',
      vendor: storyNode(first(given)),
      vendorName: `TEST ONLY ${first(given)}`,
      remedy: 'Install the update.',
      references: [],
    }),
  acknowledge: (given) => {
    const summary = given.driver.state(first(given)).cases.get(given.about)?.summary.stamp.id;
    if (summary === undefined) throw new Error(`${first(given)} was told nothing`);
    return say(given, { kind: 'acknowledge', of: summary });
  },
  inquiry: (given) => say(given, { kind: 'inquiry', text: 'Which versions are affected?' }),
  prefer: (given) => {
    const at = given.command.words[2] ?? '';
    return say(given, {
      kind: 'schedule_preference',
      fragment: partyFragment('p', [notBefore('p', at)], WAITING),
    });
  },
  constrain: (given) => {
    const until = option(given, 'until');
    const party = 'p';
    const hard = [
      notBefore(party, given.command.words[1] ?? ''),
      ...(until === undefined ? [] : [{ id: 'until', kind: 'notAfter', party, relax: 'never', at: until }]),
    ];
    return give(given, first(given), { act: 'constrain', fragment: partyFragment(party, hard, WAITING) });
  },
  want: async (given) => {
    const by = first(given);
    const [slot, round] = [Number(option(given, 'slot') ?? 1), Number(option(given, 'round') ?? 0)];
    const body = { kind: 'amend_request', slot, round, why: 'ready later', change: undefined } as const;
    const lines: string[] = [];
    const others = membersOf(given, by);
    for (const to of others.length === 0 ? [storyNode(by)] : others)
      lines.push(...(await give(given, by, { act: 'say', to, body })));
    return lines;
  },
  seats: (given) => {
    const [, kind, whom = ''] = given.command.words;
    const node = storyNode(whom as StoryNode);
    const model = option(given, 'model1') === undefined ? 2 : 1;
    const change: SeatChange =
      kind === 'join' ? { kind, member: { node, model } } : { kind: kind === 'lead' ? kind : 'leave', node };
    const agree = option(given, 'reject') === undefined;
    return give(given, first(given), { act: 'seat_change', change, agree, reason: 'Agreed by telephone.' });
  },
  join: (given) => give(given, first(given), { act: 'charter_join' }),
  approve: (given) =>
    give(given, first(given), { act: 'approve', at: instantOf(given, given.command.words[1]) }),
  reject: (given) =>
    give(given, first(given), { act: 'reject', at: instantOf(given, given.command.words[1]) }),
  auto: (given) => give(given, first(given), { act: 'auto_accept', on: given.command.words[1] === 'on' }),
  merge: (given) =>
    give(given, first(given), { act: 'case_merge', into: storyCase(Number(given.command.words[1])) }),
  'breach report': (given) =>
    give(given, first(given), {
      act: 'breach_report',
      evidence: 'Seen on a public list.',
      seenAt: given.driver.now(),
    }),
  'breach confirm': (given) => each(given, { act: 'breach_confirm' }),
  release: (given) =>
    give(given, first(given), { act: 'manual_release', reason: 'Nobody is left to answer.' }),
  show: async (given) => {
    const by = first(given);
    const held = given.driver.state(by).cases.get(given.about);
    if (held === undefined) return [`${by} knows nothing of the case`];
    const state = given.driver.state(by);
    const docket = docketOf(state, held, given.driver.nowOf(by));
    const facts = showSettlement(docket, solveSnapshot, aroundOf(state, held));
    return facts.map(({ code, from, until }) => {
      const whom =
        from.length === 0 ? '' : ` from ${from.map((node) => nameOf(given.header, node)).join(' ')}`;
      return `${by} ${code}${whom}${until === undefined ? '' : ` until ${writeInstant(until)}`}`;
    });
  },
};

/** Waiting costs a little, so that the earliest quarter that suits everybody is the best one. */
const WAITING: readonly object[] = [
  { id: 'wait', kind: 'delay', from: '2027-01-05T00:00:00Z', perDay: 5, cap: 500 },
];

function notBefore(party: string, at: string): object {
  return { id: 'ready', kind: 'notBefore', party, relax: 'never', at };
}

function termsOf(given: Given): CharterTerms {
  const now = given.driver.now();
  const roster = given.names;
  const embargoes = roster.map(
    (name) => given.header.places.find((place) => place.name === name)?.embargoDays ?? 45,
  );
  const model1 = new Set(given.command.options.get('model1') ?? []);
  const chosen = option(given, 'default');
  const lengthOf = (text: string) => instantOf(given, text) - now;
  return {
    roster: roster.map((name) => ({ node: storyNode(name), model: model1.has(name) ? 1 : 2 })),
    lead: storyNode(first(given)),
    defaultInstant:
      chosen === undefined ? defaultInstant(now, embargoes) : onGridFrom(instantOf(given, chosen)),
    quorum: Number(option(given, 'quorum') ?? quorumOf(roster.length)),
    freezeMs: lengthOf(option(given, 'freeze') ?? '72h'),
    roundMs: lengthOf(option(given, 'round') ?? '2h'),
    skewMs: 60 * SECOND,
    window: { notBefore: onGridFrom(now), notAfter: onGridFrom(after(now, 90 * DAY)) },
    horizonEnd: onGridFrom(after(now, 90 * DAY)),
    objective: 'minimax',
    tables: canonical({}),
    solver: 'SCHED/1',
  };
}

/** The newest request of the second node that the first one has not answered, else its newest. */
function openRequest(given: Given): Extract<Order, { act: 'grant' }>['request'] {
  const [by, whose] = two(given);
  const held = given.driver.state(by).cases.get(given.about);
  const asked = [...(held?.requests.values() ?? [])].filter(
    ({ requester }) => requester === storyNode(whose),
  );
  const request = asked.findLast(({ id }) => held?.answers.has(id) !== true) ?? asked.at(-1);
  if (request === undefined) throw new Error(`${by} holds no request of ${whose}`);
  return request.id;
}

function membersOf(given: Given, self: StoryNode): readonly NodeId[] {
  const state = given.driver.state(self);
  const held = state.cases.get(given.about);
  const seated = held && charterOf(state, held)?.roster;
  if (seated !== undefined) return seated.filter((node) => node !== storyNode(self));
  return given.header.places
    .filter(({ role, name }) => role === 'centre' && name !== self)
    .map(({ name }) => storyNode(name));
}

async function each(given: Given, order: Order): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const name of given.names) lines.push(...(await give(given, name, order)));
  return lines;
}

function say(given: Given, body: SpokenBody): Promise<readonly string[]> {
  const [by, to] = two(given);
  return give(given, by, { act: 'say', to: storyNode(to), body });
}
