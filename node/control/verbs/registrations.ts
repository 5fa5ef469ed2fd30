/** Registrations from both sides: six steps, each a move of the vendor or of its centre (DOMAIN §4). */
import { hash } from '../../core/bytes.js';
import type { Json } from '../../core/canonical.js';
import { vendorKey } from '../../core/case/vendor-key.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { nodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { ofNode } from '../../core/registry/book.js';
import { isCentre } from '../../core/registry/peers.js';
import {
  type Move,
  moveOf,
  type Registration,
  type RegistrationStep,
  stepOf,
} from '../../core/registry/registration.js';
import {
  bareEntry,
  type Contact,
  type ContactKey,
  contactKey,
  type Profile,
} from '../../core/registry/vendor.js';
import type { State } from '../../core/state.js';
import {
  branded,
  flag,
  list,
  members,
  moment,
  name,
  none,
  optional,
  orElse,
  text,
  words,
  wrong,
} from '../arguments.js';
import { documentArgument, keyArgument, patched, profileArgument } from '../contact-arguments.js';
import type { Desk } from '../desk.js';
import { findPeer } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { namesOf, registrationView, seenIn } from '../views/contact-view.js';
import { unlike, unmistaken } from './contacts.js';

const reason = text(LIMITS.textCharacters.most, 1);

/** `vendor register`: a vendor applies at its centre; a centre enters the application of a vendor without a node. */
export const REGISTER_VERBS: Verbs = {
  register: order(
    members({ centre: optional(name), key: optional(keyArgument), profile: profileArgument }),
    async (given, bench) => {
      const { self } = bench.state();
      const bare: Profile = {
        ...profileBefore(bench.state(), self.role === 'centre' ? given.key : undefined),
      };
      const profile = patched<Profile>(bare, given.profile);
      const step: Move = { move: 'apply', profile };
      if (self.role === 'centre') {
        const key = given.key ?? contactKey(vendorKey(profile.name));
        if (key === undefined || given.centre !== undefined) return wrong('centre');
        return moved(bench, key, step);
      }
      const centre = theCentre(bench.state(), given.centre);
      return centre.ok ? moved(bench, centre.value, step) : centre;
    },
  ),
};

export const REGISTRATION_VERBS: Verbs = {
  list: view(none, (_, desk) => {
    const held = [...desk.state().registrations.values()];
    return ok({ registrations: held.map((one) => registrationView(desk.state(), one)) });
  }),

  /** The next step; what it needs is asked for by name where it is missing. */
  advance: order(
    members({
      /** A vendor with one registration need not say which. */
      vendor: optional(name),
      documents: optional(list(name)),
      submitted: optional(list(documentArgument)),
      metAt: optional(moment),
      present: orElse(list(name), []),
      terms: optional(documentArgument),
      agree: optional(branded(hash)),
      who: optional(name),
      method: optional(name),
      key: optional(keyArgument),
      replace: orElse(flag, false),
      unlike,
      remark: orElse(words, ''),
    }),
    async (given, bench) => {
      const held = findRegistration(bench.state(), given.vendor);
      if (!held.ok) return held;
      const step = stepOf(held.value);
      if (step === undefined) return refuse('REGISTRATION_UNKNOWN', { where: 'vendor' });
      const next = nextMove(held.value, step, given);
      if (!next.ok) return next;
      if (next.value.move === 'register') {
        const alone = await apart(bench, held.value, next.value.key, given);
        if (!alone.ok) return alone;
      }
      if (next.value.move === 'register' && given.method !== undefined) {
        const { method } = given;
        const checked = await bench.order({ act: 'registration_identity', id: held.value.id, method });
        if (!checked.ok) return checked;
      }
      return moved(bench, held.value.id, next.value);
    },
  ),

  reject: order(members({ vendor: name, reason }), async (given, bench) => {
    const held = findRegistration(bench.state(), given.vendor);
    if (!held.ok) return held;
    // From the vendor's side the same word takes the application back; for one without a node the centre rejects.
    const move = bench.state().self.role === 'centre' ? 'reject' : 'withdraw';
    return moved(bench, held.value.id, { move, reason: given.reason });
  }),
};

/**
 * Who registers must not be mistaken for somebody else, nor take the place of another vendor in the book unseen: the entry
 * would be overwritten, with the telephone numbers that an officer calls. Whom an officer says it is not, it replaces never.
 * Faults: VENDOR_LOOKS_LIKE with the key of the other contact, VENDOR_TAKEN with the key that is another vendor's.
 */
async function apart(
  desk: Desk,
  held: Registration,
  key: ContactKey,
  given: Pick<Given, 'replace' | 'unlike'>,
): Promise<Outcome<true>> {
  const state = desk.state();
  const node = nodeId(held.id);
  const own = node === undefined ? undefined : ofNode(state.contacts, node);
  const there = own === undefined ? state.contacts.get(key) : undefined;
  const isTaken = there !== undefined && !given.replace && (await isAnothers(desk, there, held.id));
  if (isTaken || (there !== undefined && given.unlike.includes(key)))
    return refuse('VENDOR_TAKEN', { where: key });
  const profile = moveOf(held, 'apply')?.profile;
  const names = profile === undefined ? [] : namesOf(profile);
  return unmistaken(state, seenIn(state), own?.key ?? key, names, given.unlike);
}

/**
 * Whether a contact is somebody already, and not who applied: it has another node, or it has none and was registered or has
 * a certificate, which is not that of the node that applied. A centre that enters both sides names the contact itself.
 */
async function isAnothers(desk: Desk, { key, entry, isRegistered }: Contact, id: string): Promise<boolean> {
  if (entry.node !== undefined) return entry.node !== id;
  if (!isRegistered && entry.certificate === '') return false;
  if (nodeId(id) === undefined) return key !== id;
  const read = await desk.readMailCertificate(entry.certificate, desk.now());
  return !read.ok || read.value.node !== id;
}

interface Given {
  readonly documents: readonly string[] | undefined;
  readonly submitted: Extract<Move, { move: 'submit_documents' }>['documents'] | undefined;
  readonly metAt: Extract<Move, { move: 'record_meeting' }>['metAt'] | undefined;
  readonly present: readonly string[];
  readonly terms: Extract<Move, { move: 'record_meeting' }>['terms'] | undefined;
  readonly agree: Extract<Move, { move: 'agree' }>['terms'] | undefined;
  readonly who: string | undefined;
  readonly key: ReturnType<typeof contactKey>;
  /** It is the vendor of this key with a new node. */
  readonly replace: boolean;
  readonly unlike: readonly string[];
  readonly remark: string;
}

/** What is typed says which move is meant; else it is the one that comes next. */
function nextMove(held: Registration, step: RegistrationStep, given: Given): Outcome<Move> {
  const { remark } = given;
  if (given.documents !== undefined)
    return ok({ move: 'name_documents', documents: given.documents, remark });
  if (given.submitted !== undefined)
    return ok({ move: 'submit_documents', documents: given.submitted, remark });
  if (given.metAt !== undefined || given.terms !== undefined) {
    const { metAt, terms, present } = given;
    if (metAt === undefined) return wrong('metAt');
    return terms === undefined
      ? wrong('terms')
      : ok({ move: 'record_meeting', metAt, present, terms, remark });
  }
  if (given.agree !== undefined)
    return given.who === undefined ? wrong('who') : ok({ move: 'agree', terms: given.agree, who: given.who });
  switch (step) {
    case 'provisional':
      return wrong('documents');
    case 'documents_named':
      return wrong('submitted');
    case 'documents_submitted':
      return wrong('metAt');
    case 'met':
      return wrong('agree');
    case 'agreed': {
      const key = given.key ?? contactKey(vendorKey(moveOf(held, 'apply')?.profile.name ?? ''));
      return key === undefined ? wrong('key') : ok({ move: 'register', key });
    }
    case 'registered':
    case 'rejected':
    case 'withdrawn':
      return refuse('REGISTRATION_STEP', { where: step });
  }
}

/** A vendor or centre by name, node id, contact key or the name it applied under. */
function findRegistration(state: State, typed: string | undefined): Outcome<Registration> {
  if (typed === undefined) {
    const [only, ...others] = state.registrations.values();
    return only === undefined || others.length > 0 || state.self.role === 'centre'
      ? wrong('vendor')
      : ok(only);
  }
  const wanted = typed.trim().toLowerCase();
  const direct = state.registrations.get(wanted);
  if (direct !== undefined) return ok(direct);
  const peer = findPeer(state, typed, 'vendor');
  const ofPeer = peer.ok ? state.registrations.get(peer.value) : undefined;
  if (ofPeer !== undefined) return ok(ofPeer);
  const named = [...state.registrations.values()].filter(
    (held) => moveOf(held, 'apply')?.profile.name.toLowerCase() === wanted,
  );
  const [only] = named;
  if (only === undefined) return refuse('REGISTRATION_UNKNOWN', { where: 'vendor' });
  return named.length > 1 ? wrong('vendor') : ok(only);
}

/** The centre that is meant, or the only one. Faults: PEER_UNKNOWN, PEER_UNVERIFIED, COMMAND_MALFORMED (several). */
function theCentre(state: State, typed: string | undefined): Outcome<string> {
  if (typed !== undefined) return findPeer(state, typed, 'centre');
  const known = [...state.peers.values()].filter((peer) => peer.standing !== 'removed' && isCentre(peer));
  const centres = known.filter(({ standing }) => standing === 'verified');
  const [only] = centres;
  if (only !== undefined) return centres.length > 1 ? wrong('centre') : ok(only.card.node);
  // Its card is on file and nobody compared the fingerprint: `peer verify` is the next step.
  const [first] = known;
  return first === undefined
    ? refuse('PEER_UNKNOWN', { where: 'centre' })
    : refuse('PEER_UNVERIFIED', { where: first.card.node });
}

/** What is on file already is taken over into the application. */
function profileBefore(state: State, key: ReturnType<typeof contactKey>): Profile {
  const { self } = state;
  const held = key === undefined ? undefined : state.contacts.get(key)?.entry;
  const {
    name: called,
    aliases,
    products,
    keywords,
    zone,
    languages,
    cycles,
    persons,
  } = held ?? {
    ...bareEntry(self.role === 'centre' ? '' : self.name),
    zone: self.role === 'centre' ? '' : self.zone,
  };
  return { name: called, aliases, products, keywords, zone, languages, cycles, persons };
}

async function moved(bench: Bench, id: string, step: Move): Promise<Outcome<Json>> {
  const done = await bench.order({ act: 'registration_move', id, step });
  if (!done.ok) return done;
  const held = bench.state().registrations.get(id);
  // An application to a peer that has not said Hello yet waits to be said (R9).
  return ok(held === undefined ? { id, step: null } : registrationView(bench.state(), held));
}
