/**
 * Embargo and notice policies as ready profiles: how long, from when, and how sure that is. A profile gives numbers; a
 * deadline still names its own `count` and zone, since "45 days" alone is three different instants (SCHEDULING §17).
 * What is `unconfirmed` is shown as such, and a holder without a published number has none here either.
 * @see SCHEDULING §16
 */
import type { EmbargoLength } from '../../node/core/schedule/embargo.js';
import type { Confidence, Notice } from '../../node/core/schedule/problem.js';

/** From which moment a policy counts. */
export type ClockStart =
  | 'first contact attempt'
  | 'coordinator begins contacting the developer'
  | 'report'
  | 'vendor response'
  | 'post to the list'
  | 'agreement'
  | 'awareness'
  | 'corrective measure'
  | 'acceptance';

export interface EmbargoPolicy {
  readonly holder: string;
  /** Absent where no fixed number was found. */
  readonly length?: EmbargoLength;
  readonly starts?: ClockStart;
  /** Of the length. */
  readonly confidence: Confidence;
  readonly startConfidence: Confidence;
  readonly note?: string;
}

export interface NoticePolicy {
  readonly holder: string;
  readonly notice: Notice;
  readonly confidence: Confidence;
  readonly note?: string;
}

/** Policies by name, in the order of the clause. */
export const EMBARGOES: Readonly<Record<string, EmbargoPolicy>> = {
  'cert-cc': {
    holder: 'CERT/CC',
    length: { days: 45 },
    starts: 'first contact attempt',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'some negotiation; earlier on exploitation',
  },
  cisa: {
    holder: 'CISA',
    length: { days: 45 },
    starts: 'first contact attempt',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'as early as 45 days if the vendor does not respond',
  },
  'jpcert-cc': {
    holder: 'JPCERT/CC with IPA',
    length: { days: 45 },
    starts: 'coordinator begins contacting the developer',
    confidence: 'unconfirmed',
    startConfidence: 'primary',
    note: 'a year or more in hard cases, also unconfirmed',
  },
  'project-zero': {
    holder: 'Google Project Zero',
    length: { days: 90 },
    starts: 'report',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'details 30 days after an early fix; vendor, product and deadline named within a week (secondary)',
  },
  'project-zero-grace': {
    holder: 'Google Project Zero',
    length: { days: 104 },
    starts: 'report',
    confidence: 'primary',
    startConfidence: 'primary',
    note: '90 days and 14 of grace; details on day 120',
  },
  'project-zero-exploited': {
    holder: 'Google Project Zero',
    length: { days: 7 },
    starts: 'report',
    confidence: 'primary',
    startConfidence: 'primary',
    note: '3 days of grace',
  },
  zdi: {
    holder: 'ZDI',
    length: { days: 120 },
    starts: 'vendor response',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'contact 5 + 5 working days, advisory after 15 of silence',
  },
  'linux-distros': {
    holder: 'linux-distros',
    length: { days: 14 },
    starts: 'post to the list',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'at most; under 7 preferable',
  },
  'linux-kernel': {
    holder: 'Linux kernel security team',
    length: { days: 7 },
    starts: 'report',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'a fix is held so long, exceptionally 14 days; advises against linux-distros',
  },
  cisco: {
    holder: 'Cisco as finder',
    length: { days: 90 },
    starts: 'report',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'to CERT/CC on day 45',
  },
  'red-hat': {
    holder: 'Red Hat',
    length: { days: 30 },
    starts: 'agreement',
    confidence: 'secondary',
    startConfidence: 'secondary',
    note: 'typically under 30 days',
  },
  'ncsc-ch': {
    holder: 'NCSC-CH',
    length: { days: 60 },
    starts: 'report',
    confidence: 'secondary',
    startConfidence: 'secondary',
    note: 'remediation; triage 5 working days',
  },
  'ncsc-nl': {
    holder: 'NCSC-NL',
    length: { days: 60 },
    starts: 'report',
    confidence: 'unconfirmed',
    startConfidence: 'unconfirmed',
    note: 'software',
  },
  'ncsc-nl-hardware': {
    holder: 'NCSC-NL',
    length: { months: 6 },
    starts: 'report',
    confidence: 'unconfirmed',
    startConfidence: 'unconfirmed',
    note: 'hardware',
  },
  'ncsc-uk': {
    holder: 'NCSC-UK',
    confidence: 'unconfirmed',
    startConfidence: 'unconfirmed',
    note: 'no fixed number found',
  },
  'ncsc-fi': {
    holder: 'NCSC-FI',
    confidence: 'unconfirmed',
    startConfidence: 'unconfirmed',
    note: 'no fixed number found',
  },
  microsoft: {
    holder: 'Microsoft',
    confidence: 'unconfirmed',
    startConfidence: 'unconfirmed',
    note: 'no fixed number found',
  },
  'eu-cra-warning': {
    holder: 'EU Cyber Resilience Act, Art. 14',
    length: { minutes: 1_440 },
    starts: 'awareness',
    confidence: 'secondary',
    startConfidence: 'secondary',
    note: 'early warning; weekends count',
  },
  'eu-cra-notification': {
    holder: 'EU Cyber Resilience Act, Art. 14',
    length: { minutes: 4_320 },
    starts: 'awareness',
    confidence: 'secondary',
    startConfidence: 'secondary',
    note: 'notification; weekends count',
  },
  'eu-cra-report': {
    holder: 'EU Cyber Resilience Act, Art. 14',
    length: { days: 14 },
    starts: 'corrective measure',
    confidence: 'secondary',
    startConfidence: 'secondary',
    note: 'final report; weekends count',
  },
  vultron: {
    holder: 'Vultron',
    starts: 'acceptance',
    confidence: 'primary',
    startConfidence: 'primary',
    note: 'an exact endpoint; the shortest proposal first; reply within 7 days, never under 72 h; merged cases: the earliest',
  },
};

const DAY = 1_440;

/** How long before publication somebody is told, by name. */
export const NOTICES: Readonly<Record<string, NoticePolicy>> = {
  'linux-distros': {
    holder: 'linux-distros',
    notice: { atLeastMinutes: DAY, preferAtMostMinutes: 7 * DAY, atMostMinutes: 14 * DAY },
    confidence: 'primary',
    note: '1 day is a reasonable minimum',
  },
  git: {
    holder: 'Git',
    notice: { atLeastMinutes: 21 * DAY },
    confidence: 'primary',
    note: '3 weeks or more',
  },
  'git-distributions': {
    holder: 'Git',
    notice: { preferAtMostMinutes: 7 * DAY, atMostMinutes: 14 * DAY },
    confidence: 'primary',
  },
  envoy: {
    holder: 'Envoy',
    notice: { atLeastMinutes: 21 * DAY },
    confidence: 'primary',
    note: '4 weeks in exceptional cases; avoids large holidays',
  },
  xen: {
    holder: 'Xen',
    notice: { atLeastMinutes: 21 * DAY },
    confidence: 'secondary',
    note: '1 + 2 working weeks, counted here as 21 days',
  },
  'kubernetes-distributors': {
    holder: 'Kubernetes',
    notice: { atLeastMinutes: 7 * DAY },
    confidence: 'primary',
    note: 'final text 24 h before; never on a Friday',
  },
  'isc-customers': {
    holder: 'ISC',
    notice: { atLeastMinutes: 2 * DAY, atMostMinutes: 7 * DAY },
    confidence: 'primary',
    note: '2 to 5 working days: over a weekend use leadWork',
  },
  'isc-csirts': {
    holder: 'ISC',
    notice: { atLeastMinutes: DAY },
    confidence: 'primary',
    note: 'CSIRTs and packagers',
  },
  cisco: { holder: 'Cisco', notice: { atLeastMinutes: 7 * DAY }, confidence: 'secondary' },
  'android-makers': {
    holder: 'Android',
    notice: { atLeastMinutes: 30 * DAY },
    confidence: 'secondary',
    note: 'about 30 days',
  },
  microsoft: {
    holder: 'Microsoft',
    notice: { atLeastMinutes: 3 * DAY },
    confidence: 'unconfirmed',
    note: 'formerly 3 working days: over a weekend use leadWork',
  },
  oracle: {
    holder: 'Oracle',
    notice: { atLeastMinutes: 5 * DAY },
    confidence: 'unconfirmed',
    note: 'the Thursday before',
  },
};
