/**
 * R10: comparing clocks. Instants are seconds behind an arbitrary noon; peers are told apart by a digit.
 */
import { describe, expect, it } from 'vitest';
import { coreCard } from '../../node/cli/conformance/exchange/core-world.js';
import { type ClockSample, clockReading, isNewsOfClocks, isPrompt } from '../../node/core/clocks.js';
import type { NodeId } from '../../node/core/ids.js';
import { emptyState, type Self, type State } from '../../node/core/state.js';
import { after, DAY, HOUR, type Instant, MINUTE, SECOND } from '../../node/core/time.js';

const NOON = 1_800_000_000_000 as Instant;
const at = (seconds: number): Instant => after(NOON, seconds * SECOND);
const peer = (digit: number): NodeId => String(digit).repeat(40) as NodeId;
const sample = (digit: number, aheadSeconds: number, sentSeconds = 0): ClockSample => ({
  peer: peer(digit),
  sentAt: at(sentSeconds),
  peerAt: at(sentSeconds + aheadSeconds),
});

function stateWith(samples: readonly ClockSample[], over: Partial<Self> = {}): State {
  const { node } = coreCard({ name: 'cert', role: 'centre' });
  const self = { node, role: 'centre', mode: 'production', ...over } as Self;
  return { ...emptyState(self), clocks: new Map(samples.map((one) => [one.peer, one])) };
}

describe('R10 the median of the peers’ clocks', () => {
  it.each<[string, readonly ClockSample[], number | undefined, number]>([
    ['nobody told', [], undefined, 0],
    ['one peer', [sample(1, 90)], 90, 1],
    ['a clock that is behind', [sample(1, -90)], -90, 1],
    ['one of three is wrong', [sample(1, 0), sample(2, 3_600), sample(3, 1)], 1, 3],
    ['two of three are where we are not', [sample(1, 0), sample(2, 90), sample(3, 95)], 90, 3],
    ['one of two is wrong: it holds nobody up', [sample(1, 0), sample(2, 600)], 0, 2],
    ['one of two is wrong, on the other side', [sample(1, -600), sample(2, -1)], -1, 2],
    ['both of two are ahead', [sample(1, 95), sample(2, 90)], 90, 2],
    ['two of four', [sample(1, 0), sample(2, 1), sample(3, 90), sample(4, 95)], 1, 4],
    ['what is a day old does not count', [sample(1, 90, -86_400), sample(2, 5)], 5, 1],
    ['nor what lies ahead: our clock was set back', [sample(1, 90, 1), sample(2, 5)], 5, 1],
  ])('%s', (_, samples, aheadSeconds, peers) => {
    const reading = clockReading(stateWith(samples), NOON);
    expect(reading && [reading.aheadMs / SECOND, reading.peers]).toEqual(
      aheadSeconds === undefined ? undefined : [aheadSeconds, peers],
    );
  });

  it('vendors count only while no centre told: they are many', () => {
    const samples = [sample(1, 0), sample(2, 90), sample(3, 90), sample(4, 90)];
    const known = new Map(
      samples.map(({ peer: node }, place) => {
        const card = { ...coreCard({ name: 'jpcert', role: place === 0 ? 'centre' : 'vendor' }), node };
        return [node, { card, cardText: '', standing: 'verified', verification: undefined }] as const;
      }),
    );
    const state = { ...stateWith(samples), peers: known };
    expect(clockReading(state, NOON)).toMatchObject({ aheadMs: 0, peers: 1 });
    expect(clockReading({ ...state, clocks: new Map([...state.clocks].slice(1)) }, NOON)?.peers).toBe(3);
  });

  it('ends when the oldest sample is a day old', () => {
    const reading = clockReading(stateWith([sample(1, 90, -3_600), sample(2, 90)]), NOON);
    expect(reading?.until).toBe(after(at(-3_600), DAY));
    expect(clockReading(stateWith([sample(1, 90)]), after(NOON, DAY))).toBeUndefined();
  });
});

describe('R10 what is recorded', () => {
  it.each([
    ['at once', 0, true],
    ['within ten seconds', 10, true],
    ['later', 10.001, false],
    ['before it was asked for: our clock was set back', -0.001, false],
  ])('an answer %s', (_, seconds, expected) => {
    expect(isPrompt(NOON, at(seconds))).toBe(expected);
  });

  it.each<[string, State, ClockSample, boolean]>([
    ['the first of a peer', stateWith([]), sample(1, 0), true],
    ['the same again', stateWith([sample(1, 0)]), sample(1, 1, 60), false],
    ['the same an hour later', stateWith([sample(1, 0)]), sample(1, 0, HOUR / SECOND), true],
    ['a clock that moved', stateWith([sample(1, 0)]), sample(1, 6, 60), true],
    ['our clock was set back', stateWith([sample(1, 0)]), sample(1, 0, -1), true],
    ['at a vendor, which publishes nothing', stateWith([], { role: 'vendor' }), sample(1, 90), false],
    [
      'the jump of an exercise',
      stateWith([], { mode: 'drill' }),
      sample(1, (10 * MINUTE) / SECOND + 1),
      false,
    ],
    ['a wrong clock in an exercise', stateWith([], { mode: 'drill' }), sample(1, 90), true],
  ])('%s', (_, state, one, expected) => {
    expect(isNewsOfClocks(state, one)).toBe(expected);
  });
});
