import { expect, test } from 'vitest';
import { type Held, openLinks } from '../../../adapters/transport/links.js';
import { LIMITS } from '../../../node/core/limits.js';
import { nodeAt } from '../../rooms/transport.js';
import { testCard } from '../../support/keys.js';

test('HOS-M4: §10: one link more than the bound is refused by name: LINK_LIMIT', async () => {
  const card = await testCard('cert');
  const links = openLinks(({ tlsPins }) => tlsPins);
  links.admit(new Map([[card.node, { node: card.node, card }]]));
  const pin = card.tlsPins[0] ?? '';
  expect(links.judge(card.node, pin)).toMatchObject({ ok: true });
  // Each of its own peer: of one peer the oldest makes room.
  const strangers = Array.from({ length: LIMITS.links.most }, (_, at): Held => {
    const nothing = () => undefined;
    return { peer: nodeAt(at), pin: '', close: nothing, cut: nothing };
  });
  for (const held of strangers) links.hold(held);
  expect(links.judge(card.node, pin)).toMatchObject({
    ok: false,
    fault: { code: 'LINK_LIMIT', held: LIMITS.links.most, most: LIMITS.links.most },
  });
  links.release(strangers[0] as Held);
  expect(links.judge(card.node, pin)).toMatchObject({ ok: true });
});
