/** What came in and awaits an answer, oldest first (DESIGN §5.6). */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf, newestCharter } from '../../core/case/chamber.js';
import { awaited } from '../../core/case/last-heard.js';
import { unreachable } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { isAcknowledged, isReturned, type Report, stageOf } from '../../core/intake/report.js';
import { charterOffered, charterStandings } from '../../core/settlement/charter.js';
import { isApproved } from '../../core/settlement/judge.js';
import { seatWishes } from '../../core/settlement/seat-wishes.js';
import { standingOf } from '../../core/settlement/settle.js';
import { changeKey } from '../../core/settlement/value.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';
import { named, nameOf, shellWord } from '../find.js';
import { registrationsWaiting } from './contact-view.js';
import { answersView, newsView } from './news-view.js';
import { reportLine } from './report-view.js';
import { when } from './when.js';

/** One thing that waits for a person. */
interface Waiting {
  readonly kind:
    | 'summary'
    | 'status'
    | 'details'
    | 'request'
    | 'charter'
    | 'proposal'
    | 'inquiry'
    | 'breach'
    | 'silence'
    | 'seats'
    | 'invitation';
  readonly from: NodeId;
  readonly since: Instant;
  readonly until: Instant | undefined;
  /** Id of a statement, request or ballot. */
  readonly about: string;
}

export function inboxView(state: State, now: Instant): Json {
  const waiting = [...state.cases.values()]
    .filter(({ closed }) => closed === undefined)
    .flatMap((held) => waitingIn(state, held, now).map((one) => ({ held, one })))
    .sort((left, right) => left.one.since - right.one.since);
  return {
    waiting: waiting.map(({ held, one }) => ({
      case: held.id,
      title: held.summary.value.title,
      kind: one.kind,
      from: named(state, one.from),
      since: when(one.since),
      until: when(one.until),
      about: one.about,
      answer: commandFor(one, held, nameOf(state, one.from)),
    })),
    reports: [...state.reports.values()].filter(isWaiting).map((report) => reportLine(state, report)),
    answers: answersView(state, now),
    registrations: registrationsWaiting(state),
    news: newsView(state, now),
  };
}

/** Somebody waits for a word of ours, or for a decision. */
function isWaiting(report: Report): boolean {
  const stage = stageOf(report);
  if (isReturned(report)) return true;
  return !isAcknowledged(report) || stage === 'received' || stage === 'question' || stage === 'valid';
}

function waitingIn(state: State, held: Case, now: Instant): readonly Waiting[] {
  const self = state.self.node;
  const found: Waiting[] = [];
  const { stamp } = held.summary;
  const said = held.reports.has(self) || held.acknowledged.has(stamp.id);
  if (held.from !== self && !said)
    found.push({
      kind: 'summary',
      from: held.from,
      since: held.openedAt,
      until: held.replyBy,
      about: stamp.id,
    });
  else found.push(...statusOwed(state, held));
  // In model 1 another centre's vendors are answered by the origin, and our own are handed on to it.
  for (const { id, requester, at } of held.requests.values())
    if (requester !== self && !held.answers.has(id) && held.details !== undefined)
      found.push({ kind: 'request', from: requester, since: at, until: undefined, about: id });
  // A comment is for reading.
  for (const { id, from, to, kind, at } of held.words.values())
    if (to === self && kind !== 'comment' && !answeredSince(held, from, at))
      found.push({
        kind: kind === 'inquiry' ? 'inquiry' : 'breach',
        from,
        since: at,
        until: undefined,
        about: id,
      });
  for (const [node, until] of awaited(state, held))
    if (until <= now)
      found.push({ kind: 'silence', from: node, since: until, until: undefined, about: stamp.id });
  return state.self.role === 'centre' ? [...found, ...settling(state, held, now)] : found;
}

/**
 * What a vendor owes after it confirmed the summary: where it stands. While its request for details is open it waits,
 * and nothing waits for it.
 */
function statusOwed({ self }: State, held: Case): readonly Waiting[] {
  if (self.role !== 'vendor' || held.reports.has(self.node)) return [];
  const rest = { from: held.from, until: held.replyBy } as const;
  if (held.details !== undefined) {
    const { at: since, id: about } = held.details.stamp;
    return [{ kind: 'details', ...rest, since, about }];
  }
  const isOpen = [...held.requests.values()].some(({ id, requester }) => {
    return requester === self.node && !held.answers.has(id);
  });
  if (isOpen) return [];
  return [{ kind: 'status', ...rest, since: held.openedAt, about: held.summary.stamp.id }];
}

function settling(state: State, held: Case, now: Instant): readonly Waiting[] {
  const self = state.self.node;
  const docket = docketOf(state, held, now);
  const newest = newestCharter(held);
  const charter = charterStandings(docket).find(({ id }) => id === newest?.id);
  const ordered = docket.charterOrders.some((order) => order.charter === charter?.id);
  const standing = standingOf(docket);
  if (charter !== undefined && charter.completeAt === undefined && charter.terms.lead !== self && !ordered)
    return [
      {
        kind: 'charter',
        from: charter.terms.lead,
        since: charter.heldAt,
        until: charter.terms.defaultInstant,
        about: charter.id,
      },
    ];
  const offered = charterOffered(docket);
  if (offered !== undefined && !offered.roster.includes(self) && standing === undefined)
    return [
      { kind: 'invitation', from: held.from, since: offered.completeAt, until: undefined, about: offered.id },
    ];
  const seats = (standing === undefined ? [] : seatWishes(docket, standing))
    .filter(({ ours }) => ours === undefined)
    .map(
      ({ change, by, since }): Waiting => ({
        kind: 'seats',
        from: by[0] ?? self,
        since,
        until: standing?.open?.open?.timerEndsAt,
        about: changeKey(change),
      }),
    );
  const round = standing?.open?.tally.find((one) => one.round === standing.open?.open?.round);
  const proposals = (round?.proposals ?? []).flatMap(({ ballot, heldAt }) => {
    const { value } = ballot.body;
    const open =
      standing !== undefined && value.kind === 'amend' && !isApproved(docket, standing.charter, value.at);
    const isRejected = value.kind === 'amend' && docket.rejections.has(value.at);
    if (!open || isRejected) return [];
    return [
      {
        kind: 'proposal' as const,
        from: ballot.author,
        since: heldAt,
        until: standing?.open?.open?.timerEndsAt,
        about: ballot.id,
      },
    ];
  });
  return [...seats, ...proposals];
}

function answeredSince(held: Case, node: NodeId, at: Instant): boolean {
  return [...held.words.values()].some((one) => one.to === node && one.at >= at);
}

const FLAGS: Readonly<Record<string, string>> = { join: 'add', leave: 'remove', lead: 'lead' };

/** What an operator would type next. */
function commandFor({ kind, about }: Waiting, held: Case, from: string): string {
  const id = held.id.slice(0, 8);
  switch (kind) {
    case 'summary':
      return `case acknowledge ${id}`;
    case 'status':
      return `detail request ${id} --why …; vendor status ${id} …`;
    case 'details':
      return `case show ${id}; vendor status ${id} …`;
    case 'request':
      return `detail grant ${id} ${about.slice(0, 12)}`;
    case 'charter':
      return `charter show ${id}; charter sign ${id}`;
    case 'proposal':
      return `settlement show ${id}; settlement approve ${id} --at …`;
    case 'invitation':
      return `charter show ${id}; settlement join ${id}`;
    case 'seats':
      return `settlement show ${id}; settlement roster ${id} --${FLAGS[about.split(' ')[0] ?? ''] ?? 'lead'} … --reason …`;
    case 'inquiry':
      return `case show ${id}; inquiry send ${id} --to ${shellWord(from)} --comment --text …`;
    case 'breach':
      return `breach confirm ${id}`;
    case 'silence':
      return `case remind ${id}`;
    default:
      return unreachable(kind);
  }
}
