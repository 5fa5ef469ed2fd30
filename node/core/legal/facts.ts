/**
 * What an operator entered of a duty to report under the EU Cyber Resilience Act, Art. 14, and what was handed in.
 * Everything here is entered by people: the node counts hours, it does not decide that somebody has a duty. Not legal
 * advice.
 * @see FORMATS §8
 */
import type { Tlp } from '../disclosure/tlp.js';
import type { Instant } from '../time.js';

/** Art. 14(2): a vulnerability that is actively exploited; Art. 14(4): a severe incident. */
export type LegalKind = 'exploited' | 'incident';

/** What is handed in, in the order of its clocks. An intermediate report is due when the CSIRT asks for one (14(6)). */
export type LegalStage = 'early_warning' | 'notification' | 'intermediate' | 'final_report';

export const LEGAL_STAGES: readonly LegalStage[] = [
  'early_warning',
  'notification',
  'intermediate',
  'final_report',
];

/** Member states of the Union and of the Economic Area, as ISO 3166 writes them. */
export const MEMBER_STATES: readonly string[] =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');

/** Permissible Actions Protocol. */
export type Pap = 'CLEAR' | 'GREEN' | 'AMBER' | 'RED';

/** The facts of one manufacturer in one case; the newest entry replaces the one before. */
export interface LegalFacts {
  readonly kind: LegalKind;
  /** When the manufacturer became aware: the start of the first two clocks. */
  readonly awareAt: Instant;
  readonly exploitedSince: Instant | undefined;
  readonly evidence: string;
  /** General nature of exploit and vulnerability, or of the incident. */
  readonly nature: string;
  readonly severity: string;
  /** Who exploits it, or what is behind the incident, where that is known. */
  readonly actor: string;
  readonly measuresTaken: string;
  readonly measuresForUsers: string;
  /** When a corrective or mitigating measure became available: the start of the clock of the final report. */
  readonly measureAvailableAt: Instant | undefined;
  /** Where the product has been made available, as far as the manufacturer knows. */
  readonly memberStates: readonly string[];
  readonly mainEstablishment: string;
  readonly sensitivity: {
    readonly tlp: Tlp | undefined;
    readonly pap: Pap | undefined;
    readonly text: string;
  };
  readonly euvdId: string;
  readonly reporterAnonymous: boolean;
  readonly crossBorder: boolean;
}

/** One stage that was handed in. */
export interface LegalNotice {
  readonly stage: LegalStage;
  readonly sentAt: Instant;
  /** What the platform or the CSIRT calls it. */
  readonly reference: string;
  readonly by: string;
}

/** A CSIRT asked for an intermediate report. */
export interface LegalDemand {
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly dueAt: Instant;
}

/** Everything of one manufacturer in one case. */
export interface LegalDuty {
  readonly manufacturer: string;
  readonly facts: LegalFacts;
  readonly notices: readonly LegalNotice[];
  readonly demands: readonly LegalDemand[];
}
