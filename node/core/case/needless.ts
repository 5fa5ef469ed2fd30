/** How many were told for nothing: counted afterwards, from what they answered (DOMAIN §5). */
import type { NodeId } from '../ids.js';
import type { State } from '../state.js';
import type { Case } from './case.js';
import type { VendorStatusWord } from './vendor-words.js';

/** Vendors that were told of a case by this node, by what came of it. */
export interface Tellings {
  readonly told: number;
  /** It concerned them. */
  readonly affected: number;
  /** It did not: each of these learnt of an embargoed case without need. */
  readonly needless: number;
  /** They are still looking, dispute it or do not know. */
  readonly open: number;
  /** No word about their products. */
  readonly silent: number;
}

const CAME_OF: Readonly<Record<VendorStatusWord, 'affected' | 'needless' | 'open' | 'silent'>> = {
  affected: 'affected',
  affected_investigating: 'affected',
  not_affected: 'needless',
  not_affected_investigating: 'open',
  under_investigation: 'open',
  informed: 'silent',
  not_contacted: 'silent',
  unknown: 'open',
  disputed: 'open',
};

/** Counts every vendor once, by its newest status. */
export function tellingsOf(state: State, held: Case): Tellings {
  const vendors = [...held.told.keys()].filter((node) => isVendor(state, node));
  const counts = { affected: 0, needless: 0, open: 0, silent: 0 };
  for (const node of vendors) {
    const status = held.reports.get(node)?.value.status ?? 'informed';
    counts[CAME_OF[status]] += 1;
  }
  return { told: vendors.length, ...counts };
}

function isVendor({ peers }: State, node: NodeId): boolean {
  return peers.get(node)?.card.role === 'vendor';
}
