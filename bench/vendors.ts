/** Vendors that a house of a bench knows, without nodes of their own: keys, cards, and one Hello each. */
import { writeCard } from '../node/envelope/card.js';
import type { Keys } from '../node/envelope/keys.js';
import type { Frame } from '../node/ports.js';
import { benchCard, benchKeys, CLOCK, type House, ordered } from './house.js';

/** So many vendors, on file and verified, each of whom has told what it holds. @param count a multiple of 50. */
export async function knownVendors(house: House, count: number): Promise<readonly Keys[]> {
  const vendors = await vendorKeys(count);
  await introduce(house, vendors);
  await hearAll(house, vendors);
  return vendors;
}

async function vendorKeys(count: number): Promise<readonly Keys[]> {
  const keys: Keys[] = [];
  for (let made = 0; made < count; made += 50)
    keys.push(
      ...(await Promise.all(Array.from({ length: 50 }, (_, at) => benchKeys(`vendor ${made + at}`)))),
    );
  return keys;
}

async function introduce({ node }: House, vendors: readonly Keys[]): Promise<void> {
  const cards = await Promise.all(
    vendors.map(async (keys, at) => {
      const card = benchCard(`vendor ${at}`, keys, 'vendor');
      return { card, text: await writeCard(card, keys, CLOCK.now()) };
    }),
  );
  await Promise.all(cards.map(({ card, text }) => ordered(node, { act: 'peer_add', card, text })));
  await Promise.all(
    cards.map(({ card }) => ordered(node, { act: 'peer_verify', node: card.node, method: 'bench' })),
  );
}

/** Each vendor says Hello and goes: nothing is appended to a feed whose reader has not told what it holds (R9). */
async function hearAll({ node, guard, accept }: House, vendors: readonly Keys[]): Promise<void> {
  for (const { node: peer } of vendors) {
    const hello: Frame = {
      kind: 'hello',
      versions: [1],
      mode: node.state().self.mode,
      node: peer,
      incarnation: 1,
      clock: CLOCK.now(),
      feeds: [],
    };
    let gone: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (gone = resolve));
    async function* frames(): AsyncGenerator<Frame> {
      yield hello;
      await over;
    }
    accept({ peer, send: async () => undefined, frames: frames(), close: () => gone() });
    while (node.state().life.returned.get(peer) !== guard.incarnation)
      await new Promise((resolve) => setImmediate(resolve));
    gone();
  }
}
