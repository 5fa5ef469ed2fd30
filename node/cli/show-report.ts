/** Reports in lines for people. */
import type { Document } from './call.js';
import { table } from './print.js';
import { sayTime } from './times.js';

interface Line {
  readonly report: string;
  readonly title: string;
  readonly kind: string;
  readonly receivedAt: string;
  readonly stage: keyof typeof NEXT | 'accepted';
  readonly acknowledged: boolean;
  readonly returned: boolean;
  readonly case: string | null;
  readonly opened: boolean | null;
  readonly lacking: readonly string[];
}

const NEXT = {
  received: 'report alike, report assess',
  question: 'report letter, then report assess',
  invalid: 'report letter … closing',
  valid: 'report route',
};

export function reportsLines(result: Document, zone: string): readonly string[] {
  const { reports } = result as unknown as { readonly reports: readonly Line[] };
  if (reports.length === 0) return ['no reports'];
  return table([
    ['REPORT', 'RECEIVED', 'STAGE', 'REPORTER TOLD', 'CASE', 'NEXT', 'TITLE'],
    ...reports.map((one) => [
      one.report.slice(0, 8),
      sayTime(one.receivedAt, zone),
      one.stage,
      one.acknowledged ? 'yes' : 'NO',
      one.case?.slice(0, 8) ?? '',
      nextOf(one),
      one.title,
    ]),
  ]);
}

function nextOf({ opened, stage, kind, acknowledged, returned }: Line): string {
  if (returned) return 'report reporter … --contact, then report letter: it came back';
  if (opened === false) return 'report route, once more';
  if (stage !== 'accepted') return NEXT[stage];
  // The other flow: the operator of the site is told, no vendor.
  const web = kind === 'web_application' ? ['case notify … --to OPERATOR'] : [];
  return [...(acknowledged ? [] : ['report letter']), ...web].join(', ');
}

export function reportedLines(result: Document): readonly string[] {
  const { report, stage, case: held, opened, lacking } = result as unknown as Line;
  return [
    `report ${report.slice(0, 8)} is ${stage}${held === null || opened === false ? '' : `, case ${held}`}`,
    ...(held === null || lacking.length === 0
      ? []
      : [
          `the case does not name ${lacking.join(', ')}; "case update ${held.slice(0, 8)} --product …" names all of its products`,
        ]),
  ];
}

export function reportLines(result: Document, zone: string): readonly string[] {
  const shown = result as unknown as Line & {
    readonly product: string;
    readonly version: string;
    readonly description: string;
    readonly impact: string;
    readonly publicIds: readonly string[];
    readonly assessment: {
      readonly verdict: string;
      readonly because: string | null;
      readonly remark: string;
      readonly products: readonly string[];
      readonly by: string;
    } | null;
    readonly severities: readonly {
      readonly side: string;
      readonly name: string;
      readonly vector: string;
      readonly words: string;
    }[];
    readonly letters: readonly {
      readonly letter: string;
      readonly channel: string;
      readonly by: string;
      readonly at: string;
      readonly returned: string | null;
    }[];
    readonly answered: readonly {
      readonly letter: string | null;
      readonly encrypted: boolean;
      readonly code: string | null;
      readonly text: string;
      readonly at: string;
    }[];
    readonly reporter: { readonly known: boolean; readonly credit: boolean; readonly contact: boolean };
  };
  const { assessment, reporter } = shown;
  const yes = (said: boolean) => (said ? 'yes' : 'no');
  return [
    `${shown.title}  ${shown.publicIds.join(' ')}`,
    `report    ${shown.report}  ${shown.kind}, ${shown.stage}, received ${sayTime(shown.receivedAt, zone)}`,
    `product   ${shown.product} ${shown.version}`,
    `reporter  ${reporter.known ? 'on record, held apart' : 'not known'}; may be named: ${yes(reporter.credit)}; contact may be passed on: ${yes(reporter.contact)}`,
    ...(assessment === null
      ? []
      : [
          `assessed  ${assessment.verdict} ${assessment.because ?? ''} by ${assessment.by} ${assessment.remark}`.trimEnd(),
          `concerns  ${assessment.products.join(', ')}`.trimEnd(),
        ]),
    ...shown.severities.map(
      ({ side, name, vector, words }) =>
        `severity  ${side} ${name}: ${[vector, words].filter((word) => word !== '').join(' ')}`,
    ),
    ...shown.letters.map(
      ({ letter, channel, by, at, returned }) =>
        `letter    ${letter} by ${channel}, ${by}, ${sayTime(at, zone)}${returned === null ? '' : `; CAME BACK (${returned})`}`,
    ),
    ...shown.answered.flatMap(({ letter, encrypted, code, text, at }) => [
      `answer    to ${letter ?? 'a letter'}, ${sayTime(at, zone)}, ${encrypted ? 'encrypted' : 'in clear'}; ${code === null ? 'signed by somebody whom we know' : `who wrote it is not proved (${code})`}`,
      ...text.split('\n').map((line) => `  ${line}`),
    ]),
    '',
    ...shown.description.split('\n'),
    ...(shown.impact === '' ? [] : ['', 'impact:', ...shown.impact.split('\n')]),
  ];
}

export function reporterLines(result: Document): readonly string[] {
  const { name, organisation, contact } = result as unknown as Readonly<
    Record<'name' | 'organisation' | 'contact', string>
  >;
  return [name, organisation, contact, 'that you looked is on record'].filter((line) => line !== '');
}

export function likeLines(result: Document): readonly string[] {
  const { alike } = result as unknown as {
    readonly alike: readonly {
      readonly kind: string;
      readonly id: string;
      readonly title: string;
      readonly why: keyof typeof WHY;
      readonly share: number;
    }[];
  };
  if (alike.length === 0) return ['nothing like it is known here'];
  return table([
    ['WHAT', 'ID', 'WHY', 'WORDS', 'TITLE'],
    ...alike.map(({ kind, id, why, share, title }) => [kind, id.slice(0, 8), WHY[why], `${share} %`, title]),
  ]);
}

const WHY = {
  public_id: 'the same public id: a duplicate',
  words: 'nearly the same words: a duplicate',
  product: 'the same product: perhaps the same defect',
  sentence: 'a whole sentence',
};
