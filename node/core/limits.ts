/**
 * Every bound of the house in one table. These guard a node against its peers, its files and itself, and
 * always hold. docs/LIMITS.md is made from here.
 */

export interface Limit {
  readonly most: number;
  readonly unit: 'bytes' | 'entries' | 'frames' | 'links' | 'ms' | 'characters' | 'levels' | 'quarters';
  readonly because: string;
}

export type LimitName =
  | 'frameBytes'
  | 'frameEntries'
  | 'smallFrameBytes'
  | 'helloEntries'
  | 'noteBytes'
  | 'noteLines'
  | 'leafBytes'
  | 'envelopeBytes'
  | 'statementBytes'
  | 'cardBytes'
  | 'cardValues'
  | 'windowFrames'
  | 'windowEntries'
  | 'feedEntries'
  | 'evidenceEntries'
  | 'links'
  | 'handshakes'
  | 'linksPerPeer'
  | 'linkFrames'
  | 'linkBytes'
  | 'relayPlaces'
  | 'relayedLinks'
  | 'relayBytes'
  | 'relayMs'
  | 'fetches'
  | 'allowanceMs'
  | 'journalLines'
  | 'journalKeys'
  | 'dialWaitMs'
  | 'closeWaitMs'
  | 'helloWaitMs'
  | 'receiptWaitMs'
  | 'keepaliveMs'
  | 'backoffMs'
  | 'clockAnswerMs'
  | 'signatureSkewMs'
  | 'titleCharacters'
  | 'textCharacters'
  | 'nameCharacters'
  | 'listEntries'
  | 'vendorsPerCase'
  | 'saidPerPeer'
  | 'advanceMs'
  | 'contacts'
  | 'contactCharacters'
  | 'personKeys'
  | 'registrations'
  | 'registrationMoves'
  | 'rosterEntries'
  | 'waitingEntries'
  | 'waitingPerPeer'
  | 'waitingRestored'
  | 'waitingMs'
  | 'unreadRows'
  | 'owedEntries'
  | 'roundsPerSlot'
  | 'slotsPerCase'
  | 'ballotsPerKey'
  | 'wantsPerMember'
  | 'ballotsPerMember'
  | 'fragmentBytes'
  | 'documentBytes'
  | 'scheduleSteps'
  | 'scheduleHeldSteps'
  | 'jsonLevels'
  | 'importBytes'
  | 'importFileBytes'
  | 'indexBytes'
  | 'csafLoadMs'
  | 'csafCheckMs'
  | 'controlBytes'
  | 'attachments'
  | 'attachmentBytes'
  | 'attachmentPartBytes'
  | 'attachmentParts'
  | 'proofEntries'
  | 'vouchedEntries'
  | 'ballotsPerCase'
  | 'mailBytes'
  | 'mailReplyBytes'
  | 'mailRecipients'
  | 'mailWrappings'
  | 'mailReplies'
  | 'reportAnswers'
  | 'mailsPerLook'
  | 'mailWaitMs';

export const LIMITS: Readonly<Record<LimitName, Limit>> = {
  frameBytes: { most: 4 << 20, unit: 'bytes', because: 'One frame is held in memory while it is checked.' },
  frameEntries: { most: 256, unit: 'entries', because: 'A receipt comes at least this often.' },
  smallFrameBytes: {
    most: 64 << 10,
    unit: 'bytes',
    because: 'Only entries are large; every other frame is a few notes and names.',
  },
  helloEntries: {
    most: 8,
    unit: 'entries',
    because: 'Two feeds and a few protocol versions; the rest is room to grow.',
  },
  noteBytes: {
    most: 4_096,
    unit: 'bytes',
    because: 'A checkpoint with its signatures is a few short lines (LOG-3).',
  },
  noteLines: {
    most: 8,
    unit: 'entries',
    because: 'Signatures on one note: its author, its reader, and some witnesses of others.',
  },
  leafBytes: {
    most: 4_096,
    unit: 'bytes',
    because: 'A leaf is canonical JSON of six short members (LOG-2).',
  },
  envelopeBytes: { most: 1 << 20, unit: 'bytes', because: 'Decryption holds the whole envelope in memory.' },
  statementBytes: {
    most: 768 << 10,
    unit: 'bytes',
    because: 'Leaves room for OpenPGP inside an envelope; also bounds decompression.',
  },
  cardBytes: { most: 64 << 10, unit: 'bytes', because: 'A card is a page of text with one certificate.' },
  cardValues: { most: 32, unit: 'entries', because: 'Lines of one key on a card, such as its addresses.' },
  windowFrames: { most: 8, unit: 'frames', because: 'Frames of entries under way without a receipt.' },
  windowEntries: { most: 1_024, unit: 'entries', because: 'Entries under way without a receipt.' },
  feedEntries: { most: 2_000_000, unit: 'entries', because: 'Ten years of the busiest relationship.' },
  evidenceEntries: {
    most: 64,
    unit: 'entries',
    because: 'One proof of a fork convicts; a liar must not fill the disk with more (LOG-7).',
  },
  links: {
    most: 2_000,
    unit: 'links',
    because: 'Connections of one node; a thousand vendors and some room.',
  },
  handshakes: {
    most: 1_024,
    unit: 'links',
    because:
      'Connections that have not proved who they are; a thousand leaves of a centre that starts again.',
  },
  linksPerPeer: {
    most: 4,
    unit: 'links',
    because: 'A peer that comes back may overlap with its old connection; one more closes the oldest.',
  },
  linkFrames: {
    most: 16,
    unit: 'frames',
    because: 'Frames that arrived and nobody has read yet; then the peer must wait.',
  },
  linkBytes: {
    most: 1 << 20,
    unit: 'bytes',
    because: 'Bytes handed to a connection that it has not taken yet; then the sender waits.',
  },
  relayPlaces: {
    most: 64,
    unit: 'entries',
    because: 'Peers that are reached through this node as a relay: centres that cannot be dialled are few.',
  },
  relayedLinks: {
    most: 64,
    unit: 'links',
    because: 'Relayed connections on one connection between a peer and a relay.',
  },
  relayBytes: {
    most: 1 << 30,
    unit: 'bytes',
    because: 'What a relay carries on one connection; then both dial again, and their feeds go on.',
  },
  relayMs: {
    most: 7_200_000,
    unit: 'ms',
    because: 'How long a relayed connection and a place at a relay last before they are asked for again.',
  },
  fetches: {
    most: 60,
    unit: 'frames',
    because: 'Demands of one peer in a minute to stream entries again; an honest one asks once after a gap.',
  },
  allowanceMs: {
    most: 60_000,
    unit: 'ms',
    because: 'The minute in which demands and repeated lines are counted.',
  },
  journalLines: {
    most: 20,
    unit: 'entries',
    because: 'Lines of the journal that say the same about one peer in one minute; the rest is a number.',
  },
  journalKeys: { most: 10_000, unit: 'entries', because: 'Lines whose repetition is counted at one time.' },
  dialWaitMs: { most: 15_000, unit: 'ms', because: 'Name, TCP, TLS and the consent of the peer.' },
  closeWaitMs: { most: 5_000, unit: 'ms', because: 'A link that ends may still deliver its last frames.' },
  helloWaitMs: { most: 10_000, unit: 'ms', because: 'A peer that connects says Hello at once.' },
  receiptWaitMs: { most: 30_000, unit: 'ms', because: 'A link without receipts for owed entries is dead.' },
  keepaliveMs: { most: 20_000, unit: 'ms', because: 'A half-open peer would otherwise go unnoticed.' },
  backoffMs: {
    most: 20_000,
    unit: 'ms',
    because: 'Longest pause between two attempts to connect: whoever was away is found within a minute.',
  },
  clockAnswerMs: {
    most: 10_000,
    unit: 'ms',
    because: 'A receipt that took longer says too little about the clock of its author (R10).',
  },
  signatureSkewMs: {
    most: 86_400_000,
    unit: 'ms',
    because: 'A signature may be dated this far ahead of our clock.',
  },
  titleCharacters: { most: 300, unit: 'characters', because: 'One line in a list.' },
  textCharacters: {
    most: 100_000,
    unit: 'characters',
    because: 'The longest known note has a third of this.',
  },
  nameCharacters: { most: 200, unit: 'characters', because: 'Names of organisations, persons and products.' },
  listEntries: { most: 1_000, unit: 'entries', because: 'Lists inside one statement.' },
  vendorsPerCase: { most: 5_000, unit: 'entries', because: 'The largest case of twenty years had 285.' },
  saidPerPeer: {
    most: 1_000,
    unit: 'entries',
    because:
      'Words, requests or receipts of reading by one peer in one case: another one has room all the same.',
  },
  advanceMs: {
    most: 14 * 86_400_000,
    unit: 'ms',
    because: 'Whoever knows longer before the instant is no exception any more.',
  },
  contacts: { most: 20_000, unit: 'entries', because: 'The largest centre keeps some thousand vendors.' },
  contactCharacters: {
    most: 64 << 10,
    unit: 'characters',
    because: 'One contact: a few hundred products and a certificate, as JSON.',
  },
  personKeys: {
    most: 16,
    unit: 'entries',
    because: 'Keys of persons at one vendor: each may be looked up for a mail.',
  },
  registrations: { most: 5_000, unit: 'entries', because: 'A peer can apply once at a time.' },
  registrationMoves: {
    most: 200,
    unit: 'entries',
    because: 'Six steps and some that are repeated; a peer must not fill the memory with more.',
  },
  rosterEntries: { most: 10, unit: 'entries', because: 'The quorum table ends there (DESIGN §7.1).' },
  waitingEntries: {
    most: 1_000,
    unit: 'entries',
    because: 'Statements of one case that wait for an earlier one.',
  },
  waitingPerPeer: {
    most: 4_000,
    unit: 'entries',
    because: 'Statements of one peer that wait, in whatever cases: it may invent as many cases as it likes.',
  },
  waitingRestored: {
    most: 10_000,
    unit: 'entries',
    because:
      'Statements of one peer that wait while, after a loss, another one has not told again what they build on. None is dropped; the peer is not read any further, and owes us the rest.',
  },
  waitingMs: {
    most: 30 * 86_400_000,
    unit: 'ms',
    because: 'A centre that is cut off for a month has other worries; what waits longer waits for nothing.',
  },
  unreadRows: {
    most: 256,
    unit: 'entries',
    because: 'Rows of entries that one peer could not open and that were not said anew yet.',
  },
  owedEntries: {
    most: 2_000,
    unit: 'entries',
    because: 'Words that wait for a peer that is away, before an officer is told; none of them is dropped.',
  },
  roundsPerSlot: { most: 64, unit: 'entries', because: 'A slot that needs more rounds needs a person.' },
  slotsPerCase: {
    most: 256,
    unit: 'entries',
    because: 'A case that moves its instant more often needs a person.',
  },
  wantsPerMember: {
    most: 1_024,
    unit: 'entries',
    because: 'Requests of one member in one case: four in each slot.',
  },
  ballotsPerKey: {
    most: 8,
    unit: 'entries',
    because: 'Two prove that the member lies; more only fill the store.',
  },
  ballotsPerMember: {
    most: 8_192,
    unit: 'entries',
    because: 'Three ballots in every tenth round of every slot of one case.',
  },
  fragmentBytes: { most: 512 << 10, unit: 'bytes', because: 'One member’s SCHED/1 fragment.' },
  documentBytes: {
    most: 16 << 20,
    unit: 'bytes',
    because: 'A merged problem document or an imported file line.',
  },
  scheduleSteps: {
    most: 1 << 24,
    unit: 'entries',
    because:
      'Steps that the fragments of all members come to: every voter solves them, and the bounds of lists do not bound their product.',
  },
  scheduleHeldSteps: {
    most: 1 << 22,
    unit: 'entries',
    because:
      'Steps and ranges that the solver holds at once; what is beyond is laid again when it is asked for.',
  },
  jsonLevels: { most: 64, unit: 'levels', because: 'Nesting of JSON from outside (FORMATS §12).' },
  importBytes: { most: 15 << 20, unit: 'bytes', because: 'One imported document (FORMATS §12).' },
  importFileBytes: { most: 64 << 20, unit: 'bytes', because: 'A file of many documents, one a line.' },
  indexBytes: {
    most: 16 << 20,
    unit: 'bytes',
    because: 'The list of feeds of a backup or of a repair: a few hundred bytes for each.',
  },
  csafLoadMs: { most: 120_000, unit: 'ms', because: 'The CSAF validator compiles its schemas once.' },
  csafCheckMs: { most: 5_000, unit: 'ms', because: 'One document takes 1 to 40 ms (FORMATS §12.2).' },
  controlBytes: { most: 8 << 20, unit: 'bytes', because: 'One call on the control socket.' },
  attachments: { most: 64, unit: 'entries', because: 'Attachments of one case.' },
  attachmentBytes: { most: 64 << 20, unit: 'bytes', because: 'One proof of concept or patch (ENV-5).' },
  attachmentPartBytes: {
    most: 256 << 10,
    unit: 'bytes',
    because: 'One entry of a split attachment (ENV-5).',
  },
  attachmentParts: { most: 256, unit: 'entries', because: '64 MiB in parts of 256 KiB (ENV-5).' },
  ballotsPerCase: { most: 20_000, unit: 'entries', because: 'Ten centres, many slots, every round used.' },
  vouchedEntries: {
    most: 266,
    unit: 'entries',
    because: 'Ten centres of the charter and one that joins in each slot.',
  },
  proofEntries: {
    most: 2_000,
    unit: 'entries',
    because: 'Charter, signatures and the certificates of many epochs.',
  },
  mailBytes: {
    most: 20 << 20,
    unit: 'bytes',
    because: 'Mail servers commonly refuse more; attachments that do not fit stay behind and are named.',
  },
  mailReplyBytes: {
    most: 192 << 10,
    unit: 'bytes',
    because: 'A mail that is read lies whole in one entry of the home feed, beside its text.',
  },
  mailRecipients: {
    most: 32,
    unit: 'entries',
    because: 'A vendor may encrypt to its whole team and to us; each hidden one costs a trial.',
  },
  mailWrappings: {
    most: 2,
    unit: 'levels',
    because: 'How deep an encrypted part of a mail may stand in another one.',
  },
  mailReplies: {
    most: 1_000,
    unit: 'entries',
    because: 'Answers that wait for an officer; more stay in the mailbox.',
  },
  reportAnswers: {
    most: 64,
    unit: 'entries',
    because: 'Mails of a reporter that are kept with one report; more stay in the mailbox.',
  },
  mailsPerLook: {
    most: 100,
    unit: 'entries',
    because: 'Mails taken from the mailbox in one look; the next look takes the rest.',
  },
  mailWaitMs: {
    most: 30_000,
    unit: 'ms',
    because: 'A mail server that is silent for so long is taken as unreachable.',
  },
};

/** A length of time that a charter names: its bounds, both inclusive, and what a lead starts from. */
export interface CharterLimit {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
  readonly because: string;
}

export type CharterLength = 'freezeMs' | 'roundMs' | 'skewMs' | 'windowMs' | 'horizonMs';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** What a charter may ask for, in milliseconds; what is outside is refused by name (CHARTER_INVALID). */
export const CHARTER_LIMITS: Readonly<Record<CharterLength, CharterLimit>> = {
  freezeMs: {
    least: 0,
    most: 30 * DAY,
    usual: 72 * HOUR,
    because: 'F. Without a freeze a seal can only come late; more than a month leaves no time to amend.',
  },
  roundMs: {
    least: SECOND,
    most: 30 * DAY,
    usual: 24 * HOUR,
    because:
      'Base of the round timer (R4). A second is for exercises; two hours where all members accept by policy, people need a day.',
  },
  skewMs: {
    least: SECOND,
    most: HOUR,
    usual: 60 * SECOND,
    because:
      'How far a clock may be off (R10). Receipts are signed in whole seconds; a bound over an hour would hold nothing back.',
  },
  windowMs: {
    least: 0,
    most: 733 * DAY,
    usual: 30 * DAY,
    because:
      'The window of a member that sends no constraint; the default instant lies in it. Usual: its end behind T0.',
  },
  horizonMs: {
    least: 15 * 60 * SECOND,
    most: 366 * DAY,
    usual: 60 * DAY,
    because: 'How far behind T0 an amendment may go; a problem document spans 733 days (SCHEDULING §2).',
  },
};
