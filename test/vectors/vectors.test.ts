/**
 * The vectors of docs/PROTOCOL.md, one case a file. Each that is refused names the valid vector that it was made of and
 * the one thing that was done to it; here it is undone, so that no vector fails for two reasons.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAYERS, type LayerName } from '../../fixtures/make/vectors/layers.js';
import { type Change, unpack, type Vector, writeVector } from '../../fixtures/make/vectors/vector.js';
import { MEANINGS } from '../../node/core/fault.js';
import { messageType } from '../../node/wire/schema.js';
import { JUDGES } from './judge.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/vectors/', import.meta.url));
const names = Object.keys(LAYERS) as LayerName[];

function vectorsOf(layer: LayerName): ReadonlyMap<string, Vector> {
  return new Map(
    readdirSync(`${FOLDER}${layer}`).map((file) => {
      const name = file.replace(/\.json$/, '');
      return [
        name,
        { name, ...(JSON.parse(readFileSync(`${FOLDER}${layer}/${file}`, 'utf8')) as object) } as Vector,
      ];
    }),
  );
}

/** The message in the input of a vector, for those layers whose changes are fields. */
const MESSAGES: Partial<Record<LayerName, string>> = {
  frame: 'isochron.v1.Frame',
  statement: 'isochron.v1.Statement',
  ballot: 'isochron.v1.Testimony',
  charter: 'isochron.v1.Testimony',
};

describe.each(names)('vectors of the layer %s', (layer) => {
  const vectors = vectorsOf(layer);
  const all = [...vectors.values()];
  const refused = all.filter(({ from }) => from !== undefined);

  it('are there, valid ones and others', () => {
    expect(all.length).toBeGreaterThan(10);
    expect(all.some(({ expect: code }) => code === 'ok')).toBe(true);
    expect(refused.length).toBeGreaterThan(5);
  });

  it.each(all)('$name', async ({ input, expect: code, where }) => {
    const judged = await JUDGES[layer](input);
    expect(judged.ok ? 'ok' : judged.fault.code).toBe(code);
    if (where !== undefined) expect(!judged.ok && judged.fault.where).toBe(where);
  });

  it('name known codes, rules, and valid parents', () => {
    for (const { name, expect: code, rules, from, description } of all) {
      expect([name, code === 'ok' || Object.hasOwn(MEANINGS, code)]).toEqual([name, true]);
      expect([name, rules.length > 0, description !== '']).toEqual([name, true, true]);
      expect([name, code === 'ok' || from !== undefined]).toEqual([name, true]);
      if (from !== undefined) expect([name, vectors.get(from)?.expect]).toEqual([name, 'ok']);
    }
  });

  it.each(refused)('$name differs from $from in one thing only', ({ input, from = '', change }) => {
    const valid = vectors.get(from)?.input ?? {};
    if (change === undefined) throw new Error('a change');
    const { [change.input]: changed, ...rest } = input;
    const { [change.input]: original, ...others } = valid;
    const follows = 'follows' in change && change.follows !== undefined ? { [change.follows]: true } : {};
    expect({ ...rest, ...follows }).toEqual({ ...others, ...follows });
    expect(changed).not.toEqual(original);
    if ('at' in change)
      expect(undone(withoutSignature(layer, changed), change)).toEqual(withoutSignature(layer, original));
    if (!('path' in change)) return;
    const places = differences(layer, changed, original);
    expect(places.length).toBeGreaterThan(0);
    expect(places.filter((place) => !`${place}/`.startsWith(`${change.path}/`))).toEqual([]);
  });
});

describe('vectors that can be made twice alike', () => {
  it.each(names.filter((name) => LAYERS[name].stable))(
    '%s: "npm run vectors" would write the same',
    async (layer) => {
      const made = await LAYERS[layer].make();
      const files = new Map(made.map((vector) => [`${vector.name}.json`, writeVector(vector)]));
      expect(readdirSync(`${FOLDER}${layer}`).sort()).toEqual([...files.keys()].sort());
      for (const [file, text] of files)
        if (readFileSync(`${FOLDER}${layer}/${file}`, 'utf8') !== text)
          expect.fail(`${layer}/${file} is another`);
    },
  );
});

/** A card that is signed anew has another signature; its change is in what was signed. */
function withoutSignature(layer: LayerName, text: unknown): unknown {
  return layer === 'card' ? String(text).split('-----BEGIN PGP SIGNATURE-----')[0] : text;
}

function undone(changed: unknown, { at, cut, put }: Extract<Change, { readonly at: number }>): unknown {
  if (isText(changed)) {
    expect(changed.slice(at, at + put.length)).toBe(put);
    return changed.slice(0, at) + cut + changed.slice(at + put.length);
  }
  const hex = Buffer.from(unpack(changed)).toString('hex');
  expect(hex.slice(2 * at, 2 * at + put.length)).toBe(put);
  const back = hex.slice(0, 2 * at) + cut + hex.slice(2 * at + put.length);
  return Buffer.from(back, 'hex').toString('base64');
}

/** Leaves, notes, proofs and cards are text; frames and statements are packed bytes. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && /[\n{]/.test(value);
}

/** Paths at which two messages differ; lists of other lengths differ as a whole. */
function differences(layer: LayerName, left: unknown, right: unknown): readonly string[] {
  const type = messageType(MESSAGES[layer] ?? '');
  const bytesOf = (value: unknown) =>
    unpack((value as { readonly bytes?: unknown } | undefined)?.bytes ?? value);
  return differing(type.decode(bytesOf(left)), type.decode(bytesOf(right)), '');
}

function differing(left: unknown, right: unknown, path: string): readonly string[] {
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return [path];
  if (!isTree(left) || !isTree(right)) return JSON.stringify(left) === JSON.stringify(right) ? [] : [path];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return (
    [...keys]
      // The name of the member that a oneof holds follows from the members.
      .filter(
        (key) => !(typeof left[key] === 'string' && isMemberName(left, key)) && !isMemberName(right, key),
      )
      .flatMap((key) => differing(left[key], right[key], path === '' ? key : `${path}/${key}`))
  );
}

function isMemberName(tree: Tree, key: string): boolean {
  const value = tree[key];
  return (
    (key.startsWith('_') || /^(?:kind|body|value|change|move)$/.test(key)) &&
    typeof value === 'string' &&
    value in tree
  );
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}
