/** R9 and LOG-6 in the pure machine: lives, answers, and what a node may do before it has them. */
import { describe, expect, it } from 'vitest';
import { coreSelf } from '../../node/cli/conformance/exchange/core-world.js';
import { houseAlarms } from '../../node/core/duties.js';
import type { NodeId } from '../../node/core/ids.js';
import { divide, hasAnswered, hasRestored, live } from '../../node/core/life.js';
import { LIMITS } from '../../node/core/limits.js';
import { owedWords } from '../../node/core/owed.js';
import { probationOf } from '../../node/core/settlement/probation.js';
import { emptyState, type State } from '../../node/core/state.js';
import { step } from '../../node/core/step.js';
import type { Instant } from '../../node/core/time.js';
import { testNode } from '../support/keys.js';

const [CERT, JPCERT, NISC] = [testNode('cert'), testNode('jpcert'), testNode('nisc')];

function lived(...bodies: readonly Parameters<typeof live>[1][]): State {
  let state = emptyState(coreSelf({ name: 'cert', role: 'centre' }));
  for (const body of bodies) state = { ...state, life: live(state, body) };
  return state;
}

const START = { kind: 'start', incarnation: 5, restored: '' } as const;
const returned = (peer: NodeId) => ({ kind: 'returned', peer, size: 0 }) as const;
const answered = (peer: NodeId, incarnation: number) => ({ kind: 'answered', peer, incarnation }) as const;

describe('a life', () => {
  it('BACK-M6: R9: an answer to an older life counts nothing', () => {
    expect(hasAnswered(lived(START, returned(JPCERT), answered(JPCERT, 4)), JPCERT)).toBe(false);
    expect(hasAnswered(lived(START, returned(JPCERT), answered(JPCERT, 5)), JPCERT)).toBe(true);
    const again = lived(START, returned(JPCERT), answered(JPCERT, 5), { ...START, incarnation: 6 });
    expect(hasAnswered(again, JPCERT)).toBe(false);
  });

  it('R9: a loss outlives the start after it, until everybody has answered since', () => {
    const restored = lived({ ...START, restored: 'guard' }, returned(JPCERT), answered(JPCERT, 5), {
      ...START,
      incarnation: 6,
    });
    expect([hasRestored(restored, JPCERT), hasRestored(restored, NISC)]).toEqual([true, false]);
  });

  it('R9: a loss that a peer proves is one of this life, and the first cause is kept', () => {
    const lacking = { kind: 'lacking', peer: NISC, held: 1, offered: 2 } as const;
    expect(lived(START, lacking).life.restored).toEqual({ since: 5, cause: NISC });
    const marked = lived({ ...START, restored: 'RESTORED-COPY' }, lacking);
    expect(marked.life.restored).toEqual({ since: 5, cause: 'RESTORED-COPY' });
  });

  it('LOG-6, G5: words for a peer that has not told what it holds wait for it, however many; an officer is told', () => {
    const body = { kind: 'inquiry', text: 'When?' } as const;
    const say = (to: NodeId) =>
      ({ kind: 'say', draft: { to, caseId: undefined, tlp: undefined, body } }) as const;
    const divided = divide(lived(START, returned(JPCERT)), [say(JPCERT), say(NISC), say(CERT)]);
    expect(divided.now).toEqual([say(JPCERT), say(CERT)]);
    expect(owedWords(divided.state.life.owed.get(NISC))).toEqual([say(NISC)]);
    const most = LIMITS.owedEntries.most;
    const many = Array.from({ length: most }, () => say(NISC));
    const known = { card: {}, standing: 'verified' } as never;
    const flood = divide({ ...lived(START), peers: new Map([[NISC, known]]) }, many).state;
    expect(houseAlarms(flood)).toEqual([]);
    const more = divide(flood, [say(NISC)]).state;
    expect(owedWords(more.life.owed.get(NISC))).toHaveLength(most + 1);
    expect(houseAlarms(more)).toEqual([{ caseId: undefined, alarm: 'owed', node: NISC }]);
    const back = { feed: { author: CERT, recipient: CERT }, id: 'x' as never, at: 1 as Instant } as const;
    const statement = { author: CERT, recipient: CERT, incarnation: 5, body: returned(NISC) } as never;
    expect(step(more, { ...back, statement }).effects).toHaveLength(most + 1);
  });
});

describe('the table of R9', () => {
  const ROSTER = [CERT, JPCERT, NISC, testNode('fourth')];
  const of = (names: readonly NodeId[]) => (member: NodeId) => names.includes(member);
  const everybody = () => true;
  it.each([
    ['clean, q = n: all others, one for a release', 4, ROSTER.slice(0, 2), undefined, 2, 0],
    ['clean, q = n, nobody answered: not even a release', 4, [], undefined, 3, 3],
    ['clean, q < n: n − q + 1 others', 3, ROSTER.slice(0, 2), undefined, 1, 0],
    ['clean, q < n, two of them answered: free', 3, ROSTER.slice(0, 3), undefined, 0, 0],
    ['restored, q < n: all others for both', 3, ROSTER.slice(0, 3), ROSTER.slice(0, 3), 1, 1],
    ['restored, all answered: free', 3, ROSTER, ROSTER, 0, 0],
  ] as const)('%s', (_, q, answering, restored, missing, held) => {
    const probation = probationOf(CERT, ROSTER, q, {
      answered: of(answering),
      restored: restored === undefined ? everybody : of(restored),
    });
    expect([probation.missing, probation.heldBy.length]).toEqual([missing, held]);
    expect(probation.mutedBy.length > 0).toBe(missing > 0);
  });

  it('a roster of one needs nobody', () => {
    const alone = probationOf(CERT, [CERT], 1, { answered: of([]), restored: of([]) });
    expect([alone.mutedBy, alone.heldBy]).toEqual([[], []]);
  });
});
