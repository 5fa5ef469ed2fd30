/** Cases in lines for people. */
import type { Document } from './call.js';
import { table } from './print.js';
import { type ReachedShown, reachLines } from './show-reach.js';
import { type RemedyShown, remedyWords, type VendorShown, vendorWords } from './show-vendors.js';
import { sayTime } from './times.js';

interface Named {
  readonly node: string;
  readonly name: string;
}

interface CaseLine {
  readonly case: string;
  readonly title: string;
  readonly publicIds: readonly string[];
  readonly tlp: string;
  readonly origin: Named;
  readonly epoch: number | null;
  readonly at: string | null;
  readonly publishedAt: string | null;
  readonly closed: boolean;
}

interface Shown {
  readonly case: string;
  readonly title: string;
  readonly kind: string;
  readonly scope: string;
  readonly summary: string;
  readonly publicIds: readonly string[];
  readonly products: readonly string[];
  readonly tlp: string;
  readonly origin: Named;
  readonly from: Named;
  readonly model: number;
  readonly openedAt: string;
  readonly replyBy: string;
  readonly details: { readonly text: string; readonly onward: string; readonly from: Named } | null;
  readonly told: readonly (Named & {
    readonly at: string;
    readonly replyBy: string;
    readonly acknowledgedAt: string | null;
    readonly answered: boolean;
    readonly overdue: boolean;
  })[];
  readonly tellings: {
    readonly told: number;
    readonly affected: number;
    readonly needless: number;
    readonly open: number;
    readonly silent: number;
  };
  readonly requests: readonly {
    readonly request: string;
    readonly requester: Named;
    readonly at: string;
    readonly answer: { readonly kind: string; readonly at: string } | null;
  }[];
  readonly vendors: readonly VendorShown[];
  readonly remedies: readonly RemedyShown[];
  readonly words: readonly {
    readonly from: Named;
    readonly to: Named;
    readonly kind: string;
    readonly text: string;
    readonly at: string;
  }[];
  readonly notices: readonly {
    readonly stage: string;
    readonly at: string;
    readonly local: string;
    readonly roster: string;
  }[];
  readonly advances: readonly (Named & {
    readonly agreement: string;
    readonly beforeMs: number;
    readonly told: number;
  })[];
  readonly advice: readonly {
    readonly from: Named;
    readonly agreement: string;
    readonly at: string;
    readonly text: string;
  }[];
  readonly settled: { readonly epoch: number; readonly at: string } | null;
  readonly published: { readonly publishedAt: string; readonly rule: string } | null;
  readonly publications: readonly (Named & { readonly at: string; readonly revision: number })[];
  readonly closed: string | null;
}

export function listLines(result: Document, zone: string): readonly string[] {
  const { cases } = result as unknown as { readonly cases: readonly CaseLine[] };
  if (cases.length === 0) return ['no cases'];
  return table([
    ['CASE', 'TLP', 'ORIGIN', 'INSTANT', 'TITLE'],
    ...cases.map((one) => [
      one.case.slice(0, 8),
      one.tlp,
      one.origin.name,
      one.publishedAt === null
        ? `${sayTime(one.at, zone)}${one.epoch === null ? '' : ` e${one.epoch}`}`
        : `published ${sayTime(one.publishedAt, zone)}`,
      [one.title, ...one.publicIds, ...(one.closed ? ['(closed)'] : [])].join('  '),
    ]),
  ]);
}

export function caseLines(result: Document, zone: string): readonly string[] {
  const held = result as unknown as Shown;
  return [
    `${held.title}  ${held.publicIds.join(' ')}`,
    `case      ${held.case}  TLP:${held.tlp}  ${held.kind}, ${held.scope}`,
    `origin    ${held.origin.name}; told by ${held.from.name}; process model ${held.model}`,
    `opened    ${sayTime(held.openedAt, zone)}; answer by ${sayTime(held.replyBy, zone)}`,
    ...(held.settled === null
      ? []
      : [`instant   ${sayTime(held.settled.at, zone)}, epoch ${held.settled.epoch}`]),
    ...(held.published === null
      ? []
      : [`published ${sayTime(held.published.publishedAt, zone)} by ${held.published.rule}`]),
    ...(held.closed === null ? [] : [`closed    ${held.closed}`]),
    ...section('products', held.products),
    ...section('summary', held.summary.split('\n')),
    ...(held.details === null
      ? []
      : section(
          `details from ${held.details.from.name}, onward ${held.details.onward}`,
          held.details.text.split('\n'),
        )),
    ...section(
      'told',
      table(
        held.told.map((one) => [
          one.name,
          sayTime(one.at, zone),
          [
            one.overdue
              ? `SILENT since ${sayTime(one.replyBy, zone)}`
              : one.answered
                ? 'answered'
                : 'awaited',
            ...(one.acknowledgedAt === null || one.answered
              ? []
              : [`read ${sayTime(one.acknowledgedAt, zone)}`]),
          ].join(', '),
        ]),
      ),
    ),
    ...tellingsLine(held.tellings),
    ...section(
      'detail requests',
      table(
        held.requests.map(({ request, requester, at, answer }) => [
          request.slice(0, 12),
          requester.name,
          sayTime(at, zone),
          answer === null ? 'open' : answer.kind,
        ]),
      ),
    ),
    ...section('vendors', [
      ...table(
        held.vendors.map(({ name, status, fixProgress, readyAt }) => [
          name,
          status,
          fixProgress === 'none' ? '' : `fix ${fixProgress}`,
          readyAt === null ? '' : `ready ${sayTime(readyAt, zone)}`,
        ]),
      ),
      ...vendorWords(held.vendors),
      ...remedyWords(held.remedies, zone),
    ]),
    ...section(
      'notices',
      held.notices.map(
        ({ stage, at, local, roster }) => `${stage}: ${sayTime(at, zone)}; ${local}; ${roster}`,
      ),
    ),
    ...section('advance notice', [
      ...held.advances.map(
        ({ name, agreement, beforeMs, told }) =>
          `${name}, ${agreement}: ${beforeMs / 3_600_000} h before; ${told === 0 ? 'not told yet' : 'told'}`,
      ),
      ...held.advice.map(
        ({ from, agreement, at, text }) => `${from.name}, ${agreement}: ${sayTime(at, zone)}: ${text}`,
      ),
    ]),
    ...section(
      'published',
      held.publications.map(
        ({ name, at, revision }) => `${name}: ${sayTime(at, zone)}, revision ${revision}`,
      ),
    ),
    ...section(
      'words',
      held.words.map(
        ({ from, to, kind, text, at }) => `${sayTime(at, zone)} ${from.name} → ${to.name} ${kind}: ${text}`,
      ),
    ),
  ];
}

/** What telling the vendors was good for, counted from their answers. */
function tellingsLine({ told, affected, needless, open, silent }: Shown['tellings']): readonly string[] {
  if (told === 0) return [];
  const counts = `${affected} affected, ${needless} needless (not affected), ${open} open, ${silent} silent`;
  return ['', `of ${told} vendors told: ${counts}`];
}

export function toldLines(result: Document, zone: string): readonly string[] {
  const { told, replyBy, raised } = result as unknown as {
    readonly told: readonly ReachedShown[];
    readonly replyBy: string;
    readonly raised: boolean;
  };
  return [
    `the summary is on record for ${told.length}; answer by ${sayTime(replyBy, zone)}`,
    ...reachLines(told, result['case']),
    ...(raised ? ['the reply-by was under 72 hours and was raised'] : []),
  ];
}

/** All that left the house: also free words tell of the case. */
export function whoKnewLines(result: Document, zone: string): readonly string[] {
  const { recipients, at } = result as unknown as {
    readonly at: string;
    readonly recipients: readonly {
      readonly name: string;
      readonly disclosed: readonly {
        readonly kind: string;
        readonly saidAt: string;
        readonly receivedAt: string | null;
      }[];
    }[];
  };
  return [
    `as it stood ${sayTime(at, zone)}`,
    ...table([
      ['WHO', 'WHAT', 'SAID', 'RECEIPT'],
      ...recipients.flatMap(({ name, disclosed }) =>
        disclosed.map((one) => [name, one.kind, sayTime(one.saidAt, zone), sayTime(one.receivedAt, zone)]),
      ),
    ]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  const said = lines.filter((line) => line !== '');
  return said.length === 0 ? [] : ['', `${title}:`, ...said.map((line) => `  ${line}`)];
}
