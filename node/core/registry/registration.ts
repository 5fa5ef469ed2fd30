/**
 * The six steps of a registration (DOMAIN §4): provisional → documents named → documents submitted → meeting →
 * agreement to the terms → registered. The vendor applies, submits and agrees; the centre names documents, records the
 * meeting, and registers once it has checked out of band who the vendor is.
 *
 * Both sides keep the same moves. Each move is a register whose newest stamp wins, and the step is read off which of
 * them are there: so it does not matter which of the two feeds was faster (DESIGN §4).
 */
import type { Hash } from '../bytes.js';
import { newest, type Stamped } from '../case/case.js';
import type { StatementId } from '../ids.js';
import type { Instant } from '../time.js';
import type { ContactKey, Profile } from './vendor.js';

/** A document by name and digest: it travels on another way, and is known again by its digest. */
export interface DocumentMark {
  readonly name: string;
  readonly hash: Hash;
}

/** The terms that a vendor agrees to: their title, and the digest of their text. */
export type Terms = DocumentMark;

/** One move of either side. */
export type Move =
  | { readonly move: 'apply'; readonly profile: Profile }
  | { readonly move: 'name_documents'; readonly documents: readonly string[]; readonly remark: string }
  | {
      readonly move: 'submit_documents';
      readonly documents: readonly DocumentMark[];
      readonly remark: string;
    }
  | {
      readonly move: 'record_meeting';
      readonly metAt: Instant;
      readonly present: readonly string[];
      readonly terms: Terms;
      readonly remark: string;
    }
  | { readonly move: 'agree'; readonly terms: Hash; readonly who: string }
  | { readonly move: 'register'; readonly key: ContactKey }
  | { readonly move: 'reject'; readonly reason: string }
  | { readonly move: 'withdraw'; readonly reason: string };

export type MoveName = Move['move'];

/** Whose move it is. A centre enters the moves of a vendor that has no node. */
export const MOVERS: Readonly<Record<MoveName, 'vendor' | 'centre'>> = {
  apply: 'vendor',
  name_documents: 'centre',
  submit_documents: 'vendor',
  record_meeting: 'centre',
  agree: 'vendor',
  register: 'centre',
  reject: 'centre',
  withdraw: 'vendor',
};

export type RegistrationStep =
  | 'provisional'
  | 'documents_named'
  | 'documents_submitted'
  | 'met'
  | 'agreed'
  | 'registered'
  | 'rejected'
  | 'withdrawn';

/** The moves that may follow on each step. Documents may be asked for again, also after they came. */
export const NEXT_MOVES: Readonly<Record<RegistrationStep, readonly MoveName[]>> = {
  provisional: ['name_documents', 'reject', 'withdraw'],
  documents_named: ['submit_documents', 'name_documents', 'reject', 'withdraw'],
  documents_submitted: ['record_meeting', 'name_documents', 'submit_documents', 'reject', 'withdraw'],
  met: ['agree', 'record_meeting', 'reject', 'withdraw'],
  agreed: ['register', 'record_meeting', 'reject', 'withdraw'],
  registered: [],
  rejected: ['apply'],
  withdrawn: ['apply'],
};

/** Who is waited for on each step. */
export const TURNS: Readonly<Record<RegistrationStep, 'vendor' | 'centre' | undefined>> = {
  provisional: 'centre',
  documents_named: 'vendor',
  documents_submitted: 'centre',
  met: 'vendor',
  agreed: 'centre',
  registered: undefined,
  rejected: undefined,
  withdrawn: undefined,
};

/** How identity was checked over another channel; kept by the centre, told to nobody. */
export interface IdentityCheck {
  readonly by: string;
  readonly method: string;
  readonly at: Instant;
  /** The application for which it was checked. */
  readonly application: StatementId | undefined;
}

/** One line of what happened, oldest first. `by`: the officer, or the name of the other side. */
export interface Trail {
  readonly move: MoveName;
  readonly at: Instant;
  readonly by: string;
}

/** A move with the application that it is about: the id of the statement that applied; an application has none. */
export interface Said<M extends Move = Move> {
  readonly application: StatementId | undefined;
  readonly step: M;
}

/** One application of one vendor at one centre, from either side. */
export interface Registration {
  /** Node id of the other side; at a centre, the key of a contact that has no node. */
  readonly id: string;
  /** The newest of each move about each application, by {@link registerOf}. */
  readonly moves: ReadonlyMap<string, Stamped<Said>>;
  /** Set at the centre before it registers. */
  readonly identity: IdentityCheck | undefined;
  readonly trail: readonly Trail[];
}

/** Before anything was said. */
export function openRegistration(id: string): Registration {
  return { id, moves: new Map(), identity: undefined, trail: [] };
}

/** A move entered, whatever the order of hearing. @param by the officer, or the name of the other side. */
export function entered(held: Registration, said: Stamped<Said>, by: string): Registration {
  const { application, step } = said.value;
  const register = registerOf(step.move, application);
  const moves = new Map(held.moves).set(register, newest(held.moves.get(register), said));
  const trail = [...held.trail, { move: step.move, at: said.stamp.at, by }].sort(
    (left, right) => left.at - right.at || (left.move < right.move ? -1 : 1),
  );
  return { ...held, moves: sorted(moves), trail };
}

function registerOf(move: MoveName, application: StatementId | undefined): string {
  return move === 'apply' ? 'apply' : `${move}/${application ?? ''}`;
}

/** So that two sides that heard the same hold the same. */
function sorted<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The application that everything is about now. */
export function applicationOf({ moves }: Registration): StatementId | undefined {
  return moves.get('apply')?.stamp.id;
}

/**
 * A move about the newest application. Which moves belong to it is said by its id and not by clocks: those of two
 * houses differ.
 */
export function moveOf<Name extends MoveName>(
  held: Registration,
  name: Name,
): Extract<Move, { readonly move: Name }> | undefined {
  const step = held.moves.get(registerOf(name, applicationOf(held)))?.value.step;
  return step?.move === name ? (step as Extract<Move, { readonly move: Name }>) : undefined;
}

/**
 * Where it stands: as far as each move rests on the one before it. An agreement counts for the terms of the newest
 * meeting only. `undefined` while the application has not arrived.
 */
export function stepOf(held: Registration): RegistrationStep | undefined {
  if (applicationOf(held) === undefined) return undefined;
  if (moveOf(held, 'withdraw') !== undefined) return 'withdrawn';
  if (moveOf(held, 'reject') !== undefined) return 'rejected';
  const met = moveOf(held, 'record_meeting');
  const isNamed = moveOf(held, 'name_documents') !== undefined;
  const reached: readonly (readonly [RegistrationStep, boolean])[] = [
    ['documents_named', isNamed],
    [
      'documents_submitted',
      moveOf(held, 'submit_documents') !== undefined && missingDocuments(held).length === 0,
    ],
    ['met', met !== undefined],
    ['agreed', met !== undefined && moveOf(held, 'agree')?.terms === met.terms.hash],
    ['registered', moveOf(held, 'register') !== undefined],
  ];
  let step: RegistrationStep = 'provisional';
  for (const [next, isReached] of reached) {
    if (!isReached) break;
    step = next;
  }
  return step;
}

/** The documents that were named and have not been submitted. */
export function missingDocuments(held: Registration): readonly string[] {
  const names = new Set(moveOf(held, 'submit_documents')?.documents.map(({ name }) => name) ?? []);
  return (moveOf(held, 'name_documents')?.documents ?? []).filter((name) => !names.has(name));
}
