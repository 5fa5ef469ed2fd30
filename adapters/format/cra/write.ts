/**
 * The report of one stage as a file that a person hands in: the single reporting platform has no interface (FORMATS §8).
 * Every point that the article asks for has its heading; what nobody entered says so and is listed as missing, so that
 * nothing is left out by silence. Not legal advice.
 * @see Regulation (EU) 2024/2847 Art. 14(2), 14(4), 14(6)
 */
import type { LegalKind, LegalStage } from '../../../node/core/legal/facts.js';

/** What a report is drawn up from; instants in RFC 3339, UTC. */
export interface CraSource {
  readonly title: string;
  readonly publicIds: readonly string[];
  readonly products: readonly string[];
  readonly tlp: string;
  readonly writtenBy: string;
  readonly writtenAt: string;
  readonly manufacturer: string;
  readonly facts: {
    readonly kind: LegalKind;
    readonly awareAt: string;
    readonly exploitedSince: string | null;
    readonly evidence: string;
    readonly nature: string;
    readonly severity: string;
    readonly actor: string;
    readonly measuresTaken: string;
    readonly measuresForUsers: string;
    readonly measureAvailableAt: string | null;
    readonly memberStates: readonly string[];
    readonly mainEstablishment: string;
    readonly sensitivity: { readonly tlp: string | null; readonly pap: string | null; readonly text: string };
    readonly euvdId: string;
    readonly reporterAnonymous: boolean;
    readonly crossBorder: boolean;
  };
  readonly stages: readonly {
    readonly stage: LegalStage;
    readonly dueAt: string | null;
    readonly sentAt: string | null;
    readonly reference: string;
  }[];
}

/** One point of a report; `must`: the article asks for it where it is known. */
interface Point {
  readonly key: string;
  readonly heading: string;
  readonly says: string;
  readonly must: boolean;
}

export interface CraReport {
  /** For a person and the platform's form; lines end in LF. */
  readonly text: string;
  /** The same for a program: stable keys. */
  readonly json: string;
  /** Headings that the article asks for and that nobody entered. */
  readonly missing: readonly string[];
}

const TITLES: Readonly<Record<LegalStage, string>> = {
  early_warning: 'Early warning (24 hours)',
  notification: 'Notification (72 hours)',
  intermediate: 'Intermediate report, on request of a CSIRT (Art. 14(6))',
  final_report: 'Final report',
};

const ARTICLES: Readonly<Record<LegalKind, string>> = {
  exploited: 'actively exploited vulnerability, Regulation (EU) 2024/2847 Art. 14(2)',
  incident: 'severe incident, Regulation (EU) 2024/2847 Art. 14(4)',
};

/** Draws up one stage. The same source gives the same bytes. */
export function writeCraReport(source: CraSource, stage: LegalStage): CraReport {
  const points = pointsOf(source, stage);
  const missing = points.filter(({ must, says }) => must && says === '').map(({ heading }) => heading);
  const { facts, manufacturer } = source;
  const due = source.stages.find((one) => one.stage === stage)?.dueAt ?? null;
  const text = [
    TITLES[stage],
    `${ARTICLES[facts.kind]}`,
    '',
    `TLP of the case: ${source.tlp}`,
    `Drawn up ${source.writtenAt} by ${source.writtenBy}`,
    `Due ${due ?? 'when a corrective or mitigating measure is available'}`,
    ...(missing.length === 0 ? [] : ['', `MISSING: ${missing.join('; ')}`]),
    ...points.flatMap(({ heading, says }, at) => [
      '',
      `${at + 1}. ${heading}`,
      says === '' ? 'not entered' : says,
    ]),
    '',
  ].join('\n');
  const document = {
    report: stage,
    article: ARTICLES[facts.kind],
    manufacturer,
    dueAt: due,
    writtenAt: source.writtenAt,
    writtenBy: source.writtenBy,
    points: Object.fromEntries(points.map(({ key, says }) => [key, says])),
    missing,
  };
  return { text, json: `${JSON.stringify(document, undefined, 2)}\n`, missing };
}

function pointsOf(source: CraSource, stage: LegalStage): readonly Point[] {
  const { facts } = source;
  const always: readonly Point[] = [
    must('manufacturer', 'Manufacturer', source.manufacturer),
    may('main_establishment', 'Main establishment in the Union', facts.mainEstablishment),
    must('product', 'Product with digital elements', source.products.join('\n')),
    may('identifiers', 'Identifiers', [...source.publicIds, facts.euvdId].filter(Boolean).join(', ')),
    must('aware_at', 'The manufacturer became aware', facts.awareAt),
    must(
      'member_states',
      'Member states where the product has been made available, as far as known',
      facts.memberStates.join(', '),
    ),
    may('cross_border', 'More than one member state is concerned', facts.crossBorder ? 'yes' : 'no'),
    ...earlier(source, stage),
  ];
  const exploited = facts.kind === 'exploited';
  const nature = must(
    'nature',
    exploited ? 'General nature of the exploit and of the vulnerability' : 'Nature of the incident',
    facts.nature,
  );
  const warning: readonly Point[] = exploited
    ? [
        must('evidence', 'Evidence of exploitation', facts.evidence),
        may('exploited_since', 'Exploited since', facts.exploitedSince ?? ''),
      ]
    : [must('suspicion', 'Unlawful or malicious acts are suspected', facts.evidence)];
  switch (stage) {
    case 'early_warning':
      return [...always, ...warning];
    case 'notification':
    case 'intermediate':
      return [
        ...always,
        ...warning,
        nature,
        must('measures_taken', 'Corrective or mitigating measures taken', facts.measuresTaken),
        must('measures_for_users', 'Measures that users can take', facts.measuresForUsers),
        must('sensitivity', 'How sensitive the manufacturer considers this', sensitivityOf(source)),
        ...(stage === 'intermediate' ? [must('severity', 'Severity and impact', facts.severity)] : []),
      ];
    case 'final_report':
      return [
        ...always,
        ...warning,
        nature,
        must('severity', 'Severity and impact', facts.severity),
        exploited
          ? may('actor', 'Who has exploited or exploits it, where known', facts.actor)
          : must('cause', 'Type of threat or root cause', facts.actor),
        must('measures_taken', 'Security update or other corrective measures', facts.measuresTaken),
        ...(exploited
          ? [must('measure_available_at', 'Available since', facts.measureAvailableAt ?? '')]
          : []),
        must('measures_for_users', 'Measures that users can take', facts.measuresForUsers),
        may('sensitivity', 'How sensitive the manufacturer considers this', sensitivityOf(source)),
      ];
  }
}

/** What was handed in before, by the name that its receiver gave it. */
function earlier({ stages }: CraSource, stage: LegalStage): readonly Point[] {
  const sent = stages.filter((one) => one.sentAt !== null && one.stage !== stage);
  const says = sent.map((one) => `${TITLES[one.stage]}: ${one.sentAt} ${one.reference}`.trim()).join('\n');
  return says === '' ? [] : [may('earlier', 'Handed in before', says)];
}

function sensitivityOf({ facts: { sensitivity } }: CraSource): string {
  const { tlp, pap, text } = sensitivity;
  const labels = [tlp === null ? '' : `TLP:${tlp}`, pap === null ? '' : `PAP:${pap}`].filter(Boolean);
  return [labels.join(' '), text].filter(Boolean).join('\n');
}

function must(key: string, heading: string, says: string): Point {
  return { key, heading, says: says.trim(), must: true };
}

function may(key: string, heading: string, says: string): Point {
  return { ...must(key, heading, says), must: false };
}
