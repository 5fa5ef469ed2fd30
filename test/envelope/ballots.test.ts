import { describe, expect, test } from 'vitest';
import { hash } from '../../node/core/bytes.js';
import type { Ballot, BallotDraft } from '../../node/core/settlement/ballot.js';
import type { Body } from '../../node/core/statement.js';
import { after, DAY, readInstant } from '../../node/core/time.js';
import { digest } from '../../node/envelope/seal.js';
import { openSealer } from '../../node/envelope/sealer.js';
import type { Sealer } from '../../node/ports.js';
import { TEST_NOW, type TestNode, testKeys, testNode, testSealer, trusting } from '../support/keys.js';
import { CASE, fail, feedOf, placeOf } from './craft.js';

const CHARTER = hash('11'.repeat(32)) ?? fail();
const VALUE = hash('22'.repeat(32)) ?? fail();
const VOTE: BallotDraft = {
  caseId: CASE,
  charter: CHARTER,
  body: { kind: 'vote', slot: 1, round: 0, value: VALUE },
};

async function ballotBy(name: TestNode, at = TEST_NOW, draft = VOTE): Promise<Ballot> {
  return (await testSealer(name)).sign(draft, 5, at);
}

/** Sends a body from cert to a reader, who opens it at `now`. */
async function sent(body: Body, reader: Sealer, name: TestNode, now = TEST_NOW) {
  const place = placeOf(feedOf('cert', name), { at: now });
  const sealed = await (await testSealer('cert', name)).seal({ caseId: CASE, tlp: 'AMBER', body }, place);
  return reader.open(sealed.entry, place, now);
}

function bent(ballot: Ballot, part: 'bytes' | 'signature', at: number): Ballot {
  const bytes = ballot.signed[part].slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...ballot, signed: { ...ballot.signed, [part]: bytes } };
}

describe('ENV-3: bodies for third parties', () => {
  test('a body is signed once; its id is the hash of its bytes, and says author and incarnation', async () => {
    const ballot = await ballotBy('nisc');
    expect(ballot).toMatchObject({
      ...VOTE,
      author: testNode('nisc'),
      incarnation: 5,
      id: digest(ballot.signed.bytes),
    });
    expect((await ballotBy('nisc')).id).toBe(ballot.id);
  });

  test('a relayed ballot is verified with the certificate of its author, unchanged', async () => {
    const ballot = await ballotBy('nisc');
    const opened = await sent(
      { kind: 'ballot', ballot },
      await testSealer('jpcert', 'cert', 'nisc'),
      'jpcert',
    );
    expect(opened).toMatchObject({ ok: true, value: { statement: { body: { kind: 'ballot', ballot } } } });
  });

  test('a ballot of the sender and one of the reader itself are verified alike', async () => {
    const reader = await testSealer('jpcert', 'cert');
    for (const name of ['cert', 'jpcert'] as const)
      expect(await sent({ kind: 'ballot', ballot: await ballotBy(name) }, reader, 'jpcert')).toMatchObject({
        ok: true,
      });
  });

  test('a ballot by a node that nobody verified: KEY_UNKNOWN', async () => {
    const ballot = await ballotBy('nisc');
    const reader = await testSealer('jpcert', 'cert');
    expect(await sent({ kind: 'ballot', ballot }, reader, 'jpcert')).toMatchObject({
      fault: { code: 'KEY_UNKNOWN' },
    });
  });

  test('BALLOT_SIGNATURE: changed bytes, a changed signature, the signature of another, none at all', async () => {
    const reader = await testSealer('jpcert', 'cert', 'nisc');
    const ballot = await ballotBy('nisc');
    const other = await ballotBy('nisc', TEST_NOW, { ...VOTE, body: { kind: 'skip', slot: 1, round: 0 } });
    const byCert = await ballotBy('cert');
    const last = ballot.signed.bytes.length - 1;
    const table: readonly Ballot[] = [
      bent(ballot, 'bytes', last),
      bent(ballot, 'signature', ballot.signed.signature.length - 1),
      bent(ballot, 'signature', 0),
      { ...ballot, signed: { ...ballot.signed, signature: other.signed.signature } },
      { ...ballot, signed: { ...ballot.signed, signature: byCert.signed.signature } },
      { ...ballot, signed: { ...ballot.signed, signature: new Uint8Array(0) } },
      {
        ...ballot,
        signed: { ...ballot.signed, signature: joined(ballot.signed.signature, ballot.signed.signature) },
      },
      {
        ...ballot,
        signed: { ...ballot.signed, signature: joined(ballot.signed.signature, byCert.signed.signature) },
      },
    ];
    for (const wrong of table)
      expect(await sent({ kind: 'ballot', ballot: wrong }, reader, 'jpcert')).toMatchObject({
        fault: { code: 'BALLOT_SIGNATURE', where: digest(wrong.signed.bytes) },
      });
  });

  test('the signature of a statement or a file is no signature of a ballot', async () => {
    const cert = await testSealer('cert', 'jpcert');
    const ballot = await ballotBy('cert');
    const { bytes } = ballot.signed;
    const file = await cert.signFile(bytes, TEST_NOW);
    const signature = new TextEncoder().encode(file);
    const wrong = { ...ballot, signed: { bytes, signature } };
    expect(
      await sent({ kind: 'ballot', ballot: wrong }, await testSealer('jpcert', 'cert'), 'jpcert'),
    ).toMatchObject({
      fault: { code: 'BALLOT_SIGNATURE' },
    });
  });

  test('a ballot dated beyond the tolerance ahead of our clock: BALLOT_SIGNATURE', async () => {
    const ballot = await ballotBy('nisc', after(TEST_NOW, 3 * DAY));
    const reader = await testSealer('jpcert', 'cert', 'nisc');
    expect(await sent({ kind: 'ballot', ballot }, reader, 'jpcert')).toMatchObject({
      fault: { code: 'BALLOT_SIGNATURE' },
    });
  });

  test('R12: a ballot relayed two hundred days later is still verified', async () => {
    const ballot = await ballotBy('nisc');
    const reader = await testSealer('jpcert', 'cert', 'nisc');
    expect(
      await sent({ kind: 'ballot', ballot }, reader, 'jpcert', after(TEST_NOW, 200 * DAY)),
    ).toMatchObject({ ok: true });
  });

  test('our own key that has expired signs nothing: KEY_EXPIRED', async () => {
    const late = readInstant('2029-01-15T00:00:00Z') ?? fail();
    await expect(ballotBy('cert', late)).rejects.toMatchObject({ fault: { code: 'KEY_EXPIRED' } });
  });
});

describe('R13: a vendor verifies with the certificates that its centre vouches for', () => {
  async function notice(
    proof: readonly Ballot[],
    ...vouched: readonly (readonly [TestNode, TestNode])[]
  ): Promise<Body> {
    return {
      kind: 'publication_notice',
      stage: 'settled',
      epoch: 0,
      at: TEST_NOW,
      local: '2027-01-05 09:00 Asia/Tokyo (Tue)',
      proof,
      vouched: await Promise.all(
        vouched.map(async ([node, holder]) => ({
          node: testNode(node),
          certificate: (await testKeys(holder)).certificate.armoured,
        })),
      ),
    };
  }

  async function codeOf(body: Body) {
    const opened = await sent(body, await testSealer('vendor', 'cert'), 'vendor');
    return opened.ok ? 'opened' : opened.fault.code;
  }

  test('the vouched certificates verify the proof, those of verified peers need no voucher', async () => {
    const proof = [await ballotBy('nisc'), await ballotBy('jpcert'), await ballotBy('cert')];
    expect(await codeOf(await notice(proof, ['nisc', 'nisc'], ['jpcert', 'jpcert']))).toBe('opened');
  });

  test('without a voucher: KEY_UNKNOWN', async () => {
    expect(await codeOf(await notice([await ballotBy('nisc')]))).toBe('KEY_UNKNOWN');
  });

  test('a voucher with the certificate of somebody else: KEY_UNKNOWN', async () => {
    expect(await codeOf(await notice([await ballotBy('nisc')], ['nisc', 'stranger']))).toBe('KEY_UNKNOWN');
  });

  test('one bad ballot among good ones: BALLOT_SIGNATURE', async () => {
    const good = await ballotBy('nisc');
    const body = await notice([good, bent(good, 'bytes', good.signed.bytes.length - 1)], ['nisc', 'nisc']);
    expect(await codeOf(body)).toBe('BALLOT_SIGNATURE');
  });

  test('a voucher never replaces the certificate of a verified peer', async () => {
    const keys = await testKeys('vendor');
    const reader = openSealer(keys);
    await reader.trust(await trusting('cert', 'nisc'));
    const body = await notice([await ballotBy('nisc')], ['nisc', 'stranger']);
    expect(await sent(body, reader, 'vendor')).toMatchObject({ ok: true });
  });
});

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  return Uint8Array.from([...left, ...right]);
}
