/** The six steps of a registration (DOMAIN §4), driven from both sides. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type CoreSeat,
  type CoreWorld,
  coreSelf,
  introduceCores,
  openCoreWorld,
  refold,
} from '../../../node/cli/conformance/exchange/core-world.js';
import { type Hash, sha256 } from '../../../node/core/bytes.js';
import type { Fault } from '../../../node/core/fault.js';
import type { StatementId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import {
  applicationOf,
  MOVERS,
  type Move,
  missingDocuments,
  NEXT_MOVES,
  type RegistrationStep,
  stepOf,
} from '../../../node/core/registry/registration.js';
import type { Statement } from '../../../node/core/statement.js';
import { step } from '../../../node/core/step.js';
import { writeStatement } from '../../../node/wire/codec.js';
import { type TestNode, testNode } from '../../support/keys.js';
import { entry, key } from './entries.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'jpcert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
  { name: 'supplier', role: 'vendor' },
  { name: 'cert', role: 'centre' },
];
const TERMS = sha256(new Uint8Array([1]));
const NEWER = sha256(new Uint8Array([2]));

let world: CoreWorld;
let sequence = 100;

beforeEach(() => {
  world = openCoreWorld(SEATS);
  introduceCores(world, SEATS);
});

const profile = entry('Kaede KK', {
  aliases: ['楓'],
  persons: [{ name: 'QA', roles: ['quality_assurance'], mail: 'qa@k.example', phone: '+81 3 1' }],
});
const apply: Move = { move: 'apply', profile };
const name: Move = { move: 'name_documents', documents: ['register of companies'], remark: '' };
const submit: Move = {
  move: 'submit_documents',
  documents: [{ name: 'register of companies', hash: TERMS }],
  remark: '',
};
const meet = (hash: Hash = TERMS): Move => ({
  move: 'record_meeting',
  metAt: world.now,
  present: ['QA', 'An officer'],
  terms: { name: 'terms', hash },
  remark: '',
});
const agree = (terms: Hash = TERMS): Move => ({ move: 'agree', terms, who: 'Head of quality' });
const register: Move = { move: 'register', key: key('kaede') };

/** One side makes a move, and the other hears it. */
function moves(by: 'jpcert' | 'vendor', step: Move): Fault | undefined {
  const id = testNode(by === 'jpcert' ? 'vendor' : 'jpcert');
  const fault = world.order(by, { act: 'registration_move', id, step });
  world.settle();
  return fault;
}

function check(): Fault | undefined {
  return world.order('jpcert', {
    act: 'registration_identity',
    id: testNode('vendor'),
    method: 'call to the number of 2025',
  });
}

function stepAt(name_: TestNode): RegistrationStep | undefined {
  const held = [...world.node(name_).state.registrations.values()][0];
  return held === undefined ? undefined : stepOf(held);
}

const both = () => [stepAt('jpcert'), stepAt('vendor')];

/** As far as the agreement. */
function agreed(): void {
  for (const [by, step] of [
    ['vendor', apply],
    ['jpcert', name],
    ['vendor', submit],
    ['jpcert', meet()],
    ['vendor', agree()],
  ] as const)
    expect(moves(by, step)).toBeUndefined();
}

describe('six steps', () => {
  test('each is taken by its side and seen by both', () => {
    const taken: [string, ...(RegistrationStep | undefined)[]][] = [];
    for (const [by, step] of [
      ['vendor', apply],
      ['jpcert', name],
      ['vendor', submit],
      ['jpcert', meet()],
      ['vendor', agree()],
    ] as const) {
      moves(by, step);
      taken.push([step.move, ...both()]);
    }
    check();
    moves('jpcert', register);
    taken.push(['register', ...both()]);
    expect(taken).toEqual([
      ['apply', 'provisional', 'provisional'],
      ['name_documents', 'documents_named', 'documents_named'],
      ['submit_documents', 'documents_submitted', 'documents_submitted'],
      ['record_meeting', 'met', 'met'],
      ['agree', 'agreed', 'agreed'],
      ['register', 'registered', 'registered'],
    ]);
  });

  test('who is registered is in the contact book, with its node, and is marked so', () => {
    agreed();
    check();
    moves('jpcert', register);
    expect(world.node('jpcert').state.contacts.get(key('kaede'))).toMatchObject({
      isRegistered: true,
      entry: { name: 'Kaede KK', aliases: ['楓'], node: testNode('vendor') },
      history: [{ kind: 'registered', by: 'officer of jpcert' }],
    });
    expect(world.node('vendor').state.contacts.size).toBe(0);
  });

  test('REG-M4: nobody is registered before identity was checked over another channel', () => {
    agreed();
    expect(moves('jpcert', register)?.code).toBe('REGISTRATION_IDENTITY');
    check();
    expect(moves('jpcert', register)).toBeUndefined();
  });

  test('a check of identity counts for the application that it was made for', () => {
    agreed();
    check();
    moves('vendor', { move: 'withdraw', reason: 'other terms' });
    world.now = (world.now + 60_000) as typeof world.now;
    agreed();
    expect(moves('jpcert', register)?.code).toBe('REGISTRATION_IDENTITY');
  });

  test('the method of the check is told to nobody', () => {
    agreed();
    check();
    moves('jpcert', register);
    expect(JSON.stringify(world.node('vendor').arrivals)).not.toContain('call to the number');
  });

  test('documents that were named and not submitted hold it up', () => {
    moves('vendor', apply);
    moves('jpcert', { move: 'name_documents', documents: ['register of companies', 'seal'], remark: '' });
    moves('vendor', submit);
    expect(both()).toEqual(['documents_named', 'documents_named']);
    const held = world.node('jpcert').state.registrations.get(testNode('vendor'));
    expect(held === undefined ? [] : missingDocuments(held)).toEqual(['seal']);
  });

  test('REG-M2: new terms need a new agreement', () => {
    agreed();
    moves('jpcert', meet(NEWER));
    expect(both()).toEqual(['met', 'met']);
    moves('vendor', agree(NEWER));
    expect(both()).toEqual(['agreed', 'agreed']);
  });

  test.each([
    ['the centre rejects', 'jpcert', 'reject', 'rejected'],
    ['the vendor takes it back', 'vendor', 'withdraw', 'withdrawn'],
  ] as const)('%s, and it can be applied for again from the start', (_, by, move, end) => {
    agreed();
    moves(by, { move, reason: 'no' });
    expect(both()).toEqual([end, end]);
    world.now = (world.now + 60_000) as typeof world.now;
    expect(moves('vendor', apply)).toBeUndefined();
    expect(both()).toEqual(['provisional', 'provisional']);
  });

  test('a vendor without a node is entered by its centre, move by move', () => {
    const id = 'ebb';
    const order = (step: Move) => world.order('jpcert', { act: 'registration_move', id, step });
    for (const step of [{ ...apply, profile: entry('Ebb') }, name, submit, meet(), agree()] as const)
      expect(order(step)).toBeUndefined();
    expect(order({ move: 'register', key: key('ebb') })?.code).toBe('REGISTRATION_IDENTITY');
    world.order('jpcert', { act: 'registration_identity', id, method: 'visit' });
    expect(order({ move: 'register', key: key('ebb') })).toBeUndefined();
    expect(world.node('jpcert').state.contacts.get(key('ebb'))).toMatchObject({ isRegistered: true });
  });
});

describe('what is refused', () => {
  test('REG-M3: every move that does not follow on a step', () => {
    const every: readonly Move[] = [name, submit, meet(), agree(), register, { move: 'reject', reason: '' }];
    moves('vendor', apply);
    for (const step of every.filter(({ move }) => !NEXT_MOVES.provisional.includes(move))) {
      const by = MOVERS[step.move] === 'centre' ? 'jpcert' : 'vendor';
      expect(moves(by, step)).toMatchObject({
        code: 'REGISTRATION_STEP',
        where: `provisional: ${step.move}`,
      });
    }
  });

  test.each([
    ['REG-M1: a vendor that registers itself', 'vendor', () => register],
    ['REG-M1: a centre that applies at a vendor', 'jpcert', () => apply],
  ] as const)('%s', (_, by, step) => {
    expect(moves(by, step())?.code).toBe('REGISTRATION_SIDE');
  });

  test('a move before anybody applied', () => {
    expect(moves('jpcert', name)?.code).toBe('REGISTRATION_UNKNOWN');
  });

  test('an application between vendors, and one to a node that is not verified', () => {
    const order = (id: TestNode) =>
      world.order('vendor', { act: 'registration_move', id: testNode(id), step: apply })?.code;
    expect(order('supplier')).toBe('REGISTRATION_SIDE');
    expect(order('stranger')).toBe('PEER_UNKNOWN');
  });

  test('a profile that is malformed, at home and from a peer', () => {
    const bad: Move = { move: 'apply', profile: { ...profile, languages: ['?'] } };
    expect(moves('vendor', bad)).toMatchObject({ code: 'VENDOR_FIELD', where: 'languages/0' });
    expect(heard(bad)).toMatchObject({ code: 'VENDOR_FIELD' });
    expect(stepAt('jpcert')).toBeUndefined();
  });

  test('REG-M1: a move that a peer may not make, whatever its own machine says', () => {
    moves('vendor', apply);
    expect(heard(register)?.code).toBe('REGISTRATION_SIDE');
    expect(stepAt('jpcert')).toBe('provisional');
  });

  test('REG-M1: a move between two centres', () => {
    expect(heard(name, undefined, 'cert')).toMatchObject({ code: 'REGISTRATION_SIDE' });
    expect(heard(apply, undefined, 'cert')).toMatchObject({ code: 'REGISTRATION_SIDE' });
  });

  test('REG-M2: what is about an earlier application changes nothing', () => {
    moves('vendor', apply);
    const earlier = applied();
    moves('vendor', { move: 'withdraw', reason: 'a mistake' });
    world.now = (world.now + 60_000) as typeof world.now;
    moves('vendor', apply);
    moves('jpcert', name);
    expect(heard(submit, earlier)).toBeUndefined();
    expect(stepAt('jpcert')).toBe('documents_named');
    expect(heard(submit)).toBeUndefined();
    expect(stepAt('jpcert')).toBe('documents_submitted');
  });

  test('more moves than anybody needs', () => {
    moves('vendor', apply);
    const { most } = LIMITS.registrationMoves;
    const refused = Array.from({ length: most }, () => heard(submit));
    expect(refused.slice(0, -1)).toEqual(refused.slice(0, -1).map(() => undefined));
    expect(refused.at(-1)).toMatchObject({ code: 'LIMIT_EXCEEDED', where: 'moves' });
  });

  /** The newest application, as the centre knows it. */
  function applied(): StatementId | undefined {
    const held = world.node('jpcert').state.registrations.get(testNode('vendor'));
    return held === undefined ? undefined : applicationOf(held);
  }

  /** Heard from the vendor past the rules of its own machine. @returns what it is refused with. */
  function heard(said: Move, about = applied(), by: TestNode = 'vendor'): Fault | undefined {
    const centre = world.node('jpcert');
    const application = said.move === 'apply' ? undefined : about;
    const body = { kind: 'registration', application, step: said } as const;
    const feed = { author: testNode(by), recipient: testNode('jpcert') };
    sequence += 1;
    const statement: Statement = {
      ...feed,
      ...{ sequence, incarnation: 1, createdAt: world.now, caseId: undefined, tlp: undefined, body },
    };
    const id = sha256(writeStatement(statement));
    const { state, faults } = step(centre.state, { feed, id, statement, at: world.now });
    centre.state = state;
    return faults[0];
  }
});

describe('the order of hearing', () => {
  test('a node that folds what it heard stands where it stood', () => {
    agreed();
    check();
    moves('jpcert', register);
    for (const seat of SEATS.slice(0, 2)) {
      const { state, arrivals } = world.node(seat.name);
      const folded = refold(coreSelf(seat), arrivals);
      expect([...folded.registrations]).toEqual([...state.registrations]);
      expect([...folded.contacts]).toEqual([...state.contacts]);
    }
  });

  test('any interleaving of the two feeds gives one registration (DESIGN §4)', () => {
    agreed();
    check();
    moves('jpcert', register);
    const { state, arrivals } = world.node('vendor');
    const home = arrivals.filter(({ feed }) => feed.author === feed.recipient);
    const ours = arrivals.filter(
      ({ feed }) => feed.author === testNode('vendor') && feed.recipient === testNode('jpcert'),
    );
    const theirs = arrivals.filter(({ feed }) => feed.author === testNode('jpcert'));
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (turns) => {
        const [left, right] = [[...ours], [...theirs]];
        const mixed = [...home];
        for (const turn of turns) mixed.push(...(turn ? left : right).splice(0, 1));
        const folded = refold(coreSelf({ name: 'vendor', role: 'vendor' }), [...mixed, ...left, ...right]);
        const [one] = folded.registrations.values();
        expect(one).toEqual([...state.registrations.values()][0]);
      }),
      { seed: 6 },
    );
  });
});
