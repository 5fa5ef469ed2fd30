/**
 * A report of a vulnerability as it came to this house, and what was done with it before and after it became a case
 * (DESIGN §5.4). Who reported it is held apart from what was reported.
 */
import type { CaseId, NodeId, ReportId } from '../ids.js';
import type { CaseSummary } from '../statement.js';
import type { Instant } from '../time.js';
import type { NoteBody } from './notes.js';

export const REPORT_SOURCES = ['form', 'mail', 'vince', 'csaf', 'cve'] as const;

/** From where it was read. */
export type ReportSource = (typeof REPORT_SOURCES)[number];

/** What was reported, in the words of the source. No field names the reporter. */
export interface ReportText {
  /** A web application goes to the operator of its site, not to vendors. */
  readonly kind: CaseSummary['kind'];
  readonly title: string;
  /** Product and version, or the address of the site. */
  readonly product: string;
  readonly version: string;
  readonly description: string;
  readonly impact: string;
  readonly exploit: string;
  readonly discovery: string;
  /** When and where the reporter wants to publish, in the reporter's words. */
  readonly plans: string;
  readonly publicIds: readonly string[];
  /** What the source says; facts only once a person has confirmed them. */
  readonly saysPublic: boolean;
  readonly saysExploited: boolean;
}

/** Who reported it. */
export interface Reporter {
  readonly name: string;
  readonly organisation: string;
  readonly contact: string;
  /** OpenPGP certificate as the reporter gave it, armoured: what is written to the reporter is encrypted to it. */
  readonly certificate?: string | undefined;
}

export const EXCLUSIONS = [
  'malware',
  'attack_tool',
  'no_policy_broken',
  'not_technical',
  'not_verified',
] as const;

/** Why it is no vulnerability by the definition of the field (DOMAIN §1); `not_verified`: nobody could show it. */
export type Exclusion = (typeof EXCLUSIONS)[number];

export type Verdict =
  | { readonly kind: 'vulnerability' }
  | { readonly kind: 'excluded'; readonly because: Exclusion }
  /** Something is missing that only the reporter knows. */
  | { readonly kind: 'question' };

export const CONSENT_SCOPES = ['credit', 'contact'] as const;

/** `credit`: the name in the advisory. `contact`: name and contact to those who work on the case. */
export type ConsentScope = (typeof CONSENT_SCOPES)[number];

export const LETTER_KINDS = ['acknowledgement', 'follow_up', 'closing'] as const;
export const LETTER_CHANNELS = ['mail', 'telephone', 'post'] as const;

/** Who judged how bad it is. Finder and vendor are kept side by side; neither replaces the other. */
export const SEVERITY_SIDES = ['finder', 'vendor', 'centre'] as const;

/** One thing that is put down about a report. Each is an entry of the home feed under an officer's name. */
export type ReportEntry =
  | {
      readonly kind: 'enter';
      readonly source: ReportSource;
      readonly receivedAt: Instant;
      readonly text: ReportText;
    }
  | { readonly kind: 'reporter'; readonly reporter: Reporter }
  | {
      readonly kind: 'assess';
      readonly verdict: Verdict;
      readonly remark: string;
      /** As they are to stand in a case; where they are not said, those of the assessment before hold. */
      readonly products?: readonly string[] | undefined;
    }
  /** To a case of ours, new or known already; `duplicateOf` names the report that was there before. */
  | { readonly kind: 'route'; readonly into: CaseId; readonly duplicateOf: ReportId | undefined }
  /** The reporter's own words, given or taken back. */
  | {
      readonly kind: 'consent';
      readonly scope: ConsentScope;
      readonly given: boolean;
      readonly words: string;
    }
  | {
      readonly kind: 'letter';
      readonly letter: (typeof LETTER_KINDS)[number];
      readonly channel: (typeof LETTER_CHANNELS)[number];
      readonly text: string;
    }
  | {
      readonly kind: 'severity';
      readonly side: (typeof SEVERITY_SIDES)[number];
      readonly name: string;
      /** CVSS as written; empty where only words were given. */
      readonly vector: string;
      readonly words: string;
    }
  /** Somebody looked at who reported it; nothing follows, but it is on record. */
  | { readonly kind: 'looked' }
  /** Name and contact to one peer of the case, under the recorded consent. */
  | { readonly kind: 'share'; readonly to: NodeId };

type Put<Kind extends ReportEntry['kind']> = Omit<Extract<ReportEntry, { kind: Kind }>, 'kind'> & {
  readonly by: string;
  readonly at: Instant;
};

export interface Report {
  readonly id: ReportId;
  readonly source: ReportSource;
  readonly receivedAt: Instant;
  readonly enteredAt: Instant;
  readonly text: ReportText;
  readonly assessment: Put<'assess'> | undefined;
  readonly route: Put<'route'> | undefined;
  readonly letters: readonly Put<'letter'>[];
  /** The newest word of each side and name. */
  readonly severities: readonly Put<'severity'>[];
  /** The newest word of each scope. */
  readonly consents: ReadonlyMap<ConsentScope, Put<'consent'>>;
  /** Held apart: no view of a report shows it. */
  readonly reporter: Reporter | undefined;
  readonly sharedWith: ReadonlyMap<NodeId, Instant>;
  /** Mails that answer a letter of ours, oldest first. */
  readonly answers: readonly NoteAnswer[];
  /** Letters that a mail server gave back, by their place among the letters. */
  readonly returned: ReadonlyMap<number, { readonly at: Instant; readonly status: string }>;
}

/** A mail that answers a letter about a report. Whoever holds that letter could have written it. */
export type NoteAnswer = Omit<Extract<NoteBody, { kind: 'note_answered' }>, 'kind' | 'report'> & {
  readonly at: Instant;
};

/** Where a report stands: the states of Vultron's report management that a receiver goes through. */
export type ReportStage = 'received' | 'question' | 'invalid' | 'valid' | 'accepted';

/** Where a report stands: as far as its newest assessment and its route have brought it. */
export function stageOf({ assessment, route }: Report): ReportStage {
  if (route !== undefined) return 'accepted';
  switch (assessment?.verdict.kind) {
    case undefined:
      return 'received';
    case 'question':
      return 'question';
    case 'excluded':
      return 'invalid';
    case 'vulnerability':
      return 'valid';
  }
}

/** The products that it concerns: those of its assessment, else the one that the reporter named. */
export function productsOf({ assessment, text }: Report): readonly string[] {
  return assessment?.products ?? (text.product === '' ? [] : [text.product]);
}

/** Does the reporter agree to this today? Silence is no. */
export function consentsTo({ consents }: Report, scope: ConsentScope): boolean {
  return consents.get(scope)?.given === true;
}

/** Has anybody told the reporter that the report has come? What came back told nobody. */
export function isAcknowledged({ letters, returned }: Report): boolean {
  return letters.some(({ letter }, at) => letter === 'acknowledgement' && !returned.has(at));
}

/** Has the newest letter come back, so that the reporter does not know what we wrote last? */
export function isReturned({ letters, returned }: Report): boolean {
  return returned.has(letters.length - 1);
}
