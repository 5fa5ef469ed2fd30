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
const ROWS = {
  'handshake/stranger': {
    says: 'A node whose card was never put on file gets no link.',
    rules: ['GRPC-M3', 'P2P-M1'],
  },
  'handshake/unverified': {
    says: 'A node whose card is on file and not verified gets no link.',
    rules: ['GRPC-M3', 'P2P-M1'],
  },
  'handshake/other-key': {
    says: 'The name of a verified node with another transport key gets no link.',
    rules: ['GRPC-M2', 'P2P-M1'],
  },
  'handshake/hello': {
    says: 'The target begins with Hello: version 1, its node id, its mode, a life, its clock, and no feeds but those of the pair.',
    rules: ['HEL-M1', 'HEL-M4', 'HEL-M9'],
  },
  'handshake/same-life': {
    says: 'A second link shows the same life and at least the same sizes.',
    rules: ['HEL-M8', 'HEL-M9'],
  },
  'handshake/answer': {
    says: 'The Hello of a centre is answered with the incarnation of that Hello.',
    rules: ['BACK-M5'],
  },
  'handshake/no-common-version': {
    says: 'A Hello without a common version ends the conversation.',
    rules: ['HEL-M4'],
  },
  'handshake/other-mode': {
    says: 'A Hello in the other mode, of production or of an exercise, ends the conversation.',
    rules: ['HEL-M5'],
  },
  'handshake/other-node': {
    says: 'A Hello that names another node than the transport proved ends the conversation.',
    rules: ['HEL-M6'],
  },
  'handshake/older-life': {
    says: 'A Hello of an older life than was heard ends the conversation.',
    rules: ['HEL-M7'],
  },
  'handshake/claim-without-proof': {
    says: 'A Hello that claims to hold more of the target’s feed than there is, without its signature, ends the conversation.',
    rules: ['HEL-M9'],
  },
  'handshake/words-before-hello': {
    says: 'Another frame than Hello at the beginning ends the conversation.',
    rules: ['HEL-M1'],
  },
  'handshake/second-hello': {
    says: 'A second Hello ends the conversation.',
    rules: ['HEL-M2'],
  },
  'envelopes/good': {
    says: 'A summary that asks for an answer within less than 72 hours is receipted, and answered with reply_by_raised and the 72 hours.',
    rules: ['REP-M4', 'DIS-M4'],
  },
  'envelopes/unsigned': {
    says: 'An envelope without a signature is stored, receipted and complained of.',
    rules: ['ENV-M6', 'ENV-M12', 'ENV-M13'],
  },
  'envelopes/two-signatures': {
    says: 'An envelope under two signatures is refused, though one of them is the author’s.',
    rules: ['ENV-M6'],
  },
  'envelopes/other-signer': {
    says: 'An envelope signed by another verified node than the author of the feed is refused.',
    rules: ['ENV-M8'],
  },
  'envelopes/other-reader': {
    says: 'An envelope that the target’s key does not open is refused by that name.',
    rules: ['ENV-M5'],
  },
  'envelopes/no-openpgp': {
    says: 'Bytes that are no OpenPGP message are refused.',
    rules: ['ENV-M3'],
  },
  'envelopes/old-signature': {
    says: 'A signature that is dated more than a day ahead of the leaf is refused.',
    rules: ['ENV-M9'],
  },
  'envelopes/other-statement': {
    says: 'A leaf that names another statement than the envelope holds is refused.',
    rules: ['LEAF-M6'],
  },
  'envelopes/other-author': {
    says: 'A statement that names another author is refused.',
    rules: ['ENV-M11'],
  },
  'envelopes/other-recipient': {
    says: 'A statement that names another recipient is refused: it was made for somebody else.',
    rules: ['ENV-M11'],
  },
  'envelopes/other-sequence': {
    says: 'A statement that names another place in the feed is refused.',
    rules: ['ENV-M11'],
  },
  'envelopes/other-life': {
    says: 'A statement that names another life is refused.',
    rules: ['ENV-M11'],
  },
  'envelopes/other-time': {
    says: 'A statement that names another time is refused.',
    rules: ['ENV-M11'],
  },
  'envelopes/unknown-kind': {
    says: 'A statement of an unknown kind is refused by that name.',
    rules: ['STMT-M2'],
  },
  'envelopes/unknown-version': {
    says: 'A statement of an unknown version is refused by that name.',
    rules: ['STMT-M1'],
  },
  'envelopes/no-statement': {
    says: 'Signed bytes that are no statement are refused.',
    rules: ['STMT-M5'],
  },
  'envelopes/row': {
    says: 'Of a row of bad entries the first is complained of at once, and the whole row when the next good one is heard.',
    rules: ['ENV-M13'],
  },
  'replication/receipt': {
    says: 'Every entry is receipted: a cosignature that holds, on our checkpoint, for all of it.',
    rules: ['REP-M4', 'NOTE-M6'],
  },
  'replication/many-in-one': {
    says: 'A frame of several entries is receipted as a whole, and all of them are heard.',
    rules: ['REP-M4'],
  },
  'replication/repeated': {
    says: 'A frame of known entries is answered with the receipt for what is held; nothing is entered twice.',
    rules: ['REP-M5'],
  },
  'replication/overlap': {
    says: 'A frame that begins with known entries is taken from the first new one on.',
    rules: ['REP-M5'],
  },
  'replication/gap': {
    says: 'Entries behind a gap are not taken: the target asks with Fetch from its own size, and the conversation goes on.',
    rules: ['REP-M6'],
  },
  'replication/gives-back': {
    says: 'A Fetch for our own feed is answered with our own words in the same bytes.',
    rules: ['BACK-M2'],
  },
  'replication/streams-again': {
    says: 'A Fetch for the target’s feed is answered with the same bytes as before.',
    rules: ['REP-M7'],
  },
  'replication/resume': {
    says: 'What was not acknowledged when the link broke comes again in the same bytes.',
    rules: ['REP-M7', 'ENV-M14'],
  },
  'replication/window': {
    says: 'No more than 8 frames are under way without a receipt; the rest comes once there is one.',
    rules: ['REP-M3'],
  },
  'replication/forged-receipt': {
    says: 'A receipt cosigned by another node than the recipient ends the conversation.',
    rules: ['REP-M9'],
  },
  'replication/leaf-spelling': {
    says: 'A leaf in another spelling ends the conversation, and nothing of it is kept.',
    rules: ['LEAF-M1'],
  },
  'replication/leaf-sequence': {
    says: 'A leaf with another sequence ends the conversation.',
    rules: ['LEAF-M3'],
  },
  'replication/leaf-life': {
    says: 'A leaf of an older life than the leaf before it ends the conversation.',
    rules: ['LEAF-M4'],
  },
  'replication/other-envelope': {
    says: 'An envelope that is not the one that the leaf names ends the conversation.',
    rules: ['LEAF-M5'],
  },
  'replication/checkpoint-signer': {
    says: 'A checkpoint under another node’s log key ends the conversation.',
    rules: ['NOTE-M5'],
  },
  'replication/checkpoint-origin': {
    says: 'A checkpoint with another origin than the first one ends the conversation.',
    rules: ['NOTE-M4'],
  },
  'replication/checkpoint-size': {
    says: 'A checkpoint for another size than that behind the last entry ends the conversation.',
    rules: ['REP-M2'],
  },
  'replication/other-feed': {
    says: 'Entries of a feed of other nodes end the conversation.',
    rules: ['REP-M1'],
  },
  'replication/own-feed-unasked': {
    says: 'Entries of the target’s own feed that it did not ask for end the conversation.',
    rules: ['REP-M1'],
  },
  'replication/goes-on': {
    says: 'After all these refusals the feed goes on where it was.',
    rules: ['HOS-M5'],
  },
  'replication/fork-leaf': {
    says: 'Another entry at a place that is held ends the conversation with FEED_FORK.',
    rules: ['REP-M8', 'NOTE-M8'],
  },
  'replication/fork-root': {
    says: 'A checkpoint with another root than the entries give ends the conversation with FEED_FORK.',
    rules: ['REP-M8', 'NOTE-M8'],
  },
  'disclosure/before-charter': {
    says: 'While no charter is in force the target tells its vendors nothing.',
    rules: ['CHA-M3'],
    acts: ['sign', 'tell'],
  },
  'disclosure/summary': {
    says: 'A vendor is told the summary with origin, process model and label, and no details.',
    rules: ['DIS-M1', 'DIS-M7'],
    acts: ['tell'],
  },
  'disclosure/notice': {
    says: 'A vendor that is told hears the settled instant with its proof.',
    rules: ['INS-M3'],
    acts: ['tell'],
  },
  'disclosure/request-alone': {
    says: 'A request alone brings no details.',
    rules: ['CHA-M3', 'DIS-M5'],
    acts: ['tell'],
  },
  'disclosure/grant': {
    says: 'Granted, the vendor gets the details and the onward rule as their author gave them.',
    rules: ['DIS-M6', 'DIS-M7'],
    acts: ['grant'],
  },
  'disclosure/list-of-grants': {
    says: 'In model 2 the origin gets a list that names the vendor and its request.',
    rules: ['DIS-M9'],
    acts: ['grant'],
  },
  'disclosure/granted-once': {
    says: 'A request is answered once.',
    rules: ['DIS-M6'],
    acts: ['grant'],
  },
  'disclosure/status-upwards': {
    says: 'Status and counter-measure of a vendor reach the origin as the vendor gave them.',
    rules: ['DIS-M8'],
    acts: ['tell'],
  },
  'disclosure/outsider': {
    says: 'Who takes no part in a case hears nothing of it, whatever it asks and whatever is ordered.',
    rules: ['DIS-M2'],
    acts: ['grant'],
  },
  'disclosure/denial': {
    says: 'A denial answers the request, and details do not follow it.',
    rules: ['DIS-M6'],
    acts: ['sign', 'tell', 'deny', 'grant'],
  },
  'disclosure/onward-nobody': {
    says: 'Details of an author who said that nobody gets them do not go on.',
    rules: ['DIS-M5'],
    acts: ['sign', 'tell', 'grant'],
  },
  'disclosure/strict-without-consent': {
    says: 'AMBER+STRICT details do not go on without the recorded consent of their author.',
    rules: ['DIS-M5'],
    acts: ['sign', 'tell', 'grant'],
  },
  'disclosure/ask-without-consent': {
    says: 'Details whose author wants to be asked do not go on without its recorded consent.',
    rules: ['DIS-M5'],
    acts: ['sign', 'tell', 'grant'],
  },
  'disclosure/model-1': {
    says: 'In model 1 a request goes to the origin in a list with the card of the vendor, and the summary brings the card of the origin.',
    rules: ['DIS-M9'],
    acts: ['sign', 'tell'],
  },
  'settlement/charter': {
    says: 'A charter that keeps to the rules is signed on the order of an officer, and the signature reaches every member.',
    rules: ['CHA-M3', 'BAL-M2'],
    acts: ['sign'],
  },
  'settlement/constraint': {
    says: 'A constraint of the operator reaches every member.',
    rules: ['BAL-M2'],
    acts: ['constrain'],
  },
  'settlement/other-proposer': {
    says: 'Nobody votes for a proposal by a member whose turn it is not.',
    rules: ['SET-M2'],
    acts: ['sign', 'constrain', 'approve'],
  },
  'settlement/other-solution': {
    says: 'Nobody votes for an instant that its own run of the solver does not give.',
    rules: ['SET-M6'],
    acts: ['approve'],
  },
  'settlement/outside-window': {
    says: 'Nobody votes for an instant outside the hard window of a member.',
    rules: ['SET-M7'],
    acts: ['approve'],
  },
  'settlement/short-snapshot': {
    says: 'Nobody votes on a snapshot that lacks the newest constraint of a member.',
    rules: ['SET-M5', 'BAL-M11'],
    acts: ['approve'],
  },
  'settlement/notice-of-default': {
    says: 'Vendors hear the instant of the charter with a certificate that proves it.',
    rules: ['INS-M3', 'CER-M7'],
    acts: ['sign', 'tell', 'constrain'],
  },
  'settlement/unapproved': {
    says: 'Nobody votes for what its operator has not agreed to.',
    rules: ['SET-M8'],
    acts: ['constrain'],
  },
  'settlement/vote': {
    says: 'Agreed to, the proposal is voted for: one vote, of its value, for every member.',
    rules: ['SET-M2', 'BAL-M10'],
    acts: ['approve'],
  },
  'settlement/votes-once': {
    says: 'A second proposal of the round gets no second vote.',
    rules: ['SET-M2', 'BAL-M7'],
    acts: ['approve'],
  },
  'settlement/evidence': {
    says: 'A second proposal under one key is passed on to a member that was not told of it.',
    rules: ['BAL-M7'],
    acts: ['approve'],
  },
  'settlement/no-commit-without-notar': {
    says: 'Nobody commits before the votes of a quorum.',
    rules: ['SET-M10'],
    acts: ['approve'],
  },
  'settlement/commit': {
    says: 'With the votes of a quorum it commits to the value.',
    rules: ['SET-M10'],
    acts: ['approve'],
  },
  'settlement/forged-commit': {
    says: 'A body under another signature than its author’s is refused.',
    rules: ['BAL-M3'],
    acts: ['approve'],
  },
  'settlement/quorum': {
    says: 'Commits of fewer than a quorum settle nothing.',
    rules: ['SET-M12', 'SET-M13'],
    acts: ['approve'],
  },
  'settlement/certificate': {
    says: 'With the commits of a quorum vendors get notice of the new instant, with a certificate that proves it.',
    rules: ['SET-M13', 'INS-M3', 'CER-M4', 'BAL-M8'],
    acts: ['approve'],
  },
  'settlement/one-body': {
    says: 'Every body is the same for every recipient, to the byte, and there is one under each key.',
    rules: ['BAL-M2', 'SET-M1'],
    acts: ['approve'],
  },
  'hostile/garbage': {
    says: 'Bytes that are no frame end the conversation by name, and no other one.',
    rules: ['HOS-M5', 'FRM-M1'],
  },
  'hostile/empty-frame': {
    says: 'An empty frame ends the conversation.',
    rules: ['FRM-M1'],
  },
  'hostile/unknown-frame': {
    says: 'A frame of an unknown kind is refused by that name.',
    rules: ['FRM-M3'],
  },
  'hostile/two-kinds': {
    says: 'A frame of two kinds ends the conversation.',
    rules: ['FRM-M1'],
  },
  'hostile/oversize-frame': {
    says: 'A frame of more than 4 MiB ends the conversation.',
    rules: ['FRM-M2'],
  },
  'hostile/oversize-small-frame': {
    says: 'A frame of more than 64 KiB that is no Entries ends the conversation.',
    rules: ['FRM-M2'],
  },
  'hostile/too-many-entries': {
    says: 'A frame of more than 256 entries ends the conversation.',
    rules: ['FRM-M5'],
  },
  'hostile/cut-frame': {
    says: 'A frame that is cut off ends the conversation.',
    rules: ['NAME-M7', 'FRM-M4'],
  },
  'hostile/before-hello': {
    says: 'Bytes that are no frame in place of Hello end the link.',
    rules: ['HOS-M5'],
  },
  'hostile/unknown-field': {
    says: 'An unknown field beside a known kind is passed over.',
    rules: ['FRM-M4'],
  },
  'hostile/unknown-fault': {
    says: 'A fault with an unknown code that is not fatal ends nothing.',
    rules: ['FRM-M7'],
  },
  'hostile/fault-not-answered': {
    says: 'A fatal fault ends the conversation and is not answered with a fault.',
    rules: ['REP-M13'],
  },
  'hostile/bye': {
    says: 'Bye ends the conversation in good order.',
    rules: ['REP-M13'],
  },
  'hostile/nothing-changed': {
    says: 'After all this the target holds exactly what was said, and listens.',
    rules: ['HOS-M5'],
  },
  'hostile/many-links': {
    says: 'One conversation more than a peer may have ends the oldest, not the newest.',
    rules: ['GRPC-M7'],
  },
  'hostile/silence': {
    says: 'A side that says no Hello is disconnected after 10 s.',
    rules: ['HEL-M3'],
  },
  'hostile/demands': {
    says: 'More than 60 demands within a minute are refused; after 60 refusals the conversation ends.',
    rules: ['REP-M11'],
  },
  'hostile/others-served': {
    says: 'Meanwhile the conversation with another peer went on.',
    rules: ['HOS-M1'],
  },
} as const;

export type CheckId = keyof typeof ROWS;

export const CHECKS: Readonly<Record<CheckId, CheckRow>> = ROWS;

export function suiteOf(id: CheckId): SuiteName {
  return id.slice(0, id.indexOf('/')) as SuiteName;
}
