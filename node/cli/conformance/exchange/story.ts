/** What the stories are about: invented cases, and what their centres want. */
import { sha256 } from '../../../core/bytes.js';
import { canonical } from '../../../core/canonical.js';
import type { CaseId } from '../../../core/ids.js';
import type { Move } from '../../../core/registry/registration.js';
import {
  bareEntry,
  type ContactKey,
  type Person,
  type Product,
  type Profile,
} from '../../../core/registry/vendor.js';
import type { CaseSummary } from '../../../core/statement.js';
import type { Instant } from '../../../core/time.js';
import type { StoryNode } from './names.js';

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

/** A product of a story, by its name alone. */
export function storyProduct(name: string): Product {
  return { name, aliases: [], cpe: '', purl: '' };
}

const DOCUMENT = 'register of companies';

/** What the sides of a registration say, whoever they are; `undefined` for a word that is no move. */
export function storyMove(word: string, by: StoryNode, other: StoryNode, now: Instant): Move | undefined {
  const terms = { name: 'terms of 2027', hash: sha256('terms of 2027') };
  const reason = 'Not now.';
  const moves: Readonly<Record<string, Move>> = {
    apply: { move: 'apply', profile: storyProfile(by) },
    documents: { move: 'name_documents', documents: [DOCUMENT], remark: '' },
    submit: { move: 'submit_documents', documents: [{ name: DOCUMENT, hash: sha256(DOCUMENT) }], remark: '' },
    meeting: { move: 'record_meeting', metAt: now, present: [by, other], terms, remark: '' },
    agree: { move: 'agree', terms: terms.hash, who: `Head of quality of ${by}` },
    register: { move: 'register', key: other as string as ContactKey },
    reject: { move: 'reject', reason },
    withdraw: { move: 'withdraw', reason },
  };
  return moves[word];
}

/** What a vendor of a story says of itself: `vendor` makes the parser that the stories are about. */
function storyProfile(name: StoryNode): Profile {
  const { zone, languages, cycles, aliases, keywords } = bareEntry('');
  const persons: readonly Person[] = [
    { name: 'PSIRT', roles: ['quality_assurance'], mail: `psirt@${name}.example`, phone: '+81 3 0000 0000' },
  ];
  const products = [storyProduct(name === 'vendor' ? 'Parser' : `Product of ${name}`)];
  return { name: `TEST ONLY ${name}`, aliases, products, keywords, zone, languages, cycles, persons };
}

/** Deterministic choices from a seed: SHA-256 in counter mode, plain and slow. */
export function choicesOf(seed: number): () => number {
  let count = 0;
  return () => {
    count += 1;
    return Number.parseInt(sha256(`${seed}/${count}`).slice(0, 13), 16) / 2 ** 52;
  };
}
