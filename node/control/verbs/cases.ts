/** Cases: opening, telling, updating, closing, and the record of who knew what. */

import { hash } from '../../core/bytes.js';
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { raisedReplyBy } from '../../core/case/disclose.js';
import { VENDOR_STATUS_WORDS } from '../../core/case/vendor-words.js';
import { readTlp, TLP_LABELS, type Tlp } from '../../core/disclosure/tlp.js';
import { type Covering, whoKnew } from '../../core/disclosure/who-knew.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import type { CaseSummary, VendorReport } from '../../core/statement.js';
import { after, DAY, type Instant } from '../../core/time.js';
import {
  branded,
  count,
  flag,
  list,
  members,
  moment,
  name,
  none,
  oneOf,
  optional,
  orElse,
  type Read,
  text,
  words,
  wrong,
} from '../arguments.js';
import { type Desk, receiptsOf } from '../desk.js';
import { findCase, findPeer, findPeers, named } from '../find.js';
import { reached } from '../reach.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { notAffected, verdicts } from '../verdicts.js';
import { attachmentsOf, caseLine, caseView } from '../views/case-view.js';
import { when } from '../views/when.js';
import { NOTIFYING_VERBS, withheldFrom } from './notifying.js';
import { SELECTING_VERBS } from './selecting.js';

const names = list(name);
const title = text(LIMITS.titleCharacters.most, 1);
const tlp: Read<Tlp> = branded((typed) => readTlp(typed), TLP_LABELS.join(', '));
const kind = oneOf('software_product', 'web_application');
const scope = oneOf('protocol', 'implementation', 'operation');
const onward = oneOf('own_vendors', 'ask', 'nobody');

/** A vendor that no node speaks for, with what is known of it. */
interface Listed extends Pick<VendorReport, 'justification' | 'verdicts'> {
  readonly name: string;
  readonly status: VendorReport['status'];
  readonly statement: string;
  readonly impact: string;
  readonly products: readonly string[];
}

const listed: Read<Listed> = members<Listed>({
  name,
  status: oneOf(...VENDOR_STATUS_WORDS),
  statement: orElse(words, ''),
  impact: orElse(words, ''),
  products: orElse(names, []),
  justification: optional(notAffected),
  verdicts: orElse(verdicts, []),
});

const REPLY_DAYS = { least: 3, most: 365 };
/** So many listed vendors go into one order: some have pages of text, and a statement is bounded. */
const LISTED_BYTES = LIMITS.statementBytes.most / 4;

export const CASE_VERBS: Verbs = {
  list: view(none, (_, desk) => {
    const state = desk.state();
    const cases = [...state.cases.values()].sort((left, right) => right.openedAt - left.openedAt);
    return ok({ cases: cases.map((held) => caseLine(state, held, desk.now())) });
  }),

  show: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok(caseView(desk.state(), held.value, desk.now())) : held;
  }),

  open: order(
    members({
      title,
      summary: words,
      details: orElse(words, ''),
      kind: orElse(kind, 'software_product'),
      scope: orElse(scope, 'implementation'),
      tlp: orElse(tlp, 'AMBER'),
      onward: orElse(onward, 'own_vendors'),
      products: orElse(names, []),
      publicIds: orElse(names, []),
      replyByDays: optional(count(REPLY_DAYS.least, REPLY_DAYS.most)),
      vendors: orElse(list(listed, LIMITS.vendorsPerCase.most), []),
    }),
    async (given, bench) => {
      const caseId = bench.live.chance.caseId();
      const { title: called, kind: of, scope: in_, summary, products, publicIds } = given;
      const caseSummary: CaseSummary = { title: called, kind: of, scope: in_, summary, products, publicIds };
      const replyByDays = given.replyByDays ?? bench.state().self.replyByDays;
      const about = { caseId, tlp: given.tlp };
      const opened = await bench.live.node.order(
        bench.officer,
        { act: 'case_open', caseSummary, details: given.details, onward: given.onward, replyByDays },
        about,
      );
      if (!opened.ok) return opened;
      const held = bench.state().cases.get(caseId);
      if (held === undefined) return refuse('CASE_UNKNOWN', { where: caseId });
      const reports = given.vendors.map((vendor) => reportOf(bench, vendor));
      const entered = await enterReports(bench, held, reports);
      return entered.ok ? ok({ case: caseId, vendors: given.vendors.length }) : entered;
    },
  ),

  update: order(
    members({
      case: name,
      title: optional(title),
      summary: optional(words),
      products: optional(names),
      publicIds: optional(names),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const { title: newTitle, summary, products, publicIds } = given;
      if ([newTitle, summary, products, publicIds].every((change) => change === undefined))
        return wrong('summary', { expects: 'a title, a summary, products or public ids that are to change' });
      const before = held.value.summary.value;
      const caseSummary: CaseSummary = {
        ...before,
        title: given.title ?? before.title,
        summary: given.summary ?? before.summary,
        products: given.products ?? before.products,
        publicIds: given.publicIds ?? before.publicIds,
      };
      return shown(bench, held.value, await bench.orderIn(held.value, { act: 'case_update', caseSummary }));
    },
  ),

  tell: order(
    members({
      case: name,
      to: list(name, LIMITS.vendorsPerCase.most),
      replyBy: optional(moment),
      individual: orElse(flag, false),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const to = findPeers(bench.state(), given.to);
      if (!to.ok) return to;
      if (to.value.length === 0) return wrong('to');
      const withheld = withheldFrom(bench.state(), held.value, given.individual);
      const at = to.value.findIndex((node) => withheld.has(node));
      const code = withheld.get(to.value[at] ?? bench.state().self.node);
      if (code !== undefined) return refuse(code, { where: `to/${at}` });
      const wanted = given.replyBy ?? after(bench.now(), held.value.replyByDays * DAY);
      const replyBy = raisedReplyBy(bench.now(), wanted);
      const done = await bench.orderIn(held.value, { act: 'tell', to: to.value, replyBy });
      if (!done.ok) return done;
      return ok({
        case: held.value.id,
        told: reached(bench, held.value.id, to.value),
        replyBy: when(replyBy),
        raised: wanted < replyBy,
      });
    },
  ),

  advance: order(
    members({
      case: name,
      to: name,
      agreement: name,
      beforeMs: count(0, LIMITS.advanceMs.most),
      text: text(LIMITS.textCharacters.most, 1),
      consent: orElse(words, ''),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const to = findPeer(bench.state(), given.to, 'to');
      if (!to.ok) return to;
      const { agreement, beforeMs: offsetMs, text: said, consent } = given;
      const order = { act: 'advance', to: to.value, agreement, offsetMs, text: said, consent } as const;
      return shown(bench, held.value, await bench.orderIn(held.value, order));
    },
  ),

  close: order(members({ case: name, reason: text(LIMITS.textCharacters.most, 1) }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const done = await bench.orderIn(held.value, { act: 'case_close', reason: given.reason });
    return shown(bench, held.value, done);
  }),

  merge: order(members({ case: name, into: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const into = findCase(bench.state(), given.into);
    if (!into.ok) return into;
    if (into.value.id === held.value.id) return wrong('into');
    const done = await bench.orderIn(held.value, { act: 'case_merge', into: into.value.id });
    return shown(bench, held.value, done);
  }),

  attach: order(
    members({
      case: name,
      hash: branded(hash),
      bytes: count(1, LIMITS.attachmentBytes.most),
      mediaType: name,
      part: count(0, LIMITS.attachmentParts.most - 1),
      parts: count(1, LIMITS.attachmentParts.most),
      base64: text(Math.ceil(LIMITS.attachmentPartBytes.most / 3) * 4),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const bytes = new Uint8Array(Buffer.from(given.base64, 'base64'));
      if (bytes.length > LIMITS.attachmentPartBytes.most) return wrong('base64');
      const mark = { hash: given.hash, bytes: given.bytes, mediaType: given.mediaType };
      const { part, parts } = given;
      const done = await bench.orderIn(held.value, { act: 'case_attach', mark, part, parts, bytes });
      return done.ok ? ok({ case: held.value.id, hash: given.hash, part, parts }) : done;
    },
  ),

  attachments: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok({ case: held.value.id, attachments: attachmentsOf(held.value) }) : held;
  }),

  acknowledge: order(members({ case: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const { from, summary, origin } = held.value;
    if (from === bench.state().self.node) return refuse('CASE_MEMBER', { where: origin });
    const body = { kind: 'acknowledge', of: summary.stamp.id } as const;
    const done = shown(bench, held.value, await bench.orderIn(held.value, { act: 'say', to: from, body }));
    if (!done.ok) return done;
    const line = done.value as { readonly [member: string]: Json };
    return ok({ ...line, reached: reached(bench, held.value.id, [from]) });
  }),

  'who-knew': view(members({ case: name, at: optional(moment) }), async (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok(await whoKnewView(desk, held.value, given.at ?? desk.now())) : held;
  }),

  ...NOTIFYING_VERBS,
  ...SELECTING_VERBS,
};

/** What vendors without a node told this centre, entered in as many orders as their texts need. */
export async function enterReports(
  bench: Bench,
  held: Case,
  reports: readonly VendorReport[],
): Promise<Outcome<true>> {
  let waiting: VendorReport[] = [];
  let bytes = 0;
  for (const [at, report] of reports.entries()) {
    waiting.push(report);
    bytes += 2_000 + 3 * (report.statement.length + report.impact.length + report.products.join('').length);
    if (bytes < LISTED_BYTES && at + 1 < reports.length) continue;
    const done = await bench.orderIn(held, { act: 'case_vendors', reports: waiting });
    if (!done.ok) return done;
    waiting = [];
    bytes = 0;
  }
  return ok(true);
}

function reportOf(bench: Bench, { name: called, ...known }: Listed): VendorReport {
  return {
    ...known,
    // Nobody's node: this centre speaks for it.
    vendor: bench.state().self.node,
    vendorName: called,
    fixProgress: 'none',
    plan: '',
    readyAt: undefined,
  };
}

async function whoKnewView(desk: Desk, held: Case, at: Instant): Promise<Json> {
  const state = desk.state();
  const receipts = new Map<NodeId, readonly Covering[]>();
  for (const to of new Set([...held.disclosures.values()].map((disclosure) => disclosure.to)))
    receipts.set(to, await receiptsOf(desk, to));
  const known = whoKnew([...held.disclosures.values()], receipts, at);
  return {
    case: held.id,
    at: when(at),
    recipients: known.map(({ to, disclosed }) => ({
      ...named(state, to),
      role: state.peers.get(to)?.card.role ?? null,
      disclosed: disclosed.map((one) => ({
        what: one.what,
        kind: one.kind,
        tlp: one.tlp,
        statement: one.statement,
        sequence: one.sequence,
        saidAt: when(one.saidAt),
        receivedAt: when(one.receivedAt),
      })),
    })),
  };
}

function shown(bench: Bench, held: Case, done: Outcome<true>): Outcome<Json> {
  if (!done.ok) return done;
  const now = bench.state().cases.get(held.id) ?? held;
  return ok(caseLine(bench.state(), now, bench.now()));
}
