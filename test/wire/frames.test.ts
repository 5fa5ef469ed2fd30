import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breakage, type FaultCode, MEANINGS } from '../../node/core/fault.js';
import { type FeedId, type NodeId, nodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { type Instant, instant } from '../../node/core/time.js';
import type { Frame } from '../../node/ports.js';
import { FRAME_FIELDS, readFrame, writeFrame } from '../../node/wire/frames.js';
import { messageType } from '../../node/wire/schema.js';

const NODE = nodeId('0123456789abcdef0123456789abcdef01234567') as NodeId;
const OTHER = nodeId('fedcba9876543210fedcba9876543210fedcba98') as NodeId;
const FEED: FeedId = { author: NODE, recipient: OTHER };
const NOTE = new Uint8Array(80).fill(5);

const HELLO: Extract<Frame, { kind: 'hello' }> = {
  kind: 'hello',
  versions: [1],
  mode: 'drill',
  node: NODE,
  incarnation: 1_700_000_000_000,
  clock: instant(1_700_000_000_123) as Instant,
  feeds: [
    { feed: FEED, size: 3, checkpoint: NOTE },
    { feed: { author: OTHER, recipient: NODE }, size: 0, checkpoint: undefined },
  ],
};
const ENTRIES: Extract<Frame, { kind: 'entries' }> = {
  kind: 'entries',
  feed: FEED,
  from: 7,
  entries: [{ leaf: Uint8Array.of(1), envelope: Uint8Array.of(2, 3) }],
  checkpoint: NOTE,
};

const nodes = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 })
  .map((text) => nodeId(text) as NodeId);
const feeds = fc.record({ author: nodes, recipient: nodes });
const counts = fc.maxSafeNat();
const bytesUpTo = (most: number) => fc.uint8Array({ minLength: 1, maxLength: most });
const clocks = fc
  .integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
  .map((millis) => instant(millis) as Instant);
const amounts = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const codes = fc.constantFrom(...(Object.keys(MEANINGS) as FaultCode[]));
const lines = fc.string({ unit: 'grapheme-ascii', maxLength: LIMITS.nameCharacters.most });

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant('hello' as const),
    versions: fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 8 }),
    mode: fc.constantFrom('production' as const, 'drill' as const),
    node: nodes,
    incarnation: counts,
    clock: clocks,
    feeds: fc.array(
      fc.record({
        feed: feeds,
        size: counts,
        checkpoint: fc.option(bytesUpTo(LIMITS.noteBytes.most), { nil: undefined }),
      }),
      { maxLength: 8 },
    ),
  }),
  fc.record({
    kind: fc.constant('entries' as const),
    feed: feeds,
    from: fc.nat(),
    entries: fc.array(fc.record({ leaf: bytesUpTo(300), envelope: bytesUpTo(500) }), {
      minLength: 1,
      maxLength: 20,
    }),
    checkpoint: bytesUpTo(200),
  }),
  fc.record({ kind: fc.constant('receipt' as const), feed: feeds, note: bytesUpTo(LIMITS.noteBytes.most) }),
  fc.record({ kind: fc.constant('fetch' as const), feed: feeds, from: counts }),
  fc.record({
    kind: fc.constant('fault' as const),
    fault: fc.record(
      { code: codes, where: lines, held: amounts, offered: amounts, most: amounts },
      { requiredKeys: ['code'] },
    ),
    fatal: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('bye' as const) }),
);

/** Encodes what `writeFrame` would never write. */
function wire(plain: object): Uint8Array {
  return messageType('isochron.v1.Frame').encode(plain);
}

function refusalOf(bytes: Uint8Array): readonly [string | undefined, string | undefined] {
  const read = readFrame(bytes);
  return read.ok ? [undefined, undefined] : [read.fault.code, read.fault.where];
}

describe('frames both ways', () => {
  test('readFrame(writeFrame(a)) = a for every frame', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(readFrame(writeFrame(frame))).toEqual({ ok: true, value: frame });
      }),
      { seed: 20_261, numRuns: 400 },
    );
  });

  test('any bytes at all are read or refused with a code of frames', () => {
    const malformed = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      // Frames with some of their bytes changed, cut off or doubled come closer to the edge.
      fc
        .tuple(frames, fc.nat(), fc.nat(255), fc.nat(), fc.boolean())
        .map(([frame, place, value, cut, twice]) => {
          const bytes = writeFrame(frame);
          const changed = bytes.map((byte, at) => (at === place % bytes.length ? value : byte));
          const kept = changed.subarray(0, changed.length - (cut % 4));
          return twice ? Uint8Array.of(...kept, ...kept) : kept;
        }),
    );
    fc.assert(
      fc.property(malformed, (bytes) => {
        const read = readFrame(bytes);
        if (read.ok) expect(readFrame(writeFrame(read.value))).toEqual(read);
        else expect(read.fault.code).toMatch(/^FRAME_(OVERSIZE|MALFORMED|UNKNOWN)$/);
      }),
      { seed: 20_262, numRuns: 2_000 },
    );
  });

  test('the frame owns its bytes: the buffer that it came in may be used again', () => {
    const bytes = writeFrame(ENTRIES);
    const read = readFrame(bytes);
    bytes.fill(0xee);
    expect(read).toEqual({ ok: true, value: ENTRIES });
  });
});

describe('frames that are refused', () => {
  const hello = { ...HELLO, mode: 'MODE_DRILL', heads: [], clock: '0', incarnation: '0' };
  const entries = { ...ENTRIES, from: '7' };
  const many = (count: number) =>
    Array.from({ length: count }, () => ({ leaf: Uint8Array.of(1), envelope: Uint8Array.of(2) }));

  const cases: readonly [string, Uint8Array, string, string][] = [
    ['no kind', new Uint8Array(0), 'FRAME_MALFORMED', 'frame'],
    ['an unknown kind', Uint8Array.of(0x42, 0), 'FRAME_UNKNOWN', 'field 8'],
    ['two kinds', Uint8Array.of(...wire({ bye: {} }), ...wire({ receipt: {} })), 'FRAME_MALFORMED', 'frame'],
    ['one kind twice', Uint8Array.of(...wire({ bye: {} }), ...wire({ bye: {} })), 'FRAME_MALFORMED', 'frame'],
    ['a kind cut short', writeFrame(ENTRIES).subarray(0, 60), 'FRAME_MALFORMED', 'frame'],
    ['no versions', wire({ hello: { ...hello, versions: [] } }), 'FRAME_MALFORMED', 'frame/hello/versions'],
    [
      'version 0',
      wire({ hello: { ...hello, versions: [1, 0] } }),
      'FRAME_MALFORMED',
      'frame/hello/versions/1',
    ],
    ['an unknown mode', wire({ hello: { ...hello, mode: 3 } }), 'FRAME_MALFORMED', 'frame/hello/mode'],
    ['no mode', wire({ hello: { ...hello, mode: undefined } }), 'FRAME_MALFORMED', 'frame/hello/mode'],
    [
      'a node in capitals',
      wire({ hello: { ...hello, node: NODE.toUpperCase() } }),
      'FRAME_MALFORMED',
      'frame/hello/node',
    ],
    [
      'a number beyond what is exact',
      wire({ hello: { ...hello, incarnation: '9007199254740993' } }),
      'FRAME_MALFORMED',
      'frame/hello/incarnation',
    ],
    [
      'a clock beyond the years',
      wire({ hello: { ...hello, clock: '253402300800000' } }),
      'FRAME_MALFORMED',
      'frame/hello/clock',
    ],
    [
      'a feed without a name',
      wire({ hello: { ...hello, heads: [{ size: '1' }] } }),
      'FRAME_MALFORMED',
      'frame/hello/feeds/0/feed',
    ],
    [
      'an empty checkpoint',
      wire({ hello: { ...hello, heads: [{ feed: FEED, checkpoint: new Uint8Array(0) }] } }),
      'FRAME_MALFORMED',
      'frame/hello/feeds/0/checkpoint',
    ],
    [
      'too many feeds',
      wire({ hello: { ...hello, heads: Array.from({ length: 9 }, () => ({ feed: FEED })) } }),
      'FRAME_MALFORMED',
      'frame/hello/feeds',
    ],
    [
      'no entries',
      wire({ entries: { ...entries, entries: [] } }),
      'FRAME_MALFORMED',
      'frame/entries/entries',
    ],
    [
      'an entry without an envelope',
      wire({ entries: { ...entries, entries: [{ leaf: Uint8Array.of(1) }] } }),
      'FRAME_MALFORMED',
      'frame/entries/entries/0/envelope',
    ],
    [
      'a leaf over the bound',
      wire({
        entries: {
          ...entries,
          entries: [{ leaf: new Uint8Array(LIMITS.leafBytes.most + 1), envelope: Uint8Array.of(2) }],
        },
      }),
      'FRAME_MALFORMED',
      'frame/entries/entries/0/leaf',
    ],
    [
      'an envelope over the bound',
      wire({
        entries: {
          ...entries,
          entries: [{ leaf: Uint8Array.of(1), envelope: new Uint8Array(LIMITS.envelopeBytes.most + 1) }],
        },
      }),
      'FRAME_MALFORMED',
      'frame/entries/entries/0/envelope',
    ],
    [
      'too many entries',
      wire({ entries: { ...entries, entries: many(LIMITS.frameEntries.most + 1) } }),
      'FRAME_OVERSIZE',
      'frame/entries/entries',
    ],
    [
      'no checkpoint',
      wire({ entries: { ...entries, checkpoint: undefined } }),
      'FRAME_MALFORMED',
      'frame/entries/checkpoint',
    ],
    [
      'a large frame that is not entries',
      wire({ receipt: { feed: FEED, note: new Uint8Array(LIMITS.smallFrameBytes.most) } }),
      'FRAME_OVERSIZE',
      'frame/receipt',
    ],
    ['no note', wire({ receipt: { feed: FEED } }), 'FRAME_MALFORMED', 'frame/receipt/note'],
    ['a negative place', wire({ fetch: { feed: FEED, from: '-1' } }), 'FRAME_MALFORMED', 'frame/fetch/from'],
    ['a fault without a code', wire({ fault: {} }), 'FRAME_MALFORMED', 'frame/fault/code'],
    [
      'a fault that is prose',
      wire({ fault: { code: 'no such case' } }),
      'FRAME_MALFORMED',
      'frame/fault/code',
    ],
    [
      'a fault that moves the cursor',
      wire({ fault: { code: 'CASE_UNKNOWN', where: '\u001b[2J' } }),
      'FRAME_MALFORMED',
      'frame/fault/where',
    ],
    // Field 5 (fault), 4 bytes: field 1 (code), 2 bytes that are no UTF-8.
    ['text that is not UTF-8', Uint8Array.of(0x2a, 4, 0x0a, 2, 0xc3, 0x28), 'FRAME_MALFORMED', 'frame'],
    // The text claims five bytes and the frame ends after one.
    ['text that ends too early', Uint8Array.of(0x2a, 3, 0x0a, 5, 0x41), 'FRAME_MALFORMED', 'frame'],
  ];
  test.each(cases)('%s', (_, bytes, code, where) => {
    expect(refusalOf(bytes)).toEqual([code, where]);
  });

  test('a frame over the bound is refused unread, with its size', () => {
    const most = LIMITS.frameBytes.most;
    expect(readFrame(new Uint8Array(most + 1))).toEqual({
      ok: false,
      fault: { code: 'FRAME_OVERSIZE', offered: most + 1, most },
    });
  });

  /** Frame with one embedded message in field 2, given by its bytes. */
  const around = (inner: Uint8Array, tag = 0x12): Uint8Array => {
    const length = inner.length;
    const varint = [length & 127, (length >> 7) & 127, (length >> 14) & 127, length >> 21];
    return Uint8Array.of(tag, ...varint.map((part, at) => (at < 3 ? part | 128 : part)), ...inner);
  };
  const empties = (count: number, ...pair: readonly number[]): number[] =>
    Array.from({ length: count }, () => pair).flat();

  const floods: readonly [string, Uint8Array, string, string][] = [
    [
      'empty entries',
      around(Uint8Array.from(empties(30_000, 0x1a, 0))),
      'FRAME_OVERSIZE',
      'frame/entries/entries',
    ],
    [
      'empty entries and an end cut short',
      around(Uint8Array.from([...empties(30_000, 0x1a, 0), 0x1a, 9])),
      'FRAME_MALFORMED',
      'frame/entries',
    ],
    [
      'entries that pass for numbers',
      around(Uint8Array.from(empties(30_000, 0x18, 0))),
      'FRAME_MALFORMED',
      'frame/entries',
    ],
    [
      'entries inside a group',
      around(Uint8Array.from([0x1b, ...empties(30_000, 0x1a, 0), 0x1c])),
      'FRAME_MALFORMED',
      'frame/entries',
    ],
    [
      'entries inside a number of eight bytes',
      around(Uint8Array.from([0x19, ...empties(4, 0x1a, 0)])),
      'FRAME_MALFORMED',
      'frame/entries',
    ],
    ['a kind that passes for a number', Uint8Array.of(0x10, 0), 'FRAME_MALFORMED', 'frame'],
  ];
  test.each(floods)('%s are counted, not made', (_, bytes, code, where) => {
    expect(refusalOf(bytes)).toEqual([code, where]);
  });

  test('a field of the future beside a known kind is passed over', () => {
    const bytes = Uint8Array.of(...wire({ bye: {} }), 0x7a, 0x01, 0x00);
    expect(readFrame(bytes)).toEqual({ ok: true, value: { kind: 'bye' } });
  });

  test('a fault of the future is known as unknown, by its name', () => {
    expect(readFrame(wire({ fault: { code: 'MOON_PHASE', where: 'feed', fatal: true } }))).toEqual({
      ok: true,
      value: { kind: 'fault', fault: { code: 'FAULT_UNKNOWN', where: 'MOON_PHASE' }, fatal: true },
    });
  });
});

describe('frames that are not written', () => {
  const codeOf = (write: () => unknown): string => {
    try {
      write();
      return 'none';
    } catch (cause) {
      return cause instanceof Breakage ? cause.fault.code : String(cause);
    }
  };
  const [entry] = ENTRIES.entries as [(typeof ENTRIES.entries)[0]];
  const tooMany = Array.from({ length: LIMITS.frameEntries.most + 1 }, () => entry);
  const tooLarge = Array.from({ length: 5 }, () => ({ ...entry, envelope: new Uint8Array(1 << 20) }));

  test('FRAME_OVERSIZE: a frame that no reader would take stays here', () => {
    expect(codeOf(() => writeFrame({ ...ENTRIES, entries: tooMany }))).toBe('FRAME_OVERSIZE');
    expect(codeOf(() => writeFrame({ ...ENTRIES, entries: tooLarge }))).toBe('FRAME_OVERSIZE');
    expect(codeOf(() => writeFrame({ ...ENTRIES, entries: tooMany.slice(1) }))).toBe('none');
  });

  test('the place of a fault is cut to one line that readers take', () => {
    const where = `a\nb${'x'.repeat(LIMITS.nameCharacters.most - 4)}\u{1f600}z`;
    const read = readFrame(
      writeFrame({ kind: 'fault', fault: { code: 'CASE_UNKNOWN', where }, fatal: false }),
    );
    expect(read.ok && read.value.kind === 'fault' && read.value.fault.where).toBe(
      `a b${'x'.repeat(LIMITS.nameCharacters.most - 4)} `,
    );
  });

  test('the table of field numbers is that of the schema', () => {
    for (const [kind, field] of Object.entries(FRAME_FIELDS))
      expect(wire({ [kind]: {} })).toEqual(Uint8Array.of((field << 3) | 2, 0));
  });
});
