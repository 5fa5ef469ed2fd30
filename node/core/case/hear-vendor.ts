/** What a vendor says of itself, and what its centre passes on of it to the origin (DOMAIN §3). */
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { readFragment } from '../schedule/merge.js';
import type { Input, State } from '../state.js';
import type { SpokenBody, VendorReport } from '../statement.js';
import { maySpeakFor } from './authority.js';
import { type Case, newest, withEntry } from './case.js';
import { leadOf } from './chamber.js';
import { type Heard, quiet, tell } from './heard.js';

/** Where a vendor stands. Faults: STATUS_WITHOUT_SUMMARY, CASE_FULL. */
export function hearReport(state: State, held: Case, input: Input, report: VendorReport): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (!maySpeakFor(state, held, author, report.vendor))
    return refuse('STATUS_WITHOUT_SUMMARY', { where: report.vendor });
  if (!held.reports.has(report.vendor) && held.reports.size >= LIMITS.vendorsPerCase.most)
    return refuse('CASE_FULL', { most: LIMITS.vendorsPerCase.most });
  const next = newest(held.reports.get(report.vendor), {
    stamp: { at: createdAt, id: input.id },
    value: report,
  });
  return ok({
    held: { ...held, reports: withEntry(held.reports, report.vendor, { ...next, via: author }) },
    effects: upward(state, held, author, { kind: 'vendor_status', report }),
  });
}

type RemedyBody = Extract<SpokenBody, { kind: 'remedy' }>;

/** A counter-measure for the public. Faults: STATUS_WITHOUT_SUMMARY, CASE_FULL. */
export function hearRemedy(state: State, held: Case, input: Input, body: RemedyBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  const stamp = { at: createdAt, id: input.id };
  if (!maySpeakFor(state, held, author, body.vendor))
    return refuse('STATUS_WITHOUT_SUMMARY', { where: body.vendor });
  if (!held.remedies.has(body.vendor) && held.remedies.size >= LIMITS.vendorsPerCase.most)
    return refuse('CASE_FULL', { most: LIMITS.vendorsPerCase.most });
  const { kind: _, ...remedy } = body;
  const next = newest(held.remedies.get(body.vendor), { stamp, value: remedy });
  return ok({
    held: { ...held, remedies: withEntry(held.remedies, body.vendor, next) },
    effects: upward(state, held, author, body),
  });
}

type PreferenceBody = Extract<SpokenBody, { kind: 'schedule_preference' }>;

/**
 * A vendor's own constraints; who hears them merges them: its centre, in model 1 the origin (DOMAIN §3). Faults: STATUS_WITHOUT_SUMMARY,
 * CONSTRAINT_INVALID.
 */
export function hearPreference(state: State, held: Case, input: Input, body: PreferenceBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  const stamp = { at: createdAt, id: input.id };
  if (!maySpeakFor(state, held, author, author)) return refuse('STATUS_WITHOUT_SUMMARY', { where: author });
  const fragment = readFragment(body.fragment);
  if (!fragment.ok) return fragment;
  const next = newest(held.preferences.get(author), { stamp, value: body.fragment });
  return ok(quiet({ ...held, preferences: withEntry(held.preferences, author, next) }));
}

/** The centre reports its own vendors' words to the lead; what another centre relayed stays here. */
function upward(state: State, held: Case, author: NodeId, body: SpokenBody): readonly Effect[] {
  const { node, role } = state.self;
  if (role !== 'centre' || !held.told.has(author)) return [];
  const lead = leadOf(state, held);
  return lead === node ? [] : [tell(held, lead, body)];
}
