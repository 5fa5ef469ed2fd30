/**
 * What one node knows, as lines of a transcript. Everything is derived from the state by the same functions that the
 * node itself uses, so both drivers print the same and a line that changes is an effect that can be seen.
 */
import type { Case } from '../../../core/case/case.js';
import { docketOf } from '../../../core/case/chamber.js';
import { advisoryOf } from '../../../core/case/publish.js';
import { type Alarm, alarms } from '../../../core/duties.js';
import { type CaseId, type NodeId, nodeId } from '../../../core/ids.js';
import { applicationOf, stepOf } from '../../../core/registry/registration.js';
import { charterStandings } from '../../../core/settlement/charter.js';
import { heldOf } from '../../../core/settlement/docket.js';
import { evidenceOf } from '../../../core/settlement/evidence.js';
import { limboOf } from '../../../core/settlement/release.js';
import { standingOf } from '../../../core/settlement/settle.js';
import type { State } from '../../../core/state.js';
import { HOUR, type Instant, writeInstant } from '../../../core/time.js';

/** Key → line. A key keeps its place in the story: when its line changes, the new one is printed. */
export type Facts = ReadonlyMap<string, string>;

type NameOf = (node: NodeId) => string;

/** Facts of one node about one case; empty while it knows nothing of it. */
export function factsOf(state: State, caseId: CaseId, now: Instant, nameOf: NameOf): Facts {
  const held = state.cases.get(caseId);
  const facts = new Map<string, string>();
  const waiting = state.waiting.filter(({ statement }) => statement.caseId === caseId).length;
  if (waiting > 0) facts.set('waiting', `keeps ${waiting} early ${waiting === 1 ? 'entry' : 'entries'}`);
  if (held === undefined) return facts;
  knowledge(facts, state, held, nameOf);
  if (state.self.role === 'centre') {
    settlement(facts, state, held, now, nameOf);
    vendors(facts, state, held, now);
  }
  publication(facts, state, held, nameOf);
  for (const alarm of alarms(state, now)) {
    const words = alarmWords(alarm, nameOf);
    facts.set(`alarm ${words}`, `alarm: ${words}`);
  }
  if (held.closed !== undefined) facts.set('closed', 'has closed the case');
  return facts;
}

/** Facts that are about no case: registrations, and who is in the contact book. */
export function houseFacts(state: State, nameOf: NameOf): Facts {
  const facts = new Map<string, string>();
  for (const held of state.registrations.values()) {
    const node = nodeId(held.id);
    const other = node === undefined ? held.id : nameOf(node);
    const checked = held.identity?.application === applicationOf(held) && held.identity !== undefined;
    const identity = checked ? ', identity checked' : '';
    facts.set(`registration ${held.id}`, `registration with ${other}: ${stepOf(held) ?? 'early'}${identity}`);
  }
  for (const { key, entry, isRegistered } of state.contacts.values()) {
    const who = entry.node === undefined ? key : nameOf(entry.node);
    const products = entry.products.map(({ name }) => name).join(' ');
    const registered = isRegistered ? ', registered' : '';
    facts.set(`contact ${key}`, `has ${who} in its book: ${entry.class}${registered}, ${products}`);
  }
  return facts;
}

function alarmWords(alarm: Alarm, nameOf: NameOf): string {
  switch (alarm.alarm) {
    case 'manual_release':
      return `released by an officer of ${nameOf(alarm.node)}`;
    case 'twin_published':
      return 'twin published';
    case 'restored':
      return `restored, waits for ${alarm.missing.map(nameOf).join(' ')}`;
    case 'clock':
      return `clock off by ${alarm.aheadMs / 1_000} s`;
    case 'held':
      return `held ${alarm.because}`;
    case 'overdue':
      return 'overdue';
    case 'silent':
      return `silent ${nameOf(alarm.node)}`;
    case 'breach_reported':
      return `breach reported by ${nameOf(alarm.node)}`;
    case 'muted':
      return `muted, waits for ${nameOf(alarm.node)}`;
    case 'owed':
      return `owed to ${nameOf(alarm.node)}`;
    case 'unread':
      return `unread by ${nameOf(alarm.node)}`;
    case 'legal_near':
    case 'legal_overdue':
      return `${alarm.alarm} ${alarm.stage}`;
    case 'delay_untold':
    case 'delay_expired':
      return alarm.alarm;
    case 'letters_held':
      return `letters held for ${nameOf(alarm.node)}`;
    case 'letters_paused':
      return 'letters paused';
    case 'evidence':
      return `evidence against ${nameOf(alarm.node)}`;
  }
}

function knowledge(facts: Map<string, string>, state: State, held: Case, nameOf: NameOf): void {
  const self = state.self.node;
  facts.set(
    'case',
    held.origin === self
      ? `leads the case, ${held.tlp}`
      : `holds the summary from ${nameOf(held.from)}, ${held.tlp}`,
  );
  if (held.details !== undefined) {
    const { from, onward } = held.details.value;
    facts.set('details', `holds details from ${from === self ? 'itself' : nameOf(from)}, onward ${onward}`);
  }
  for (const [id, { requester }] of held.requests) {
    const answer = held.answers.get(id);
    const standing =
      answer === undefined
        ? 'is open'
        : answer.kind === 'granted'
          ? 'is granted'
          : `is denied, ${answer.reason}`;
    facts.set(`request ${id}`, `request of ${nameOf(requester)} ${standing}`);
  }
  for (const [centre, marks] of held.lists) {
    const listed = marks.map(({ vendor }) => nameOf(vendor)).join(' ');
    facts.set(`list ${centre}`, `list of ${nameOf(centre)}: ${listed}`);
  }
  for (const vendor of held.remedies.keys())
    if (vendor !== self) facts.set(`remedy ${vendor}`, `holds the remedy of ${nameOf(vendor)}`);
  for (const vendor of held.preferences.keys())
    if (vendor !== self) facts.set(`preference ${vendor}`, `holds the preference of ${nameOf(vendor)}`);
  for (const { by, at } of held.acknowledged.values())
    if (by !== self) facts.set(`acknowledged ${by} ${at}`, `is acknowledged by ${nameOf(by)}`);
  for (const [site, { agreement, offsetMs }] of held.advances)
    facts.set(`advance ${site}`, `owes ${nameOf(site)} notice ${offsetMs / HOUR} h before, by ${agreement}`);
  for (const { value } of held.advice.values()) {
    const { at, epoch, agreement } = value;
    facts.set('advice', `is advised of ${writeInstant(at)}, epoch ${epoch}, by ${agreement}`);
  }
  for (const { id, from, kind } of held.words.values())
    if (from !== self) facts.set(`words ${id}`, `has word of ${nameOf(from)}: ${kind}`);
}

function settlement(
  facts: Map<string, string>,
  state: State,
  held: Case,
  now: Instant,
  nameOf: NameOf,
): void {
  const docket = docketOf(state, held, now);
  for (const { version, missing, refused, terms } of charterStandings(docket)) {
    const waits = missing.length === 0 ? 'is signed by all' : `waits for ${missing.map(nameOf).join(' ')}`;
    const no = refused.map(({ by }) => `, refused by ${nameOf(by)}`).join('');
    const quorum = `q ${terms.quorum} of ${terms.roster.length}`;
    facts.set(`charter ${version}`, `charter ${version}, ${quorum}, ${waits}${no}`);
  }
  const standing = standingOf(docket);
  if (standing !== undefined) {
    const { epoch, at, sealed } = standing;
    facts.set('settled', `settled ${writeInstant(at)}, epoch ${epoch}${sealed ? ', sealed' : ''}`);
    const { seats, former, leads, lead } = standing.charter;
    if (former.length > 0 || leads.length > 1 || seats.some(({ since }) => since > 0)) {
      const { roster, q, n } = standing.charter;
      facts.set('seats', `seats ${roster.map(nameOf).join(' ')}, q ${q} of ${n}, lead ${nameOf(lead)}`);
    }
    const limbo = limboOf(docket, standing);
    if (limbo !== undefined)
      facts.set('limbo', `in limbo until ${typeof limbo === 'string' ? limbo : writeInstant(limbo)}`);
  }
  for (const { member, kind } of evidenceOf(docket))
    facts.set(`evidence ${member} ${kind}`, `holds evidence against ${nameOf(member)}: ${kind}`);
}

/** The vendor words that the advisory would carry now. */
function vendors(facts: Map<string, string>, state: State, held: Case, now: Instant): void {
  const name = (printed: string) => printed.replace(/^TEST ONLY /, '');
  for (const { vendorId, name: printed, status, fixProgress } of advisoryOf(state, held, now).vendors)
    facts.set(`vendor ${vendorId}`, `sees ${name(printed)} ${status}, fix ${fixProgress}`);
}

function publication(facts: Map<string, string>, state: State, held: Case, nameOf: NameOf): void {
  const notices = [...held.notices.values()].sort(
    (left, right) =>
      left.epoch - right.epoch || (left.stage === right.stage ? 0 : left.stage === 'freeze' ? 1 : -1),
  );
  const newest = notices.at(-1);
  if (newest !== undefined)
    facts.set('notice', `is told ${writeInstant(newest.at)}, epoch ${newest.epoch}, ${newest.stage}`);
  const { published } = held.chamber;
  if (published !== undefined) {
    const { rule, at, publishedAt, epoch } = published;
    const late = publishedAt === at ? '' : `, ${(publishedAt - at) / 1_000} s late`;
    facts.set('published', `published ${writeInstant(at)} by ${rule}, epoch ${epoch}${late}`);
  }
  // By name: ballots are kept by id, and an id hangs on what was published.
  const heard = [
    ...heldOf(held.chamber.ballots, 'published').map(({ ballot: { author, body } }) => {
      return { author, line: `hears that ${nameOf(author)} published ${writeInstant(body.at)}` };
    }),
    ...heldOf(held.chamber.ballots, 'leak').map(({ ballot: { author } }) => {
      return { author, line: `hears of a leak from ${nameOf(author)}` };
    }),
  ];
  for (const { author, line } of heard.sort((left, right) => (left.line < right.line ? -1 : 1)))
    if (author !== state.self.node) facts.set(line, line);
}
