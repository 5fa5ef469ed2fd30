/** What vendors said lately: no answer is due to it, but whoever leads a case wants to know that it came. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import type { NodeId } from '../../core/ids.js';
import { withoutName } from '../../core/intake/named-in.js';
import type { State } from '../../core/state.js';
import { after, DAY, type Instant, type Millis } from '../../core/time.js';
import { named } from '../find.js';
import { when } from './when.js';

/** Nobody says what was read, so what is older is no news. */
const NEWS_FOR_MS: Millis = 7 * DAY;

interface News {
  readonly kind: keyof typeof SEE;
  readonly from: NodeId;
  readonly at: Instant;
  /** The status itself, the instant, that it was updated; else nothing. */
  readonly says: string;
}

/** Which command shows more. */
const SEE = {
  status: 'vendor list',
  remedy: 'vendor list',
  preference: 'schedule show',
  summary: 'case show',
  instant: 'schedule show',
} as const;

/** Newest first, of cases that are open: to a centre what vendors said, to a vendor what its centre told it anew. */
export function newsView(state: State, now: Instant): Json {
  return [...state.cases.values()]
    .filter(({ closed }) => closed === undefined)
    .flatMap((held) => newsIn(state, held).map((one) => ({ held, one })))
    .filter(({ one }) => after(one.at, NEWS_FOR_MS) > now)
    .sort((left, right) => right.one.at - left.one.at)
    .map(({ held, one }) => ({
      case: held.id,
      title: held.summary.value.title,
      kind: one.kind,
      from: vendorIn(state, held, one.from),
      at: when(one.at),
      says: one.says,
      see: `${SEE[one.kind]} ${held.id.slice(0, 8)}`,
    }));
}

/** What came by mail on letters to reporters, newest first; never from whom. */
export function answersView(state: State, now: Instant): Json {
  return [...state.reports.values()]
    .flatMap((report) => report.answers.map(({ at }) => ({ report, at })))
    .filter(({ at }) => after(at, NEWS_FOR_MS) > now)
    .sort((left, right) => right.at - left.at)
    .map(({ report, at }) => ({
      report: report.id,
      title: withoutName(report.reporter, report.text.title),
      at: when(at),
      see: `report show ${report.id.slice(0, 8)}`,
    }));
}

/** The newest of each kind from each vendor: what it replaced is no news. */
function newsIn(state: State, held: Case): readonly News[] {
  if (state.self.role !== 'centre') return toldAnew(held);
  const heard: readonly News[] = [
    ...[...held.reports].map(([from, { stamp, value }]): News => {
      return { kind: 'status', from, at: stamp.at, says: value.status };
    }),
    ...[...held.remedies].map(([from, { stamp }]): News => {
      return { kind: 'remedy', from, at: stamp.at, says: '' };
    }),
    ...[...held.preferences].map(([from, { stamp }]): News => {
      return { kind: 'preference', from, at: stamp.at, says: '' };
    }),
  ];
  return heard.filter(({ from }) => from !== state.self.node);
}

/** A vendor of another centre is no peer of ours: then it is called as it calls itself. */
function vendorIn(state: State, held: Case, node: NodeId): Json {
  const said = held.reports.get(node)?.value ?? held.remedies.get(node)?.value;
  return {
    ...named(state, node),
    ...(state.peers.has(node) || !said?.vendorName ? {} : { name: said.vendorName }),
  };
}

/** The first summary waits for an answer, and so do details: what came beside them is news. */
function toldAnew({ from, summary, openedAt, notices }: Case): readonly News[] {
  const newest = [...notices.values()].toSorted((left, right) => left.saidAt - right.saidAt).at(-1);
  return [
    ...(summary.stamp.at > openedAt
      ? [{ kind: 'summary', from, at: summary.stamp.at, says: 'updated' } as const]
      : []),
    ...(newest === undefined
      ? []
      : [
          {
            kind: 'instant',
            from: newest.from,
            at: newest.saidAt,
            says: `${when(newest.at)}${newest.stage === 'freeze' ? ', frozen' : ''}`,
          } as const,
        ]),
  ];
}
