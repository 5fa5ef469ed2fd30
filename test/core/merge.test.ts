/**
 * DESIGN §5: two cases of one defect. A merge keeps both and moves nothing by itself; it obliges proposers to propose
 * the earlier instant, and what is published in one case is a breach in the other. Pure machines, two cases.
 */
import { describe, expect, it } from 'vitest';
import {
  type CoreWorld,
  introduceCores,
  openCoreWorld,
} from '../../node/cli/conformance/exchange/core-world.js';
import { aroundOf, docketOf } from '../../node/core/case/chamber.js';
import { alarms, duties } from '../../node/core/duties.js';
import type { CaseId } from '../../node/core/ids.js';
import { mayRelease } from '../../node/core/settlement/release.js';
import { standingOf } from '../../node/core/settlement/settle.js';
import { showSettlement } from '../../node/core/settlement/show.js';
import { solveSnapshot } from '../../node/core/settlement/solve-snapshot.js';
import { onGridFrom } from '../../node/core/settlement/terms.js';
import { after, DAY, type Instant, writeInstant } from '../../node/core/time.js';
import { fragment, opening, termsFor } from '../support/case-play.js';
import { TEST_NOW, type TestNode, testNode } from '../support/keys.js';
import { worldCase } from '../support/world.js';

const EARLIER = worldCase(7);
const LATER = worldCase(8);
const THREE: readonly TestNode[] = ['cert', 'jpcert', 'nisc'];
const FOUR: readonly TestNode[] = [...THREE, 'fourth'];

interface Opened {
  readonly world: CoreWorld;
  readonly centres: readonly TestNode[];
}

/** Two cases of the same centres, one settled at day 30 and one at day 50; the first centre leads both. */
function open(centres: readonly TestNode[], autoAccept = true): Opened {
  const seats = centres.map((name) => ({ name, role: 'centre', autoAccept }) as const);
  const world = openCoreWorld(seats);
  introduceCores(world, seats);
  for (const [caseId, defaultDays] of [
    [EARLIER, 30],
    [LATER, 50],
  ] as const) {
    const about = { caseId, tlp: 'AMBER' } as const;
    const others = centres.slice(1);
    const replyBy = after(world.now, 7 * DAY);
    const terms = termsFor({ centres, defaultDays }, world.now);
    order(world, 'cert', opening({ details: 'd' }), about);
    order(world, 'cert', { act: 'tell', to: others.map(testNode), replyBy }, about);
    order(world, 'cert', { act: 'charter_propose', terms }, about);
    world.settle();
    for (const name of others) order(world, name, { act: 'charter_sign' }, about);
    world.settle();
  }
  return { world, centres };
}

function order(world: CoreWorld, ...given: Parameters<CoreWorld['order']>): void {
  const fault = world.order(...given);
  if (fault !== undefined) throw new Error(fault.code);
}

const merge = ({ world }: Opened, from = LATER, into = EARLIER): void => {
  order(world, 'cert', { act: 'case_merge', into }, { caseId: from, tlp: 'AMBER' });
  world.settle();
};

const day = (count: number): Instant => onGridFrom(after(TEST_NOW, count * DAY));

function held({ world }: Opened, name: TestNode, caseId: CaseId) {
  const { state } = world.node(name);
  const found = state.cases.get(caseId);
  if (found === undefined) throw new Error('no case');
  return { state, found, docket: docketOf(state, found, world.now), around: aroundOf(state, found) };
}

const settledAt = (opened: Opened, caseId: CaseId): readonly string[] =>
  opened.centres.map((name) => {
    const standing = standingOf(held(opened, name, caseId).docket);
    return `${standing?.epoch} ${standing && writeInstant(standing.at)}`;
  });

/** Lets time pass in small steps, so that every timer is seen. */
function pass({ world, centres }: Opened, to: Instant): void {
  while (world.now < to) {
    world.now = Math.min(to, after(world.now, DAY / 24)) as Instant;
    for (const name of centres) world.tick(name);
    world.settle();
  }
}

const all = (opened: Opened, epoch: number, at: Instant): readonly string[] =>
  opened.centres.map(() => `${epoch} ${writeInstant(at)}`);

describe('a merge of two cases', () => {
  it('moves nothing by itself, keeps both ids, and asks for an amendment of the later one', () => {
    const opened = open(THREE, false);
    merge(opened);
    expect(settledAt(opened, LATER)).toEqual(all(opened, 0, day(50)));
    expect(settledAt(opened, EARLIER)).toEqual(all(opened, 0, day(30)));
    const { docket } = held(opened, 'nisc', LATER);
    expect(docket.twins.map(({ caseId }) => caseId)).toEqual([EARLIER]);
    expect(docket.wants).toMatchObject([{ by: testNode('cert'), slot: 1, round: 0 }]);
    expect(held(opened, 'nisc', EARLIER).docket.wants).toEqual([]);
  });

  it.each([
    ['the later one into the earlier one', LATER, EARLIER],
    ['the earlier one into the later one', EARLIER, LATER],
  ])('%s: proposers of the later one propose the instant of the earlier one', (_, from, into) => {
    const opened = open(THREE);
    merge(opened, from, into);
    pass(opened, after(TEST_NOW, DAY));
    expect(settledAt(opened, LATER)).toEqual(all(opened, 1, day(30)));
    expect(settledAt(opened, EARLIER)).toEqual(all(opened, 0, day(30)));
  });

  it('whatever would be best for the later one: costs do not matter, constraints do', () => {
    const opened = open(THREE);
    const soft = [{ id: 'wait', kind: 'delay', from: '2027-01-05T00:00:00Z', perDay: 5, cap: 500 }];
    for (const name of THREE)
      order(
        opened.world,
        name,
        { act: 'constrain', fragment: fragment('p', [], soft) },
        { caseId: LATER, tlp: 'AMBER' },
      );
    opened.world.settle();
    merge(opened);
    pass(opened, after(TEST_NOW, DAY));
    expect(settledAt(opened, LATER)).toEqual(all(opened, 1, day(30)));
  });

  it('SOL-M6: not where a member cannot bear it: then the later one stays', () => {
    const opened = open(THREE);
    const hard = [{ id: 'ready', kind: 'notBefore', party: 'p', relax: 'never', at: writeInstant(day(40)) }];
    order(
      opened.world,
      'nisc',
      { act: 'constrain', fragment: fragment('p', hard) },
      { caseId: LATER, tlp: 'AMBER' },
    );
    opened.world.settle();
    merge(opened);
    pass(opened, after(TEST_NOW, DAY));
    expect(settledAt(opened, LATER)).toEqual(all(opened, 0, day(50)));
    const { docket, around } = held(opened, 'cert', LATER);
    expect(showSettlement(docket, solveSnapshot, around).map(({ code }) => code)).toContain('MERGED_EARLIER');
  });
});

describe('publication of one of two merged cases', () => {
  /** The earlier case is public at the first `publishers` centres; nothing of the later one was moved. */
  function published(centres: readonly TestNode[], publishers: number): Opened {
    const opened = open(centres, false);
    merge(opened);
    const { world } = opened;
    const about = { caseId: EARLIER, tlp: 'AMBER' } as const;
    world.now = day(30);
    for (const name of centres.slice(centres.length - publishers)) {
      const { found, state } = held(opened, name, EARLIER);
      const charter = standingOf(docketOf(state, found, world.now))?.charter.id;
      const body = {
        kind: 'published',
        epoch: 0,
        at: day(30),
        digest: 'a'.repeat(64) as never,
        revision: 1,
      } as const;
      world.cast(
        name,
        centres.filter((other) => other !== name),
        body,
        charter,
        about,
      );
    }
    world.settle();
    return opened;
  }
  const verdict = (opened: Opened, name: TestNode): string => {
    const judged = mayRelease(held(opened, name, LATER).docket);
    return judged.kind === 'release' ? judged.rule : judged.kind;
  };

  it('R8 P4: of four centres fS + 1 = 2 others are enough for the later one', () => {
    expect(verdict(published(FOUR, 1), 'cert')).toBe('wait');
    expect(verdict(published(FOUR, 2), 'cert')).toBe('P4');
  });

  it('R8 P4, G1: nothing releases by itself on the word of the lead that two cases are one', () => {
    const opened = published(FOUR, 2);
    expect(verdict(opened, 'jpcert')).toBe('wait');
    const { state } = held(opened, 'jpcert', LATER);
    const rings = alarms(state, opened.world.now).filter(({ caseId }) => caseId === LATER);
    expect(rings.map(({ alarm }) => alarm)).toEqual(['twin_published']);
    order(opened.world, 'jpcert', { act: 'case_merge', into: EARLIER }, { caseId: LATER, tlp: 'AMBER' });
    expect(verdict(opened, 'jpcert')).toBe('P4');
  });

  it('R8 P4: where there are not so many others it prompts the operators', () => {
    const opened = published(THREE, 2);
    expect(verdict(opened, 'cert')).toBe('wait');
    const { state, docket, around } = held(opened, 'cert', LATER);
    const kinds = alarms(state, opened.world.now).filter(({ caseId }) => caseId === LATER);
    expect(kinds.map(({ alarm }) => alarm).sort()).toEqual([
      'breach_reported',
      'breach_reported',
      'twin_published',
    ]);
    expect(showSettlement(docket, solveSnapshot, around).map(({ code }) => code)).toContain('TWIN_PUBLISHED');
    order(opened.world, 'cert', { act: 'breach_confirm' }, { caseId: LATER, tlp: 'AMBER' });
    const due = duties(opened.world.node('cert').state, opened.world.now);
    expect(due.find(({ held: { id } }) => id === LATER)).toMatchObject({ kind: 'release', rule: 'P4' });
  });

  it('is nothing to the earlier one, and nothing to a case that is due as well', () => {
    const opened = published(FOUR, 2);
    opened.world.now = day(50);
    expect(verdict(opened, 'cert')).toBe('P4');
    const { docket } = held(opened, 'cert', EARLIER);
    expect(docket.twins).toMatchObject([{ published: [] }]);
  });
});
