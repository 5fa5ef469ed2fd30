/**
 * Every check of the runner: what it says and which rules it holds a target to. Tests, reports and docs/CONFORMANCE.md
 * name checks by these ids, which are for ever.
 */
import type { ActName } from './operator.js';

export interface CheckRow {
  /** What a target that conforms does. */
  readonly says: string;
  /** Ids of docs/PROTOCOL.md and docs/SETTLEMENT.md. */
  readonly rules: readonly string[];
  /** What somebody has to do at the target meanwhile. */
  readonly acts?: readonly ActName[];
}

export type SuiteName = 'handshake' | 'envelopes' | 'replication' | 'disclosure' | 'settlement' | 'hostile';

/** In the order in which they run. */
export const SUITES: readonly SuiteName[] = [
  'handshake',
  'envelopes',
  'replication',
  'disclosure',
  'settlement',
  'hostile',
];

/** By suite, in the order in which they run. */
export type CheckId =
  | 'handshake/stranger'
  | 'handshake/unverified'
  | 'handshake/other-key'
  | 'handshake/hello'
  | 'handshake/same-life'
  | 'handshake/no-common-version'
  | 'handshake/other-mode'
  | 'handshake/other-node'
  | 'handshake/words-before-hello'
  | 'handshake/second-hello'
  | 'handshake/older-life'
  | 'handshake/claim-without-proof'
  | 'handshake/answer';

export const CHECKS: Readonly<Record<CheckId, CheckRow>> = {
  'handshake/stranger': {
    says: 'A node whose card was never put on file gets no link.',
    rules: ['PEER-1'],
  },
  'handshake/unverified': {
    says: 'A node whose card is on file and not verified gets no link.',
    rules: ['PEER-1'],
  },
  'handshake/other-key': {
    says: 'The name of a verified node with another transport key gets no link.',
    rules: ['PEER-1'],
  },
  'handshake/hello': {
    says: 'The target begins with Hello: version 1, its node id, its mode, a life, its clock, and no feeds but those of the pair.',
    rules: ['FRAME-1'],
  },
  'handshake/same-life': {
    says: 'A second link shows the same life and at least the same sizes.',
    rules: ['LOG-6'],
  },
  'handshake/no-common-version': {
    says: 'A Hello without a common version ends the conversation with VERSION_UNSUPPORTED.',
    rules: ['FRAME-1'],
  },
  'handshake/other-mode': {
    says: 'A Hello of production to a node in an exercise, or the other way round, ends the conversation with PEER_MODE.',
    rules: ['FRAME-1'],
  },
  'handshake/other-node': {
    says: 'A Hello that names another node than the transport proved ends the conversation with PEER_IDENTITY.',
    rules: ['FRAME-1'],
  },
  'handshake/words-before-hello': {
    says: 'Another frame than Hello at the beginning ends the conversation.',
    rules: ['FRAME-1'],
  },
  'handshake/second-hello': {
    says: 'A second Hello ends the conversation with FRAME_ORDER.',
    rules: ['FRAME-1'],
  },
  'handshake/older-life': {
    says: 'A Hello of an older life than was heard is refused as PEER_FENCED.',
    rules: ['R9'],
  },
  'handshake/claim-without-proof': {
    says: 'A Hello that claims to hold more of the target’s feed than there is, without its signature, is refused as CHECKPOINT_MALFORMED.',
    rules: ['LOG-6'],
  },
  'handshake/answer': {
    says: 'The Hello of a centre is answered: the incarnation of that Hello, and how much of the feed holds all that was to report.',
    rules: ['R9'],
  },
};

export function suiteOf(id: CheckId): SuiteName {
  return id.slice(0, id.indexOf('/')) as SuiteName;
}
