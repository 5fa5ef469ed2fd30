/** The whole node on one page: who is linked, what waits, what is due, what is wrong. */
import type { Json } from '../../core/canonical.js';
import { type Alarm, alarms, nextDue } from '../../core/duties.js';
import { unreachable } from '../../core/fault.js';
import type { State } from '../../core/state.js';
import { DAY, type Instant } from '../../core/time.js';
import { type Desk, owedBy } from '../desk.js';
import { named, nameOf } from '../find.js';
import { inboxView } from './inbox-view.js';
import { localWhen, when } from './when.js';

/** A card or key that ends within this time is an alarm (DESIGN §1). */
const EXPIRY_MS = 30 * DAY;

export function statusView(desk: Desk): Json {
  const state = desk.state();
  const now = desk.now();
  const { self } = state;
  const peers = [...state.peers.values()].filter(({ standing }) => standing !== 'removed');
  const links = desk.live?.node.links() ?? [];
  const heads = desk.feeds.heads();
  const cases = [...state.cases.values()];
  return {
    node: self.node,
    name: self.name,
    role: self.role,
    mode: self.mode,
    running: desk.live !== undefined,
    now: when(now),
    local: localWhen(state, now),
    incarnation: desk.live?.incarnation ?? null,
    startedAt: when(desk.live?.startedAt),
    peers: {
      verified: peers.filter(({ standing }) => standing === 'verified').length,
      unverified: peers.filter(({ standing }) => standing === 'unverified').length,
    },
    links: links.map(({ peer, transport, since }) => ({
      ...named(state, peer),
      transport,
      since: when(since),
    })),
    feeds: {
      count: heads.length,
      entries: heads.reduce((sum, { tip }) => sum + tip.size, 0),
      owed: owedBy(desk),
    },
    cases: {
      open: cases.filter(({ closed }) => closed === undefined).length,
      published: cases.filter(({ chamber }) => chamber.published !== undefined).length,
      closed: cases.filter(({ closed }) => closed !== undefined).length,
    },
    waiting: state.waiting.length,
    inbox: inboxCount(inboxView(state, now)),
    due: when(nextDue(state)),
    idle: desk.live?.node.isIdle() ?? null,
    alarms: alarmsOf(desk, now),
  };
}

function alarmsOf(desk: Desk, now: Instant): Json {
  const state = desk.state();
  const ofCases = alarms(state, now).map((alarm) => ({
    case: alarm.caseId,
    alarm: alarm.alarm,
    words: wordsOf(state, alarm),
  }));
  const ofCards = [...state.peers.values()]
    .filter(({ standing, card }) => standing === 'verified' && card.expiresAt - now < EXPIRY_MS)
    .map(({ card }) => ({
      case: null,
      alarm: 'card_expires',
      words: `The card of ${card.name} ends ${when(card.expiresAt)}; ask for a new one.`,
    }));
  return [...ofCases, ...ofCards];
}

/** Alarms in plain words, with what to do. */
function wordsOf(state: State, alarm: Alarm): string {
  switch (alarm.alarm) {
    case 'silent':
      return `${nameOf(state, alarm.node)} has not answered; ask it, or record its silence.`;
    case 'held':
      return `Publication is held (${alarm.because}); see "settlement show".`;
    case 'overdue':
      return `Nothing is public although ${when(alarm.at)} has passed; see the journal and "publish status".`;
    case 'breach_reported':
      return `${nameOf(state, alarm.node)} reports a breach; look, and "breach confirm" if it is one.`;
    case 'evidence':
      return `${nameOf(state, alarm.node)} signed two things of which it may sign one; see "settlement show".`;
    default:
      return unreachable(alarm);
  }
}

function inboxCount(view: Json): number {
  const { waiting } = view as { readonly waiting: readonly Json[] };
  return waiting.length;
}
