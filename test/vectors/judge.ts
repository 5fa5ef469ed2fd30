/** What this implementation makes of the input of a vector, layer by layer: `ok` or the code of the refusal. */

import type { LayerName } from '../../fixtures/make/vectors/layers.js';
import { unpack } from '../../fixtures/make/vectors/vector.js';
import { utf8 } from '../../node/core/bytes.js';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { caseId, nodeId } from '../../node/core/ids.js';
import { extend, forkOfHeld } from '../../node/core/log/chain.js';
import { readNoteBody } from '../../node/core/log/checkpoint.js';
import { consistent, includes, readProof } from '../../node/core/log/proof.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import { grow, leafHash, rootOfLeaves } from '../../node/core/log/tree.js';
import { readFragment } from '../../node/core/schedule/merge.js';
import { judgeArrival } from '../../node/core/settlement/arrival.js';
import type { Ballot } from '../../node/core/settlement/ballot.js';
import { verifyCertificate } from '../../node/core/settlement/certificate.js';
import { judgeCharter } from '../../node/core/settlement/charter.js';
import type { BallotOf, Docket } from '../../node/core/settlement/docket.js';
import { judgeProposal } from '../../node/core/settlement/judge.js';
import { solveSnapshot } from '../../node/core/settlement/solve-snapshot.js';
import { type Instant, readInstant, writeInstant } from '../../node/core/time.js';
import { readCard } from '../../node/envelope/card.js';
import { judge, readCertificate } from '../../node/envelope/keyring.js';
import { digest } from '../../node/envelope/seal.js';
import { verifyDetached } from '../../node/envelope/verify.js';
import type { Place } from '../../node/ports.js';
import { readStatement } from '../../node/wire/codec.js';
import { readFrame } from '../../node/wire/frames.js';
import { readBallot } from '../../node/wire/testimony.js';
import { docketOf, poolOf } from '../core/settlement/world.js';
import { entryOf } from '../envelope/craft.js';
import { TEST_NOW, type TestNode, testKeys, testNode, testSealer } from '../support/keys.js';

type Input = Readonly<Record<string, unknown>>;

export const JUDGES: Readonly<Record<LayerName, (input: Input) => Promise<Outcome<unknown>>>> = {
  key: judgeKey,
  card: async ({ file, now }) => readCard(String(file), time(now)),
  leaf: async (input) => judgeLeaf(input),
  tree: async (input) => judgeTree(input),
  checkpoint: judgeNote,
  envelope: judgeEnvelope,
  frame: async ({ frame }) => readFrame(unpack(frame)),
  statement: async ({ statement }) => readStatement(unpack(statement)),
  ballot: judgeBallot,
  charter: judgeCharterIn,
  proposal: judgeVote,
  certificate: judgeProof,
};

async function judgeKey({ certificate, now }: Input): Promise<Outcome<unknown>> {
  const read = await readCertificate(String(certificate));
  if (!read.ok) return read;
  const fault = await judge(read.value, time(now));
  return fault ? { ok: false, fault } : ok(read.value);
}

function judgeLeaf({ feed, from, leaf, envelope }: Input): Outcome<unknown> {
  const held = (feed as readonly string[]).map((text) => utf8(text));
  const tip = grow(EMPTY_TIP, held.map(leafHash), held.length === 0 ? 0 : 3);
  const offered = [{ leaf: utf8(String(leaf)), envelope: unpack(envelope) }];
  const extended = extend(tip, 'vector', Number(from), offered);
  if (!extended.ok || extended.value.compare.count === 0) return extended;
  const fork = forkOfHeld('vector', Number(from), held.slice(Number(from)), offered);
  return fork ? { ok: false, fault: fork } : extended;
}

function judgeTree(input: Input): Outcome<unknown> {
  switch (input['kind']) {
    case 'root': {
      const leaves = (input['leaves'] as readonly string[]).map((text) => leafHash(utf8(text)));
      return rootOfLeaves(leaves) === input['root'] ? ok(true) : refuse('CHECKPOINT_ROOT');
    }
    case 'inclusion': {
      const proof = readProof(utf8(String(input['proof'])));
      if (!proof.ok) return proof;
      const body = readNoteBody(proof.value.checkpoint);
      if (!body.ok) return body;
      const leaf = leafHash(utf8(String(input['leaf'])));
      return includes(leaf, proof.value.index, body.value, proof.value.path)
        ? ok(true)
        : refuse('PROOF_INVALID');
    }
    default: {
      const { smaller, larger, path } = input as unknown as Record<
        'smaller' | 'larger',
        Parameters<typeof consistent>[0]
      > & {
        readonly path: Parameters<typeof consistent>[2];
      };
      return consistent(smaller, larger, path) ? ok(true) : refuse('PROOF_INVALID');
    }
  }
}

/** A fresh reader, which has seen the origin that the vector names. */
async function judgeNote(input: Input): Promise<Outcome<unknown>> {
  const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
  const note = utf8(String(input['note']));
  if (input['kind'] === 'receipt') return (await testSealer('cert', 'jpcert')).readReceipt(feed, note);
  const reader = await testSealer('jpcert', 'cert');
  const seen = (await testSealer('cert', 'jpcert')).checkpoint(feed, 0, rootOfLeaves([]));
  if (!reader.readCheckpoint(feed, seen).ok) throw new Error('the first checkpoint is good');
  return reader.readCheckpoint(feed, note);
}

async function judgeEnvelope(input: Input): Promise<Outcome<unknown>> {
  const place: Place = {
    feed: {
      author: must(nodeId(String(input['author']))),
      recipient: must(nodeId(String(input['recipient']))),
    },
    sequence: Number(input['sequence']),
    incarnation: Number(input['incarnation']),
    at: time(input['at']),
  };
  const reader = await testSealer('jpcert', 'cert', 'nisc');
  const envelope = unpack(input['envelope']);
  const { leaf } = entryOf(envelope, new Uint8Array(), place);
  const text = new TextDecoder().decode(leaf).replace(/"stmt":"\w+"/, `"stmt":"${input['statement']}"`);
  if (!text.includes(digest(envelope))) throw new Error('the leaf names the envelope');
  return reader.open({ leaf: utf8(text), envelope }, place, time(input['now']));
}

async function judgeBallot({ ballot, held, case: about }: Input): Promise<Outcome<unknown>> {
  const opened = await openBallot(ballot);
  if (!opened.ok) return opened;
  // The case of the statement that carries it, as `hearBallot` asks.
  if (opened.value.caseId !== about) return refuse('BALLOT_CHARTER');
  if (held === undefined) return opened;
  return judgeArrival(await docketWith(held, testNode('cert'), TEST_NOW), opened.value, readFragment);
}

async function judgeCharterIn({ charter, held, self, now }: Input): Promise<Outcome<unknown>> {
  const opened = await openBallot(charter);
  if (!opened.ok) return opened;
  const docket = await docketWith(held, must(nodeId(String(self))), time(now));
  const arrived = judgeArrival(docket, opened.value, readFragment);
  return arrived.ok ? judgeCharter(docket, opened.value as BallotOf<'charter'>) : arrived;
}

async function judgeVote(input: Input): Promise<Outcome<unknown>> {
  const opened = await openBallot(input['proposal']);
  if (!opened.ok) return opened;
  const known = await docketWith(input['held'], must(nodeId(String(input['self']))), time(input['now']));
  const agreed = (input['agreed'] as readonly string[]).map((key): [string, 'agree'] => [key, 'agree']);
  const docket = { ...known, autoAccept: input['policy'] === true, seatOrders: new Map(agreed) };
  const held = { ballot: opened.value as BallotOf<'propose'>, heldAt: time(input['came']) };
  return judgeProposal(docket, held, solveSnapshot);
}

async function judgeProof({ proof, proves }: Input): Promise<Outcome<unknown>> {
  const ballots = await openAll(proof);
  const settled = verifyCertificate(ballots);
  if (!settled.ok) return settled;
  const { epoch, at, sealed } = settled.value;
  const found = JSON.stringify({ epoch, at: writeInstant(at), sealed });
  return found === JSON.stringify(proves) ? settled : refuse('CERTIFICATE_INVALID', { where: 'notice' });
}

async function docketWith(held: unknown, self: Docket['self'], now: Instant): Promise<Docket> {
  const ballots = poolOf(await openAll(held), now);
  return docketOf(self, { caseId: CASE, now, ballots });
}

const CASE = must(caseId('3f1c2a5e-8d47-4b19-9c60-7a2e5d1b8f04'));

async function openAll(list: unknown): Promise<readonly Ballot[]> {
  return Promise.all(
    (list as readonly unknown[]).map(async (one) => {
      const opened = await openBallot(one);
      if (!opened.ok) throw new Error(`a held body is refused: ${opened.fault.code} ${opened.fault.where}`);
      return opened.value;
    }),
  );
}

const CODES = {
  malformed: 'BALLOT_SIGNATURE',
  unsigned: 'BALLOT_SIGNATURE',
  several: 'BALLOT_SIGNATURE',
  foreign: 'BALLOT_SIGNATURE',
  forged: 'BALLOT_SIGNATURE',
  clock: 'BALLOT_SIGNATURE',
} as const;

/** Reads a body and verifies its signature by the certificate of its author. */
async function openBallot(packed: unknown): Promise<Outcome<Ballot>> {
  const { bytes, signature } = packed as Readonly<Record<'bytes' | 'signature', unknown>>;
  const signed = { bytes: unpack(bytes), signature: unpack(signature) };
  const known = opened.get(JSON.stringify(packed));
  if (known) return known;
  const read = readBallot(signed);
  if (!read.ok) return read;
  const by = (await testKeys(must(AUTHORS.find((name) => testNode(name) === read.value.author)))).certificate;
  const expected = { by, now: TEST_NOW, keyAt: 'signature', codes: CODES } as const;
  const verified = await verifyDetached(signed.bytes, signed.signature, expected);
  const outcome = verified.ok ? read : verified;
  opened.set(JSON.stringify(packed), outcome);
  return outcome;
}

const opened = new Map<string, Outcome<Ballot>>();
const AUTHORS: readonly TestNode[] = ['cert', 'jpcert', 'nisc', 'fourth'];

function time(text: unknown): Instant {
  return must(readInstant(String(text)));
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a vector holds what its layer needs');
  return value;
}
