/**
 * What holds at the end of every exchange, however it was delivered.
 */
import { expect } from 'vitest';
import type { Driver } from '../../node/cli/conformance/exchange/driver.js';
import type { Played } from '../../node/cli/conformance/exchange/play.js';
import type { Header } from '../../node/cli/conformance/exchange/script.js';
import type { NodeId } from '../../node/core/ids.js';
import type { Instant } from '../../node/core/time.js';
import { CASE } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';

export function judgeEnd({ places }: Header, driver: Driver, { said }: Played): void {
  const names = places.map(({ name }) => name);
  const cases = new Map(names.map((name) => [name, driver.state(name).cases.get(CASE)]));
  saidOnce(said);

  // G4: details come from their author or by a grant of somebody who held them.
  const grants = new Set<NodeId>();
  for (const held of cases.values()) for (const node of held?.granted ?? []) grants.add(node);
  for (const [name, held] of cases) {
    if (held?.details === undefined || held.details.value.from === testNode(name)) continue;
    expect([name, grants.has(testNode(name))]).toEqual([name, true]);
  }

  // I4, G2: by agreement nobody publishes before the agreed instant, and all do at one.
  const agreed = new Set<Instant>();
  for (const [name, held] of cases) {
    const published = held?.chamber.published;
    if (published === undefined || published.rule === 'P4' || published.rule === 'MANUAL') continue;
    agreed.add(published.at);
    expect([name, published.publishedAt >= published.at]).toEqual([name, true]);
  }
  expect(agreed.size).toBeLessThanOrEqual(1);

  // I5: a publication has its intent, and each is about the same epoch and instant.
  for (const held of cases.values()) {
    const { published, intent } = held?.chamber ?? {};
    if (published !== undefined) expect(intent).toMatchObject({ epoch: published.epoch, at: published.at });
  }
}

/** R1, LOG-1: what was said is a fact; nobody is told the same ballot, grant or notice a second time. */
function saidOnce(said: Played['said']): void {
  const seen = new Set<string>();
  for (const { from, to, caseId, body } of said) {
    const what = essence(body);
    if (what === undefined) continue;
    const key = `${from} → ${to}: ${caseId} ${what}`;
    expect([key, seen.has(key)]).toEqual([key, false]);
    seen.add(key);
  }
}

function essence(body: Played['said'][number]['body']): string | undefined {
  switch (body.kind) {
    case 'ballot':
      return body.ballot.id;
    case 'case_summary':
      return body.kind;
    case 'detail_grant':
    case 'detail_denial':
      return `${body.kind} ${body.request ?? 'unasked'}`;
    case 'disclosure_list':
      return `${body.kind} ${body.entries.map(({ request }) => request).join(' ')}`;
    case 'publication_notice':
      return `${body.kind} ${body.epoch} ${body.stage}`;
    default:
      return undefined;
  }
}

/** Every log is a prefix of its author's, and what was receipted is there (I9). */
export function judgeLogs(
  { places }: Header,
  sizes: (name: TestNode, from: TestNode, to: TestNode) => readonly [size: number, root: string],
  acknowledged: (from: TestNode, to: TestNode) => number,
): void {
  const names = places.map(({ name }) => name);
  for (const from of names)
    for (const to of names) {
      if (from === to) continue;
      const [own, held] = [sizes(from, from, to), sizes(to, from, to)];
      expect([from, to, held]).toEqual([from, to, own]);
      expect([from, to, acknowledged(from, to)]).toEqual([from, to, own[0]]);
    }
}
