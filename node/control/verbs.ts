/** Every command of the control socket in one table: `noun verb` → what it reads and does. */
import type { Json } from '../core/canonical.js';
import { type Outcome, ok } from '../core/fault.js';
import { none, readJson, wrong } from './arguments.js';
import type { Desk } from './desk.js';
import { type Verb, type Verbs, view } from './verb.js';
import { BACKUP_VERBS } from './verbs/backups.js';
import { CASE_VERBS } from './verbs/cases.js';
import { CHARTER_VERBS } from './verbs/charters.js';
import { CONTACT_VERBS } from './verbs/contacts.js';
import { DETAIL_VERBS } from './verbs/details.js';
import { DRILL_VERBS } from './verbs/drills.js';
import { CRA_VERBS } from './verbs/legal.js';
import { LOG_VERBS } from './verbs/logs.js';
import { MAIL_VERBS } from './verbs/mails.js';
import { CARD_VERBS, PEER_VERBS } from './verbs/peers.js';
import { PUBLISH_VERBS } from './verbs/publishing.js';
import { REGISTER_VERBS, REGISTRATION_VERBS } from './verbs/registrations.js';
import { REPORT_VERBS } from './verbs/reports.js';
import { SCHEDULE_VERBS } from './verbs/schedules.js';
import { SETTLEMENT_VERBS } from './verbs/settlements.js';
import { VENDOR_VERBS } from './verbs/vendors.js';
import { BREACH_VERBS, INBOX_VERBS, INQUIRY_VERBS } from './verbs/words.js';
import { statusView } from './views/status-view.js';

const NODE_VERBS: Verbs = { status: view(none, async (_, desk) => ok(await statusView(desk))) };

const NOUNS: Readonly<Record<string, Verbs>> = {
  backup: BACKUP_VERBS,
  breach: BREACH_VERBS,
  card: CARD_VERBS,
  case: CASE_VERBS,
  charter: CHARTER_VERBS,
  cra: CRA_VERBS,
  detail: DETAIL_VERBS,
  drill: DRILL_VERBS,
  inbox: INBOX_VERBS,
  inquiry: INQUIRY_VERBS,
  log: LOG_VERBS,
  mail: MAIL_VERBS,
  node: NODE_VERBS,
  peer: PEER_VERBS,
  publish: PUBLISH_VERBS,
  report: REPORT_VERBS,
  schedule: SCHEDULE_VERBS,
  settlement: SETTLEMENT_VERBS,
  registration: REGISTRATION_VERBS,
  vendor: { ...VENDOR_VERBS, ...CONTACT_VERBS, ...REGISTER_VERBS },
};

/** By `noun verb`. */
export const VERBS: ReadonlyMap<string, Verb> = new Map(
  Object.entries(NOUNS).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, row]): [string, Verb] => [`${noun} ${verb}`, row]),
  ),
);

/** One call as it comes from the socket. */
export interface Call {
  readonly verb: string;
  /** UTF-8 JSON. */
  readonly arguments: Uint8Array;
  readonly officer: string;
}

/** Answers one call. Faults: COMMAND_MALFORMED where there is no such command, and those of the command. */
export async function answer(call: Call, desk: Desk): Promise<Outcome<Json>> {
  const verb = VERBS.get(call.verb);
  if (verb === undefined) return wrong('verb');
  const given = readJson(call.arguments);
  return given.ok ? verb.run(given.value, desk, call.officer) : given;
}
