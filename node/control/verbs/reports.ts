/** `report`: what was reported to this house, from the first word to the case that it became (DESIGN §5.4). */
import type { Json } from '../../core/canonical.js';
import { cutText } from '../../core/cut-text.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { type CaseId, type ReportId, reportId } from '../../core/ids.js';
import { likenesses } from '../../core/intake/alike.js';
import { isNamedIn } from '../../core/intake/named-in.js';
import {
  CONSENT_SCOPES,
  EXCLUSIONS,
  LETTER_CHANNELS,
  LETTER_KINDS,
  productsOf,
  REPORT_SOURCES,
  type Report,
  type ReportEntry,
  type Reporter,
  type ReportText,
  SEVERITY_SIDES,
  type Verdict,
} from '../../core/intake/report.js';
import { LIMITS } from '../../core/limits.js';
import { mailAddress, noteToken } from '../../core/mail/address.js';
import type { State } from '../../core/state.js';
import type { CaseSummary } from '../../core/statement.js';
import {
  flag,
  list,
  members,
  moment,
  name,
  none,
  oneOf,
  optional,
  orElse,
  text,
  words,
  wrong,
} from '../arguments.js';
import { findCase, findPeer, nameOf } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { likenessView, reportLine, reportView } from '../views/report-view.js';

const line = text(LIMITS.titleCharacters.most);
const shortName = text(LIMITS.nameCharacters.most);

const reportText = members<ReportText>({
  kind: orElse(oneOf('software_product', 'web_application'), 'software_product'),
  title: text(LIMITS.titleCharacters.most, 1),
  product: orElse(line, ''),
  version: orElse(shortName, ''),
  description: orElse(words, ''),
  impact: orElse(words, ''),
  exploit: orElse(words, ''),
  discovery: orElse(words, ''),
  plans: orElse(words, ''),
  publicIds: orElse(list(name), []),
  saysPublic: orElse(flag, false),
  saysExploited: orElse(flag, false),
});

const reporter = members<{ readonly [K in keyof Reporter]-?: Reporter[K] | undefined }>({
  name: optional(shortName),
  organisation: optional(shortName),
  contact: optional(line),
  certificate: optional(text(LIMITS.cardBytes.most, 1)),
});

export const REPORT_VERBS: Verbs = {
  new: order(
    members({
      source: orElse(oneOf(...REPORT_SOURCES), 'form'),
      receivedAt: optional(moment),
      text: reportText,
      reporter: optional(reporter),
    }),
    async (given, bench) => {
      const id = reportId(bench.live.chance.caseId());
      if (id === undefined) throw new Error('a report is named like a case');
      const receivedAt = given.receivedAt ?? bench.now();
      if (receivedAt > bench.now()) return wrong('receivedAt');
      const { source, text: told } = given;
      const entered = await put(bench, id, { kind: 'enter', source, receivedAt, text: told });
      if (!entered.ok || given.reporter === undefined) return shown(bench, id, entered);
      // Apart from the report, in an entry of its own.
      return shown(bench, id, await putReporter(bench, id, given.reporter));
    },
  ),

  list: view(none, (_, desk) => {
    const reports = [...desk.state().reports.values()].sort(
      (left, right) => left.receivedAt - right.receivedAt,
    );
    return ok({ reports: reports.map((report) => reportLine(desk.state(), report)) });
  }),

  show: view(members({ report: name }), (given, desk) => {
    const found = findReport(desk.state(), given.report);
    return found.ok ? ok(reportView(desk.state(), found.value)) : found;
  }),

  /** A report that came encrypted to us: what is inside, and whether anybody whom we know signed it. */
  'open-mail': view(members({ armoured: text(LIMITS.controlBytes.most / 2, 1) }), async (given, desk) => {
    const opened = await desk.openMail({ kind: 'encrypted', armoured: given.armoured }, desk.now());
    if (!opened.ok) return opened;
    const { bytes, by, fault } = opened.value;
    const signedBy = by !== undefined && fault === undefined ? nameOf(desk.state(), by) : null;
    return ok({ bytes: Buffer.from(bytes).toString('base64'), signedBy });
  }),

  /** What may be the same: offered, never decided. */
  alike: view(members({ report: name }), (given, desk) => {
    const found = findReport(desk.state(), given.report);
    if (!found.ok) return found;
    const { id, text: told } = found.value;
    return ok({
      report: id,
      alike: likenesses(desk.state(), told, id).map((one) => likenessView(desk.state(), one)),
    });
  }),

  assess: order(
    members({
      report: name,
      verdict: oneOf('vulnerability', 'excluded', 'question'),
      because: optional(oneOf(...EXCLUSIONS)),
      remark: orElse(words, ''),
      products: optional(list(name)),
    }),
    async (given, bench) => {
      const found = findReport(bench.state(), given.report);
      if (!found.ok) return found;
      const { because, remark, products } = given;
      // Excluded without a reason is no answer to the reporter, and a reason excludes.
      if ((given.verdict === 'excluded') !== (because !== undefined)) return wrong('because');
      const verdict: Verdict =
        because === undefined
          ? { kind: given.verdict === 'question' ? 'question' : 'vulnerability' }
          : { kind: 'excluded', because };
      return shown(
        bench,
        found.value.id,
        await put(bench, found.value.id, { kind: 'assess', verdict, remark, products }),
      );
    },
  ),

  route: order(
    members({
      report: name,
      into: optional(name),
      duplicateOf: optional(name),
      /** Of a new case: what everybody may read who is told of it, so the words of the report will not do. */
      title: optional(text(LIMITS.titleCharacters.most, 1)),
      summary: orElse(words, ''),
      /** Of a new case: what stands in its details instead of the words of the report. */
      details: optional(words),
      /** An officer says that the reporter may be named in it. */
      named: orElse(flag, false),
    }),
    async (given, bench) => {
      const found = findReport(bench.state(), given.report);
      if (!found.ok) return found;
      const { id } = found.value;
      const other =
        given.duplicateOf === undefined ? undefined : findReport(bench.state(), given.duplicateOf);
      if (other?.ok === false) return other;
      const known = intoWhich(bench.state(), given.into, other?.value);
      if (!known.ok) return known;
      const planned = found.value.route?.into;
      const into = planned ?? known.value ?? bench.live.chance.caseId();
      const isOpen = () => bench.state().cases.has(into);
      if (!isOpen() && given.title === undefined) return wrong('title');
      const { title = '', summary } = given;
      const told = { title, summary, details: given.details ?? detailsOf(found.value.text) };
      const naming = isOpen() || given.named ? undefined : whereNamed(found.value, told);
      if (naming !== undefined) return refuse('REPORTER_NAMED', { where: naming });
      // A crash between the two orders leaves the route without its case: the same command opens it.
      if (planned === undefined || isOpen()) {
        const routed = await put(bench, id, { kind: 'route', into, duplicateOf: other?.value.id });
        if (!routed.ok) return routed;
      }
      return shown(bench, id, isOpen() ? ok(true) : await openFrom(bench, found.value, into, told));
    },
  ),

  letter: order(
    members({
      report: name,
      letter: oneOf(...LETTER_KINDS),
      channel: orElse(oneOf(...LETTER_CHANNELS), 'mail'),
      text: words,
      /** Sends it by mail and puts it down once the mail server has taken it; else it is only put down. */
      send: orElse(flag, false),
      /** Where no certificate of the reporter is on file: signed, and read by everybody on the way. */
      inClear: orElse(flag, false),
    }),
    async ({ report: typed, send, inClear, ...said }, bench) => {
      if (send) {
        if (said.channel !== 'mail') return wrong('channel');
        if (said.text === '') return wrong('text');
        const found = findReport(bench.state(), typed);
        const sent = found.ok ? await write(bench, found.value, said.text, inClear) : found;
        if (!sent.ok) return sent;
      }
      return enter(bench, typed, { kind: 'letter', ...said });
    },
  ),

  severity: order(
    members({
      report: name,
      side: oneOf(...SEVERITY_SIDES),
      name: orElse(shortName, ''),
      vector: orElse(line, ''),
      words: orElse(words, ''),
    }),
    async ({ report, ...said }, bench) => {
      if (said.vector === '' && said.words === '') return wrong('vector');
      return enter(bench, report, { kind: 'severity', ...said });
    },
  ),

  consent: order(
    members({
      report: name,
      scope: oneOf(...CONSENT_SCOPES),
      given: orElse(flag, true),
      words: text(LIMITS.textCharacters.most, 1),
    }),
    async ({ report, ...said }, bench) => enter(bench, report, { kind: 'consent', ...said }),
  ),

  share: order(members({ report: name, to: name }), async (given, bench) => {
    const to = findPeer(bench.state(), given.to, 'to');
    return to.ok ? enter(bench, given.report, { kind: 'share', to: to.value }) : to;
  }),

  /** The one look at the person behind a report. It is an order, so that it stands in the home feed who looked. */
  reporter: order(members({ report: name, reporter: optional(reporter) }), async (given, bench) => {
    const found = findReport(bench.state(), given.report);
    if (!found.ok) return found;
    const { id } = found.value;
    const { reporter: known } = found.value;
    if (given.reporter !== undefined)
      return shown(bench, id, await putReporter(bench, id, given.reporter, known));
    if (known === undefined) return refuse('REPORTER_ABSENT', { where: id });
    const looked = await put(bench, id, { kind: 'looked' });
    return looked.ok ? ok({ report: id, ...known, certificate: known.certificate ?? null }) : looked;
  }),
};

/** What was typed of a reporter; the rest stays as it was. Faults: KEY_* for a certificate that nothing can be sent to. */
async function putReporter(
  bench: Bench,
  id: ReportId,
  typed: { readonly [K in keyof Reporter]: Reporter[K] | undefined },
  known?: Reporter,
): Promise<Outcome<true>> {
  const certificate = typed.certificate?.trim() ?? known?.certificate;
  if (typed.certificate !== undefined) {
    const read = await bench.readMailCertificate(typed.certificate, bench.now());
    if (!read.ok) return read;
  }
  return put(bench, id, {
    kind: 'reporter',
    reporter: {
      name: typed.name ?? known?.name ?? '',
      organisation: typed.organisation ?? known?.organisation ?? '',
      contact: typed.contact ?? known?.contact ?? '',
      certificate,
    },
  });
}

/**
 * The words to the reporter, by mail, now. That somebody used the address is on record before they leave.
 * Faults: REPORTER_ABSENT, REPORTER_CONTACT, REPORTER_KEY, MAIL_*, KEY_*.
 */
async function write(
  bench: Bench,
  { id, reporter: known, letters }: Report,
  words: string,
  inClear: boolean,
): Promise<Outcome<unknown>> {
  if (known === undefined) return refuse('REPORTER_ABSENT', { where: id });
  const to = mailAddress(known.contact);
  if (to === undefined) return refuse('REPORTER_CONTACT', { where: id });
  if (known.certificate === undefined && !inClear) return refuse('REPORTER_KEY', { where: id });
  const looked = await put(bench, id, { kind: 'looked' });
  if (!looked.ok) return looked;
  const token = noteToken(id, letters.length);
  return bench.live.node.write({ to, token, text: words, certificate: known.certificate });
}

async function enter(bench: Bench, typed: string, entry: ReportEntry): Promise<Outcome<Json>> {
  const found = findReport(bench.state(), typed);
  return found.ok ? shown(bench, found.value.id, await put(bench, found.value.id, entry)) : found;
}

function put(bench: Bench, report: ReportId, entry: ReportEntry): Promise<Outcome<true>> {
  return bench.order({ act: 'report', report, entry });
}

function shown(bench: Bench, id: ReportId, done: Outcome<true>): Outcome<Json> {
  if (!done.ok) return done;
  const report = bench.state().reports.get(id);
  return report === undefined
    ? refuse('REPORT_UNKNOWN', { where: id })
    : ok(reportLine(bench.state(), report));
}

/** Shortest beginning of an id that names anything. */
const SHORTEST = 8;

/** Faults: REPORT_UNKNOWN, COMMAND_MALFORMED (several). */
function findReport(state: State, typed: string): Outcome<Report> {
  const wanted = typed.trim().toLowerCase();
  const found = [...state.reports.values()].filter(
    ({ id }) => id === wanted || (wanted.length >= SHORTEST && id.startsWith(wanted)),
  );
  const [only] = found;
  if (only === undefined) return refuse('REPORT_UNKNOWN', { where: 'report' });
  return found.length > 1 ? wrong('report') : ok(only);
}

/** The case that was named, or that of the report it repeats; `undefined` for a new one. */
function intoWhich(
  state: State,
  typed: string | undefined,
  other: Report | undefined,
): Outcome<CaseId | undefined> {
  if (typed === undefined) return ok(other?.route?.into);
  const held = findCase(state, typed);
  return held.ok ? ok(held.value.id) : held;
}

/** What everybody reads who is told of a new case, and what goes to whom it is granted. */
interface Told extends Pick<CaseSummary, 'title' | 'summary'> {
  readonly details: string;
}

/** The first part of a new case that names who reported it; consent is for one recipient or for the advisory (§5.4). */
function whereNamed(report: Report, told: Told): string | undefined {
  const { reporter: who } = report;
  const parts = { ...told, product: productsOf(report).join('\n') };
  return (['title', 'summary', 'product', 'details'] as const).find((part) => isNamedIn(who, parts[part]));
}

/** The words of a report, under the heads of its form. */
function detailsOf(told: ReportText): string {
  const sections = [
    ['', told.description],
    ['Impact', told.impact],
    ['Exploit', told.exploit],
    ['Version', told.version],
  ].filter(([, body]) => body !== '');
  return sections.map(([title, body]) => (title === '' ? body : `${title}\n\n${body}`)).join('\n\n');
}

/** The product or web-application flow begins with a case; the words of the report are details, never the summary. */
function openFrom(
  bench: Bench,
  report: Report,
  caseId: CaseId,
  { title, summary, details }: Told,
): Promise<Outcome<true>> {
  const { text: told } = report;
  const products = productsOf(report).map((product) => cutText(product, LIMITS.nameCharacters.most));
  const caseSummary = {
    title,
    kind: told.kind,
    scope: 'implementation',
    summary,
    products,
    publicIds: told.publicIds,
  } as const;
  const { replyByDays } = bench.state().self;
  return bench.live.node.order(
    bench.officer,
    {
      act: 'case_open',
      caseSummary,
      details: cutText(details, LIMITS.textCharacters.most),
      onward: 'ask',
      replyByDays,
    },
    // Nobody has said yet how far it may travel.
    { caseId, tlp: 'AMBER' },
  );
}
