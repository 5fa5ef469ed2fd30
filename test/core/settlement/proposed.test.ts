/** SCHEDULING §13: what a calendar shows as tentative, and when it takes it back. */
import { describe, expect, it } from 'vitest';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { type ProposedInstant, proposedInstants } from '../../../node/core/settlement/proposed.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { must, scene, valueIn } from './scene.js';

const four = scene(4);
const everybody = [0, 1, 2, 3];
// roster[(s + r) mod n]: of slot 1 member 1 proposes in round 0, member 2 in round 1.
const first = four.propose(1);
const again = four.propose(2, 1);

function seen(...ballots: readonly (readonly Ballot[])[]): readonly ProposedInstant[] {
  const docket = four.docket(0, ballots.flat());
  return proposedInstants(docket, must(standingOf(docket)));
}

const skips = (round: number) => everybody.map((place) => four.skip(place, round));
const votes = (of: typeof first, round: number) =>
  everybody.map((place) => four.vote(place, valueIn(of), round));
const commits = (of: typeof first, round: number) =>
  everybody.map((place) => four.commit(place, valueIn(of), round));

describe('SCHEDULING §13: a proposed instant through its life', () => {
  const lives: readonly (readonly [string, readonly (readonly Ballot[])[], number, boolean])[] = [
    ['is tentative while its round lasts', [[first]], 0, false],
    ['is over when its round is null', [[first], skips(0)], 1, true],
    ['comes back when a later round proposes it again', [[first], skips(0), [again]], 2, false],
    ['is over again when that round is null too', [[first], skips(0), [again], skips(1)], 3, true],
    [
      'lives on in a null round that was notarised: it is to be carried',
      [[first], votes(first, 0), skips(0)],
      2,
      false,
    ],
    [
      'is over when it is decided: then the event in force has it',
      [[first], votes(first, 0), commits(first, 0)],
      1,
      true,
    ],
    [
      'is over when it is decided in a later round',
      [[first], skips(0), [again], votes(again, 1), commits(again, 1)],
      3,
      true,
    ],
    ['is none where it was proposed out of turn', [[four.propose(3)]], 1, true],
  ];

  it.each(lives)('%s', (_, ballots, changes, over) => {
    const { at } = first.body.value as { at: number };
    expect(seen(...ballots)).toMatchObject([{ slot: 1, at, changes, over }]);
  });

  it('a seal is no instant', () => {
    expect(seen([four.seal(1)])).toEqual([]);
  });

  it('changes only grow while ballots come in, and are odd exactly when it is over', () => {
    const story = [[first], skips(0), [again], votes(again, 1), commits(again, 1)].flat();
    let before = -1;
    for (let held = 1; held <= story.length; held += 1) {
      for (const { changes, over } of seen(story.slice(0, held))) {
        expect(changes).toBeGreaterThanOrEqual(before);
        expect(changes % 2 === 1).toBe(over);
        before = changes;
      }
    }
  });
});
