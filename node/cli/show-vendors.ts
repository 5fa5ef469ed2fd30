/** What vendors said of their products, in lines for people: the texts that an officer needs before the next word. */
import type { Document } from './call.js';
import { table } from './print.js';
import { sayTime } from './times.js';

/** One vendor of a case with what it said last. */
export interface VendorShown {
  readonly name: string;
  readonly status: string;
  readonly fixProgress: string;
  readonly impact: string;
  readonly plan: string;
  readonly readyAt: string | null;
  readonly statement: string;
  readonly products: readonly string[];
  readonly justification: string | null;
  readonly verdicts: readonly {
    readonly product: string;
    readonly state: string;
    readonly justification: string | null;
  }[];
  readonly via: { readonly name: string };
  readonly at: string;
  readonly unnamed: readonly string[];
}

/** One counter-measure for the public. */
export interface RemedyShown {
  readonly name: string;
  readonly remedy: string;
  readonly references: readonly { readonly url: string; readonly summary: string }[];
  readonly at: string;
}

/** Lines of `vendor list`: a table, and below it what each said in words. */
export function vendorListLines(result: Document, zone: string): readonly string[] {
  const { vendors, remedies } = result as unknown as {
    readonly vendors: readonly VendorShown[];
    readonly remedies: readonly RemedyShown[];
  };
  if (vendors.length === 0 && remedies.length === 0) return ['no vendor has answered'];
  const lines = table([
    ['VENDOR', 'STATUS', 'FIX', 'READY', 'VIA', 'AT'],
    ...vendors.map(({ name, status, fixProgress, readyAt, via, at }) => [
      name,
      status,
      fixProgress,
      sayTime(readyAt, zone),
      via.name,
      sayTime(at, zone),
    ]),
  ]);
  return [...lines, ...vendorWords(vendors), ...remedyWords(remedies, zone)];
}

/** What stands behind the status of each vendor: nothing for one that said a status alone. */
export function vendorWords(vendors: readonly VendorShown[]): readonly string[] {
  return vendors.flatMap((vendor) => {
    const { name, products, justification, verdicts, unnamed } = vendor;
    const why = (text: string | null) => (text === null ? '' : ` (${text})`);
    return [
      ...(justification === null ? [] : [`${name}: because ${justification}`]),
      ...(products.length === 0 ? [] : [`${name}: products: ${products.join(', ')}`]),
      ...verdicts.map(
        ({ product, state, justification }) => `${name}: ${product}: ${state}${why(justification)}`,
      ),
      ...spoken(`${name}: impact`, vendor.impact),
      ...spoken(`${name}: plan`, vendor.plan),
      ...spoken(`${name}: statement`, vendor.statement),
      ...(unnamed.length === 0 ? [] : [`${name}: named by nobody before: ${unnamed.join(', ')}`]),
    ];
  });
}

/** Counter-measures, each with where it is to be had. */
export function remedyWords(remedies: readonly RemedyShown[], zone: string): readonly string[] {
  return remedies.flatMap(({ name, remedy, references, at }) => [
    ...spoken(`${name}: remedy of ${sayTime(at, zone)}`, remedy),
    ...references.map(({ url, summary }) => `  ${url}${summary === '' ? '' : `  ${summary}`}`),
  ]);
}

/** A text of one line stands behind its head, a longer one below it. */
function spoken(head: string, text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return [];
  return lines.length === 1 ? [`${head}: ${lines[0]}`] : [`${head}:`, ...lines.map((line) => `  ${line}`)];
}
