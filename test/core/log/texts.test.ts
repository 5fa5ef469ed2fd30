import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Hash, hexOf, sha256, utf8 } from '../../../node/core/bytes.js';
import { fromBase64, toBase64 } from '../../../node/core/log/base64.js';
import { readCheckpointBody, readNoteBody, writeCheckpointBody } from '../../../node/core/log/checkpoint.js';
import { isFork, proveFork } from '../../../node/core/log/fork.js';
import { stand } from '../../../node/core/log/frontier.js';
import {
  readBundle,
  readHashTile,
  tileLevels,
  tilePath,
  tilesOfLevel,
  writeBundle,
  writeHashTile,
} from '../../../node/core/log/tile.js';
import { EMPTY_TIP } from '../../../node/core/log/tip.js';
import { EMPTY_ROOT, grow, leafHash, rootOf, rootOfLeaves } from '../../../node/core/log/tree.js';

function leavesOf(count: number, text = ''): readonly Hash[] {
  return Array.from({ length: count }, (_, at) => leafHash(utf8(`leaf ${at} ${text}`)));
}

describe('base64', () => {
  it('is that of the platform, both ways, and has one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(bytes);
      }),
      { seed: 7 },
    );
    for (const text of ['A', 'AB', 'ABC', 'AB=', 'AB==A', 'AC==\n', 'AAB=', '====', 'A-B_', ' AAAA']) {
      expect(fromBase64(text), text).toBeUndefined();
    }
  });
});

describe('checkpoint text', () => {
  // The example of C2SP tlog-checkpoint.
  const example = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  it('LOG-3: is that of tlog-checkpoint, both ways', () => {
    const read = readCheckpointBody(example);
    expect(read).toMatchObject({
      ok: true,
      value: { origin: 'example.com/behind-the-sofa', size: 20852163 },
    });
    expect(read.ok && writeCheckpointBody(read.value)).toBe(example);
  });

  it.each([
    ['no newline at the end', example.slice(0, -1)],
    ['an extension line', `${example}more\n`],
    ['an empty origin', example.replace('example.com/behind-the-sofa', '')],
    ['a space in the origin', example.replace('-', ' ')],
    ['a plus in the origin', example.replace('-', '+')],
    ['a long origin', example.replace('example', 'e'.repeat(200))],
    ['a leading zero', example.replace('\n2', '\n02')],
    ['a size beyond exact numbers', example.replace('20852163', '9007199254740993')],
    ['a root that is cut', example.replace('=\n', '\n')],
    ['a second spelling of the root', example.replace('q2I=', 'q2J=')],
    ['carriage returns', example.replaceAll('\n', '\r\n')],
    ['nothing', ''],
  ])('CHECKPOINT_MALFORMED: %s', (_, text) => {
    expect(readCheckpointBody(text)).toMatchObject({ ok: false, fault: { code: 'CHECKPOINT_MALFORMED' } });
  });

  it('is found in a signed note, and only there', () => {
    const note = `${example}\n— example.com/behind-the-sofa Az3grlgtzPI=\n`;
    expect(readNoteBody(utf8(note))).toEqual(readCheckpointBody(example));
    for (const text of [example, `${example}\n`, note.slice(0, -1), note.replace('—', '-'), '']) {
      expect(readNoteBody(utf8(text)).ok, text).toBe(false);
    }
  });
});

describe('tiles', () => {
  it('LOG-8: paths are those of tlog-tiles', () => {
    expect(tilePath({ level: 0, index: 0, width: 256 })).toBe('tile/0/000');
    expect(tilePath({ level: 0, index: 273, width: 112 })).toBe('tile/0/273.p/112');
    expect(tilePath({ level: 3, index: 1234067, width: 256 })).toBe('tile/3/x001/x234/067');
    expect(tilePath({ level: 'entries', index: 1000, width: 1 })).toBe('tile/entries/x001/000.p/1');
  });

  it('a tree of 70,000 leaves has the tiles that the specification counts', () => {
    const places = [70_000, 273, 1].flatMap((size, level) => tilesOfLevel(level, size));
    expect(places.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(places.filter(({ width }) => width < 256).map(tilePath)).toEqual([
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
  });

  it('each hash above is the root of the full tile below', () => {
    const leaves = leavesOf(600);
    const levels = tileLevels(leaves);
    expect(levels.map((level) => level.length)).toEqual([600, 2]);
    expect(levels[1]).toEqual([rootOfLeaves(leaves.slice(0, 256)), rootOfLeaves(leaves.slice(256, 512))]);
    expect(tileLevels(leaves.slice(0, 256)).map((level) => level.length)).toEqual([256, 1]);
    expect(tileLevels([])).toEqual([]);
  });

  it('reads what it writes, and refuses every cut', () => {
    const leaves = [utf8('one'), utf8(''), utf8('x'.repeat(300))];
    const bundle = writeBundle(leaves);
    expect([...bundle.subarray(0, 2), bundle[5], bundle[6], bundle[7], bundle[8]]).toEqual([
      0, 3, 0, 0, 1, 44,
    ]);
    expect(readBundle(bundle, 3)).toEqual({ ok: true, value: leaves });
    for (let end = 0; end < bundle.length; end += 1) {
      expect(readBundle(bundle.subarray(0, end), 3)).toMatchObject({
        ok: false,
        fault: { code: 'LOG_TILE' },
      });
    }
    expect(readBundle(bundle, 2).ok).toBe(false);
    const hashes = leavesOf(3);
    expect(readHashTile(writeHashTile(hashes), 3)).toEqual({ ok: true, value: hashes });
    expect(readHashTile(writeHashTile(hashes), 2)).toMatchObject({ ok: false, fault: { code: 'LOG_TILE' } });
    expect(hexOf(writeHashTile(hashes))).toBe(hashes.join(''));
    expect(() => writeBundle([new Uint8Array(0x10000)])).toThrow(RangeError);
  });
});

describe('frontier', () => {
  const tip = grow(EMPTY_TIP, leavesOf(5), 1);
  const other = sha256('another history') as Hash;

  it.each([
    ['both are empty', EMPTY_TIP, undefined, undefined, { kind: 'level' }],
    ['they hold nothing', tip, undefined, undefined, { kind: 'ahead', from: 0, count: 5 }],
    ['they say size 0', tip, { size: 0, root: EMPTY_ROOT }, undefined, { kind: 'ahead', from: 0, count: 5 }],
    ['same size, same root', tip, { size: 5, root: rootOf(tip) }, undefined, { kind: 'level' }],
    ['same size, other root', tip, { size: 5, root: other }, undefined, { kind: 'fork', size: 5 }],
    ['they hold less', tip, { size: 3, root: other }, undefined, { kind: 'ahead', from: 3, count: 2 }],
    ['they hold a prefix', tip, { size: 3, root: other }, other, { kind: 'ahead', from: 3, count: 2 }],
    ['they hold another prefix', tip, { size: 3, root: other }, rootOf(tip), { kind: 'fork', size: 3 }],
    ['they hold more', tip, { size: 9, root: other }, undefined, { kind: 'behind', from: 5, count: 4 }],
    [
      'they hold all, we nothing',
      EMPTY_TIP,
      { size: 9, root: other },
      undefined,
      { kind: 'behind', from: 0, count: 9 },
    ],
  ] as const)('%s', (_, held, theirs, rootAt, standing) => {
    expect(stand(held, theirs, rootAt)).toEqual(standing);
  });
});

describe('fork', () => {
  const at = (leaves: readonly Hash[]) => ({ size: leaves.length, root: rootOfLeaves(leaves) });

  it('LOG-7: two roots of one size speak for themselves', () => {
    expect(proveFork(at(leavesOf(3)), at(leavesOf(3, 'other')), [])).toEqual({ prefix: [], rest: [] });
    expect(proveFork(at(leavesOf(3)), at(leavesOf(3)), [])).toBeUndefined();
  });

  it('LOG-7: a larger tree that does not begin with the smaller one is proved at every pair of sizes', () => {
    for (let large = 2; large <= 24; large += 1) {
      const leaves = leavesOf(large);
      for (let small = 1; small < large; small += 1) {
        const smaller = at([...leaves.slice(0, small - 1), leafHash(utf8('changed'))]);
        const proof = proveFork(smaller, at(leaves), leaves);
        expect(proof && isFork(smaller, at(leaves), proof)).toBe(true);
        // The same proof says nothing against an honest author.
        expect(proof && isFork(at(leaves.slice(0, small)), at(leaves), proof)).toBe(false);
        expect(proof && isFork(smaller, { size: large, root: EMPTY_ROOT }, proof)).toBe(false);
        expect(proof && isFork(smaller, at(leaves), { ...proof, rest: proof.rest.slice(1) })).toBe(false);
        expect(proveFork(at(leaves.slice(0, small)), at(leaves), leaves)).toBeUndefined();
      }
    }
  });

  it('nothing is proved with leaves of another tree or with sizes the wrong way round', () => {
    const leaves = leavesOf(9);
    const smaller = at(leavesOf(4, 'other'));
    expect(proveFork(smaller, at(leaves), leavesOf(9, 'other'))).toBeUndefined();
    expect(proveFork(smaller, at(leaves), leaves.slice(1))).toBeUndefined();
    expect(isFork(at(leaves), smaller, { prefix: [], rest: [] })).toBe(false);
    expect(bytesOf(EMPTY_ROOT)).toHaveLength(32);
  });
});
