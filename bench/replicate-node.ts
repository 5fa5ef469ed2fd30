/**
 * One process of the bench `replicate`: a whole node, or the bare cryptography of one side. It does what its parent
 * tells it, one command at a time, and answers each.
 */
import { argv } from 'node:process';
import { computeInPlace } from '../adapters/webcrypto/in-place.js';
import { sha256 } from '../node/core/bytes.js';
import { canonical } from '../node/core/canonical.js';
import type { Case } from '../node/core/case/case.js';
import type { CaseId, NodeId } from '../node/core/ids.js';
import type { Card } from '../node/core/registry/card.js';
import type { CharterTerms } from '../node/core/settlement/ballot.js';
import { quorumOf } from '../node/core/settlement/quorum.js';
import { onGridFrom } from '../node/core/settlement/terms.js';
import { after, DAY, HOUR } from '../node/core/time.js';
import { bareOpen, bareSeal, manyTimes } from './bare.js';
import type { Carrier } from './carrier.js';
import {
  benchCase,
  benchKeys,
  benchSummary,
  benchText,
  CLOCK,
  demand,
  type House,
  openHouse,
  ordered,
} from './house.js';
import { median, until } from './measure.js';
import { minimalNode } from './minimal.js';

/** What a parent may ask. */
export type Ask =
  | { readonly do: 'card' }
  | { readonly do: 'meet'; readonly card: Card }
  /** Opens cases and tells the peer. */
  | { readonly do: 'cases'; readonly first: number; readonly count: number; readonly peer: NodeId }
  /** Resolves when this node has heard of so many cases. */
  | { readonly do: 'hear'; readonly cases: number }
  /** Opens cases with an attachment in parts each, and proposes a charter of both centres. */
  | {
      readonly do: 'attach';
      readonly first: number;
      readonly cases: number;
      readonly parts: number;
      readonly peer: NodeId;
    }
  /** Signs the charters and asks for the details; resolves when the requests are receipted. */
  | { readonly do: 'request'; readonly first: number; readonly cases: number; readonly peer: NodeId }
  /** Grants every request; resolves when the peer has receipted details and parts. */
  | { readonly do: 'grant'; readonly first: number; readonly cases: number }
  /** Resolves when this node has heard so many parts in these cases. */
  | { readonly do: 'parts'; readonly first: number; readonly cases: number; readonly count: number }
  /** Says statements in these cases; resolves when the peer has receipted all of them. */
  | {
      readonly do: 'say';
      readonly first: number;
      readonly cases: number;
      readonly count: number;
      readonly peer: NodeId;
    }
  /** Resolves when this node has heard so many statements in these cases. */
  | { readonly do: 'heard'; readonly first: number; readonly cases: number; readonly count: number }
  /** Says statements in the first of these cases, each when the one before is receipted. */
  | {
      readonly do: 'singles';
      readonly first: number;
      readonly cases: number;
      readonly count: number;
      readonly peer: NodeId;
    }
  /** Envelopes alone, without log and network. */
  | { readonly do: 'seal'; readonly count: number; readonly by: Maker }
  | { readonly do: 'open'; readonly count: number; readonly by: Maker }
  /** Seals, writes and streams so much, or takes and receipts it: of a minimal node only. */
  | { readonly do: 'send' | 'take'; readonly count: number }
  | { readonly do: 'end' };

/** The bare calls of the library: on the platform's curves, or on those that a node computes in place. */
export type Maker = 'library' | 'inPlace';

/** What it answers: the card where one was asked for, the fault where something failed. */
export interface Answer {
  readonly card?: Card;
  readonly fault?: string;
  /** Processor time of all threads since the question, in milliseconds. */
  readonly cpuMs?: number;
  /** Of statements that were said one by one: the median from the order to the receipt. */
  readonly waitMs?: number;
  /** Most memory of the process so far, in bytes. */
  readonly peak?: number;
}

/** Letters of a statement, whose encoding is then 1 KiB. */
const LETTERS = 820;
/** Bytes of a part of an attachment, whose statement is then 1 KiB. */
const PART_BYTES = 700;
/** How many envelopes are worked on side by side, as in the corridor. */
const TOGETHER = 8;
const MOST_MS = 60_000;

if (process.send !== undefined) {
  const [, , role = '', directory = '', carrier = 'grpc'] = argv;
  const answerTo = await answering(role, directory, carrier as Carrier);
  process.on('message', (ask: Ask) => {
    const before = process.cpuUsage();
    answerTo(ask).then(
      (answer) => {
        const { user, system } = process.cpuUsage(before);
        const peak = process.resourceUsage().maxRSS * 1_024;
        reply(ask, { ...answer, cpuMs: (user + system) / 1_000, peak });
      },
      (cause: unknown) => reply(ask, { fault: String(cause) }),
    );
  });
  // Told to end, or left alone by a parent that is gone.
  process.once('disconnect', () => process.exit());
  process.send({});
}

function answering(
  role: string,
  directory: string,
  carrier: Carrier,
): Promise<(ask: Ask) => Promise<Answer>> {
  switch (role) {
    case 'bare':
      return bareCrypto();
    case 'sender':
    case 'taker':
      return minimalNode(role, directory);
    default:
      return wholeNode(role, directory, carrier);
  }
}

function reply(ask: Ask, answer: Answer): void {
  process.send?.(answer);
  if (ask.do === 'end') process.disconnect();
}

async function wholeNode(
  name: string,
  directory: string,
  carrier: Carrier,
): Promise<(ask: Ask) => Promise<Answer>> {
  const house = await openHouse(name, directory, carrier);
  return async (ask) => {
    if (house.faults.length > 0) throw new Error(JSON.stringify(house.faults[0]));
    return obey(house, ask);
  };
}

async function obey(house: House, ask: Ask): Promise<Answer> {
  const { node } = house;
  switch (ask.do) {
    case 'card':
      return { card: house.card };
    case 'meet': {
      const { card } = ask;
      await ordered(node, { act: 'peer_add', card, text: '' });
      await ordered(node, { act: 'peer_verify', node: card.node, method: 'bench' });
      await until(() => node.links().length === 1, MOST_MS, 'a link');
      return {};
    }
    case 'cases':
      for (let number = ask.first; number < ask.first + ask.count; number += 1) {
        const caseSummary = benchSummary(200);
        await ordered(
          node,
          { act: 'case_open', caseSummary, details: '', onward: 'nobody', replyByDays: 7 },
          number,
        );
        await ordered(node, { act: 'tell', to: [ask.peer], replyBy: after(CLOCK.now(), 7 * DAY) }, number);
      }
      await until(node.isIdle, MOST_MS, 'a receipt');
      return {};
    case 'hear':
      await until(() => node.state().cases.size >= ask.cases, MOST_MS, 'a case');
      return {};
    case 'say': {
      const text = benchText(LETTERS);
      const body = { kind: 'comment', text } as const;
      const orders = Array.from({ length: ask.count }, (_, at) =>
        ordered(node, { act: 'say', to: ask.peer, body }, ask.first + (at % ask.cases)),
      );
      await Promise.all(orders);
      await until(node.isIdle, MOST_MS, 'the last receipt');
      return {};
    }
    case 'heard':
      await until(() => wordsIn(house, ask) >= ask.count, MOST_MS, 'the last statement');
      return {};
    case 'singles':
      return { waitMs: await sayOneByOne(house, ask) };
    case 'attach':
      for (let number = ask.first; number < ask.first + ask.cases; number += 1)
        await attach(house, number, ask.parts, ask.peer);
      await until(node.isIdle, MOST_MS, 'a receipt');
      return {};
    case 'request': {
      const charters = () => casesIn(house, ask).filter(({ chamber }) => chamber.ballots.size > 0).length;
      await until(() => charters() === ask.cases, MOST_MS, 'a charter');
      const body = {
        kind: 'detail_request',
        requester: node.state().self.node,
        who: 'bench',
        why: 'bench',
        products: [],
      } as const;
      for (let number = ask.first; number < ask.first + ask.cases; number += 1) {
        await ordered(node, { act: 'charter_sign' }, number);
        await ordered(node, { act: 'say', to: ask.peer, body }, number);
      }
      await until(node.isIdle, MOST_MS, 'a receipt');
      return {};
    }
    case 'grant': {
      const requests = () =>
        casesIn(house, ask).flatMap(({ id, requests }) =>
          [...requests.keys()].map((request) => ({ id, request })),
        );
      const orders = requests().map(async ({ id, request }) =>
        demand(
          await node.order('bench', { act: 'grant', request, consent: '' }, { caseId: id, tlp: 'AMBER' }),
        ),
      );
      if (orders.length !== ask.cases) throw new Error('every case has one request');
      await Promise.all(orders);
      await until(node.isIdle, MOST_MS, 'the last receipt');
      return {};
    }
    case 'parts':
      await until(() => partsIn(house, ask) >= ask.count, MOST_MS, 'the last part');
      return {};
    case 'end':
      await node.stop();
      return {};
    default:
      throw new Error('a node has no bare cryptography');
  }
}

async function sayOneByOne(
  { node }: House,
  { first, count, peer }: { readonly first: number; readonly count: number; readonly peer: NodeId },
): Promise<number> {
  const took: number[] = [];
  const body = { kind: 'comment', text: benchText(LETTERS) } as const;
  for (let said = 0; said < count; said += 1) {
    const begun = performance.now();
    await ordered(node, { act: 'say', to: peer, body }, first);
    while (!node.isIdle()) await new Promise((look) => setImmediate(look));
    took.push(performance.now() - begun);
  }
  return median(took);
}

interface Cases {
  readonly first: number;
  readonly cases: number;
}

function casesIn({ node }: House, { first, cases }: Cases): readonly Case[] {
  const all = node.state().cases;
  const held = Array.from({ length: cases }, (_, at) => all.get(caseOf(first + at)));
  return held.filter((one) => one !== undefined);
}

const ids = new Map<number, CaseId>();

/** As `benchCase`, remembered: those who wait look every two milliseconds, and that is measured too. */
function caseOf(number: number): CaseId {
  const id = ids.get(number) ?? benchCase(number);
  ids.set(number, id);
  return id;
}

function wordsIn(house: House, cases: Cases): number {
  return casesIn(house, cases).reduce((sum, { words }) => sum + words.size, 0);
}

function partsIn(house: House, cases: Cases): number {
  const attached = casesIn(house, cases).flatMap(({ attachments }) => [...attachments.values()]);
  return attached.reduce((sum, { parts }) => sum + parts.size, 0);
}

/** A case whose details have an attachment, told to the peer under a charter that waits for its signature. */
async function attach({ node }: House, number: number, parts: number, peer: NodeId): Promise<void> {
  const now = CLOCK.now();
  const self = node.state().self.node;
  const caseSummary = benchSummary(200);
  const details = 'The length of the second field is not checked.';
  await ordered(
    node,
    { act: 'case_open', caseSummary, details, onward: 'own_vendors', replyByDays: 7 },
    number,
  );
  const mark = { hash: sha256(`attachment ${number}`), bytes: parts * PART_BYTES, mediaType: 'text/plain' };
  const bytes = new TextEncoder().encode(benchText(PART_BYTES));
  const orders = Array.from({ length: parts }, (_, part) =>
    ordered(node, { act: 'case_attach', mark, part, parts, bytes }, number),
  );
  await Promise.all(orders);
  await ordered(node, { act: 'tell', to: [peer], replyBy: after(now, 7 * DAY) }, number);
  const terms: CharterTerms = {
    roster: [
      { node: self, model: 1 },
      { node: peer, model: 1 },
    ],
    lead: self,
    defaultInstant: onGridFrom(after(now, 45 * DAY)),
    quorum: quorumOf(2),
    freezeMs: 72 * HOUR,
    roundMs: 24 * HOUR,
    skewMs: 60_000,
    window: { notBefore: onGridFrom(now), notAfter: onGridFrom(after(now, 90 * DAY)) },
    horizonEnd: onGridFrom(after(now, 90 * DAY)),
    objective: 'minimax',
    tables: canonical({}),
    solver: 'SCHED/1',
  };
  await ordered(node, { act: 'charter_propose', terms }, number);
}

async function bareCrypto(): Promise<(ask: Ask) => Promise<Answer>> {
  const [author, reader] = await Promise.all([benchKeys('author'), benchKeys('reader')]);
  const plain = new TextEncoder().encode(benchText(1 << 10));
  const sealed = await bareSeal(plain, author, reader);
  const work = {
    seal: () => bareSeal(plain, author, reader),
    open: () => bareOpen(sealed, author, reader),
  };
  return async (ask) => {
    if (ask.do !== 'seal' && ask.do !== 'open') return {};
    const giveBack = ask.by === 'inPlace' ? computeInPlace() : () => undefined;
    await manyTimes(ask.count, TOGETHER, work[ask.do]);
    giveBack();
    return {};
  };
}
