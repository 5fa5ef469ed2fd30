/** What a round of letters costs, counted in steps: a clock would say how busy the machine is. */
import { describe, expect, test } from 'vitest';
import type { Hash } from '../../../node/core/bytes.js';
import { houseAlarms } from '../../../node/core/duties.js';
import type { CaseId, NodeId, StatementId } from '../../../node/core/ids.js';
import { type LetterToken, letterToken, type MailAddress } from '../../../node/core/mail/address.js';
import { again, hearMail, lettersDue, withLetter } from '../../../node/core/mail/book.js';
import { emptyState, type Input, type PeerRecord, type State } from '../../../node/core/state.js';
import type { SpokenBody } from '../../../node/core/statement.js';
import type { Instant } from '../../../node/core/time.js';
import { testNode } from '../../support/keys.js';

const AT = 1_767_225_600_000 as Instant;
const VENDOR = testNode('vendor');
const BODY = { kind: 'comment', text: 'Words.' } as const satisfies SpokenBody;

const nameOf = (at: number) => at.toString(16).padStart(64, '0') as StatementId & Hash;
const tokenOf = (at: number) => letterToken(nameOf(at));

/** A house that writes to one vendor, who has no node. */
function house(): State {
  const self = { node: testNode('cert'), role: 'centre' } as State['self'];
  const record = {
    card: { node: VENDOR },
    standing: 'verified',
    mail: { address: 'psirt@vendor.example' as MailAddress },
  } as unknown as PeerRecord;
  return { ...emptyState(self), peers: new Map<NodeId, PeerRecord>([[VENDOR, record]]) };
}

function said(state: State, at: number): State {
  const statement = { recipient: VENDOR, caseId: 'case' as CaseId, sequence: at, createdAt: AT };
  return withLetter(state, { id: nameOf(at), statement } as Input, BODY);
}

const sent = (letter: LetterToken) => ({ kind: 'letter_sent', letter, response: '250', left: 1 }) as const;
const held = (letter: LetterToken) =>
  ({ kind: 'letter_held', letter, code: 'MAIL_REFUSED', status: '550' }) as const;

function written(letters: number): State {
  let state = house();
  for (let at = 0; at < letters; at += 1) state = said(state, at);
  return state;
}

/** How often anything was put into a set or a map meanwhile. */
function puts(run: () => void): number {
  const add = Set.prototype.add;
  let times = 0;
  Set.prototype.add = function counting(value) {
    times += 1;
    return add.call(this, value);
  };
  try {
    run();
  } finally {
    Set.prototype.add = add;
  }
  return times;
}

describe('a round of letters', () => {
  test.each([500, 5_000])('%i letters said and sent cost each of them the same', (letters) => {
    let state = house();
    const steps = puts(() => {
      state = written(letters);
      for (const { token } of lettersDue(state)) state = hearMail(state, sent(token), AT);
    });
    expect(lettersDue(state)).toEqual([]);
    expect(steps).toBeLessThanOrEqual(4 * letters);
  });

  test('what is looked at for an alarm are the letters that are stuck, not all that were ever written', () => {
    let state = written(20);
    for (const { token } of lettersDue(state).slice(2)) state = hearMail(state, sent(token), AT);
    for (const { token } of lettersDue(state)) state = hearMail(state, held(token), AT);
    const values = () => {
      throw new Error('every letter is looked at');
    };
    const letters = Object.assign(new Map(state.mail.letters), { values, [Symbol.iterator]: values });
    expect(houseAlarms({ ...state, mail: { ...state.mail, letters } })).toMatchObject([
      { alarm: 'letters_held', node: VENDOR, letters: 2, why: 'MAIL_REFUSED' },
    ]);
  });
});

describe('the order of letters', () => {
  test('is that in which they were said; what was held and is to be sent again comes last', () => {
    let state = written(5);
    state = hearMail(state, held(tokenOf(1)), AT);
    expect(lettersDue(state).map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4]);
    state = hearMail(state, sent(tokenOf(0)), AT);
    state = again(said(state, 5), VENDOR);
    expect(lettersDue(state).map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 1]);
    // What is reported twice changes nothing the second time.
    state = hearMail(hearMail(state, sent(tokenOf(1)), AT), sent(tokenOf(1)), AT);
    expect(lettersDue(state).map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
  });
});
