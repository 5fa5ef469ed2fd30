/**
 * The protobuf schema of the house, read once from `proto/`, and the one list of options that loader and type
 * generator share. Decoding here is no reading: it says what the bytes spell, and each field still goes through
 * a reader before anybody believes it.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { textOf } from '../core/bytes.js';

/**
 * How decoded messages look. The generated types in `proto/gen` are made with the same list (`npm run gen`);
 * a test compares. 64-bit numbers come as decimal strings, because as numbers they would round in silence.
 */
export const SCHEMA_OPTIONS: {
  readonly keepCase: false;
  readonly longs: 'String';
  readonly enums: 'String';
  readonly bytes: 'Buffer';
  readonly defaults: true;
  readonly oneofs: true;
} = { keepCase: false, longs: 'String', enums: 'String', bytes: 'Buffer', defaults: true, oneofs: true };

/** One message of the schema, both ways. `decode(encode(a)) = a`, with defaults filled in. */
export interface MessageType {
  /**
   * Encodes a plain structure: camelCase names, 64-bit numbers as decimal strings, enum values by name.
   * A name that the schema does not have is left out. @throws for a value that has no form in its field.
   */
  encode(plain: object): Uint8Array;
  /**
   * Decodes into a plain structure for readers: 64-bit numbers are decimal strings; a known enum value is its
   * name, an unknown one a bare number; an absent field is its default, unless it is `optional` or in a oneof,
   * where it is missing and the oneof's own name says which member is there. Unknown fields are dropped.
   * Byte fields are views of `bytes`: whoever keeps them copies.
   * @returns `undefined` for bytes that are not such a message, text that is not UTF-8 included.
   */
  decode(bytes: Uint8Array): unknown;
}

/**
 * A message by its full name, such as `isochron.v1.Frame`; the same one for the same name.
 * @throws for a name that the schema does not have: a mistake of the caller.
 */
export function messageType(name: string): MessageType {
  const known = types.get(name);
  if (known) return known;
  const type = root().lookupType(name);
  const made: MessageType = {
    // A copy of its own: small results of protobufjs are views of a memory pool that others write to.
    encode: (plain) => new Uint8Array(type.encode(type.fromObject(plain)).finish()),
    decode: (bytes) => {
      const message = attempt(() => type.decode(strictReader(bytes)));
      return message && type.toObject(message, TO_PLAIN);
    },
  };
  types.set(name, made);
  return made;
}

/**
 * The tags at the top level of a message, in their order, each as often as it stands there; a tag is eight times
 * the field number, plus the wire type. Nothing is decoded: this is how a reader counts before it lets a decoder
 * make room. A decoder trusts the number and ignores the wire type, so whoever counts compares whole tags.
 *
 * @param within tag of an embedded message to look into, at its first place, instead of the message itself.
 * @returns `undefined` for bytes that are no protobuf message, or that hold a group: no schema of ours has one.
 */
export function outline(bytes: Uint8Array, within?: number): readonly number[] | undefined {
  return attempt(() => {
    const reader = new protobuf.Reader(bytes);
    const tags: number[] = [];
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === within) return outline(reader.bytes());
      if (within === undefined) tags.push(tag);
      if ((tag & 7) === GROUP) return undefined;
      reader.skipType(tag & 7);
    }
    return tags;
  });
}

/** Wire type of the beginning of a group. */
const GROUP = 3;

const types = new Map<string, MessageType>();

// protobufjs takes the constructors where the generator takes their names; byte fields stay what the reader made.
const TO_PLAIN: protobuf.IConversionOptions = {
  longs: String,
  enums: String,
  defaults: SCHEMA_OPTIONS.defaults,
  oneofs: SCHEMA_OPTIONS.oneofs,
};

let loaded: protobuf.Root | undefined;

/** Every file of `proto/isochron/v1`. The imports map of the package finds it from source and from dist alike. */
function root(): protobuf.Root {
  if (loaded) return loaded;
  const folder = new URL('.', import.meta.resolve('#proto/isochron/v1/replication.proto'));
  const made = new protobuf.Root();
  made.resolvePath = (_origin, target) => fileURLToPath(new URL(`../../${target}`, folder));
  const files = readdirSync(folder).filter((name) => name.endsWith('.proto'));
  made.loadSync(
    files.sort().map((name) => `isochron/v1/${name}`),
    { keepCase: SCHEMA_OPTIONS.keepCase },
  );
  made.resolveAll();
  loaded = made;
  return made;
}

// protobufjs throws plain errors for bytes that it cannot read; here they are an answer like any other.
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/**
 * protobufjs reads a text that ends too early, or is not UTF-8, as something else in silence; two nodes would
 * then hold different texts for the same signed bytes. This reader refuses.
 */
function strictReader(bytes: Uint8Array): protobuf.Reader {
  const reader = new protobuf.Reader(bytes);
  reader.string = () => {
    const text = textOf(reader.bytes());
    if (text === undefined) throw new RangeError('text is not UTF-8');
    return text;
  };
  return reader;
}
