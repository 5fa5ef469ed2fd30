/** What an officer puts down about a report, and what that makes of it. */
import { mayBeTold } from '../case/authority.js';
import { tell } from '../case/heard.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { ReportId } from '../ids.js';
import { put } from '../layered-map.js';
import { LIMITS } from '../limits.js';
import { verifiedPeer } from '../registry/peers.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import { consentsTo, type Report, type ReportEntry } from './report.js';

interface Entered {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/**
 * One entry about one report.
 *
 * Faults: REPORT_EXISTS, REPORT_UNKNOWN, REPORT_NOT_VALID (routed before it was found to be a vulnerability),
 * REPORT_ROUTED, REPORTER_ABSENT, REPORTER_CONSENT, CASE_UNKNOWN, CASE_UNTOLD, PEER_*, LIMIT_EXCEEDED.
 */
export function enterReport(
  state: State,
  id: ReportId,
  { by, at }: { readonly by: string; readonly at: Instant },
  entry: ReportEntry,
): Outcome<Entered> {
  const held = state.reports.get(id);
  if (entry.kind === 'enter') return opened(state, held, id, at, entry);
  if (held === undefined) return refuse('REPORT_UNKNOWN', { where: id });
  const keep = (changes: Partial<Report>) =>
    ok({ state: withReport(state, { ...held, ...changes }), effects: [] });
  switch (entry.kind) {
    case 'reporter':
      return keep({ reporter: entry.reporter });
    case 'assess':
      if (held.route !== undefined) return refuse('REPORT_ROUTED', { where: held.route.into });
      return keep({
        assessment: {
          verdict: entry.verdict,
          remark: entry.remark,
          products: entry.products ?? held.assessment?.products,
          by,
          at,
        },
      });
    case 'route': {
      if (held.route !== undefined) return refuse('REPORT_ROUTED', { where: held.route.into });
      if (held.assessment?.verdict.kind !== 'vulnerability') return refuse('REPORT_NOT_VALID', { where: id });
      const { into, duplicateOf } = entry;
      if (duplicateOf !== undefined && !state.reports.has(duplicateOf))
        return refuse('REPORT_UNKNOWN', { where: duplicateOf });
      return keep({ route: { into, duplicateOf, by, at } });
    }
    case 'consent': {
      const { scope, given, words } = entry;
      return keep({ consents: new Map(held.consents).set(scope, { scope, given, words, by, at }) });
    }
    case 'letter': {
      const most = LIMITS.listEntries.most;
      if (held.letters.length >= most) return refuse('LIMIT_EXCEEDED', { where: id, most });
      const { letter, channel, text } = entry;
      return keep({ letters: [...held.letters, { letter, channel, text, by, at }] });
    }
    case 'severity': {
      const { side, name, vector, words } = entry;
      const others = held.severities.filter((one) => one.side !== side || one.name !== name);
      const most = LIMITS.listEntries.most;
      if (others.length >= most) return refuse('LIMIT_EXCEEDED', { where: id, most });
      return keep({ severities: [...others, { side, name, vector, words, by, at }] });
    }
    case 'looked':
      return held.reporter === undefined ? refuse('REPORTER_ABSENT', { where: id }) : keep({});
    case 'share':
      return shared(state, held, at, entry);
    default:
      return unreachable(entry);
  }
}

type EnterEntry = Extract<ReportEntry, { kind: 'enter' }>;

function opened(
  state: State,
  held: Report | undefined,
  id: ReportId,
  enteredAt: Instant,
  { source, receivedAt, text }: EnterEntry,
): Outcome<Entered> {
  if (held !== undefined) return refuse('REPORT_EXISTS', { where: id });
  const fresh: Report = {
    id,
    source,
    receivedAt,
    enteredAt,
    text,
    assessment: undefined,
    route: undefined,
    letters: [],
    severities: [],
    consents: new Map(),
    reporter: undefined,
    sharedWith: new Map(),
    answers: [],
    returned: new Map(),
  };
  return ok({ state: withReport(state, fresh), effects: [] });
}

/** The one way in which a name leaves: by recorded consent, to one peer that was told of the case which came of the report. */
function shared(
  state: State,
  held: Report,
  at: Instant,
  { to }: Extract<ReportEntry, { kind: 'share' }>,
): Outcome<Entered> {
  const { reporter, route } = held;
  if (reporter === undefined) return refuse('REPORTER_ABSENT', { where: held.id });
  if (!consentsTo(held, 'contact')) return refuse('REPORTER_CONSENT', { where: held.id });
  const into = route === undefined ? undefined : state.cases.get(route.into);
  if (into === undefined) return refuse('CASE_UNKNOWN', { where: held.id });
  const peer = verifiedPeer(state, to);
  if (!peer.ok) return peer;
  if (!mayBeTold(state, into, to)) return refuse('CASE_UNTOLD', { where: to });
  const { name, organisation, contact } = reporter;
  const text = ['Reporter, by recorded consent:', name, organisation, contact]
    .filter((line) => line !== '')
    .join('\n');
  return ok({
    state: withReport(state, { ...held, sharedWith: new Map(held.sharedWith).set(to, at) }),
    effects: [tell(into, to, { kind: 'comment', text })],
  });
}

function withReport(state: State, report: Report): State {
  return { ...state, reports: put(state.reports, report.id, report) };
}
