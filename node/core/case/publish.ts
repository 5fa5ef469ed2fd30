/**
 * From a case to the advisory that this centre publishes: what it was told, vendor by vendor. Each centre lists the
 * vendors it knows (need to know); a vendor's words travel between centres only where the process model carries
 * them to the origin.
 */
import type { Advisory, Remedy as AdvisoryRemedy, Product, VendorEntry } from '../advisory.js';
import { sha256 } from '../bytes.js';
import type { NodeId } from '../ids.js';
import { consentsTo } from '../intake/report.js';
import type { Self, State } from '../state.js';
import type { VendorReport } from '../statement.js';
import type { Instant } from '../time.js';
import { isAsked } from './advance.js';
import type { Case } from './case.js';
import type { VendorStatusWord } from './vendor-words.js';

/** The one vulnerability of a case; a local key that is never written. */
const VULNERABILITY = 'vulnerability';

/**
 * The advisory as it stands, for publication at `publishedAt`.
 *
 * Vendors are in the order of their names, so that the same case gives the same document. Silence is written as
 * silence: a vendor that was told and did not answer is `informed`.
 */
export function advisoryOf(state: State, held: Case, publishedAt: Instant): Advisory {
  const { self } = state;
  const { value: summary } = held.summary;
  const title = summary.title.trim();
  const cves = summary.publicIds.filter((id) => id.startsWith('CVE-'));
  const publicId = summary.publicIds.find((id) => !id.startsWith('CVE-')) ?? fallbackId(self, held);
  const entries = vendorEntries(state, held);
  const awaited = entries.some(({ status }) => status === 'under_investigation');
  return {
    publicId,
    aliases: summary.publicIds.filter((id) => id !== publicId),
    lang: 'en',
    title,
    summary: shown(summary.summary, title),
    translations: [],
    kind: summary.kind,
    scope: summary.scope,
    // The embargo ends with the publication: a public document is CLEAR (FORMATS §1.4).
    tlp: 'CLEAR',
    stage: awaited ? 'interim' : 'final',
    publishedAt,
    publisher: { name: self.name, namespace: self.namespace },
    vulnerabilities: [
      {
        id: VULNERABILITY,
        ...(cves[0] === undefined ? {} : { cve: cves[0] }),
        title,
        // Never the details: they stay with the few who need them, before the instant and after it (DOMAIN §1).
        descriptions: [{ lang: 'en', text: shown(summary.summary, title) }],
        weaknesses: [],
        scores: [],
      },
    ],
    vendors: entries,
    revisions: [{ number: 1, at: publishedAt, summary: 'First publication' }],
    notes: [],
    remedies: remedies(state, held),
    references: [],
    credits: creditsOf(state, held),
    ...(self.mode === 'drill' ? { drill: true as const } : {}),
  };
}

/** Reporters who agreed to be named, in the order of their reports. */
function creditsOf({ reports }: State, held: Case): Advisory['credits'] {
  return [...reports.values()]
    .filter((report) => report.route?.into === held.id && consentsTo(report, 'credit'))
    .flatMap(({ reporter }) =>
      reporter === undefined
        ? []
        : [
            {
              name: reporter.name,
              ...(reporter.organisation === '' ? {} : { organisation: reporter.organisation }),
              consent: true,
            },
          ],
    );
}

/** A case that got no public id before the instant: our prefix and a hash, since a case id never appears outside. */
function fallbackId(self: Self, held: Case): string {
  return `${self.idPrefix}#${sha256(held.id).slice(0, 8).toUpperCase()}`;
}

function vendorEntries(state: State, held: Case): readonly VendorEntry[] {
  const told = [...held.told.keys()].filter((node) => state.peers.get(node)?.card.role === 'vendor');
  // A vendor that gave a counter-measure is listed, whether or not it stated its status. A site is no vendor, whoever
  // says a status for it: that it was told in advance is nobody's business.
  const nodes = new Set<NodeId>([...told, ...held.reports.keys(), ...held.remedies.keys()]);
  const vendors = [...nodes].filter((node) => isAsked(state, node));
  const own = vendors.map((node): VendorEntry => {
    const report = held.reports.get(node);
    const name =
      state.peers.get(node)?.card.name ??
      report?.value.vendorName ??
      held.remedies.get(node)?.value.vendorName ??
      node;
    const informedAt = held.told.get(node)?.at;
    return entryOf({
      id: node,
      name,
      report: report?.value,
      status: report?.value.status ?? (held.told.has(node) ? 'informed' : 'unknown'),
      informedAt,
      respondedAt: report?.stamp.at,
    });
  });
  const listed = [...held.listed.values()].map(({ value }) =>
    entryOf({
      id: value.vendorName,
      name: value.vendorName,
      report: value,
      status: value.status,
      informedAt: undefined,
      respondedAt: undefined,
    }),
  );
  // The same vendor may be listed by name and speak for itself: its own words hold.
  const spoken = new Set(own.map(({ name }) => name));
  return [...own, ...listed.filter(({ name }) => !spoken.has(name))].sort((left, right) =>
    left.name < right.name ? -1 : 1,
  );
}

interface Known {
  readonly id: string;
  readonly name: string;
  readonly report: VendorReport | undefined;
  readonly status: VendorStatusWord;
  readonly informedAt: Instant | undefined;
  readonly respondedAt: Instant | undefined;
}

function entryOf({ id, name, report, status, informedAt, respondedAt }: Known): VendorEntry {
  return {
    vendorId: id,
    name,
    vulnerabilityId: VULNERABILITY,
    status,
    assessments: [],
    fixProgress: report?.fixProgress ?? 'none',
    ...(informedAt === undefined ? {} : { informedAt }),
    ...(respondedAt === undefined ? {} : { respondedAt }),
    statements:
      report === undefined || report.statement === '' ? [] : [{ lang: 'en', text: report.statement }],
    references: [],
    products: productsOf(report),
    ...(status === 'not_affected' && report?.justification !== undefined
      ? { notAffectedFlag: report.justification }
      : {}),
    ...(status === 'not_affected' && report !== undefined && report.impact !== ''
      ? { notAffectedReason: report.impact }
      : {}),
  };
}

/** Each product once: a verdict of its own holds before that of the report as a whole. */
function productsOf(report: VendorReport | undefined): readonly Product[] {
  if (report === undefined) return [];
  const judged = new Set(report.verdicts.map(({ product }) => product));
  const plain = report.products.filter((product) => !judged.has(product)).map((name) => ({ name }));
  const verdicts = report.verdicts.map(({ product: name, state, justification }) => ({
    name,
    state,
    ...(state === 'not_affected' && justification !== undefined ? { notAffectedFlag: justification } : {}),
  }));
  return [...plain, ...verdicts];
}

function remedies(state: State, held: Case): readonly AdvisoryRemedy[] {
  return [...held.remedies.entries()]
    .filter(([node]) => isAsked(state, node))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([vendorId, { value }]) => ({
      kind: held.reports.get(vendorId)?.value.fixProgress === 'none' ? 'mitigation' : 'vendor_fix',
      texts: [{ lang: 'en', text: value.remedy }],
      vendorId,
      ...(value.references[0] === undefined ? {} : { url: value.references[0].url }),
    }));
}

/** Text for the public; a document needs some, so where there is none the title stands in. */
function shown(text: string, otherwise: string): string {
  return text.trim() === '' ? otherwise : text;
}
