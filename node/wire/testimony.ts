/**
 * Bodies for third parties (ENV-3) ↔ `isochron.v1.Testimony`. Encoded once by their author; everybody else only
 * decodes the bytes that were signed.
 */
import { hash, sha256 } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { caseId, type NodeId, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type {
  Ballot,
  BallotBody,
  BallotDraft,
  CharterTerms,
  Member,
  ProcessModel,
  SeatChange,
  SettlementValue,
  SignedBody,
} from '../core/settlement/ballot.js';
import type { RecordRule } from './rules.js';
import { messageType } from './schema.js';
import {
  blankable,
  branded,
  bytes,
  type ChoiceShape,
  choice,
  list,
  named,
  oneOf,
  type RecordShape,
  record,
  type Shape,
  text,
  time,
  truth,
  Unfit,
  whole,
  word,
} from './shapes.js';

/** These bytes mean nothing in another protocol. */
const DOMAIN = 'isochron/v1 ballot';

const U32 = 0xffff_ffff;
const node = branded(nodeId, 'node id');
const digest = branded(hash, 'hash');
const span = whole(0, 10 * 366 * 86_400_000);
const count = whole(0, U32);
const words = text(LIMITS.textCharacters.most);

export const processModel: Shape<ProcessModel> = {
  rule: { kind: 'whole', least: 1, most: 2 },
  read: (wire, path) => {
    if (wire !== 1 && wire !== 2) throw new Unfit(path);
    return wire;
  },
  write: (value) => value,
};

const member: Shape<Member> = record<Member>({ node, model: processModel });

interface FlatTerms extends Omit<CharterTerms, 'window'> {
  readonly windowNotBefore: CharterTerms['defaultInstant'];
  readonly windowNotAfter: CharterTerms['defaultInstant'];
}

const flatTerms = record<FlatTerms>({
  roster: list(member, LIMITS.rosterEntries.most),
  lead: node,
  defaultInstant: named('defaultInstantMs', time),
  quorum: count,
  freezeMs: span,
  roundMs: span,
  skewMs: span,
  windowNotBefore: named('windowNotBeforeMs', time),
  windowNotAfter: named('windowNotAfterMs', time),
  horizonEnd: named('horizonEndMs', time),
  objective: oneOf('OBJECTIVE', ['total', 'minimax', 'leximin']),
  tables: text(LIMITS.fragmentBytes.most),
  solver: word('SCHED/1'),
});

/** Terms of a charter; the window's two ends are fields of their own on the wire. */
export const charterTerms: RecordShape<CharterTerms> = {
  rule: flatTerms.rule,
  read: (wire, path) => {
    const { windowNotBefore, windowNotAfter, ...terms } = flatTerms.read(wire, path);
    return { ...terms, window: { notBefore: windowNotBefore, notAfter: windowNotAfter } };
  },
  write: ({ window, ...terms }) =>
    flatTerms.write({ ...terms, windowNotBefore: window.notBefore, windowNotAfter: window.notAfter }),
};

type CharterBody = Omit<Extract<BallotBody, { kind: 'charter' }>, 'kind'>;

const charterVersion = record<{ version: number }>({ version: count });

const charter: RecordShape<CharterBody> = {
  rule: { kind: 'record', fields: { ...charterVersion.rule.fields, ...flatTerms.rule.fields } },
  read: (wire, path) => ({
    version: charterVersion.read(wire, path).version,
    terms: charterTerms.read(wire, path),
  }),
  write: ({ version, terms }) => ({ version, ...(charterTerms.write(terms) as object) }),
};

type Amend = Omit<Extract<SettlementValue, { kind: 'amend' }>, 'kind'>;
const amend = record<Amend>({
  at: named('atMs', time),
  snapshot: digest,
  inputHash: digest,
});

const seatOf: Shape<{ readonly node: NodeId }> = {
  rule: node.rule,
  read: (wire, path) => ({ node: node.read(wire, path) }),
  write: (seat) => node.write(seat.node),
};

/** A oneof of a member and of plain node ids. */
export const seatChange: ChoiceShape<SeatChange> = choice<SeatChange, 'kind'>('kind', {
  join: {
    rule: member.rule,
    read: (wire, path) => ({ member: member.read(wire, path) }),
    write: (join) => member.write(join.member),
  },
  leave: seatOf,
  lead: seatOf,
});

const value: ChoiceShape<SettlementValue> = choice<SettlementValue, 'kind'>('kind', {
  amend,
  change: {
    rule: seatChange.rule,
    read: (wire, path) => ({ change: seatChange.read(wire, path) }),
    write: ({ change }) => seatChange.write(change),
  },
  // A oneof needs a field to be present, so "seal" is a boolean that is true.
  seal: {
    rule: { kind: 'truth', must: true },
    read: (wire, path) => {
      if (!truth.read(wire, path)) throw new Unfit(path);
      return {};
    },
    write: () => true,
  },
});

type ProposeBody = Omit<Extract<BallotBody, { kind: 'propose' }>, 'kind'>;
const proposeFields = record<Omit<ProposeBody, 'value'>>({
  slot: count,
  round: count,
  snapshot: list(digest, LIMITS.rosterEntries.most),
  preparedAt: named('preparedAtMs', time),
});

const propose: RecordShape<ProposeBody> = {
  rule: { ...proposeFields.rule, oneof: value.rule },
  read: (wire, path) => ({ ...proposeFields.read(wire, path), value: value.read(wire, `${path}/value`) }),
  write: (body) => ({ ...(proposeFields.write(body) as object), ...(value.write(body.value) as object) }),
};

const choiceOf = record<{ slot: number; round: number; value: ReturnType<typeof digest.read> }>({
  slot: count,
  round: count,
  value: digest,
});

const ballotBody: ChoiceShape<BallotBody> = choice<BallotBody, 'kind'>('kind', {
  charter: named('charterTerms', charter),
  charter_sign: named('charterSign', record({ version: count })),
  charter_refuse: named('charterRefuse', record({ version: count, reason: words })),
  charter_join: named('charterJoin', record({ epoch: count })),
  constraint: record({ sequence: count, fragment: text(LIMITS.fragmentBytes.most) }),
  propose,
  vote: choiceOf,
  commit: choiceOf,
  skip: record({ slot: count, round: count }),
  published: record({ epoch: count, at: named('atMs', time), digest, revision: count }),
  leak: record({ evidence: words, seenAt: named('seenAtMs', time) }),
  manual_release: named(
    'manualRelease',
    record({ officer: text(LIMITS.nameCharacters.most, 1), reason: words }),
  ),
});

interface Heading {
  readonly domain: typeof DOMAIN;
  readonly author: NodeId;
  readonly incarnation: number;
  readonly caseId: BallotDraft['caseId'];
  readonly charter: BallotDraft['charter'];
}

const heading = record<Heading>({
  domain: word(DOMAIN),
  author: node,
  incarnation: whole(0, Number.MAX_SAFE_INTEGER),
  caseId: branded(caseId, 'case id'),
  charter: blankable(digest),
});

const signedBody = record<SignedBody>({
  bytes: bytes(LIMITS.statementBytes.most),
  signature: bytes(4_096),
});

/** A serialised Testimony: heading and kinds. */
export const TESTIMONY_RULE: RecordRule = { ...heading.rule, oneof: ballotBody.rule };

/** Bytes to sign: a body with its heading. Each call makes the same bytes from the same arguments. */
export function writeBallot(draft: BallotDraft, author: NodeId, incarnation: number): Uint8Array {
  const { caseId: about, charter: under } = draft;
  return messageType('isochron.v1.Testimony').encode({
    ...(heading.write({ domain: DOMAIN, author, incarnation, caseId: about, charter: under }) as object),
    ...(ballotBody.write(draft.body) as object),
  });
}

/**
 * Decodes a signed body. The signature is *not* checked here; `envelope/verify.ts` does.
 * Faults: STATEMENT_MALFORMED, STATEMENT_KIND, STATEMENT_FIELD.
 */
export function readBallot(signed: SignedBody): Outcome<Ballot> {
  const wire = messageType('isochron.v1.Testimony').decode(signed.bytes);
  if (wire === undefined) return refuse('STATEMENT_MALFORMED', { where: 'ballot' });
  try {
    const { domain: _, ...head } = heading.read(wire, 'ballot');
    if ((wire as { body?: unknown }).body === undefined) return refuse('STATEMENT_KIND', { where: 'ballot' });
    const body = ballotBody.read(wire, 'ballot');
    return ok({ ...head, body, id: sha256(signed.bytes), signed });
  } catch (cause) {
    if (cause instanceof Unfit) return refuse('STATEMENT_FIELD', { where: cause.path });
    throw cause;
  }
}

/** A ballot as it stands inside a statement: its signed body, unchanged. @see readBallot for what is not checked */
export const embedded: Shape<Ballot> = {
  rule: { kind: 'ballot' },
  read: (wire, path) => {
    const ballot = readBallot(signedBody.read(wire, path));
    if (!ballot.ok) throw new Unfit(`${path}/${ballot.fault.where ?? ballot.fault.code}`);
    return ballot.value;
  },
  write: (ballot) => signedBody.write(ballot.signed),
};
