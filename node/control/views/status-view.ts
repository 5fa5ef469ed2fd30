/** The whole node on one page: who is linked, what waits, what is due, what is wrong. */

import type { Json } from '../../core/canonical.js';
import { publishedBy } from '../../core/case/published.js';
import { unreadBy } from '../../core/case/unread.js';
import { clockReading } from '../../core/clocks.js';
import { type Alarm, alarms, nextDue } from '../../core/duties.js';
import { sayFault, unreachable } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { isActive } from '../../core/registry/vendor.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';
import type { Expiry } from '../../ports.js';
import { type Desk, owedBy } from '../desk.js';
import { named, nameOf, shellWord } from '../find.js';
import { inboxView } from './inbox-view.js';
import { localWhen, when } from './when.js';

export async function statusView(desk: Desk): Promise<Json> {
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
      published: cases.filter((held) => publishedBy(held, self.node) !== undefined).length,
      closed: cases.filter(({ closed }) => closed !== undefined).length,
    },
    clock: clockView(state, now),
    waiting: state.waiting.length,
    mail: mailCounts(state),
    inbox: inboxCount(inboxView(state, now)),
    due: when(nextDue(state)),
    idle: desk.live?.node.isIdle() ?? null,
    alarms: await alarmsOf(desk, now),
  };
}

/** How the peers' clocks stand against ours (R10); null without a comparison in the last day. */
function clockView(state: State, now: Instant): Json {
  const reading = clockReading(state, now);
  return reading === undefined
    ? null
    : { aheadMs: reading.aheadMs, peers: reading.peers, until: when(reading.until) };
}

async function alarmsOf(desk: Desk, now: Instant): Promise<Json> {
  const state = desk.state();
  const ofCases = alarms(state, now).map((alarm) => ({
    case: alarm.caseId ?? null,
    alarm: alarm.alarm,
    words: wordsOf(state, alarm),
  }));
  const ending = (await desk.expiring(now)).map((expiry) => ({
    case: null,
    alarm: `${expiry.what}_expires`,
    words: endingWords(state, expiry, now),
  }));
  return [...ofCases, ...ending, ...postAlarms(desk)];
}

/** What no entry says: whether the servers answer. */
function postAlarms(
  desk: Desk,
): readonly { readonly case: null; readonly alarm: string; readonly words: string }[] {
  const post = desk.live?.node.post();
  const sending = post?.sending;
  const collecting = post?.collecting;
  return [
    ...(sending === undefined
      ? []
      : [{ case: null, alarm: 'mail_unsent', words: `Letters wait: ${sayFault(sending)}; see "doctor".` }]),
    ...(collecting === undefined
      ? []
      : [
          {
            case: null,
            alarm: 'mail_unread',
            words: `Answers are not read: ${sayFault(collecting)}; see "doctor".`,
          },
        ]),
  ];
}

function mailCounts({ mail }: State): Json {
  const letters = [...mail.letters.values()];
  return {
    due: mail.due.count,
    sent: letters.filter(({ standing }) => standing.kind === 'sent').length,
    held: mail.stuck.count,
    replies: [...mail.replies.values()].filter(({ standing }) => standing.kind === 'waiting').length,
  };
}

function endingWords(state: State, expiry: Expiry, now: Instant): string {
  const { what, node, at } = expiry;
  const ends = at <= now ? 'has ended' : `ends ${when(at)}`;
  if (expiry.what === 'person_key') {
    const { name, fingerprint } = expiry.person;
    const key = `vendor key ${shellWord(contactOf(state, fingerprint))} ${shellWord(name)}`;
    return `The key by which ${name} signs for ${nameOf(state, node)} ${ends}; ask for the renewed certificate and "${key} --certificate FILE --fingerprint … --method …", or "${key} --withdraw".`;
  }
  if (state.peers.get(node)?.mail !== undefined)
    return `The key of ${nameOf(state, node)} ${ends}; ask for the renewed certificate and "peer add --mail" it.`;
  if (node !== state.self.node) return `The ${what} of ${nameOf(state, node)} ${ends}; ask for a new card.`;
  const remedy = what === 'card' ? '"card renew"' : 'make new subkeys, "card renew"';
  return `Our own ${what} ${ends}; ${remedy}, and give the new card to your peers.`;
}

/** A key of a person belongs to one contact. */
function contactOf({ contacts }: State, fingerprint: NodeId): string {
  const all = [...contacts.values()].filter(isActive);
  return all.find(({ keys }) => keys.some((one) => one.fingerprint === fingerprint))?.key ?? 'VENDOR';
}

/** Alarms in plain words, with what to do. */
function wordsOf(state: State, alarm: Alarm): string {
  switch (alarm.alarm) {
    case 'restored':
      return alarm.missing.length === 0
        ? 'This node was restored and knows no centre; add and verify the cards of your peers, then it hears what it said.'
        : `This node was restored: it signs nothing before ${alarm.missing.map((node) => nameOf(state, node)).join(', ')} have answered; see that they can be reached.`;
    case 'letters_held':
      return `${alarm.letters} letters to ${nameOf(state, alarm.node)} were not delivered (${alarm.why}); see "mail letters", put its key or address right with "peer add --mail", or "mail again".`;
    case 'letters_paused':
      return 'This node was restored and cannot know which letters went out; look into the mailbox of sent mail, then "mail resume".';
    case 'legal_near':
      return `The ${alarm.stage.replace('_', ' ')} of ${alarm.manufacturer} is due ${when(alarm.at)}; "cra report", hand it in, "cra sent".`;
    case 'legal_overdue':
      return `The ${alarm.stage.replace('_', ' ')} of ${alarm.manufacturer} was due ${when(alarm.at)}; hand it in, "cra sent".`;
    case 'delay_untold':
      return 'A delay is recorded and ENISA was not told; tell it, then "cra told".';
    case 'delay_expired':
      return `A delay was expected to end ${when(alarm.at)}; "cra lift", or "cra extend" it with a reason.`;
    case 'muted':
      return `${nameOf(state, alarm.node)} has not answered since our start ${when(state.life.begunAt)}, so we sign nothing in this case: see that it runs and can be reached; "settlement show" says what happens otherwise.`;
    case 'silent':
      return `${nameOf(state, alarm.node)} has not answered; ask it, or record its silence.`;
    case 'manual_release':
      return `An officer of ${nameOf(state, alarm.node)} released by name; see "settlement show" for the reason.`;
    case 'twin_published':
      return 'A case merged with this one is public; look, and "breach confirm" to publish this one too.';
    case 'clock':
      return `Our clock is ${Math.round(Math.abs(alarm.aheadMs) / 1_000)} s ${alarm.aheadMs > 0 ? 'behind' : 'ahead of'} the others, and publication is held: set it right, then send anything to a peer.`;
    case 'held':
      return `Publication is held (${alarm.because}); see "settlement show".`;
    case 'overdue':
      return `Nothing is public although ${when(alarm.at)} has passed; see the journal and "publish status".`;
    case 'breach_reported':
      return `${nameOf(state, alarm.node)} reports a breach; look, and "breach confirm" if it is one.`;
    case 'owed':
      return `${state.life.owed.get(alarm.node)?.count ?? 0} words wait for ${nameOf(state, alarm.node)}, which was not here since the start; see that it can be reached, or "peer remove".`;
    case 'unread': {
      const entries = unreadBy(state, alarm.node).length;
      const name = nameOf(state, alarm.node);
      return `${name} could not open ${entries} of our statements; see that it has our card and we have its, then "peer resay".`;
    }
    case 'evidence':
      return `${nameOf(state, alarm.node)} signed two things of which it may sign one; see "settlement show".`;
    default:
      return unreachable(alarm);
  }
}

function inboxCount(view: Json): number {
  const lists = view as Readonly<Record<'waiting' | 'reports' | 'registrations', readonly Json[]>>;
  return lists.waiting.length + lists.reports.length + lists.registrations.length;
}
