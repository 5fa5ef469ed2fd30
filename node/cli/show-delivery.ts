/** Tellings in lines for people. */
import type { NextStep } from '../core/disclosure/delivery.js';
import type { Document } from './call.js';
import { table } from './print.js';
import { sayTime } from './times.js';

interface Named {
  readonly node: string;
  readonly name: string;
}

interface Row extends Named {
  readonly stage: string;
  readonly saidAt: string | null;
  readonly deliveredAt: string | null;
  readonly replyBy: string;
  readonly silent: boolean;
  readonly lastContact: string | null;
  readonly remindedAt: string | null;
  readonly next: NextStep;
}

const NEXT: Readonly<Record<NextStep, string>> = {
  none: '',
  wait: 'wait',
  remind: 'case remind',
  call: 'telephone the point of contact',
  resay: 'peer resay, once the key is right',
  mail: 'mail letters; put key or address right',
  replies: 'mail replies',
};

/** So many names stand in one line. */
const SHOWN = 20;

/** Why a vendor that nobody named is not told. */
const LEFT: Readonly<Record<string, string>> = {
  VENDOR_INDIVIDUAL: 'hears only of cases about its own products',
  VENDOR_RETIRED: 'was retired',
};

export function notifiedLines(result: Document, zone: string): readonly string[] {
  const { confirmed, tell, already, cannot, left, replyBy } = result as unknown as {
    readonly confirmed: boolean;
    readonly tell: readonly Named[];
    readonly already: readonly Named[];
    readonly cannot: readonly (Named & { readonly code: string })[];
    readonly left: readonly (Named & { readonly code: string })[];
    readonly replyBy: string;
  };
  const first =
    tell.length === 0
      ? ['nobody is left to tell']
      : confirmed
        ? [`told ${tell.length}: ${names(tell, SHOWN)}; answer by ${sayTime(replyBy, zone)}`]
        : [...wouldTell(tell), 'nothing is sent yet; say it again with --yes'];
  return [
    ...first,
    ...(already.length === 0 ? [] : [`${already.length} were told before`]),
    ...cannot.map(({ name, code }) => `${name} cannot be told: ${code}`),
    ...left.map(({ name, code }) => `${name} is left out: ${LEFT[code] ?? code}`),
  ];
}

export function deliveryLines(result: Document, zone: string): readonly string[] {
  const { deliveries } = result as unknown as { readonly deliveries: readonly Row[] };
  if (deliveries.length === 0) return ['nobody'];
  const stages = new Map<string, number>();
  for (const { stage } of deliveries) stages.set(stage, (stages.get(stage) ?? 0) + 1);
  return [
    [...stages].map(([stage, count]) => `${count} ${stage}`).join(', '),
    ...table([
      ['WHO', 'STAGE', 'SAID', 'ANSWER BY', 'LAST CONTACT', 'NEXT'],
      ...deliveries.map((row) => [
        row.name,
        row.silent ? `${row.stage}, SILENT` : row.stage,
        sayTime(row.saidAt, zone),
        sayTime(row.replyBy, zone),
        sayTime(row.lastContact, zone),
        NEXT[row.next],
      ]),
    ]),
  ];
}

export function remindedLines(result: Document): readonly string[] {
  const { confirmed, remind, lately, call, written } = result as unknown as {
    readonly confirmed: boolean;
    readonly remind: readonly Named[];
    readonly lately: readonly Named[];
    readonly call: readonly Named[];
    readonly written: readonly Named[];
  };
  if (remind.length + lately.length + call.length + written.length === 0) return ['nobody is silent'];
  return [
    `${confirmed ? 'asked again' : 'would ask again'}: ${remind.length === 0 ? 'nobody' : names(remind)}`,
    ...(lately.length === 0 ? [] : [`asked within the last day: ${names(lately)}`]),
    ...(written.length === 0 ? [] : [`they wrote, see "mail replies": ${names(written)}`]),
    ...(call.length === 0 ? [] : [`they do not hold it yet, so telephone: ${names(call)}`]),
    ...(confirmed || remind.length === 0 ? [] : ['nothing is sent yet; say it again with --yes']),
  ];
}

/** Whoever confirms a list reads all of it, so a long one has a line for each. */
function wouldTell(tell: readonly Named[]): readonly string[] {
  return tell.length <= SHOWN
    ? [`would tell ${tell.length}: ${names(tell)}`]
    : [`would tell ${tell.length}:`, ...tell.map(({ name }) => `  ${name}`)];
}

/** @param most so many are named; `case delivery` has them all. */
function names(nodes: readonly Named[], most = Number.POSITIVE_INFINITY): string {
  const more = nodes.length > most ? [`and ${nodes.length - most} more`] : [];
  return [...nodes.slice(0, most).map(({ name }) => name), ...more].join(', ');
}
