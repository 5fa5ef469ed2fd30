/**
 * Maps of the state that are written with every statement. Nothing is changed in place, so the naive way copies the
 * whole map for one entry; with the ten thousand cases of a year that was most of the work of a statement.
 *
 * Here a large map stays as it is, and a small one with the newest entries lies over it. Only the small one is copied;
 * when it has grown to some part of the large one, both become one large map again. So an entry costs about the square
 * root of the size. Order is that of a `Map`: by first insertion.
 */

/** Up to this size a copy is as quick as anything. */
const SMALL = 64;

interface Layers<K, V> {
  readonly below: ReadonlyMap<K, V>;
  readonly above: ReadonlyMap<K, V>;
  readonly size: number;
}

/** What a layered map is made of; nothing of it shows in the map, which equals another one with the same entries. */
const layersOf = new WeakMap<object, Layers<unknown, unknown>>();

/** A map with one entry more or replaced; the old one is untouched. */
export function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.size < SMALL) return new Map(map).set(key, value);
  const { below, above, size } = layers(map) ?? { below: map, above: new Map<K, V>(), size: map.size };
  const next = new Map(above).set(key, value);
  if (next.size > SMALL && next.size * next.size > 4 * below.size) return new Map(map).set(key, value);
  return layered({ below, above: next, size: map.has(key) ? size : size + 1 });
}

function layers<K, V>(map: ReadonlyMap<K, V>): Layers<K, V> | undefined {
  // What `layered` put there is of the type of the map under which it lies.
  return layersOf.get(map) as Layers<K, V> | undefined;
}

function layered<K, V>(parts: Layers<K, V>): ReadonlyMap<K, V> {
  const map = Object.create(METHODS) as ReadonlyMap<K, V>;
  layersOf.set(map, parts);
  return map;
}

function* entriesOf<K, V>({ below, above }: Layers<K, V>): MapIterator<[K, V]> {
  for (const [key, value] of below) yield [key, above.has(key) ? (above.get(key) as V) : value];
  for (const entry of above) if (!below.has(entry[0])) yield entry;
}

function* picked<T>(entries: MapIterator<[unknown, unknown]>, at: 0 | 1): MapIterator<T> {
  for (const entry of entries) yield entry[at] as T;
}

/** A layered map, as its methods see it: they are found through it and stand on no map of their own. */
type Self = ReadonlyMap<unknown, unknown>;

function own(map: Self): Layers<unknown, unknown> {
  const found = layers(map);
  if (found === undefined) throw new Error('a method of a layered map');
  return found;
}

const METHODS: Self & ThisType<Self> = {
  get size() {
    return own(this).size;
  },
  has(key) {
    const { below, above } = own(this);
    return above.has(key) || below.has(key);
  },
  get(key) {
    const { below, above } = own(this);
    return above.has(key) ? above.get(key) : below.get(key);
  },
  forEach(visit) {
    for (const [key, value] of this) visit(value, key, this);
  },
  entries() {
    return entriesOf(own(this));
  },
  keys() {
    return picked(entriesOf(own(this)), 0);
  },
  values() {
    return picked(entriesOf(own(this)), 1);
  },
  [Symbol.iterator]() {
    return entriesOf(own(this));
  },
};
