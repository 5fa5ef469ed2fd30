import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import { after, DAY } from '../../node/core/time.js';
import { about, agree, CASE, expectDone, introduceAll } from '../support/case-play.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

const PART = 256 << 10;

describe('attachments', () => {
  it('ENV-5: travel in parts behind the details, and come together again', async () => {
    world = await openWorld([
      { name: 'cert', role: 'centre' },
      { name: 'vendor', role: 'vendor' },
    ]);
    await introduceAll(world, ['cert'], [['vendor', 'cert']]);
    await agree(world, { centres: ['cert'] });
    const [cert, vendor] = [world.node('cert'), world.node('vendor')];
    const whole = Uint8Array.from({ length: PART * 2 + 17 }, (_, at) => (at * 31) % 251);
    const mark = { hash: sha256(whole), bytes: whole.length, mediaType: 'application/octet-stream' };
    for (let part = 0; part < 3; part += 1)
      expectDone(
        await cert.order(
          { act: 'case_attach', mark, part, parts: 3, bytes: whole.slice(part * PART, (part + 1) * PART) },
          about(),
        ),
      );
    expectDone(
      await cert.order(
        { act: 'tell', to: [vendor.node], replyBy: after(world.clock.now(), 7 * DAY) },
        about(),
      ),
    );
    await world.settle();
    const body = {
      kind: 'detail_request',
      requester: vendor.node,
      who: 'PSIRT',
      why: 'ours',
      products: [],
    } as const;
    expectDone(await vendor.order({ act: 'say', to: cert.node, body }, about()));
    await world.settle();
    const [request] = cert.state().cases.get(CASE)?.requests.keys() ?? [];
    if (request === undefined) throw new Error('no request');
    expectDone(await cert.order({ act: 'grant', request, consent: '' }, about()));
    await world.settle();

    const held = vendor.state().cases.get(CASE);
    expect(held?.details?.value.attachments).toEqual([mark]);
    const places = [...(held?.attachments.get(mark.hash)?.parts.entries() ?? [])].sort(
      ([left], [right]) => left - right,
    );
    const parts = await Promise.all(
      places.map(async ([, { feed, sequence }]) => {
        const arrival = await vendor.feeds.arrival(feed, sequence);
        if (arrival === undefined || !('rest' in arrival.content)) throw new Error('a part is missing');
        const said = await vendor.sealer.recall(arrival.content.rest);
        return said.body.kind === 'attachment' ? said.body.bytes : new Uint8Array();
      }),
    );
    expect(sha256(Buffer.concat(parts))).toBe(mark.hash);
  });
});
