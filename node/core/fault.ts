/**
 * Refusals, as values. A fault carries a code, names, sizes and positions, never contents: it may be logged,
 * counted and sent to a peer. Codes are stable within a major version, sentences are not; tests assert codes.
 */

/** What to do after a refusal: say it again later, say it differently, or never say it again. */
export type Retry = 'later' | 'changed' | 'never';

export interface Meaning {
  readonly says: string;
  readonly retry: Retry;
}

/** Every code. A code added here and without a meaning below does not compile. */
export type FaultCode =
  | 'PEER_UNKNOWN'
  | 'PEER_UNVERIFIED'
  | 'PEER_REMOVED'
  | 'PEER_MODE'
  | 'PEER_IDENTITY'
  | 'PEER_FENCED'
  | 'PEER_RUNS_NODE'
  | 'CARD_MALFORMED'
  | 'CARD_SIGNATURE'
  | 'CARD_STALE'
  | 'CARD_EXPIRED'
  | 'FINGERPRINT_MISMATCH'
  | 'KEY_UNKNOWN'
  | 'KEY_EARLY'
  | 'KEY_EXPIRED'
  | 'KEY_REVOKED'
  | 'KEY_PROFILE'
  | 'KEY_PRIVATE'
  | 'KEY_LOCKED'
  | 'ENVELOPE_OVERSIZE'
  | 'ENVELOPE_MALFORMED'
  | 'ENVELOPE_UNDECRYPTABLE'
  | 'ENVELOPE_UNSIGNED'
  | 'ENVELOPE_FORGED'
  | 'ENVELOPE_FOREIGN'
  | 'ENVELOPE_SIGNATURES'
  | 'ENVELOPE_CLOCK'
  | 'ENVELOPE_HASH'
  | 'STATEMENT_MALFORMED'
  | 'STATEMENT_VERSION'
  | 'STATEMENT_KIND'
  | 'STATEMENT_FIELD'
  | 'STATEMENT_AUTHOR'
  | 'STATEMENT_RECIPIENT'
  | 'STATEMENT_SEQUENCE'
  | 'STATEMENT_INCARNATION'
  | 'STATEMENT_TIME'
  | 'STATEMENT_ID'
  | 'STATEMENT_TLP'
  | 'FEED_UNKNOWN'
  | 'FEED_GAP'
  | 'FEED_FORK'
  | 'FEED_FULL'
  | 'LEAF_MALFORMED'
  | 'LEAF_SEQUENCE'
  | 'LEAF_OVERSIZE'
  | 'LEAF_INCARNATION'
  | 'LOG_FILE'
  | 'LOG_TILE'
  | 'PROOF_MALFORMED'
  | 'PROOF_INVALID'
  | 'CHECKPOINT_MALFORMED'
  | 'CHECKPOINT_SIGNATURE'
  | 'CHECKPOINT_ORIGIN'
  | 'CHECKPOINT_ROOT'
  | 'RECEIPT_MALFORMED'
  | 'RECEIPT_SIGNATURE'
  | 'RECEIPT_ROOT'
  | 'STORE_LOCKED'
  | 'STORE_FORMAT'
  | 'STORE_DAMAGED'
  | 'STORE_FULL'
  | 'STORE_FAILED'
  | 'STORE_ABSENT'
  | 'STORE_UNUSABLE'
  | 'NODE_RESTORED'
  | 'NODE_PROBATION'
  | 'BALLOT_TWICE'
  | 'FRAME_OVERSIZE'
  | 'FRAME_MALFORMED'
  | 'FRAME_UNKNOWN'
  | 'FRAME_ORDER'
  | 'FAULT_UNKNOWN'
  | 'VERSION_UNSUPPORTED'
  | 'LINK_CLOSED'
  | 'LINK_REFUSED'
  | 'LINK_LIMIT'
  | 'LINK_TIMEOUT'
  | 'VENDOR_UNKNOWN'
  | 'VENDOR_EXISTS'
  | 'VENDOR_REVISION'
  | 'VENDOR_MERGED'
  | 'VENDOR_FIELD'
  | 'VENDOR_INDIVIDUAL'
  | 'VENDOR_RETIRED'
  | 'VENDOR_LOOKS_LIKE'
  | 'VENDOR_TAKEN'
  | 'REGISTRATION_UNKNOWN'
  | 'REGISTRATION_STEP'
  | 'REGISTRATION_SIDE'
  | 'REGISTRATION_IDENTITY'
  | 'CASE_UNKNOWN'
  | 'CASE_EXISTS'
  | 'CASE_CLOSED'
  | 'CASE_MEMBER'
  | 'CASE_WAITING'
  | 'CASE_UNTOLD'
  | 'CASE_FULL'
  | 'CASE_WEB_APPLICATION'
  | 'ADVANCE_SITE'
  | 'ADVANCE_ONLY'
  | 'ADVANCE_WORDS'
  | 'REPORT_UNKNOWN'
  | 'REPORT_EXISTS'
  | 'REPORT_NOT_VALID'
  | 'REPORT_ROUTED'
  | 'REPORTER_ABSENT'
  | 'REPORTER_CONSENT'
  | 'REPORTER_CONTACT'
  | 'REPORTER_KEY'
  | 'REPORTER_NAMED'
  | 'DETAILS_ABSENT'
  | 'REQUEST_UNKNOWN'
  | 'REQUEST_ANSWERED'
  | 'TLP_FORBIDS'
  | 'TLP_WIDENED'
  | 'GRANT_BEFORE_CHARTER'
  | 'SUMMARY_BEFORE_CHARTER'
  | 'STATUS_WITHOUT_SUMMARY'
  | 'CHARTER_ABSENT'
  | 'CHARTER_COMPLETE'
  | 'CHARTER_INVALID'
  | 'CHARTER_SUPERSEDED'
  | 'CHARTER_ROSTER'
  | 'BALLOT_SIGNATURE'
  | 'BALLOT_CONFLICT'
  | 'BALLOT_CHARTER'
  | 'BALLOT_SLOT'
  | 'PROPOSAL_PROPOSER'
  | 'PROPOSAL_UNJUSTIFIED'
  | 'PROPOSAL_FROZEN'
  | 'PROPOSAL_SNAPSHOT'
  | 'PROPOSAL_ANSWER'
  | 'PROPOSAL_WINDOW'
  | 'PROPOSAL_UNAPPROVED'
  | 'PROPOSAL_CLOCK'
  | 'PROPOSAL_SEAL'
  | 'PROPOSAL_SEATS'
  | 'PROPOSAL_JOINER'
  | 'CONSTRAINT_INVALID'
  | 'CERTIFICATE_INVALID'
  | 'NOTHING_SETTLED'
  | 'PUBLISHED_ALREADY'
  | 'NOT_STAGED'
  | 'RELEASE_EARLY'
  | 'RELEASE_REFUSED'
  | 'SCHEDULE_REFUSED'
  | 'SCHEDULE_INFEASIBLE'
  | 'SCHEDULE_UNTOLD'
  | 'FORMAT_UNKNOWN'
  | 'FORMAT_MALFORMED'
  | 'FORMAT_OVERSIZE'
  | 'FORMAT_CONTRADICTION'
  | 'FORMAT_RECORD'
  | 'MAIL_UNREACHABLE'
  | 'MAIL_DEFERRED'
  | 'MAIL_REFUSED'
  | 'MAIL_ABSENT'
  | 'MAIL_OVERSIZE'
  | 'MAIL_MALFORMED'
  | 'MAIL_UNDECRYPTABLE'
  | 'MAIL_UNSIGNED'
  | 'MAIL_FOREIGN'
  | 'MAIL_FORGED'
  | 'MAIL_CLOCK'
  | 'MAIL_AUTOMATIC'
  | 'REPLY_UNKNOWN'
  | 'REPLY_DECIDED'
  | 'REPLY_CASE'
  | 'REPLY_WORDS'
  | 'REPLY_REPEATED'
  | 'LEGAL_UNKNOWN'
  | 'LEGAL_SENT'
  | 'LEGAL_TIME'
  | 'DELAY_INCOMPLETE'
  | 'DELAY_UNKNOWN'
  | 'CONFIG_MISSING'
  | 'CONFIG_FIELD'
  | 'SOCKET_IN_USE'
  | 'NODE_NOT_RUNNING'
  | 'NODE_STOPPED'
  | 'DRILL_ONLY'
  | 'COMMAND_MALFORMED'
  | 'LIMIT_EXCEEDED';

/** Every code with its meaning. docs/ERRORS.md is made from this table. */
export const MEANINGS: Readonly<Record<FaultCode, Meaning>> = {
  // Cards and peers (DESIGN §1)
  PEER_UNKNOWN: { says: 'No card of this node is on file.', retry: 'changed' },
  PEER_UNVERIFIED: { says: 'The card of this peer has not been verified by an operator.', retry: 'changed' },
  PEER_REMOVED: { says: 'An operator removed this peer.', retry: 'never' },
  PEER_MODE: { says: 'One node is a DRILL node and the other is not.', retry: 'never' },
  PEER_IDENTITY: { says: 'The transport identity is not the one on the card.', retry: 'never' },
  PEER_FENCED: { says: 'A later life of this node has been heard.', retry: 'changed' },
  PEER_RUNS_NODE: {
    says: 'A node speaks for this key; letters are for vendors without one.',
    retry: 'never',
  },
  CARD_MALFORMED: { says: 'The card cannot be read.', retry: 'changed' },
  CARD_SIGNATURE: { says: 'The card is not signed by the key it names.', retry: 'never' },
  CARD_STALE: { says: 'A card with the same or a higher sequence number is on file.', retry: 'never' },
  CARD_EXPIRED: { says: 'The card has expired.', retry: 'changed' },
  FINGERPRINT_MISMATCH: { says: 'The typed fingerprint is not that of the card.', retry: 'changed' },
  // Keys (DESIGN §1, FORMATS §10)
  KEY_UNKNOWN: { says: 'No key for this node is on file.', retry: 'changed' },
  KEY_EARLY: { says: 'The key is dated later than the instant of judging.', retry: 'later' },
  KEY_EXPIRED: { says: 'The key had expired at the instant of judging.', retry: 'changed' },
  KEY_REVOKED: { says: 'The key has been revoked.', retry: 'changed' },
  KEY_PROFILE: { says: 'The key does not follow the accepted profile.', retry: 'changed' },
  KEY_PRIVATE: { says: 'A private key was offered where a certificate is expected.', retry: 'changed' },
  KEY_LOCKED: { says: 'The passphrase does not open the keys.', retry: 'changed' },
  // Envelopes (ENV-1 to ENV-5)
  ENVELOPE_OVERSIZE: { says: 'The envelope is over the bound.', retry: 'changed' },
  ENVELOPE_MALFORMED: { says: 'The envelope is not an OpenPGP message.', retry: 'changed' },
  ENVELOPE_UNDECRYPTABLE: { says: 'No key of this node opens the envelope.', retry: 'changed' },
  ENVELOPE_UNSIGNED: { says: 'No signature by the author of the feed.', retry: 'never' },
  ENVELOPE_FORGED: { says: 'The signature does not hold.', retry: 'never' },
  ENVELOPE_FOREIGN: { says: 'Signed by another key than that of the author.', retry: 'never' },
  ENVELOPE_SIGNATURES: { says: 'There must be exactly one signature.', retry: 'changed' },
  ENVELOPE_CLOCK: { says: 'The signature is dated outside the tolerance.', retry: 'changed' },
  ENVELOPE_HASH: { says: 'The envelope is not the one that its leaf names.', retry: 'never' },
  STATEMENT_MALFORMED: { says: 'The statement cannot be decoded.', retry: 'changed' },
  STATEMENT_VERSION: { says: 'The statement has an unknown version.', retry: 'changed' },
  STATEMENT_KIND: { says: 'The kind of statement is unknown.', retry: 'changed' },
  STATEMENT_FIELD: {
    says: 'A field of the statement is missing, malformed or out of bounds.',
    retry: 'changed',
  },
  STATEMENT_AUTHOR: { says: 'The statement names another author than its feed.', retry: 'never' },
  STATEMENT_RECIPIENT: { says: 'The statement names another recipient than its feed.', retry: 'never' },
  STATEMENT_SEQUENCE: { says: 'The statement names another sequence than its leaf.', retry: 'never' },
  STATEMENT_INCARNATION: { says: 'The statement names another incarnation than its leaf.', retry: 'never' },
  STATEMENT_TIME: { says: 'The statement names another time than its leaf.', retry: 'never' },
  STATEMENT_ID: { says: 'The statement is not the one that its leaf names.', retry: 'never' },
  STATEMENT_TLP: { says: 'A case statement needs a TLP label.', retry: 'changed' },
  // Peer logs (LOG-1 to LOG-8)
  FEED_UNKNOWN: { says: 'This feed is not one of the two with this peer.', retry: 'never' },
  FEED_GAP: { says: 'An earlier entry of this feed has not arrived.', retry: 'later' },
  FEED_FORK: { says: 'The author signed two histories of one feed.', retry: 'never' },
  FEED_FULL: { says: 'The feed has reached its bound.', retry: 'never' },
  LEAF_MALFORMED: { says: 'The leaf cannot be read.', retry: 'changed' },
  LEAF_SEQUENCE: { says: 'The leaf does not stand at its place.', retry: 'changed' },
  LEAF_OVERSIZE: { says: 'The leaf is over the bound.', retry: 'changed' },
  LEAF_INCARNATION: { says: 'The leaf comes from an earlier life of its author.', retry: 'never' },
  LOG_FILE: { says: 'A file of the exported log is missing or cannot be read.', retry: 'changed' },
  LOG_TILE: { says: 'A tile of hashes does not follow from the entries.', retry: 'never' },
  PROOF_MALFORMED: { says: 'The proof cannot be read.', retry: 'changed' },
  PROOF_INVALID: { says: 'The proof does not lead to the root.', retry: 'never' },
  CHECKPOINT_MALFORMED: { says: 'The checkpoint cannot be read.', retry: 'changed' },
  CHECKPOINT_SIGNATURE: {
    says: 'The checkpoint is not signed by the log key of its author.',
    retry: 'never',
  },
  CHECKPOINT_ORIGIN: { says: 'The checkpoint belongs to another feed.', retry: 'never' },
  CHECKPOINT_ROOT: { says: 'The checkpoint names another root than the entries have.', retry: 'never' },
  RECEIPT_MALFORMED: { says: 'The receipt cannot be read.', retry: 'changed' },
  RECEIPT_SIGNATURE: { says: 'The receipt is not cosigned by the log key of the peer.', retry: 'never' },
  RECEIPT_ROOT: { says: 'The receipt covers another history than ours.', retry: 'never' },
  // Store (LOG-4 to LOG-6)
  STORE_LOCKED: { says: 'Another process has the store open.', retry: 'later' },
  STORE_FORMAT: { says: 'The store or the guard was written in another format.', retry: 'changed' },
  STORE_DAMAGED: { says: 'An entry of the store is not the one that was written.', retry: 'changed' },
  STORE_FULL: { says: 'The disk is full.', retry: 'later' },
  STORE_FAILED: { says: 'A write failed and its fate is unknown.', retry: 'later' },
  STORE_ABSENT: { says: 'No store is at this place.', retry: 'changed' },
  STORE_UNUSABLE: {
    says: 'A file of the store cannot be opened: a missing right, a failing disk, or something else in its place.',
    retry: 'changed',
  },
  NODE_PROBATION: {
    says: 'This node signs nothing before others have answered what they hold of its words.',
    retry: 'later',
  },
  NODE_RESTORED: { says: 'The store is older than what this node has said.', retry: 'changed' },
  BALLOT_TWICE: { says: 'A ballot with this key was already written.', retry: 'never' },
  // Frames and transport (DESIGN §3)
  FRAME_OVERSIZE: { says: 'The frame is over the bound.', retry: 'changed' },
  FRAME_MALFORMED: { says: 'The frame cannot be decoded.', retry: 'changed' },
  FRAME_UNKNOWN: { says: 'The kind of frame is unknown.', retry: 'changed' },
  FAULT_UNKNOWN: { says: 'The peer named a fault that this version does not know.', retry: 'changed' },
  FRAME_ORDER: { says: 'The frame came before Hello or after Bye.', retry: 'changed' },
  VERSION_UNSUPPORTED: { says: 'No protocol version is spoken by both sides.', retry: 'changed' },
  LINK_CLOSED: { says: 'The connection ended.', retry: 'later' },
  LINK_REFUSED: { says: 'The peer refused the connection.', retry: 'later' },
  LINK_LIMIT: { says: 'Too many connections.', retry: 'later' },
  LINK_TIMEOUT: { says: 'The peer did not answer in time.', retry: 'later' },
  // Contact book and registration (DESIGN §5.3)
  VENDOR_UNKNOWN: { says: 'No contact of this key is in the book.', retry: 'changed' },
  VENDOR_EXISTS: { says: 'There is a contact of this key or node already.', retry: 'changed' },
  VENDOR_REVISION: {
    says: 'The contact was changed since it was looked at: look again, then change it.',
    retry: 'changed',
  },
  VENDOR_MERGED: { says: 'The contact is merged into another one, or is not.', retry: 'changed' },
  VENDOR_FIELD: { says: 'A field of the contact is missing or malformed.', retry: 'changed' },
  VENDOR_INDIVIDUAL: {
    says: 'The vendor hears only of cases about its own products, and this case names none of them.',
    retry: 'changed',
  },
  VENDOR_RETIRED: { says: 'The contact was retired.', retry: 'changed' },
  VENDOR_LOOKS_LIKE: {
    says: 'The name looks like that of another contact, which an officer has not confirmed.',
    retry: 'changed',
  },
  VENDOR_TAKEN: {
    says: 'The key is that of another vendor: choose another --key; --replace if it is the same one with a new node or key.',
    retry: 'changed',
  },
  REGISTRATION_UNKNOWN: { says: 'Nobody of this name has applied for registration.', retry: 'changed' },
  REGISTRATION_STEP: { says: 'This move does not follow on the step of the registration.', retry: 'changed' },
  REGISTRATION_SIDE: { says: 'This move is the other side’s.', retry: 'never' },
  REGISTRATION_IDENTITY: {
    says: 'Who the vendor is was not checked over another channel yet.',
    retry: 'changed',
  },
  // Cases and disclosure (DESIGN §5)
  CASE_UNKNOWN: { says: 'No such case here.', retry: 'changed' },
  CASE_EXISTS: { says: 'The case is already open.', retry: 'never' },
  CASE_CLOSED: { says: 'The case is closed.', retry: 'never' },
  CASE_MEMBER: { says: 'The author takes no part in this case in the needed role.', retry: 'never' },
  CASE_WAITING: { says: 'The statement waits for one that has not arrived.', retry: 'later' },
  CASE_UNTOLD: {
    says: 'This peer was never told of the case: nothing about it goes there before its summary (case tell).',
    retry: 'changed',
  },
  CASE_FULL: { says: 'The case has reached a bound.', retry: 'changed' },
  CASE_WEB_APPLICATION: {
    says: 'A web application concerns the operator of its site and no vendor: name who is to be told.',
    retry: 'changed',
  },
  ADVANCE_SITE: { says: 'Advance notice goes to infrastructure sites only.', retry: 'never' },
  ADVANCE_ONLY: {
    says: 'An infrastructure site hears of a case by advance notice only, under its agreement.',
    retry: 'never',
  },
  ADVANCE_WORDS: {
    says: 'An infrastructure site is told what to do: status, remedy, wishes and requests for details are those of vendors.',
    retry: 'never',
  },
  REPORT_UNKNOWN: { says: 'No such report here.', retry: 'changed' },
  REPORT_EXISTS: { says: 'There is a report of this id already.', retry: 'never' },
  REPORT_NOT_VALID: { says: 'The report was not found to be about a vulnerability.', retry: 'changed' },
  REPORT_ROUTED: { says: 'The report belongs to a case already.', retry: 'never' },
  REPORTER_ABSENT: { says: 'Nobody is on record as the reporter.', retry: 'changed' },
  REPORTER_CONSENT: { says: 'The reporter has not agreed to this.', retry: 'changed' },
  REPORTER_CONTACT: { says: 'The contact of the reporter is no mail address.', retry: 'changed' },
  REPORTER_KEY: {
    says: 'No certificate of the reporter is on file, and nothing is sent in clear unless an officer says so.',
    retry: 'changed',
  },
  REPORTER_NAMED: {
    says: 'The words name the reporter: write others (--details-file), or --named where the reporter may be named.',
    retry: 'changed',
  },
  DETAILS_ABSENT: { says: 'No details are on file for this case.', retry: 'changed' },
  REQUEST_UNKNOWN: { says: 'No such detail request.', retry: 'changed' },
  REQUEST_ANSWERED: { says: 'The detail request was already answered.', retry: 'never' },
  TLP_FORBIDS: { says: 'The TLP label or the onward rule forbids this disclosure.', retry: 'changed' },
  TLP_WIDENED: { says: 'A TLP label cannot be widened by another than its author.', retry: 'never' },
  GRANT_BEFORE_CHARTER: { says: 'No details leave before the charter is in force.', retry: 'later' },
  SUMMARY_BEFORE_CHARTER: {
    says: 'Vendors of other centres are told after the charter is in force.',
    retry: 'later',
  },
  STATUS_WITHOUT_SUMMARY: {
    says: 'A status for a case that was never sent to this vendor.',
    retry: 'changed',
  },
  // Charter, settlement and publication (DESIGN §6 to §8)
  CHARTER_COMPLETE: {
    says: 'The case has a charter in force, and that has no successor: the instant moves by an amendment (settlement request).',
    retry: 'never',
  },
  CHARTER_ABSENT: { says: 'The case has no charter in force.', retry: 'later' },
  CHARTER_INVALID: { says: 'The charter breaks a rule.', retry: 'changed' },
  CHARTER_SUPERSEDED: { says: 'A later charter was signed or an earlier one is complete.', retry: 'never' },
  CHARTER_ROSTER: { says: 'The author is not on the roster.', retry: 'never' },
  BALLOT_SIGNATURE: { says: 'The body is not signed by its author.', retry: 'never' },
  BALLOT_CONFLICT: { says: 'Two bodies by one author stand under one key.', retry: 'never' },
  BALLOT_CHARTER: { says: 'The body names another charter.', retry: 'never' },
  BALLOT_SLOT: { says: 'The slot is decided or not yet open.', retry: 'later' },
  PROPOSAL_PROPOSER: { says: 'Another centre proposes in this round.', retry: 'never' },
  PROPOSAL_UNJUSTIFIED: { says: 'The proposal does not follow from the earlier rounds.', retry: 'never' },
  PROPOSAL_FROZEN: { says: 'The instant in force is too near.', retry: 'never' },
  PROPOSAL_SNAPSHOT: { says: 'The snapshot is older than what this node holds.', retry: 'later' },
  PROPOSAL_ANSWER: { says: 'The solver gives another instant.', retry: 'never' },
  PROPOSAL_WINDOW: { says: 'The proposed instant lies outside a hard window.', retry: 'never' },
  PROPOSAL_UNAPPROVED: { says: 'The operator has not approved this instant or change.', retry: 'later' },
  PROPOSAL_CLOCK: { says: 'The problem was frozen more than an hour from our clock.', retry: 'changed' },
  PROPOSAL_SEAL: { says: 'A seal is due from the freeze on, and only where q < n.', retry: 'later' },
  PROPOSAL_SEATS: {
    says: 'The change does not fit: who joins, leaves or leads must (not) have a seat, and the lead stays.',
    retry: 'never',
  },
  PROPOSAL_JOINER: {
    says: 'The centre that is to join has not signed the charter and the present epoch.',
    retry: 'later',
  },
  CONSTRAINT_INVALID: { says: 'The fragment is not a valid SCHED/1 fragment.', retry: 'changed' },
  CERTIFICATE_INVALID: { says: 'The certificate does not prove the settlement.', retry: 'never' },
  NOTHING_SETTLED: { says: 'Nothing is settled for this case.', retry: 'later' },
  PUBLISHED_ALREADY: { says: 'The case has been published.', retry: 'never' },
  RELEASE_EARLY: { says: 'The instant that everybody agreed to lies ahead.', retry: 'later' },
  RELEASE_REFUSED: { says: 'No rule allows this release now.', retry: 'later' },
  NOT_STAGED: { says: 'No documents are staged for this case.', retry: 'later' },
  // Scheduling (SCHEDULING §12 has its own codes inside the answer document)
  SCHEDULE_REFUSED: { says: 'The problem document was refused.', retry: 'changed' },
  SCHEDULE_UNTOLD: {
    says: 'This node has no vote and was told no settled instant yet; its centre tells it with proof.',
    retry: 'later',
  },
  SCHEDULE_INFEASIBLE: { says: 'No instant satisfies every hard constraint.', retry: 'changed' },
  // Formats
  FORMAT_UNKNOWN: { says: 'No such format.', retry: 'changed' },
  FORMAT_MALFORMED: { says: 'The document is not of the expected format.', retry: 'changed' },
  FORMAT_OVERSIZE: { says: 'The document is over the bound.', retry: 'changed' },
  FORMAT_RECORD: { says: 'No record with this id is in the file.', retry: 'changed' },
  FORMAT_CONTRADICTION: { says: 'The advisory contradicts itself and cannot be written.', retry: 'changed' },
  // Clocks of the Cyber Resilience Act and records of delay (FORMATS §8)
  LEGAL_UNKNOWN: { says: 'No duty to report has been entered for this manufacturer.', retry: 'changed' },
  LEGAL_SENT: { says: 'This report has been handed in, or nobody asked for it.', retry: 'never' },
  LEGAL_TIME: { says: 'The instant lies in the future, or before what it follows.', retry: 'changed' },
  DELAY_INCOMPLETE: {
    says: 'A delay needs a ground, a justification, who decided, and when it is expected to end.',
    retry: 'changed',
  },
  DELAY_UNKNOWN: { says: 'The record that this one replaces does not stand.', retry: 'changed' },
  // Letters to vendors without a node, and their answers (FORMATS §10, RFC 3156)
  MAIL_UNREACHABLE: { says: 'The mail server cannot be reached, or refuses us.', retry: 'later' },
  MAIL_DEFERRED: { says: 'The mail server does not take this letter now.', retry: 'later' },
  MAIL_REFUSED: { says: 'The mail server refuses this letter for good.', retry: 'changed' },
  MAIL_ABSENT: { says: 'No mail server is configured.', retry: 'changed' },
  MAIL_OVERSIZE: { says: 'The mail is over the bound; it lies in the mailbox unread.', retry: 'changed' },
  MAIL_MALFORMED: { says: 'The mail cannot be read.', retry: 'changed' },
  MAIL_UNDECRYPTABLE: { says: 'No key of this node opens the mail.', retry: 'changed' },
  MAIL_UNSIGNED: { says: 'The mail carries no signature.', retry: 'changed' },
  MAIL_FOREIGN: { says: 'The mail is not signed by the vendor whose answer it would be.', retry: 'changed' },
  MAIL_FORGED: { says: 'The signature of the mail does not hold, or there are several.', retry: 'never' },
  MAIL_CLOCK: { says: 'The signature of the mail is dated outside the tolerance.', retry: 'changed' },
  MAIL_AUTOMATIC: { says: 'The mail was answered by a machine.', retry: 'never' },
  REPLY_UNKNOWN: { says: 'No such answer was read.', retry: 'changed' },
  REPLY_DECIDED: { says: 'An officer has dismissed this answer.', retry: 'never' },
  REPLY_CASE: { says: 'The answer is to a letter about another case.', retry: 'changed' },
  REPLY_WORDS: { says: 'A vendor cannot say this by mail, or not for somebody else.', retry: 'changed' },
  REPLY_REPEATED: {
    says: 'The very same signature came before, in answer to another letter: ask the vendor which it means.',
    retry: 'changed',
  },
  // Operating (DESIGN §10)
  CONFIG_MISSING: {
    says: 'There is no configuration file: "init" makes a home, --home names one.',
    retry: 'changed',
  },
  CONFIG_FIELD: { says: 'A field of the configuration is wrong.', retry: 'changed' },
  SOCKET_IN_USE: { says: 'Another node answers on the control socket.', retry: 'changed' },
  NODE_STOPPED: { says: 'The node is stopping.', retry: 'later' },
  NODE_NOT_RUNNING: {
    says: 'The node does not run, and this command needs it: start it with "run".',
    retry: 'later',
  },
  DRILL_ONLY: { says: 'Only a DRILL node does this.', retry: 'never' },
  COMMAND_MALFORMED: { says: 'The command has a wrong or missing argument.', retry: 'changed' },
  LIMIT_EXCEEDED: { says: 'Over a bound; docs/LIMITS.md has the table.', retry: 'changed' },
};

/** Where and how much, for people and for tests. Never text of a case. */
export interface FaultPlace {
  /** A field path, file role, node id, case id or statement id. */
  readonly where?: string;
  readonly held?: number;
  readonly offered?: number;
  readonly most?: number;
  /** What would do, in words of the program: never a part of what was given. Stays between a node and its operator. */
  readonly expects?: string;
}

export interface Fault extends FaultPlace {
  readonly code: FaultCode;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

/** A value, as an {@link Outcome}. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A refusal with its code and place, as an {@link Outcome}. */
export function refuse(
  code: FaultCode,
  place: FaultPlace = {},
): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, ...place } };
}

/** One line for people: code, meaning, place. */
export function sayFault(fault: Fault): string {
  const place = (['where', 'held', 'offered', 'most'] as const)
    .filter((name) => fault[name] !== undefined)
    .map((name) => `${name} ${fault[name]}`);
  return `${fault.code}: ${MEANINGS[fault.code].says}${place.length ? ` (${place.join(', ')})` : ''}`;
}

/** The default branch of every exhaustive switch: does not compile when a kind is missing. */
export function unreachable(kind: never): never {
  throw new Error(`unreachable: ${JSON.stringify(kind)}`);
}

/** Breakage, thrown: disk, network and key store. The process that meets `STORE_FAILED` ends. */
export class Breakage extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, cause?: unknown) {
    super(sayFault(fault), { cause });
    this.name = 'Breakage';
    this.fault = fault;
  }
}
