/**
 * An exercise on a real case of the archive: title, texts, vendors and their statuses are the source's. Which centre a
 * vendor belongs to and when its fix was ready the source does not say; both are invented, in the same way each time.
 */
import { readImport } from '../../../adapters/format/read-import.js';
import type { VendorStatusWord } from '../../core/case/vendor-words.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { DAY, type Instant } from '../../core/time.js';
import { openingFrom } from '../opening.js';
import { type Cast, CENTRES, type Conduct, hourOf, type VendorPart, type Wish } from './cast.js';
import { quarterly } from './standard-cast.js';

/** So many vendors have a process of their own. */
const ALONE = 6;
/** Fixes are ready between one month and six weeks after the start. */
const READY_DAYS = { least: 30, spread: 15 };

/** Words of the source that a vendor itself has said; all others are silence. */
const SPOKEN: Readonly<Record<VendorStatusWord, boolean>> = {
  affected: true,
  affected_investigating: true,
  not_affected: true,
  not_affected_investigating: true,
  under_investigation: true,
  disputed: true,
  informed: false,
  not_contacted: false,
  unknown: false,
};

/**
 * Faults: those of `readImport`; COMMAND_MALFORMED where the file has several cases and no id says which.
 */
export function castFromCase(text: string, id: string | undefined): Outcome<Cast> {
  const read = readImport(text, id === undefined ? {} : { id });
  if (!read.ok) return read;
  const [only] = read.value.cases;
  if (only === undefined || read.value.cases.length > 1)
    return refuse('COMMAND_MALFORMED', {
      where: 'id',
      offered: read.value.cases.length,
      expects: 'the id of one note of the file, such as VU#900001',
    });
  const opening = (openingFrom(only) as unknown as { readonly case: Opened }).case;
  const vendors = opening.vendors.toSorted((left, right) => (left.name < right.name ? -1 : 1)).map(partOf);
  const { title, summary, details, publicIds } = opening;
  return ok({
    about: `${only.sourceId} of the archive, ${vendors.length} vendors dealt out to the centres, dates invented`,
    opening: { title, summary, details, products: [], publicIds },
    centres: CENTRES,
    // Who answers has a process of its own first: there is more to see.
    vendors: vendors.toSorted((left, right) => weightOf(right) - weightOf(left)),
    ownProcesses: Math.min(ALONE, vendors.length),
  });
}

/** As much of what `case open` takes as is used here. */
interface Opened {
  readonly title: string;
  readonly summary: string;
  readonly details: string;
  readonly publicIds: readonly string[];
  readonly vendors: readonly Listed[];
}

interface Listed {
  readonly name: string;
  readonly status: VendorStatusWord;
  readonly statement: string;
  readonly impact: string;
}

function partOf({ name: printed, status, statement, impact }: Listed, at: number): VendorPart {
  const centre = CENTRES[at % CENTRES.length] ?? CENTRES[0];
  if (centre === undefined) throw new Error('a cast has centres');
  // A name on a certificate has no brackets.
  const name =
    printed
      .replaceAll(/[<>()\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, 120) || `vendor ${at}`;
  const asks = status === 'affected' || status === 'affected_investigating';
  const conduct: Conduct = {
    status,
    products: [],
    impact,
    statement,
    asks,
    remedy: asks ? 'An update is released with this advisory.' : '',
    // The archive knows how it ended, not how it went.
    hasFix: asks,
    wish: asks ? wishOf(at) : undefined,
  };
  return {
    key: `v${String(at + 1).padStart(3, '0')}`,
    name,
    centre: centre.key,
    zone: centre.zone,
    officer: `${name} PSIRT`,
    conduct: SPOKEN[status] ? conduct : undefined,
  };
}

/** Patch days here and there, as in the field. */
function wishOf(at: number): Wish {
  const days = READY_DAYS.least + ((at * 7) % READY_DAYS.spread);
  const readyAt = (hourOf(0) + days * DAY) as Instant;
  const cycle = at % 5 === 0 ? 'microsoft' : at % 11 === 0 ? quarterly() : undefined;
  return { readyAt, cycle };
}

function weightOf({ conduct }: VendorPart): number {
  return conduct === undefined ? 0 : conduct.asks ? 2 : 1;
}
