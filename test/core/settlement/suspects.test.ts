import { describe, expect, it } from 'vitest';
import { refuse } from '../../../node/core/fault.js';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { nextMoves } from '../../../node/core/settlement/moves.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { suspectsOf } from '../../../node/core/settlement/suspects.js';
import { days, scene, valueIn } from './scene.js';

const three = scene(3);
const T0 = days(20);
/** Prepared so late that only an instant behind T0 is left. */
const proposal = three.propose(1, 0, days(17));
const { value } = proposal.body;
const later = value.kind === 'amend' ? value.at : T0;
const told = three.vote(1, valueIn(proposal));
const none: ReadonlySet<never> = new Set();

/** What member 0 holds after a start, of all that was said: the proposal and one vote, its own commit forgotten or not. */
function started(isWhole: boolean, now = T0): Docket {
  const docket = three.docket(0, [proposal, told], { now });
  return { ...docket, suspects: suspectsOf(docket.ballots, none, isWhole) };
}

describe('R9: votes that may rest beside a commit that we forgot', () => {
  it('moves the instant at all', () => {
    expect(later).toBeGreaterThan(T0);
  });

  it.each([
    ['others have not answered yet: at T_e the later instant is awaited', false, T0, 'wait'],
    ['others have not answered yet: at the later instant P3 releases', false, later, 'P3'],
    ['all have answered and nothing was lacking: P2 releases at T_e', true, T0, 'P2'],
  ] as const)('%s', (_, isWhole, now, expected) => {
    const verdict = mayRelease(started(isWhole, now));
    expect(verdict.kind === 'release' ? verdict.rule : verdict.kind).toBe(expected);
  });

  it('what was told after a known loss counts for good', () => {
    const docket = started(true);
    const suspects = suspectsOf(docket.ballots, new Set([told.id]), true);
    expect(mayRelease({ ...docket, suspects })).toMatchObject({ kind: 'wait', because: 'LIMBO' });
  });

  it('a round that we skipped binds to nothing', () => {
    const docket = three.docket(0, [proposal, told, three.skip(0)], { now: T0 });
    const suspects = suspectsOf(docket.ballots, none, false);
    expect(mayRelease({ ...docket, suspects })).toMatchObject({ kind: 'release', rule: 'P2' });
  });

  it.each([
    ['a vote that is reported forbids the skip of its round', false, []],
    ['once all have answered the round is skipped', true, ['skip']],
  ] as const)('%s', (_, isWhole, expected) => {
    const moves = nextMoves(started(isWhole), () => refuse('SCHEDULE_INFEASIBLE'));
    expect(moves.map(({ body }) => body.kind)).toEqual(expected);
  });
});
