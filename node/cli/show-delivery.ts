/** Tellings in lines for people. */
import type { NextStep } from '../core/disclosure/delivery.js';
import type { Document } from './call.js';
import { table } from './print.js';
import { type ReachedShown, reachLines } from './show-reach.js';
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
  const { confirmed, tell, reached, already, cannot, left, replyBy } = result as unknown as {
    readonly confirmed: boolean;
    readonly reached: readonly ReachedShown[];
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
        ? [
            `the summary is on record for ${tell.length}; answer by ${sayTime(replyBy, zone)}`,
            ...reachLines(reached, result['case']),
          ]
        : [...wouldTell(tell), 'nothing is sent yet; say it again with --yes'];
  return [
    ...first,
    ...(already.length === 0 ? [] : [`for ${already.length} it was on record before`]),
    ...cannot.map(({ name, code }) => `${name} cannot be told: ${code}`),
    ...left.map(({ name, code }) => `${name} is left out: ${LEFT[code] ?? code}`),
  ];
}

export function deliveryLines(result: Document, zone: string): readonly string[] {
  const { deliveries, said, open } = result as unknown as {
    readonly deliveries: readonly Row[];
    readonly said: number;
    readonly open: readonly (ReachedShown & { readonly kind: string })[];
  };
  const words = openLines(said, open);
  if (deliveries.length === 0) return words;
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
    '',
    ...words,
  ];
}

/** Whatever else was said about the case, a vendor's own words among it. */
function openLines(
  said: number,
  open: readonly (ReachedShown & { readonly kind: string })[],
): readonly string[] {
  if (open.length === 0)
    return [said === 0 ? 'nothing was said about this case yet' : 'nothing waits to be receipted or sent'];
  return [
    'not receipted yet:',
    ...table(
      open.slice(0, SHOWN).map((one) => [`  ${one.name}`, one.kind.replaceAll('_', ' '), openStage(one)]),
    ),
    ...(open.length > SHOWN ? [`  and ${open.length - SHOWN} more; --json has them all`] : []),
  ];
}

function openStage({ stage, linked, byMail }: ReachedShown): string {
  if (stage === 'stuck') return 'the letter is held up: mail letters';
  if (byMail) return 'to go by letter';
  return linked ? 'under way' : 'on record; it goes when that node can be reached';
}

export function remindedLines(result: Document): readonly string[] {
  const { confirmed, remind, lately, call, written, reached } = result as unknown as {
    readonly reached: readonly ReachedShown[];
    readonly confirmed: boolean;
    readonly remind: readonly Named[];
    readonly lately: readonly Named[];
    readonly call: readonly Named[];
    readonly written: readonly Named[];
  };
  if (remind.length + lately.length + call.length + written.length === 0) return ['nobody is silent'];
  return [
    `${confirmed ? 'asked again' : 'would ask again'}: ${remind.length === 0 ? 'nobody' : names(remind)}`,
    ...reachLines(reached, result['case']),
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
