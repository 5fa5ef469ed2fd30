/**
 * Products of an advisory as CSAF sees them: stable ids, the tree, and the group of each product per vulnerability.
 *
 * A vendor with a status but without products gets one leaf; a vendor without any product status is not in the
 * tree. "Affected" of an old version does not change when a fix ships: a fix is another version, so another id.
 * @see FORMATS §1.2, §1.3
 */
import {
  type Advisory,
  type Product,
  statusToPublish,
  type VendorEntry,
} from '../../../node/core/advisory.js';
import { byText, sha256 } from '../../../node/core/bytes.js';
import type { Json } from '../../../node/core/canonical.js';
import { type ProductState, VENDOR_WORDS } from '../../../node/core/case/vendor-words.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import type { Loss } from '../format.js';
import { inForm } from './grammar.js';
import { members } from './json.js';

export type StatusGroup =
  | 'first_affected'
  | 'first_fixed'
  | 'fixed'
  | 'known_affected'
  | 'known_not_affected'
  | 'last_affected'
  | 'recommended'
  | 'under_investigation';

/** Groups that exclude each other in one vulnerability (CSAF 6.1.6). `recommended` contradicts nothing. */
const SIDE: Readonly<Record<StatusGroup, 'affected' | 'not affected' | 'fixed' | 'open' | undefined>> = {
  first_affected: 'affected',
  known_affected: 'affected',
  last_affected: 'affected',
  known_not_affected: 'not affected',
  first_fixed: 'fixed',
  fixed: 'fixed',
  under_investigation: 'open',
  recommended: undefined,
};

/** One product of one vendor in one vulnerability, with the group it belongs to. */
export interface ProductRow {
  readonly id: string;
  readonly entry: VendorEntry;
  readonly product: Product;
  readonly group: StatusGroup;
}

export interface ProductTable {
  readonly rows: readonly ProductRow[];
  readonly losses: readonly Loss[];
}

/** `ISO-` and the first 16 hex digits of SHA-256 over vendor id, product name and version, a line each (UTF-8, NFC). */
function productId(vendorId: string, product: Product): string {
  const text = `${vendorId}\n${product.name}\n${product.version ?? ''}`.normalize('NFC');
  return `ISO-${sha256(text).slice(0, 16)}`;
}

/**
 * All products that have a status.
 *
 * Faults: `FORMAT_CONTRADICTION` where two products share one id or one product stands on two sides of a
 * vulnerability.
 */
export function productTable(advisory: Advisory): Outcome<ProductTable> {
  const rows: ProductRow[] = [];
  const losses: Loss[] = [];
  for (const [index, entry] of advisory.vendors.entries()) {
    const status = VENDOR_WORDS[statusToPublish(entry, advisory.publisher)].csaf;
    const products = entry.products.length > 0 ? entry.products : [{ name: `${entry.name} products` }];
    for (const [at, product] of products.entries()) {
      const group = groupOf(product) ?? status;
      if (group) rows.push({ id: productId(entry.vendorId, product), entry, product, group });
      else if (entry.products.length > 0) losses.push(withoutStatus(`vendors[${index}].products[${at}]`));
    }
  }
  const clash = sharedId(rows) ?? twoSides(rows);
  return clash === undefined ? ok({ rows, losses }) : refuse('FORMAT_CONTRADICTION', { where: clash });
}

const GROUP: Readonly<Record<ProductState, StatusGroup>> = {
  affected: 'known_affected',
  fixed: 'fixed',
  not_affected: 'known_not_affected',
  under_investigation: 'under_investigation',
};

function groupOf({ said, state }: Product): StatusGroup | undefined {
  return said ?? (state && GROUP[state]);
}

function withoutStatus(path: string): Loss {
  return {
    path,
    what: 'product_without_status',
    why: 'CSAF 2.0 has no status for a product of a silent vendor.',
  };
}

function sharedId(rows: readonly ProductRow[]): string | undefined {
  const known = new Map<string, string>();
  for (const { id, entry, product } of rows) {
    const self = JSON.stringify([entry.vendorId, product.name, product.version, product.cpe, product.purl]);
    if ((known.get(id) ?? self) !== self) return id;
    known.set(id, self);
  }
  return undefined;
}

function twoSides(rows: readonly ProductRow[]): string | undefined {
  const sides = new Map<string, string>();
  for (const { id, entry, group } of rows) {
    const side = SIDE[group];
    const key = JSON.stringify([entry.vulnerabilityId, id]);
    if (side === undefined) continue;
    if ((sides.get(key) ?? side) !== side) return id;
    sides.set(key, side);
  }
  return undefined;
}

/** Ids of a vulnerability's products per group, each list sorted and without repeats. */
export function productStatus(rows: readonly ProductRow[], vulnerabilityId: string): Json | undefined {
  const groups: Record<string, Set<string>> = {};
  for (const { entry, group, id } of rows) {
    if (entry.vulnerabilityId !== vulnerabilityId) continue;
    groups[group] ??= new Set();
    groups[group].add(id);
  }
  const names = Object.keys(groups);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, [...(groups[name] ?? [])].sort(byText)]));
}

/** Words that make a version text a range in the eyes of validators (CSAF 6.1.31). */
const RANGE_WORDS = /[<>]|\b(?:after|all|before|earlier|later|prior|versions)\b/i;

/** The `product_tree`: vendor → product name → version or range. `undefined` where no product has a status. */
export function productTree(rows: readonly ProductRow[]): Json | undefined {
  const vendors = new Map<string, { readonly name: string; readonly rows: Map<string, ProductRow> }>();
  for (const row of rows) {
    const vendor = vendors.get(row.entry.vendorId) ?? { name: row.entry.name, rows: new Map() };
    vendors.set(row.entry.vendorId, vendor);
    vendor.rows.set(row.id, row);
  }
  if (vendors.size === 0) return undefined;
  return {
    branches: [...vendors.values()].map(({ name, rows: own }) => ({
      category: 'vendor',
      name,
      branches: productBranches([...own.values()]),
    })),
  };
}

function productBranches(rows: readonly ProductRow[]): Json[] {
  const names = new Map<string, Json[]>();
  const leaves: Json[] = [];
  for (const row of rows) {
    const { name, version } = row.product;
    // A branch holds either branches or a product, so a product without a version is a leaf of its own.
    if (version === undefined || (!version.startsWith('vers:') && RANGE_WORDS.test(version))) {
      leaves.push({
        category: 'product_name',
        name: version === undefined ? name : `${name} ${version}`,
        product: leaf(row),
      });
      continue;
    }
    const category = version.startsWith('vers:') ? 'product_version_range' : 'product_version';
    const versions = names.get(name) ?? [];
    names.set(name, versions);
    versions.push({ category, name: version, product: leaf(row) });
  }
  const branches = [...names].map(([name, versions]) => ({
    category: 'product_name',
    name,
    branches: versions,
  }));
  return [...leaves, ...branches];
}

function leaf({ id, entry, product }: ProductRow): Json {
  const own = product.name.startsWith(entry.name) ? product.name : `${entry.name} ${product.name}`;
  const hints = members({ cpe: inForm('cpe', product.cpe), purl: inForm('purl', product.purl) });
  return members({
    name: product.version === undefined ? own : `${own} ${product.version}`,
    product_id: id,
    product_identification_helper: Object.keys(hints).length > 0 ? hints : undefined,
  });
}
