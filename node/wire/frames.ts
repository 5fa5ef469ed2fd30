/**
 * Frames ↔ bytes: what crosses every transport (DESIGN §3). Sizes are judged before anything is decoded, so that
 * a peer cannot make us hold more than one frame; then every field passes a shape.
 */
import { Breakage, type Fault, type FaultCode, MEANINGS, type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { Entry, Frame, FrameFeed } from '../ports.js';
import type { ChoiceRule } from './rules.js';
import { messageType, outline } from './schema.js';
import {
  branded,
  bytes,
  type ChoiceShape,
  choice,
  list,
  named,
  nothing,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  time,
  truth,
  Unfit,
  whole,
} from './shapes.js';

type FrameKind = Frame['kind'];
type Members<Kind extends FrameKind> = Omit<Extract<Frame, { readonly kind: Kind }>, 'kind'>;

/** Field number of each kind in `isochron.v1.Frame`; a test compares with the schema. */
export const FRAME_FIELDS: Readonly<Record<FrameKind, number>> = {
  hello: 1,
  entries: 2,
  receipt: 3,
  fetch: 4,
  fault: 5,
  bye: 6,
  answer: 7,
};

/** Tags of `isochron.v1.Entries`: feed, from, entries, checkpoint. */
const ENTRIES_TAGS: readonly number[] = [0x0a, 0x10, 0x1a, 0x22];
const ENTRY_TAG = 0x1a;

const kindOf = new Map(Object.entries(FRAME_FIELDS).map(([kind, field]) => [field, kind as FrameKind]));

/** Field number × 8 + wire type of an embedded message. */
function tagOf(kind: FrameKind): number {
  return FRAME_FIELDS[kind] * 8 + 2;
}

/**
 * `readFrame(writeFrame(a)) = a`, up to a fault's place, which is cut to one line of the length that readers take.
 * @throws Breakage FRAME_OVERSIZE for a frame that no reader would take: the caller cuts its entries smaller.
 */
export function writeFrame(frame: Frame): Uint8Array {
  const written = messageType('isochron.v1.Frame').encode(frameShape.write(frame) as object);
  const sized = checkSize(frame.kind, written);
  if (!sized.ok) throw new Breakage(sized.fault);
  return written;
}

/**
 * Inverse of {@link writeFrame}. The frame owns its bytes.
 *
 * Faults: FRAME_OVERSIZE, FRAME_UNKNOWN (with the field number), FRAME_MALFORMED (with the place). A fault that
 * this version does not know is read as FAULT_UNKNOWN with the peer's code as its place.
 */
export function readFrame(bytes: Uint8Array): Outcome<Frame> {
  const most = LIMITS.frameBytes.most;
  if (bytes.length > most) return refuse('FRAME_OVERSIZE', { offered: bytes.length, most });
  const tags = outline(bytes);
  if (tags === undefined) return refuse('FRAME_MALFORMED', { where: 'frame' });
  const [kind, ...others] = tags.flatMap((tag) => kindOf.get(tag >>> 3) ?? []);
  if (kind === undefined)
    return tags[0] === undefined
      ? refuse('FRAME_MALFORMED', { where: 'frame' })
      : refuse('FRAME_UNKNOWN', { where: `field ${tags[0] >>> 3}` });
  if (others.length > 0 || !tags.includes(tagOf(kind))) return refuse('FRAME_MALFORMED', { where: 'frame' });
  const sized = checkSize(kind, bytes);
  return sized.ok ? readKnown(bytes) : sized;
}

function readKnown(bytes: Uint8Array): Outcome<Frame> {
  const wire = messageType('isochron.v1.Frame').decode(bytes);
  if (wire === undefined) return refuse('FRAME_MALFORMED', { where: 'frame' });
  try {
    return ok(frameShape.read(wire, 'frame'));
  } catch (cause) {
    if (cause instanceof Unfit) return refuse('FRAME_MALFORMED', { where: cause.path });
    throw cause;
  }
}

// A decoder turns two bytes into an empty list entry of a hundred; so entries are counted before it runs.
function checkSize(kind: FrameKind, bytes: Uint8Array): Outcome<undefined> {
  const most = (kind === 'entries' ? LIMITS.frameBytes : LIMITS.smallFrameBytes).most;
  if (bytes.length > most)
    return refuse('FRAME_OVERSIZE', { where: `frame/${kind}`, offered: bytes.length, most });
  if (kind !== 'entries') return ok(undefined);
  const tags = outline(bytes, tagOf('entries'));
  // A known field under another wire type is skipped by us and read by the decoder: it would escape the count.
  const strange = (tag: number) => tag >>> 3 <= ENTRIES_TAGS.length && !ENTRIES_TAGS.includes(tag);
  if (tags === undefined || tags.some(strange)) return refuse('FRAME_MALFORMED', { where: 'frame/entries' });
  const offered = tags.filter((tag) => tag === ENTRY_TAG).length;
  return offered > LIMITS.frameEntries.most
    ? refuse('FRAME_OVERSIZE', {
        where: 'frame/entries/entries',
        offered,
        most: LIMITS.frameEntries.most,
      })
    : ok(undefined);
}

const SAFE = Number.MAX_SAFE_INTEGER;
const node = branded(nodeId, 'node id');
const feed = record<FeedId>({ author: node, recipient: node });
const note = some(bytes(LIMITS.noteBytes.most));

const head = record<FrameFeed>({ feed, size: whole(0, SAFE), checkpoint: optional(note) });

const entry = record<Entry>({
  leaf: some(bytes(LIMITS.leafBytes.most)),
  envelope: some(bytes(LIMITS.envelopeBytes.most)),
});

const frameShape: ChoiceShape<Frame> = choice<Frame, 'kind'>('kind', {
  hello: record<Members<'hello'>>({
    versions: some(list(whole(1, 65_535), LIMITS.helloEntries.most)),
    mode: oneOf('MODE', ['production', 'drill']),
    node,
    incarnation: whole(0, SAFE),
    clock: time,
    feeds: named('heads', list(head, LIMITS.helloEntries.most)),
  }),
  entries: record<Members<'entries'>>({
    feed,
    from: whole(0, SAFE - LIMITS.frameEntries.most),
    entries: some(list(entry, LIMITS.frameEntries.most)),
    checkpoint: note,
  }),
  receipt: record<Members<'receipt'>>({ feed, note }),
  fetch: record<Members<'fetch'>>({ feed, from: whole(0, SAFE) }),
  answer: record<Members<'answer'>>({ incarnation: whole(1, SAFE), said: whole(0, SAFE) }),
  fault: faultShape(),
  bye: nothing,
});

/** Every kind of frame with its fields. */
export const FRAME_RULE: ChoiceRule = frameShape.rule;

function some<T extends { readonly length: number }>(shape: Shape<T>): Shape<T> {
  return {
    ...shape,
    rule: 'least' in shape.rule ? { ...shape.rule, least: 1 } : shape.rule,
    read: (wire, path) => {
      const value = shape.read(wire, path);
      if (value.length === 0) throw new Unfit(path);
      return value;
    },
  };
}

interface WireFault {
  readonly code: string;
  readonly fatal: boolean;
  readonly where: string | undefined;
  readonly held: number | undefined;
  readonly offered: number | undefined;
  readonly most: number | undefined;
}

/** A fault lies flat on the wire, and its place comes from outside: one printable line. */
function faultShape(): Shape<Members<'fault'>> {
  const amount = optional(whole(-SAFE, SAFE));
  const flat = record<WireFault>({
    code: text(64, 1),
    fatal: truth,
    where: optional(text(LIMITS.nameCharacters.most)),
    held: amount,
    offered: amount,
    most: amount,
  });
  return {
    rule: flat.rule,
    read: (wire, path) => {
      const { fatal, ...fields } = flat.read(wire, path);
      if (!/^[A-Z][A-Z0-9_]*$/.test(fields.code)) throw new Unfit(`${path}/code`);
      if (fields.where !== undefined && CONTROL.test(fields.where)) throw new Unfit(`${path}/where`);
      const places = Object.entries(fields).filter(([, value]) => value !== undefined);
      const fault = Object.fromEntries(places) as unknown as Fault;
      return isKnown(fields.code)
        ? { fault, fatal }
        : { fault: { ...fault, code: 'FAULT_UNKNOWN', where: fields.code }, fatal };
    },
    write: ({ fault, fatal }) =>
      flat.write({
        code: fault.code,
        fatal,
        where: fault.where?.slice(0, LIMITS.nameCharacters.most).replace(UNPRINTABLE, ' '),
        held: fault.held,
        offered: fault.offered,
        most: fault.most,
      }),
  };
}

const CONTROL = /\p{Cc}/u;
// A cut through a surrogate pair leaves half of it, which has no form in UTF-8.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

function isKnown(code: string): code is FaultCode {
  return Object.hasOwn(MEANINGS, code);
}
