/** What the stories are about: invented cases, and what their centres want. */
import { sha256 } from '../../../core/bytes.js';
import { canonical } from '../../../core/canonical.js';
import type { CaseId } from '../../../core/ids.js';
import type { CaseSummary } from '../../../core/statement.js';

/** A case id by number. */
export function numberedCase(number: number): CaseId {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}` as CaseId;
}

/** A case of a story by its number; most have only the first one. */
export function storyCase(number: number): CaseId {
  return numberedCase(number === 1 ? 7 : 100 + number);
}

/** Texts are invented. */
export const STORY_SUMMARY: CaseSummary = {
  title: 'Heap overflow in an invented parser',
  kind: 'software_product',
  scope: 'implementation',
  summary: 'An invented parser mishandles lengths.',
  products: ['Parser'],
  publicIds: ['VU#000001'],
};

/** A SCHED fragment of one party. */
export function partyFragment(party: string, hard: readonly object[], soft: readonly object[] = []): string {
  return canonical({
    spec: 'SCHED-FRAGMENT/1',
    tzdb: '2026c',
    coverage: { from: '2026-11-01T00:00:00Z', until: '2027-08-01T00:00:00Z' },
    zones: {},
    calendars: {},
    rules: {},
    parties: [{ id: party, role: 'centre', weight: 10, fair: true, soft }],
    hard,
  } as never);
}

/** Deterministic choices from a seed: SHA-256 in counter mode, plain and slow. */
export function choicesOf(seed: number): () => number {
  let count = 0;
  return () => {
    count += 1;
    return Number.parseInt(sha256(`${seed}/${count}`).slice(0, 13), 16) / 2 ** 52;
  };
}
