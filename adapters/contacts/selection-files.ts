/** The three files of a selection without a node: the case, the contact book, the earlier notes. */
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import type { Archived, CaseText, Contact, MakerName } from '../../node/core/selection/contact.js';
import { makerOf, makersOfCve } from '../../node/core/selection/product-names.js';
import { parseStrictJson } from '../../node/core/strict-json.js';
import { type Fields, isFields, type Lines, readLines, textIn, textsIn } from './lines.js';

/** A case as a file has it. */
export interface CaseFile {
  readonly text: CaseText;
  /** Notes of this instant and later are none of its past; absent: all of a history is. */
  readonly at: string | undefined;
}

/**
 * `{"title","overview","description","keywords":[],"many_vendors"?,"products"?,"cve"?,"date_created"?}`; every member
 * may be missing, null or an empty text, others are not looked at; `products` holds printed names, CPE names and package URLs, `cve` whole CVE records.
 * Faults: FORMAT_MALFORMED, FORMAT_OVERSIZE, LIMIT_EXCEEDED with the member.
 */
export function readCaseFile(json: string): Outcome<CaseFile> {
  const parsed = parseStrictJson(json);
  if (!parsed.ok) return parsed;
  const fields: unknown = parsed.value;
  if (!isFields(fields)) return refuse('FORMAT_MALFORMED', { where: 'case' });
  const wrong = misfit(fields);
  if (wrong !== undefined) return refuse('FORMAT_MALFORMED', { where: wrong });
  const long = tooLong(fields);
  if (long !== undefined) return refuse('LIMIT_EXCEEDED', long);
  const products = textsIn(fields, 'products').map((name) => ({ name, maker: makerOf(name) }));
  const records = Array.isArray(fields['cve']) ? fields['cve'] : [fields['cve']];
  const makers: readonly MakerName[] = [
    ...products.flatMap(({ maker }) => maker ?? []),
    ...records.flatMap((record: unknown) => makersOfCve(record)),
  ];
  const printed = products.flatMap(({ name, maker }) => (maker === undefined ? [name] : []));
  const text: CaseText = {
    title: textIn(fields, 'title'),
    overview: textIn(fields, 'overview'),
    description: textIn(fields, 'description'),
    keywords: [...textsIn(fields, 'keywords'), ...printed],
    makers,
    isMany: fields['many_vendors'] === true,
  };
  return ok({ text, at: instantIn(fields, 'date_created') });
}

/** The first member that is over a bound: looking names up takes its time for every word. */
function tooLong(
  fields: Fields,
): { readonly where: string; readonly offered: number; readonly most: number } | undefined {
  const lists = ['keywords', 'products'].map((where) => ({
    where,
    offered: Array.isArray(fields[where]) ? fields[where].length : 0,
    most: LIMITS.listEntries.most,
  }));
  const texts = ['title', 'overview', 'description', ...['keywords', 'products']].map((where) => ({
    where,
    offered: textsIn(fields, where).join('').length,
    most: LIMITS.textCharacters.most,
  }));
  return [...lists, ...texts].find(({ offered, most }) => offered > most);
}

/** How other programs write that they have nothing. */
const EMPTY: readonly unknown[] = [undefined, null, ''];

/** The first member that is there and of another kind than it must be. */
function misfit(fields: Fields): string | undefined {
  const isThere = (name: string) => !EMPTY.includes(fields[name]);
  return (
    ['title', 'overview', 'description', 'date_created'].find(
      (name) => isThere(name) && typeof fields[name] !== 'string',
    ) ??
    ['keywords', 'products'].find((name) => isThere(name) && !Array.isArray(fields[name])) ??
    (isThere('many_vendors') && typeof fields['many_vendors'] !== 'boolean' ? 'many_vendors' : undefined)
  );
}

/**
 * A contact book, one organisation a line: `vendor_key` and `names`, and where they are known `products`, `keywords`,
 * `groups`, `class` and `weight`. Other members are not looked at.
 */
export function readContacts(lines: string): Lines<Contact> {
  return readLines(lines, (fields) => {
    const key = textIn(fields, 'vendor_key');
    if (key === '') return undefined;
    const weight = fields['weight'];
    return {
      key,
      names: textsIn(fields, 'names'),
      products: textsIn(fields, 'products'),
      keywords: textsIn(fields, 'keywords'),
      groups: textsIn(fields, 'groups'),
      class: fields['class'] === 'individual' ? 'individual' : 'general',
      weight: typeof weight === 'number' ? weight : 0,
    };
  });
}

/** Earlier notes, one a line, with the vendors that each was told to. */
export function readHistory(lines: string): Lines<Archived> {
  return readLines(lines, (fields) => {
    const id = textIn(fields, 'id') || textIn(fields, 'case');
    if (id === '') return undefined;
    const vendors = Array.isArray(fields['vendors']) ? fields['vendors'] : [];
    return {
      id,
      at:
        instantIn(fields, 'first_published_utc') ??
        instantIn(fields, 'date_first_published') ??
        instantIn(fields, 'date_created') ??
        '',
      text: {
        title: textIn(fields, 'title'),
        overview: textIn(fields, 'overview'),
        description: textIn(fields, 'description'),
        keywords: textsIn(fields, 'keywords'),
      },
      vendors: [
        ...new Set(vendors.flatMap((one: unknown) => (isFields(one) ? textsIn(one, 'vendor_key') : []))),
      ],
    };
  });
}

/** Instants of any zone as texts that sort. */
function instantIn(fields: Fields, name: string): string | undefined {
  const at = Date.parse(textIn(fields, name));
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
