/**
 * WebCrypto's operations on curve 25519, done at once by `node:crypto`. openpgp.js gives every step of an envelope to
 * `crypto.subtle`, a dozen a message, and the platform sends each to another thread and back: the way costs several times
 * what the step does. The library takes what is global; there is no place where another provider could be handed to it.
 *
 * Only what the library asks for these keys is answered here: X25519, Ed25519 and the key wrap between them. Whatever else
 * is asked goes to the platform as before, with keys of the platform. Results and names of errors are those of the standard
 * (W3C Web Cryptography Level 2). Decision 0053 has the reasons.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto';

type Bytes = ArrayBuffer | NodeJS.ArrayBufferView;
type Algorithm = string | { readonly name: string; readonly public?: unknown };
type Usage = webcrypto.KeyUsage;
type Asked = readonly [algorithm: Algorithm, extractable: boolean, usages: readonly Usage[]];

/** Half of a pair, and as it is told. */
interface Half {
  /** Ready for use: of a public half that is only told, it is never asked. */
  readonly object: () => KeyObject;
  readonly told: webcrypto.JsonWebKey;
}

/** What a key has beside the fields of a `CryptoKey` if it was made here: half of a pair, or the bytes of a secret. */
const HELD = Symbol('held');

interface Local<Held extends Half | Uint8Array = Half | Uint8Array> {
  readonly [HELD]: Held;
  readonly type: webcrypto.KeyType;
  readonly algorithm: Algorithm;
  readonly extractable: boolean;
  readonly usages: readonly Usage[];
}

const CURVES: ReadonlySet<string> = new Set(['X25519', 'Ed25519']);
/** RFC 3394 §2.2.3.1; the standard offers no other. */
const WRAP_START = Buffer.alloc(8, 0xa6);

/** Answers `undefined` for what is the platform's. */
type Operation = (...given: readonly unknown[]) => unknown;

const OPERATIONS = {
  importKey: importInPlace,
  exportKey: exportInPlace,
  generateKey: generateInPlace,
  deriveBits: deriveInPlace,
  sign: signInPlace,
  verify: verifyInPlace,
  wrapKey: wrapInPlace,
  unwrapKey: unwrapInPlace,
  // Never in place: here only so that keys made in place are taken there as well.
  deriveKey: () => undefined,
  encrypt: () => undefined,
  decrypt: () => undefined,
} satisfies Partial<Record<keyof webcrypto.SubtleCrypto, unknown>>;

/**
 * From now on these operations are done in place, for everything in this process. Asked twice, it is done once.
 * @returns gives them back to the platform.
 */
export function computeInPlace(): () => void {
  const { subtle } = globalThis.crypto;
  if (Object.hasOwn(subtle, 'importKey')) return () => undefined;
  const importThere = subtle.importKey.bind(subtle) as Operation;
  for (const [name, here] of Object.entries(OPERATIONS) as [keyof typeof OPERATIONS, Operation][]) {
    const there = subtle[name].bind(subtle) as Operation;
    const value = async (...given: readonly unknown[]) => {
      const done = here(...given);
      if (done === undefined)
        return there(...(await Promise.all(given.map((one) => ofPlatform(one, importThere)))));
      const turned = loopTurned();
      if (turned !== undefined) await turned;
      return done;
    };
    Object.defineProperty(subtle, name, { value, configurable: true });
  }
  return () => {
    for (const name of Object.keys(OPERATIONS)) Reflect.deleteProperty(subtle, name);
    read.clear();
  };
}

/** So long may answers that come at once hold the event loop. */
const MOST_HELD_MS = 2;

/** The time in which the event loop has not turned, from the first operation on. */
let stretch: { readonly begunMs: number; readonly ended: Promise<void> } | undefined;

/**
 * A promise that is kept at once lets nothing run but others of its kind, for as long as there are some: eight hundred
 * envelopes held every link, clock and file for most of a second. So after a while an answer waits until the loop has turned.
 * @returns `undefined` while there is no need to wait.
 */
function loopTurned(): Promise<void> | undefined {
  stretch ??= {
    begunMs: performance.now(),
    ended: new Promise((resolve) => {
      setImmediate(() => {
        stretch = undefined;
        resolve();
      });
    }),
  };
  return performance.now() - stretch.begunMs > MOST_HELD_MS ? stretch.ended : undefined;
}

/** A key made here, or an algorithm that names one, as the platform takes it. */
async function ofPlatform(given: unknown, importThere: Operation): Promise<unknown> {
  if (typeof given !== 'object' || given === null) return given;
  if ('public' in given) return { ...given, public: await ofPlatform(given.public, importThere) };
  if (!isLocal(given)) return given;
  const { [HELD]: held, algorithm, extractable, usages } = given;
  const [format, exported] = held instanceof Uint8Array ? ['raw', held] : ['jwk', held.told];
  return importThere(format, exported, algorithm, extractable, usages);
}

function importInPlace(
  format: string,
  key: webcrypto.JsonWebKey | Bytes,
  ...asked: Asked
): Local | undefined {
  const [algorithm, extractable, usages] = asked;
  const name = nameOf(algorithm);
  if (format === 'jwk' && CURVES.has(name)) return importCurve(key as webcrypto.JsonWebKey, asked);
  // The library wraps a session key as if it were one for HMAC, which may have any length.
  const isWrapped = name === 'HMAC' && extractable && usages.length === 1 && usages[0] === 'sign';
  if (format !== 'raw' || (name !== 'AES-KW' && !isWrapped)) return undefined;
  return local(bytesOf(key as Bytes).slice(), 'secret', asked);
}

function importCurve(key: webcrypto.JsonWebKey, asked: Asked): Local | undefined {
  // A key that says what it is for is checked by the platform; the library writes none of these.
  if (key.key_ops !== undefined || key.use !== undefined || key.ext === false) return undefined;
  if (key.kty !== 'OKP' || key.crv !== nameOf(asked[0])) throw refused('DataError');
  const { ext: _, ...told } = key;
  const object = halfOf(key);
  return local({ object: () => object, told }, key.d === undefined ? 'public' : 'private', asked);
}

/** Halves that come back with every envelope, the longest unused first: reading one takes as long as using it. */
const read = new Map<string, KeyObject>();
const MOST_READ = 256;

function halfOf(key: webcrypto.JsonWebKey): KeyObject {
  const isPublic = key.d === undefined;
  const made = { key: key as JsonWebKey, format: 'jwk' } as const;
  const name = [key.crv, key.x, key.d].join(' ');
  const half =
    read.get(name) ??
    orRefused('DataError', () => (isPublic ? createPublicKey(made) : createPrivateKey(made)));
  read.delete(name);
  read.set(name, half);
  for (const oldest of read.keys()) {
    if (read.size <= MOST_READ) break;
    read.delete(oldest);
  }
  return half;
}

function exportInPlace(format: string, key: unknown): webcrypto.JsonWebKey | ArrayBuffer | undefined {
  if (!isLocal(key)) return undefined;
  const { [HELD]: held, extractable } = key;
  if (!extractable) throw refused('InvalidAccessError');
  if (held instanceof Uint8Array) return format === 'raw' ? bufferOf(held) : undefined;
  if (format !== 'jwk') return undefined;
  return { ...held.told, key_ops: [...key.usages], ext: true };
}

function generateInPlace(...[algorithm, extractable, usages]: Asked): object | undefined {
  if (nameOf(algorithm) !== 'X25519') return undefined;
  // Not by `generateKeyPairSync`: asked for the coordinates of what that made, Node 20 can wait for ever for a lock that its own
  // garbage collection wants (`ExportJWK` and `~KeyGenJob`). RFC 7748 §6.1: a secret half is any 32 random bytes; the public one
  // follows from them as they are read, whatever stands beside them.
  const d = randomBytes(32).toString('base64url');
  const secret = createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', x: '', d }, format: 'jwk' });
  const whole = secret.export({ format: 'jwk' }) as webcrypto.JsonWebKey;
  const { d: _, ...open } = whole;
  return {
    publicKey: local({ object: () => halfOf(open), told: open }, 'public', [algorithm, true, []]),
    privateKey: local({ object: () => secret, told: whole }, 'private', [algorithm, extractable, usages]),
  };
}

function deriveInPlace(algorithm: Algorithm, key: unknown, bits: number | null): ArrayBuffer | undefined {
  if (typeof algorithm === 'string' || !isCurve(key) || !isCurve(algorithm.public)) return undefined;
  if (bits !== 256 || nameOf(algorithm) !== 'X25519') return undefined;
  permit(key, 'deriveBits');
  const [privateKey, publicKey] = [key[HELD].object(), algorithm.public[HELD].object()];
  // A point of small order has no secret: node:crypto refuses it.
  return orRefused('OperationError', () => bufferOf(diffieHellman({ privateKey, publicKey })));
}

function signInPlace(_: Algorithm, key: unknown, signed: Bytes): ArrayBuffer | undefined {
  if (!isCurve(key)) return undefined;
  permit(key, 'sign');
  return bufferOf(sign(null, bytesOf(signed), key[HELD].object()));
}

function verifyInPlace(_: Algorithm, key: unknown, signature: Bytes, signed: Bytes): boolean | undefined {
  if (!isCurve(key)) return undefined;
  permit(key, 'verify');
  return verify(null, bytesOf(signed), key[HELD].object(), bytesOf(signature));
}

function wrapInPlace(format: string, key: unknown, by: unknown): ArrayBuffer | undefined {
  if (format !== 'raw' || !isSecret(key) || !isSecret(by)) return undefined;
  permit(by, 'wrapKey');
  if (!key.extractable) throw refused('InvalidAccessError');
  return orRefused('OperationError', () => {
    const cipher = createCipheriv(wrapBy(by[HELD]), by[HELD], WRAP_START);
    return bufferOf(Buffer.concat([cipher.update(key[HELD]), cipher.final()]));
  });
}

function unwrapInPlace(
  format: string,
  wrapped: Bytes,
  by: unknown,
  _: Algorithm,
  ...asked: Asked
): Local | undefined {
  if (format !== 'raw' || nameOf(asked[0]) !== 'HMAC' || !isSecret(by)) return undefined;
  permit(by, 'unwrapKey');
  return orRefused('OperationError', () => {
    const cipher = createDecipheriv(wrapBy(by[HELD]), by[HELD], WRAP_START);
    return local(Buffer.concat([cipher.update(bytesOf(wrapped)), cipher.final()]), 'secret', asked);
  });
}

function local<Held extends Half | Uint8Array>(
  held: Held,
  type: webcrypto.KeyType,
  [algorithm, extractable, usages]: Asked,
): Local<Held> {
  return { [HELD]: held, type, algorithm, extractable, usages };
}

function isLocal(key: unknown): key is Local {
  return typeof key === 'object' && key !== null && HELD in key;
}

function isSecret(key: unknown): key is Local<Uint8Array> {
  return isLocal(key) && key.type === 'secret';
}

function isCurve(key: unknown): key is Local<Half> {
  return isLocal(key) && key.type !== 'secret';
}

function permit({ usages }: Local, usage: Usage): void {
  if (!usages.includes(usage)) throw refused('InvalidAccessError');
}

function nameOf(algorithm: Algorithm): string {
  return typeof algorithm === 'string' ? algorithm : algorithm.name;
}

function wrapBy({ length }: Uint8Array): string {
  return `id-aes${8 * length}-wrap`;
}

function bytesOf(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** A copy: what `node:crypto` returns may lie in a buffer that it shares. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

function orRefused<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw refused(name);
  }
}

/** Without the cause: a message of OpenSSL tells nothing that an operator could use. */
function refused(name: string): DOMException {
  return new DOMException('The operation failed', name);
}
