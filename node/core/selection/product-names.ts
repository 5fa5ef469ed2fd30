/** Who makes what, read off machine-readable names: CPE 2.2 and 2.3, package URLs, entries of CVE records. */
import type { MakerName } from './contact.js';

/**
 * The maker in `cpe:2.3:a:vendor:product:…`, `cpe:/a:vendor:product:…` or `pkg:type/namespace/name@version`.
 * @returns `undefined` for any other text: then it is the printed name of a product.
 * @see NISTIR 7695 (CPE naming), package-url/purl-spec
 */
export function makerOf(name: string): MakerName | undefined {
  const text = name.trim();
  if (/^cpe:2\.3:/i.test(text)) {
    const [vendor, product] = text.split(/(?<!\\):/).slice(3);
    return maker(unescaped(vendor), unescaped(product));
  }
  if (/^cpe:\//i.test(text)) {
    const [vendor, product] = text.slice('cpe:/'.length).split(':').slice(1);
    return maker(decoded(vendor), decoded(product));
  }
  if (/^pkg:/i.test(text)) {
    const [path = ''] = text.slice('pkg:'.length).replace(/^\/+/, '').split(/[?#]/);
    const parts = path.split('/').slice(1).map(decoded);
    // A version is what follows the last @; a scope of npm begins with one.
    const product = (parts.at(-1) ?? '').replace(/(?<=.)@[^@]*$/, '');
    return maker((parts.at(-2) ?? '').replace(/^@/, ''), product);
  }
  return undefined;
}

/** The entries `affected` of a CVE record (format 5), of whatever container; anything else has none. */
export function makersOfCve(record: unknown): readonly MakerName[] {
  const containers = member(record, 'containers');
  const cna = member(containers, 'cna');
  const adp = member(containers, 'adp');
  return [cna, ...(Array.isArray(adp) ? adp : [])]
    .flatMap((container) => {
      const affected = member(container, 'affected');
      return Array.isArray(affected) ? affected : [];
    })
    .flatMap((entry: unknown) => {
      // A record names a product, or a package of a collection.
      const product = word(entry, 'product') ?? word(entry, 'packageName');
      return maker(word(entry, 'vendor'), product) ?? [];
    });
}

function maker(vendor: string | undefined, product: string | undefined): MakerName | undefined {
  const known = [vendor, product].map((part) =>
    part === undefined || /^(?:[*-]|n\/a)?$/i.test(part) ? '' : part,
  );
  const [by = '', of = ''] = known;
  return by === '' && of === '' ? undefined : { vendor: by, product: of };
}

function unescaped(part: string | undefined): string {
  return (part ?? '').replaceAll(/\\(.)/g, '$1').replaceAll('_', ' ');
}

function decoded(part: string | undefined): string {
  const plain = (part ?? '').replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return plain.replaceAll('_', ' ');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function word(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
}
