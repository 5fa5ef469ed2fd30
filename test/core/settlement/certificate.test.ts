import { describe, expect, it } from 'vitest';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { proofOf, verifyCertificate } from '../../../node/core/settlement/certificate.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { HOUR } from '../../../node/core/time.js';
import { days, later, must, type Scene, SEAL, scene, valueIn } from './scene.js';
import { ballotOf } from './world.js';

const four = scene(4);
const first = four.propose(1);
const value = valueIn(first);
const second = four.propose(2, 0, later(2 * HOUR, days(8)), 2);
const places = [0, 1, 2];

const charterPart = four.setup;
const slotOne = [first, ...places.map((place) => four.commit(place, value))];
const slotTwo = [second, ...places.map((place) => four.commit(place, valueIn(second), 0, 2))];
const seal = places.map((place) => four.commit(place, SEAL, 0, 3));

function outcome(proof: readonly Ballot[]): string {
  const verified = verifyCertificate(proof);
  if (!verified.ok) return `${verified.fault.code} ${verified.fault.where}`;
  const { epoch, at, sealed } = verified.value;
  return `${epoch} ${(at - days(0)) / (days(1) - days(0))}${sealed ? ' sealed' : ''}`;
}

describe('R6 and R13 a certificate proves itself', () => {
  it.each([
    ['the charter alone', charterPart, '0 20'],
    ['one amendment', [...charterPart, ...slotOne], '1 10'],
    ['more commits than needed', [...charterPart, ...slotOne, four.commit(3, value)], '1 10'],
    ['in any order', [...slotOne, ...charterPart].reverse(), '1 10'],
    [
      'two amendments and a seal',
      [...charterPart, ...slotOne, ...slotTwo, ...seal],
      `2 ${12 + 1 / 12} sealed`,
    ],
    [
      'a seal of the default',
      [...charterPart, ...places.map((place) => four.commit(place, SEAL))],
      '0 20 sealed',
    ],
    ['no charter', slotOne, 'CERTIFICATE_INVALID charter'],
    ['two charters', [...charterPart, ...scene(3).setup], 'CERTIFICATE_INVALID charter'],
    ['a signature too few', [...charterPart.slice(0, -1), ...slotOne], 'CERTIFICATE_INVALID charter_sign'],
    ['a commit too few', [...charterPart, ...slotOne.slice(0, -1)], 'CERTIFICATE_INVALID commit'],
    ['no proposal', [...charterPart, ...slotOne.slice(1)], 'CERTIFICATE_INVALID propose'],
    ['a gap between the slots', [...charterPart, ...slotTwo], 'CERTIFICATE_INVALID slot'],
    [
      'a slot after the seal',
      [...charterPart, ...slotOne, ...places.map((place) => four.commit(place, SEAL, 0, 2)), ...seal],
      'CERTIFICATE_INVALID commit',
    ],
    [
      'two values in a slot',
      [...charterPart, ...slotOne, ...places.map((place) => four.commit(place, SEAL, 1))],
      'CERTIFICATE_INVALID commit',
    ],
    ['a proposal left over', [...charterPart, ...slotOne, second], 'CERTIFICATE_INVALID slot'],
    [
      'a stranger',
      [...charterPart, ballotOf(must(scene(5).nodes[4]), four.charter, slotOne[1]?.body as Ballot['body'])],
      'CERTIFICATE_INVALID roster',
    ],
    [
      'words under another charter',
      [...charterPart, scene(4, { freezeMs: 0 }).commit(0, SEAL)],
      'CERTIFICATE_INVALID charter',
    ],
    [
      'another case',
      [...charterPart, { ...four.commit(0, SEAL), caseId: 'other' as Ballot['caseId'] }],
      'CERTIFICATE_INVALID case',
    ],
    [
      'commits of two rounds',
      [...charterPart, first, four.commit(0, value), four.commit(1, value), four.commit(2, value, 1)],
      'CERTIFICATE_INVALID commit',
    ],
    [
      'one member twice',
      [
        ...charterPart,
        first,
        four.commit(0, value),
        four.commit(1, value),
        { ...four.commit(1, value), id: SEAL },
      ],
      'CERTIFICATE_INVALID commit',
    ],
    [
      'a charter by another than the lead',
      [{ ...must(charterPart[0]), author: must(four.nodes[1]) }, ...charterPart.slice(1)],
      'CERTIFICATE_INVALID charter',
    ],
    ['nothing', [], 'CERTIFICATE_INVALID charter'],
  ] as const)('%s', (_, proof, expected) => {
    expect(outcome([...proof])).toBe(expected);
  });

  it.each([1, 2, 3, 4, 5, 7])('n = %i: what a node settled it can prove', (n) => {
    const at: Scene = scene(n);
    const ours = at.propose(1 % n);
    const commits = at.nodes.slice(0, at.terms.quorum).map((_, place) => at.commit(place, valueIn(ours)));
    const docket = at.docket(0, [ours, ...commits]);
    const proof = proofOf(docket, must(standingOf(docket)));
    expect(outcome(proof)).toBe('1 10');
    expect(proof).toHaveLength(1 + n + 1 + at.terms.quorum);
  });
});
