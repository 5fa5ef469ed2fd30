/** Contacts and registrations in lines for people. */
import type { Json } from '../core/canonical.js';
import type { Document } from './call.js';
import { table } from './print.js';
import { sayTime } from './times.js';

interface Line {
  readonly key: string;
  readonly revision: number;
  readonly name: string;
  readonly class: string;
  readonly groups: readonly string[];
  readonly products: number;
  readonly persons: number;
  readonly registered: boolean;
  readonly peer: string | null;
  readonly mergedInto: string | null;
  readonly retired: boolean;
}

interface Oddity {
  readonly kind: string;
  readonly key?: string;
}

interface Shown extends Line {
  readonly entry: { readonly [member: string]: Json };
  readonly keys: readonly {
    readonly person: string;
    readonly fingerprint: string;
    readonly method: string;
    readonly by: string;
    readonly at: string;
  }[];
  readonly odd: readonly Oddity[];
  readonly history: readonly {
    readonly revision: number;
    readonly at: string;
    readonly by: string;
    readonly kind: string;
    readonly about: string;
    readonly before: { readonly [member: string]: Json };
  }[];
}

const ODD_WORDS: Readonly<Record<string, string>> = {
  mixed_scripts: 'letters of several scripts in one word',
  odd_width: 'full-width or half-width letters',
  same_name: 'the same name as',
  looks_like: 'looks like',
};

/** So many lines are shown of what may be many; `--json` has them all. */
const SHOWN = 20;

export function bookLines(result: Document): readonly string[] {
  const { contacts } = result as unknown as { readonly contacts: readonly Line[] };
  if (contacts.length === 0) return ['no contacts'];
  return table([
    ['KEY', 'NAME', 'CLASS', 'PRODUCTS', 'PERSONS', 'PEER', 'GROUPS'],
    ...contacts.map((one) => [
      one.key,
      one.name,
      one.class,
      String(one.products),
      String(one.persons),
      one.peer ?? '-',
      [one.groups.join(', '), standing(one)].filter((text) => text !== '').join(' '),
    ]),
  ]);
}

function standing({ mergedInto, retired }: Line): string {
  if (mergedInto !== null) return `(merged into ${mergedInto})`;
  return retired ? '(retired)' : '';
}

export function contactLines(result: Document, zone: string): readonly string[] {
  const held = result as unknown as Shown;
  const entry = Object.entries(held.entry).filter(([, value]) => !isEmpty(value));
  return [
    `${held.key}  revision ${held.revision}${held.registered ? '  registered' : ''} ${standing(held)}`.trimEnd(),
    ...table(entry.map(([member, value]) => [`  ${member}`, said(value)])),
    ...held.keys.map(
      ({ person, fingerprint, method, by, at }) =>
        `  key of ${person}: ${fingerprint}, checked by ${by}, ${sayTime(at, zone)}: ${method}`,
    ),
    ...oddLines(held.odd),
    '',
    'history:',
    ...table(
      held.history.map(({ revision, at, by, kind, about, before }) => [
        `  ${revision}`,
        sayTime(at, zone),
        by,
        [kind, about].filter(Boolean).join(' '),
        Object.keys(before).length === 0 ? '' : `before: ${said(before)}`,
      ]),
    ),
  ];
}

export function changedLines(result: Document): readonly string[] {
  const held = result as unknown as Line & { readonly odd: readonly Oddity[] };
  return [`${held.key} is at revision ${held.revision}`, ...oddLines(held.odd)];
}

export function oddBookLines(result: Document): readonly string[] {
  const { odd } = result as unknown as {
    readonly odd: readonly {
      readonly key: string;
      readonly odd: readonly Oddity[];
      readonly certificate: string | null;
      readonly keys: readonly { readonly person: string; readonly code: string }[];
    }[];
  };
  if (odd.length === 0) return ['nothing is odd'];
  return odd.flatMap((one) => [
    `${one.key}${one.certificate === null ? '' : `  certificate: ${one.certificate}`}`,
    ...one.keys.map(({ person, code }) => `  key of ${person}: ${code}`),
    ...oddLines(one.odd),
  ]);
}

export function importedLines(result: Document): readonly string[] {
  const { added, changed, same, kept, refused, unread, odd } = result as unknown as {
    readonly added: number;
    readonly changed: number;
    readonly same: number;
    readonly kept: readonly string[];
    readonly refused: readonly {
      readonly row: number;
      readonly code: string;
      readonly where: string | null;
    }[];
    readonly unread: readonly number[];
    readonly odd: readonly { readonly key: string; readonly odd: readonly Oddity[] }[];
  };
  return [
    `${added} added, ${changed} changed, ${same} as they were`,
    ...(kept.length === 0 ? [] : [`${kept.length} are on file otherwise; --update takes them from the file`]),
    ...(unread.length === 0
      ? []
      : [`${unread.length} lines could not be read, the first is line ${unread[0]}`]),
    ...refused
      .slice(0, SHOWN)
      .map(({ row, code, where }) => `row ${row}: ${code}${where === null ? '' : ` at ${where}`}`),
    ...(refused.length > SHOWN ? [`and ${refused.length - SHOWN} more rows`] : []),
    ...(odd.length === 0
      ? []
      : [`${odd.length} names are odd or look like others; see: isochron vendor check`]),
    ...odd.slice(0, SHOWN).flatMap((one) => [one.key, ...oddLines(one.odd)]),
  ];
}

interface Registration {
  readonly id: string;
  readonly with: string;
  readonly name: string | null;
  /** Whose view this is. */
  readonly side: 'centre' | 'vendor';
  readonly step: string | null;
  readonly next: readonly { readonly move: string; readonly side: string }[];
  /** What is typed next where the move is ours. */
  readonly answer: string | null;
  readonly turn: 'centre' | 'vendor' | null;
  readonly missing: readonly string[];
  readonly documents: readonly { readonly name: string; readonly hash: string }[];
  readonly agreed: string | null;
  readonly key: string | null;
  readonly identity: { readonly by: string; readonly method: string; readonly at: string } | null;
  readonly met: {
    readonly at: string;
    readonly present: readonly string[];
    readonly terms: { readonly name: string; readonly hash: string };
  } | null;
  readonly reason: string | null;
  readonly profile: {
    readonly aliases: readonly string[];
    readonly products: readonly { readonly name: string }[];
    readonly keywords: readonly string[];
    readonly persons: readonly {
      readonly name: string;
      readonly roles: readonly string[];
      readonly mail: string;
      readonly phone: string;
    }[];
  } | null;
  readonly odd: readonly Oddity[];
  readonly trail: readonly { readonly move: string; readonly at: string; readonly by: string }[];
}

export function registrationsLines(result: Document, zone: string): readonly string[] {
  const { registrations } = result as unknown as { readonly registrations: readonly Registration[] };
  return registrations.length === 0
    ? ['no registrations']
    : registrations.flatMap((one) => registrationLines(one as unknown as Document, zone));
}

export function registrationLines(result: Document, zone: string): readonly string[] {
  const held = result as unknown as Registration;
  if (held.step === null) return [`${held.id}: the application waits to be said`];
  return [
    `${held.name ?? '-'} with ${held.with}: ${held.step}`,
    `  next: ${nextOf(held)}`,
    ...profileLines(held.profile),
    ...(held.missing.length === 0 ? [] : [`  documents that are missing: ${held.missing.join(', ')}`]),
    ...held.documents.map(({ name, hash }) => `  document: ${name}  ${hash}`),
    ...(held.met === null
      ? []
      : [
          `  met ${sayTime(held.met.at, zone)}${held.met.present.length === 0 ? '' : `: ${held.met.present.join(', ')}`}`,
          `  terms: ${held.met.terms.name}  ${held.met.terms.hash}`,
        ]),
    ...(held.agreed === null ? [] : [`  agreed to the terms: ${held.agreed}`]),
    ...identityLines(held, zone),
    ...(held.key === null ? [] : [`  in the book as ${held.key}`]),
    ...(held.reason === null ? [] : [`  reason: ${held.reason}`]),
    ...oddLines(held.odd),
    ...held.trail.map(({ move, at, by }) => `  ${sayTime(at, zone)}  ${move}  ${by}`),
  ];
}

function nextOf({ answer, turn, side }: Registration): string {
  if (answer !== null) return `isochron ${answer}`;
  if (turn === null) return 'nothing';
  return turn === side ? 'our move' : `waits for the ${turn}`;
}

/** What is applied with. A telephone that stands here is the applicant's own word: who checks calls another one. */
function profileLines(profile: Registration['profile']): readonly string[] {
  if (profile === null) return [];
  const lists = [
    ['also called', profile.aliases],
    ['products', profile.products.map(({ name }) => name)],
    ['keywords', profile.keywords],
  ] as const;
  return [
    ...lists.flatMap(([what, names]) => (names.length === 0 ? [] : [`  ${what}: ${names.join(', ')}`])),
    ...profile.persons.map(
      ({ name, roles, mail, phone }) =>
        `  person: ${[`${name} (${roles.join(', ')})`, mail, phone].filter(Boolean).join(', ')}`,
    ),
  ];
}

/** What the last step hangs on, at the side that has to see to it. */
function identityLines({ side, identity, next }: Registration, zone: string): readonly string[] {
  if (identity !== null)
    return [`  identity checked by ${identity.by}, ${sayTime(identity.at, zone)}: ${identity.method}`];
  return side === 'centre' && next.some(({ move }) => move === 'register')
    ? [
        '  identity not checked yet: the last step takes --method, how and with whom you spoke on another channel',
      ]
    : [];
}

function oddLines(odd: readonly Oddity[]): readonly string[] {
  return odd.map(({ kind, key }) => `  odd: ${ODD_WORDS[kind] ?? kind}${key === undefined ? '' : ` ${key}`}`);
}

function isEmpty(value: Json): boolean {
  return value === '' || value === null || (Array.isArray(value) && value.length === 0);
}

function said(value: Json): string {
  return typeof value === 'string' ? (value.split('\n')[0] ?? '') : JSON.stringify(value);
}
