/**
 * Everything that can be said, as one union. `SpokenBody` crosses from node to node (DESIGN §5, table);
 * `HomeBody` is what a node says to itself in its home feed: an operator's order, a tick, a report of something
 * done outside the feeds.
 */
import type { Hash } from './bytes.js';
import type { FixProgress, NotAffectedFlag, ProductState, VendorStatusWord } from './case/vendor-words.js';
import type { ClockSample } from './clocks.js';
import type { Tlp } from './disclosure/tlp.js';
import type { FaultCode } from './fault.js';
import type { CaseId, NodeId, ReportId, StatementId } from './ids.js';
import type { NoteBody } from './intake/notes.js';
import type { ReportEntry } from './intake/report.js';
import type { DelayRecord } from './legal/delay.js';
import type { LegalDemand, LegalFacts, LegalNotice } from './legal/facts.js';
import type { LetterToken, MailAddress } from './mail/address.js';
import type { SigningPerson } from './mail/book.js';
import type { BookOrder } from './registry/book.js';
import type { Card } from './registry/card.js';
import type { RegistrationOrder } from './registry/registering.js';
import type { Move } from './registry/registration.js';
import type { Ballot, CharterTerms, ProcessModel, SeatChange } from './settlement/ballot.js';
import type { Instant, Millis } from './time.js';

export type CaseKind = 'software_product' | 'web_application';
export type CaseScope = 'protocol' | 'implementation' | 'operation';

/** May the receiver pass the details on? `ask` demands the author's recorded consent each time (DESIGN §5.1). */
export type OnwardRule = 'own_vendors' | 'ask' | 'nobody';

export type DenialReason = 'tlp' | 'not_affected' | 'not_verified' | 'policy' | 'other';

export interface Reference {
  readonly url: string;
  readonly summary: string;
}

/** What a case is called and about, without any detail of the flaw. */
export interface CaseSummary {
  readonly title: string;
  readonly kind: CaseKind;
  readonly scope: CaseScope;
  readonly summary: string;
  readonly products: readonly string[];
  /** `VU#`, `JVN#`, `JVNVU#`, `CVE-`: aliases, never our case id. */
  readonly publicIds: readonly string[];
}

export interface AttachmentMark {
  readonly hash: Hash;
  readonly bytes: number;
  readonly mediaType: string;
}

/** One entry of a disclosure list: who asked (model 1) or who received details (model 2). */
export interface DisclosureMark {
  readonly vendor: NodeId;
  readonly name: string;
  /** Id of the vendor's own detail request, so that the origin's grant answers it. */
  readonly request: StatementId;
  readonly at: Instant;
  /** In model 1 the vendor's card travels along, so that the origin can verify it; else empty. */
  readonly card: string;
}

export interface VendorReport {
  readonly vendor: NodeId;
  readonly vendorName: string;
  readonly status: VendorStatusWord;
  readonly fixProgress: FixProgress;
  readonly impact: string;
  readonly plan: string;
  readonly readyAt: Instant | undefined;
  /** Text for the public. */
  readonly statement: string;
  readonly products: readonly string[];
  /** Why, where the status is `not_affected`; for all products that have no verdict of their own. */
  readonly justification: NotAffectedFlag | undefined;
  /** Products that stand otherwise than the report as a whole; each product once. */
  readonly verdicts: readonly ProductVerdict[];
}

/** What a vendor says of one product. */
export interface ProductVerdict {
  readonly product: string;
  readonly state: ProductState;
  readonly justification: NotAffectedFlag | undefined;
}

export type SpokenBody =
  | {
      readonly kind: 'case_summary';
      readonly replyBy: Instant;
      readonly origin: NodeId;
      readonly model: ProcessModel;
      /** The origin's card for a vendor in model 1, else empty. */
      readonly originCard: string;
      readonly caseSummary: CaseSummary;
    }
  | { readonly kind: 'acknowledge'; readonly of: StatementId }
  /** The summary asked for an answer within less than 72 hours: this is until when it will come (DESIGN §5.6). */
  | { readonly kind: 'reply_by_raised'; readonly replyBy: Instant }
  | {
      readonly kind: 'detail_request';
      /** The vendor or centre that wants the details. */
      readonly requester: NodeId;
      readonly who: string;
      readonly why: string;
      readonly products: readonly string[];
    }
  | {
      readonly kind: 'detail_grant';
      /** Absent when an origin sends details unasked to a centre (model 2). */
      readonly request: StatementId | undefined;
      readonly details: string;
      readonly onward: OnwardRule;
      readonly attachments: readonly AttachmentMark[];
    }
  | {
      readonly kind: 'detail_denial';
      readonly request: StatementId;
      readonly reason: DenialReason;
      readonly remark: string;
    }
  | {
      readonly kind: 'attachment';
      readonly mark: AttachmentMark;
      /** Counted from 0. */
      readonly part: number;
      readonly parts: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'disclosure_list';
      readonly model: ProcessModel;
      readonly entries: readonly DisclosureMark[];
    }
  | { readonly kind: 'vendor_status'; readonly report: VendorReport }
  | {
      readonly kind: 'remedy';
      readonly vendor: NodeId;
      readonly vendorName: string;
      readonly remedy: string;
      readonly references: readonly Reference[];
    }
  | {
      readonly kind: 'schedule_preference';
      /** A SCHED/1 fragment with one party, as canonical JSON; party and rule ids are replaced by the centre. */
      readonly fragment: string;
    }
  | {
      readonly kind: 'publication_notice';
      readonly stage: 'settled' | 'freeze';
      readonly epoch: number;
      readonly at: Instant;
      /** The same instant on the vendor's clock, for people: `2027-04-21 21:00 Asia/Tokyo (Wed)`. */
      readonly local: string;
      /** Charter, all signatures of it, and the certificate of each epoch that leads here. */
      readonly proof: readonly Ballot[];
      /** The members' OpenPGP certificates as this centre vouches for them (R13). */
      readonly vouched: readonly { readonly node: NodeId; readonly certificate: string }[];
    }
  /** Before the instant, to a site under an agreement (DESIGN §5.5). */
  | {
      readonly kind: 'advance_notice';
      readonly epoch: number;
      /** The instant in force. */
      readonly at: Instant;
      readonly agreement: string;
      readonly text: string;
    }
  | {
      readonly kind: 'amend_request';
      readonly slot: number;
      readonly round: number;
      readonly why: string;
      /** Other seats instead of another instant (R12). */
      readonly change: SeatChange | undefined;
    }
  /** From the lead to a centre that is to join: charter, signatures, certificates 1 to e (R12). */
  | {
      readonly kind: 'invitation';
      readonly proof: readonly Ballot[];
      /** Certificates of the authors: the joiner need not know all of them yet. */
      readonly vouched: readonly { readonly node: NodeId; readonly certificate: string }[];
    }
  | { readonly kind: 'ballot'; readonly ballot: Ballot }
  | { readonly kind: 'exploit_public'; readonly evidence: string }
  | { readonly kind: 'attacks_observed'; readonly evidence: string }
  | { readonly kind: 'inquiry'; readonly text: string }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'case_update'; readonly caseSummary: CaseSummary }
  | { readonly kind: 'case_merge'; readonly into: CaseId }
  | { readonly kind: 'case_close'; readonly reason: string }
  /** One move of a registration, of the vendor or of its centre (DESIGN §5.3). About no case. */
  | { readonly kind: 'registration'; readonly application: StatementId | undefined; readonly step: Move }
  /** Why a report is not passed on yet, and until when (CRA Art. 16); a later record names the one it replaces. */
  | { readonly kind: 'dissemination_delay'; readonly record: DelayRecord }
  /** Told by a node whose peer sent entries that could not be opened (ENV-2): say them anew. */
  | {
      readonly kind: 'unreadable';
      /** The first of them, which names the row. */
      readonly sequence: number;
      /** The last of them, said when a later one could be opened; absent while the row goes on. */
      readonly until: number | undefined;
      readonly code: string;
    };

/** What an operator decided. `by` names the officer. */
export type Order =
  | { readonly act: 'peer_add'; readonly card: Card; readonly text: string }
  | {
      readonly act: 'peer_verify';
      readonly node: NodeId;
      readonly method: string;
    }
  | { readonly act: 'peer_remove'; readonly node: NodeId }
  /** Puts a vendor without a node on file, or its new certificate or address. Its card is made by us, unsigned. */
  | { readonly act: 'mail_add'; readonly card: Card; readonly address: MailAddress }
  /** Letters to this vendor that were held or came back go out again. */
  | { readonly act: 'mail_again'; readonly to: NodeId }
  /** After a loss: an officer has looked which letters went out; what is due may go out now. */
  | { readonly act: 'mail_resume' }
  /** What came by mail is the vendor's word in this case. */
  | { readonly act: 'reply_confirm'; readonly reply: Hash; readonly body: SpokenBody }
  | { readonly act: 'reply_dismiss'; readonly reply: Hash; readonly reason: string }
  /** Says anew what a peer told us that it could not open (ENV-2). */
  | { readonly act: 'resay'; readonly to: NodeId }
  | BookOrder
  | RegistrationOrder
  /** The policy of the house, as the configuration had it when the node started (R2 f). */
  | { readonly act: 'policy'; readonly autoAccept: boolean }
  | {
      readonly act: 'case_open';
      readonly caseSummary: CaseSummary;
      readonly details: string;
      readonly onward: OnwardRule;
      readonly replyByDays: number;
    }
  | { readonly act: 'case_update'; readonly caseSummary: CaseSummary }
  /** Names vendors of the public advisory that no node speaks for, with what is known of them. */
  | { readonly act: 'case_vendors'; readonly reports: readonly VendorReport[] }
  | {
      readonly act: 'case_attach';
      readonly mark: AttachmentMark;
      readonly part: number;
      readonly parts: number;
      readonly bytes: Uint8Array;
    }
  | { readonly act: 'case_close'; readonly reason: string }
  | { readonly act: 'case_merge'; readonly into: CaseId }
  /** Something is put down about a report (DESIGN §5.4). */
  | { readonly act: 'report'; readonly report: ReportId; readonly entry: ReportEntry }
  /** Tells the summary, one envelope each (ENV-4). The list stays in the home feed. */
  | { readonly act: 'tell'; readonly to: readonly NodeId[]; readonly replyBy: Instant }
  /** `consent`: as with a grant; needed where the label keeps third organisations out. */
  | {
      readonly act: 'advance';
      readonly to: NodeId;
      readonly agreement: string;
      readonly offsetMs: Millis;
      readonly text: string;
      readonly consent: string;
    }
  | { readonly act: 'charter_propose'; readonly terms: CharterTerms }
  | { readonly act: 'charter_sign' }
  | { readonly act: 'charter_refuse'; readonly reason: string }
  /** `consent`: the recorded words by which the details' author agrees to this one disclosure; empty for none. */
  | { readonly act: 'grant'; readonly request: StatementId; readonly consent: string }
  | {
      readonly act: 'deny';
      readonly request: StatementId;
      readonly reason: DenialReason;
      readonly remark: string;
    }
  | { readonly act: 'constrain'; readonly fragment: string }
  | { readonly act: 'approve'; readonly at: Instant }
  | { readonly act: 'reject'; readonly at: Instant }
  /** A policy for this one case, whatever that of the house is. */
  | { readonly act: 'auto_accept'; readonly on: boolean }
  /** Agrees to a change of seats and asks the others for it, or rejects it (R12). */
  | {
      readonly act: 'seat_change';
      readonly change: SeatChange;
      readonly agree: boolean;
      readonly reason: string;
    }
  /** Agrees to the charter and epoch of the newest invitation (R12). */
  | { readonly act: 'charter_join' }
  | { readonly act: 'breach_report'; readonly evidence: string; readonly seenAt: Instant }
  | { readonly act: 'breach_confirm' }
  | { readonly act: 'manual_release'; readonly reason: string }
  /** A duty to report, as the officer knows it now: the start of its clocks (FORMATS §8). */
  | { readonly act: 'legal_enter'; readonly manufacturer: string; readonly facts: LegalFacts }
  | { readonly act: 'legal_demand'; readonly manufacturer: string; readonly demand: LegalDemand }
  | {
      readonly act: 'legal_notice';
      readonly manufacturer: string;
      readonly notice: Omit<LegalNotice, 'by'>;
    }
  /** Records a delay, and says it to these centres. */
  | { readonly act: 'delay_record'; readonly record: DelayRecord; readonly to: readonly NodeId[] }
  /** Words that need no further decision: acknowledge, status, remedy, preference, inquiry, request. */
  | { readonly act: 'say'; readonly to: NodeId; readonly body: SpokenBody };

export type HomeBody =
  | { readonly kind: 'order'; readonly by: string; readonly order: Order }
  /** Time entering the machine; written only when it changes anything. */
  | { readonly kind: 'tick' }
  /** A peer answered at once, and so told what its clock shows (R10). */
  | ({ readonly kind: 'clock_sample' } & ClockSample)
  /** A life of this node begins (LOG-6). `restored` says how we know that words of ours are missing; empty: none. */
  | { readonly kind: 'start'; readonly incarnation: number; readonly restored: string }
  /** A peer said Hello in this life of its own: from here on its older lives are fenced off (R9). */
  | { readonly kind: 'hello'; readonly peer: NodeId; readonly incarnation: number }
  /** A peer proved by our own signature that we said more to it than we hold. */
  | { readonly kind: 'lacking'; readonly peer: NodeId; readonly held: number; readonly offered: number }
  /** A peer holds no more of our feed than we do. */
  | { readonly kind: 'returned'; readonly peer: NodeId; readonly size: number }
  /** A peer answered the Hello of this incarnation, and everything that it had to say before has been heard. */
  | { readonly kind: 'answered'; readonly peer: NodeId; readonly incarnation: number }
  /** R8: written and synced before anything is published; after it this node never votes or commits again. */
  | {
      readonly kind: 'publish_intent';
      readonly epoch: number;
      readonly at: Instant;
      readonly rule: ReleaseRule;
    }
  | {
      readonly kind: 'publish_report';
      readonly epoch: number;
      readonly at: Instant;
      readonly publishedAt: Instant;
      readonly digest: Hash;
      readonly revision: number;
    }
  /** A mail server took a letter; `left` attachments were too large to travel with it. */
  | {
      readonly kind: 'letter_sent';
      readonly letter: LetterToken;
      readonly response: string;
      readonly left: number;
    }
  /** A letter cannot be sent before somebody does something; `status` is that of the mail server, or empty. */
  | {
      readonly kind: 'letter_held';
      readonly letter: LetterToken;
      readonly code: FaultCode;
      readonly status: string;
    }
  /** A letter came back (RFC 3464). */
  | { readonly kind: 'letter_returned'; readonly letter: LetterToken; readonly status: string }
  /** A mail was read; nothing of it counts before an officer confirms it. */
  | {
      readonly kind: 'reply_read';
      /** SHA-256 of the mail. */
      readonly reply: Hash;
      /** SHA-256 of what was signed, or of the mail where nothing was. */
      readonly words: Hash;
      readonly letter: LetterToken | undefined;
      /** Whose signature holds. */
      readonly from: NodeId | undefined;
      /** Who of them signed, where it was by a key of a person. */
      readonly person: SigningPerson | undefined;
      readonly encrypted: boolean;
      readonly signedAt: Instant | undefined;
      readonly code: FaultCode | undefined;
      readonly text: string;
      /** The mail as it lay in the mailbox; empty where it is not kept. */
      readonly mail: Uint8Array;
    }
  /** A mail came back on a letter to a reporter, or the letter itself did. */
  | NoteBody
  /** Documents rendered and laid ready, by the digest of the files. */
  | { readonly kind: 'stage_report'; readonly epoch: number; readonly at: Instant; readonly digest: Hash };

/** Why a release was allowed (R8): by seal, by own restraint, in limbo, on a breach, by a named officer. */
export type ReleaseRule = 'P1' | 'P2' | 'P3' | 'P4' | 'MANUAL';

export type Body = SpokenBody | HomeBody;

/** What stands inside the signed bytes (DESIGN §2). */
export interface Statement {
  readonly author: NodeId;
  readonly recipient: NodeId;
  /** Place in the feed, counted from 0. */
  readonly sequence: number;
  /** Which life of the author said it. */
  readonly incarnation: number;
  readonly createdAt: Instant;
  readonly caseId: CaseId | undefined;
  /** Set exactly where `caseId` is. */
  readonly tlp: Tlp | undefined;
  readonly body: Body;
}

/** A statement without its place: what the machine asks to have said. */
export interface Draft {
  readonly to: NodeId;
  readonly caseId: CaseId | undefined;
  readonly tlp: Tlp | undefined;
  readonly body: Body;
}
