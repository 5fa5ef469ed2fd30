import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import { nextDue } from '../../node/core/duties.js';
import type { CaseId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { type Waiting, withCase } from '../../node/core/state.js';
import { after } from '../../node/core/time.js';
import { isCrowded } from '../../node/core/told.js';
import { about, CASE } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { worldCase } from '../support/world.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
];

let world: CoreWorld;
beforeEach(() => {
  // jpcert has a case of which cert was told nothing, and speaks of it.
  world = openCores(SEATS, {}, 'jpcert');
});

/** Our own nodes say nothing to a peer that was not told (CASE_UNTOLD): this one means to have been told by cert. */
const inquire = (caseId: CaseId = CASE) => {
  const body = { kind: 'inquiry', text: 'When?' } as const;
  believe(caseId, 'cert');
  world.order('jpcert', { act: 'say', to: testNode('cert'), body }, { ...about(), caseId });
  believe(caseId, 'jpcert');
  world.settle();
};
const believe = (caseId: CaseId, from: TestNode) => {
  const jpcert = world.node('jpcert');
  const held = jpcert.state.cases.get(caseId);
  if (held !== undefined) jpcert.state = withCase(jpcert.state, { ...held, from: testNode(from) });
};
const cert = () => world.node('cert');

describe('a statement that came before the one it builds on', () => {
  it('STMT-M8: §4: a statement waits for 30 days, and then its refusal stands and is reported', () => {
    inquire();
    const { now } = world;
    expect(nextDue(cert().state)).toBe(after(now, LIMITS.waitingMs.most + 1));
    world.now = after(now, LIMITS.waitingMs.most);
    world.tick('cert');
    expect(cert().state.waiting).toHaveLength(1);
    world.now = after(now, LIMITS.waitingMs.most + 1);
    world.tick('cert');
    expect(cert().state.waiting).toHaveLength(0);
    expect(cert().refusals.map(({ sequence, fault }) => [sequence, fault.code])).toEqual([
      [0, 'CASE_WAITING'],
      [0, 'CASE_UNKNOWN'],
    ]);
  });

  it('is heard whenever the other one comes before that', () => {
    inquire();
    world.now = after(world.now, LIMITS.waitingMs.most);
    world.order('jpcert', { act: 'tell', to: [testNode('cert')], replyBy: world.now }, about());
    world.settle();
    expect(cert().state.cases.get(CASE)?.words.size).toBe(1);
    expect(cert().state.waiting).toHaveLength(0);
  });

  it('§10: of one peer so many wait, and no more, however many cases it invents', () => {
    const { state } = cert();
    inquire();
    const [first] = cert().state.waiting;
    if (first === undefined) throw new Error('nothing waits');
    const caseOf = (at: number) => ({ ...first.statement, caseId: worldCase(1_000 + at) });
    const waiting = Array.from({ length: LIMITS.waitingPerPeer.most }, (_, at) => ({
      ...first,
      statement: caseOf(at),
    }));
    cert().state = { ...state, waiting };
    inquire();
    expect(cert().state.waiting).toHaveLength(LIMITS.waitingPerPeer.most);
    expect(cert().refusals.at(-1)?.fault.code).toBe('CASE_UNKNOWN');
  });

  describe('after a loss, while another centre may not have told what words build on (R9)', () => {
    const START = { kind: 'start', incarnation: 5, restored: 'guard' } as const;
    const many = (first: Waiting, count: number): readonly Waiting[] =>
      Array.from({ length: count }, () => first);
    const crowd = (count: number): void => {
      inquire();
      const [first] = cert().state.waiting;
      if (first === undefined) throw new Error('nothing waits');
      cert().state = { ...cert().state, waiting: many(first, count) };
    };
    const answer = (): void => {
      const peer = testNode('jpcert');
      world.report('cert', { kind: 'returned', peer, size: 0 });
      world.report('cert', { kind: 'answered', peer, incarnation: 5 });
    };

    it('nothing is dropped, however much of one case or of one peer waits', () => {
      world.report('cert', START);
      crowd(LIMITS.waitingPerPeer.most);
      inquire();
      expect(cert().state.waiting).toHaveLength(LIMITS.waitingPerPeer.most + 1);
      answer();
      inquire();
      expect(cert().state.waiting).toHaveLength(LIMITS.waitingPerPeer.most + 1);
      expect(cert().refusals.at(-1)?.fault.code).toBe('CASE_UNKNOWN');
    });

    it.each([
      ['one less', LIMITS.waitingRestored.most - 1, false, false],
      ['so much', LIMITS.waitingRestored.most, false, true],
      ['so much, and everybody has answered', LIMITS.waitingRestored.most, true, false],
    ] as const)('§10: a peer of which too much waits is not read: %s', (_, count, isOver, expected) => {
      world.report('cert', START);
      crowd(count);
      if (isOver) answer();
      expect(isCrowded(cert().state, testNode('jpcert'))).toBe(expected);
      expect(isCrowded(cert().state, testNode('nisc'))).toBe(false);
    });
  });
});
