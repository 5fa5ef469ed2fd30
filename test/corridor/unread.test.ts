import { afterEach, describe, expect, it } from 'vitest';
import { after, DAY } from '../../node/core/time.js';
import { about, CASE, expectDone, opening } from '../support/case-play.js';
import { testCard, testNode } from '../support/keys.js';
import { openWorld, seatCard, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

describe('words for a key that could not be used', () => {
  it('ENV-2: reach the peer as new entries once its right card is on file and an officer says so', async () => {
    world = await openWorld([
      { name: 'cert', role: 'centre' },
      { name: 'jpcert', role: 'centre' },
    ]);
    const cert = world.node('cert');
    const jpcert = world.node('jpcert');
    await world.acquaint('jpcert', 'cert');
    // cert has a card of jpcert with somebody else's key on it: everything it says is withheld.
    const right = await seatCard({ name: 'jpcert', role: 'centre' });
    const { certificate } = await testCard('nisc');
    expectDone(await cert.order({ act: 'peer_add', card: { ...right, certificate }, text: 'wrong key' }));
    expectDone(await cert.order({ act: 'peer_verify', node: jpcert.node, method: 'telephone' }));
    await world.connect();
    expectDone(await cert.order(opening(), about()));
    const replyBy = after(world.clock.now(), 7 * DAY);
    expectDone(await cert.order({ act: 'tell', to: [jpcert.node], replyBy }, about()));
    const comment = { kind: 'comment', text: 'Withheld, too.' } as const;
    expectDone(await cert.order({ act: 'say', to: jpcert.node, body: comment }, about()));
    await world.settle();
    expect(jpcert.state().cases.size).toBe(0);

    const card = { ...right, sequence: right.sequence + 1 };
    expectDone(await cert.order({ act: 'peer_add', card, text: 'right key' }));
    await world.settle();
    // Each could open nothing of the other, not even its complaint: now cert hears what jpcert could not open.
    expect(cert.state().unread.get(jpcert.node)).toMatchObject([
      { start: 0, code: 'ENVELOPE_UNDECRYPTABLE' },
    ]);
    expectDone(await cert.order({ act: 'resay', to: jpcert.node }));
    await world.settle();
    const held = jpcert.state().cases.get(CASE);
    expect([...(held?.words.values() ?? [])].map(({ text }) => text)).toEqual(['Withheld, too.']);
    expect(cert.state().unread.size).toBe(0);
    expect(cert.journal.filter(({ event }) => event === 'alarm')).toMatchObject([
      { alarm: 'unread', peer: testNode('jpcert') },
    ]);
  });
});
