/**
 * What this centre publishes: here the formats, the pages and the public directory meet, for none of them knows
 * another.
 *
 *     vu_000001/index.html         the page, vendor by vendor
 *     vu_000001/vu_000001.json     CSAF 2.0
 *     vu_000001/embargo.ics        the settled instant, and nothing else
 *     .well-known/csaf/white/…     the same CSAF document where it says that it lies
 * @see DESIGN §9, FORMATS §1.1, §3, SCHEDULING §13
 */

import { csafFileName, csafPath } from '../../adapters/format/csaf/names.js';
import { writeCsaf } from '../../adapters/format/csaf/write.js';
import type { Written } from '../../adapters/format/format.js';
import { settledUid } from '../../adapters/format/icalendar/settlement.js';
import { writeAppointment } from '../../adapters/format/icalendar/write.js';
import { advisoryPage, type IndexRow, indexPage } from '../../adapters/portal/pages.js';
import type { Listing } from '../../adapters/publish/directory.js';
import { type ListedDocument, providerFiles } from '../../adapters/publish/provider.js';
import { assertPublishable } from '../../adapters/publish/publishable.js';
import type { Advisory } from '../core/advisory.js';
import { utf8 } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import type { Case } from '../core/case/case.js';
import { ownDocket } from '../core/case/chamber.js';
import { Breakage, type Outcome } from '../core/fault.js';
import { standingOf } from '../core/settlement/settle.js';
import type { Self } from '../core/state.js';
import { type Instant, readInstant } from '../core/time.js';
import type { Renderer } from '../corridor/doors.js';

/**
 * Draws up the documents of one advisory. The same advisory gives the same bytes.
 *
 * @throws Breakage with the fault of the first document that cannot be written truthfully (FORMAT_CONTRADICTION,
 *   TLP_FORBIDS, LIMIT_EXCEEDED), and CONFIG_FIELD where our own namespace is no address: nothing half is published.
 */
export function publicRenderer(self: Self): Renderer {
  return {
    render(advisory, held) {
      const slug = slugOf(advisory.publicId);
      const csaf = demand(writeCsaf(advisory));
      const csafBytes = utf8(csaf.text);
      assertPublishable(csafBytes);
      const page = demand(advisoryPage(advisory, { lang: 'en', csafUrl: csaf.fileName }));
      return [
        { path: `${slug}/index.html`, bytes: utf8(page) },
        { path: `${slug}/${csaf.fileName}`, bytes: csafBytes },
        // The document names its own address, which must answer (FORMATS §3, row 6).
        { path: `${CSAF_ROOT}/${csafPath(advisory)}`, bytes: csafBytes },
        { path: `${slug}/embargo.ics`, bytes: utf8(appointmentOf(advisory, held, self).text) },
      ];
    },
  };
}

const CSAF_ROOT = '.well-known/csaf/white';

/** `VU#000001` → `vu_000001`: the name of the CSAF document without its ending (FORMATS §3, row 2). */
function slugOf(publicId: string): string {
  return csafFileName(publicId).replace(/\.json$/, '');
}

function demand<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Breakage(outcome.fault);
  return outcome.value;
}

/** An embargo that ended at another instant than the settled one was moved: same event, next sequence. */
function appointmentOf(advisory: Advisory, held: Case, self: Self): Written {
  const at = advisory.publishedAt;
  const standing = standingOf(ownDocket(self.node, held, at));
  const epoch = standing?.epoch ?? 0;
  const appointment = {
    uid: settledUid(held.id),
    node: hostOf(self.namespace),
    sequence: standing === undefined || standing.at === at ? epoch : epoch + 1,
    standing: 'in_force',
    at,
    stampedAt: at,
    drill: advisory.drill ?? false,
  } as const;
  const named = writeAppointment({ ...appointment, publicId: advisory.publicId });
  if (named.ok || named.fault.where !== 'publicId') return demand(named);
  // A public id that is no single word: its slug is one.
  return demand(writeAppointment({ ...appointment, publicId: slugOf(advisory.publicId).slice(0, 80) }));
}

function hostOf(namespace: string): string {
  try {
    return new URL(namespace).hostname;
  } catch (cause) {
    throw new Breakage({ code: 'CONFIG_FIELD', where: 'namespace' }, cause);
  }
}

/** The list of advisories for people, and what makes the tree that of a CSAF provider (FORMATS §3). */
export function publicListing(self: Self): Listing {
  const drill = self.mode === 'drill';
  return {
    row(files) {
      const csaf = files.find(({ path }) => ADDRESS.test(path));
      if (csaf === undefined) throw new Error('a publication has a CSAF document at its address');
      const mark = assertPublishable(csaf.bytes);
      return { ...mark, path: csaf.path.slice(CSAF_ROOT.length + 1) };
    },
    lists(rows) {
      const documents = rows.map(documentFrom);
      const publisher = { name: self.name, namespace: self.namespace };
      const page = indexPage(
        documents.map((document) => indexRowOf(document, drill)),
        publisher,
      );
      return [{ path: 'index.html', bytes: utf8(page) }, ...providerFiles(documents, self)];
    },
  };
}

const ADDRESS = /^\.well-known\/csaf\/white\/\d{4}\/[^/]+\.json$/;

function indexRowOf(document: ListedDocument, drill: boolean): IndexRow {
  return {
    publicId: document.id,
    title: document.title,
    titleLang: document.lang,
    href: `${slugOf(document.id)}/index.html`,
    publishedAt: timeOf(document.initialRelease),
    updatedAt: timeOf(document.currentRelease),
    drill,
  };
}

function timeOf(text: string): Instant {
  const at = readInstant(text);
  if (at === undefined) throw damaged();
  return at;
}

const COLUMNS = ['id', 'title', 'lang', 'initialRelease', 'currentRelease', 'path'] as const;

function documentFrom(row: Json): ListedDocument {
  const texts = row as Readonly<Partial<Record<(typeof COLUMNS)[number], Json>>>;
  const [id, title, lang, initialRelease, currentRelease, path] = COLUMNS.map((name) => {
    const text = texts?.[name];
    if (typeof text !== 'string') throw damaged();
    return text;
  }) as [string, string, string, string, string, string];
  return { id, title, lang, initialRelease, currentRelease, path };
}

function damaged(): Breakage {
  return new Breakage({ code: 'STORE_DAMAGED', where: 'public directory' });
}
