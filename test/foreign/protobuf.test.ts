/**
 * G6: what crosses between two nodes of ours over gRPC is read by another implementation of protobuf, and what that
 * writes is read by us. The bytes are not the same: it leaves out defaults, which is why nothing signed is encoded
 * again (NAME-M10). Skipped with a message where `protoc` is not installed.
 */
import { spawnSync } from 'node:child_process';
import { env } from 'node:process';
import { decrypt, readMessage } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenLink, openLink } from '../../adapters/transport/link.js';
import { made, termsFor } from '../../fixtures/make/vectors/samples.js';
import { caseId } from '../../node/core/ids.js';
import { after, DAY, type Instant } from '../../node/core/time.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { readStatement } from '../../node/wire/codec.js';
import { readFrame } from '../../node/wire/frames.js';
import { type LiveNode, openLiveNode } from '../support/live-node.js';
import { until } from '../support/until.js';
import { SUMMARY } from '../support/world.js';

const isThere = spawnSync('protoc', ['--version']).status === 0;
if (!isThere && env['ISOCHRON_NO_SKIP'] === '1') throw new Error('protoc is needed: ISOCHRON_NO_SKIP is set');

const CASE = made(caseId('5a1f0c9e-2b7d-4c38-9a64-1d2e3f405162'));

function protoc(way: 'encode' | 'decode', message: string, input: Uint8Array): Buffer {
  const done = spawnSync(
    'protoc',
    [
      `--${way}=${message}`,
      '-Iproto',
      'proto/isochron/v1/replication.proto',
      'proto/isochron/v1/statement.proto',
    ],
    { input },
  );
  if (done.status !== 0) throw new Error(done.stderr.toString());
  return done.stdout;
}

describe.skipIf(!isThere)('G6: protoc agrees (skipped where protoc is not installed)', () => {
  const crossed: Uint8Array[] = [];
  let nodes: readonly [LiveNode, LiveNode];

  beforeAll(async () => {
    nodes = [await openLiveNode('grpc', { open: recording }), await openLiveNode('grpc')];
    const [one, other] = nodes;
    await introduce(one, other);
    await introduce(other, one);
    await speak(one, other);
  }, 60_000);

  afterAll(() => Promise.all((nodes ?? []).map((node) => node.stop())));

  /** Keeps what a link of one node sends and hears, as it is on the wire. */
  function recording(...[peer, wire]: Parameters<OpenLink>): ReturnType<OpenLink> {
    const end = openLink(peer, {
      ...wire,
      write: (bytes, taken) => {
        crossed.push(bytes.slice());
        wire.write(bytes, taken);
      },
    });
    return {
      ...end,
      arrived: (bytes) => {
        crossed.push(bytes.slice());
        end.arrived(bytes);
      },
    };
  }

  async function introduce(one: LiveNode, other: LiveNode): Promise<void> {
    const card = { ...other.card, grpc: [{ target: other.address.slice('grpc://'.length) }] };
    await one.befriend({ card, cardText: '' });
  }

  /** A case, a charter that both sign, and words both ways. */
  async function speak(one: LiveNode, other: LiveNode): Promise<void> {
    const now = Date.now() as Instant;
    const about = { caseId: CASE, tlp: 'AMBER' } as const;
    const opening = { caseSummary: SUMMARY, details: 'Details.', onward: 'ask', replyByDays: 7 } as const;
    await one.running.order('an officer', { act: 'case_open', ...opening }, about);
    const terms = liveTerms(one, other, now);
    for (const order of [
      { act: 'tell', to: [other.card.node], replyBy: after(now, 7 * DAY) },
      { act: 'charter_propose', terms },
      { act: 'say', to: other.card.node, body: { kind: 'comment', text: 'Wörter — 言葉' } },
    ] as const)
      expect(await one.order(order, CASE)).toBeUndefined();
    await until('the charter came', () => other.running.state().cases.get(CASE)?.chamber.ballots.size === 1);
    expect(await other.order({ act: 'charter_sign' }, CASE)).toBeUndefined();
    const said = { act: 'say', to: one.card.node, body: { kind: 'inquiry', text: 'When?' } } as const;
    expect(await other.order(said, CASE)).toBeUndefined();
    await until('both signatures are there', () =>
      nodes.every(({ running }) => running.state().cases.get(CASE)?.chamber.ballots.size === 3),
    );
    await until('it was heard', () => one.running.state().cases.get(CASE)?.words.size === 2);
  }

  function liveTerms(one: LiveNode, other: LiveNode, now: Instant): ReturnType<typeof termsFor> {
    const grid = now - (now % (15 * 60_000));
    const day = (count: number) => after(grid as Instant, count * DAY);
    return termsFor(2, {
      roster: [one, other].map(({ card }) => ({ node: card.node, model: 1 })),
      lead: one.card.node,
      defaultInstant: day(20),
      window: { notBefore: day(4), notAfter: day(60) },
      horizonEnd: day(80),
    });
  }

  it('every frame of a live session is decoded by it, and what it encodes anew is the same frame to us', () => {
    const kinds = new Set<string>();
    for (const bytes of crossed) {
      const text = protoc('decode', 'isochron.v1.Frame', bytes);
      kinds.add(/^\w+/.exec(text.toString())?.[0] ?? '');
      // A field that it does not know would stand there as a number.
      expect(text.toString()).not.toMatch(/^\s*\d+[:\s]/m);
      const anew = protoc('encode', 'isochron.v1.Frame', text);
      expect(readFrame(anew)).toEqual(readFrame(bytes));
      expect(protoc('decode', 'isochron.v1.Frame', anew).equals(text)).toBe(true);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['hello', 'entries', 'receipt', 'answer']));
    expect(crossed.length).toBeGreaterThan(8);
  });

  it('so is every statement inside', async () => {
    const kinds = new Set<string>();
    const [one, other] = nodes;
    for (const frame of crossed.map((bytes) => readFrame(bytes))) {
      if (!frame.ok || frame.value.kind !== 'entries') continue;
      const reader = frame.value.feed.recipient === one.card.node ? one : other;
      for (const { envelope } of frame.value.entries) {
        const signed = await signedBytes(reader, envelope);
        const text = protoc('decode', 'isochron.v1.Statement', signed).toString();
        kinds.add([...text.matchAll(/^(\w+) \{/gm)].map(([, name]) => name).join());
        expect(text).toContain(`case_id: "${CASE}"`);
        expect(text).not.toMatch(/^\s*\d+[:\s]/m);
        const anew = protoc('encode', 'isochron.v1.Statement', Buffer.from(text));
        expect(readStatement(anew)).toEqual(readStatement(signed));
      }
    }
    expect([...kinds].sort()).toEqual(
      expect.arrayContaining(['ballot', 'case_summary', 'comment', 'inquiry']),
    );
  });

  async function signedBytes({ keys }: LiveNode, envelope: Uint8Array): Promise<Uint8Array> {
    const message = await readMessage({ binaryMessage: envelope, config: OPENPGP });
    const opened = await decrypt({
      message,
      decryptionKeys: keys.openpgp,
      format: 'binary',
      config: OPENPGP,
    });
    return opened.data as Uint8Array;
  }
});
