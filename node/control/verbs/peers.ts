/** Cards and peers: trust is out of band, so a card is put on file first and verified by its typed fingerprint. */
import type { Json } from '../../core/canonical.js';
import { unreadBy } from '../../core/case/unread.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { mailAddress } from '../../core/mail/address.js';
import { mailCard } from '../../core/registry/card.js';
import { branded, list, members, name, none, oneOf, orElse, text, wrong } from '../arguments.js';
import { findCase, findPeer, named, spelled } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { peersView, peerView } from '../views/peer-view.js';

const cardText = text(LIMITS.cardBytes.most, 1);

export const CARD_VERBS: Verbs = {
  show: view(none, async (_, desk) => {
    const { cardText: card } = desk.state().self;
    const read = await desk.readCard(card, desk.now());
    // An own card that has expired is still shown: that it has is what the operator wants to see.
    return ok({
      card,
      node: desk.state().self.node,
      readable: read.ok,
      fault: read.ok ? null : read.fault.code,
    });
  }),
};

export const PEER_VERBS: Verbs = {
  list: view(none, (_, desk) => ok(peersView(desk))),

  add: order(members({ card: cardText }), async ({ card }, bench) => addCard(bench, card)),

  'add-from-case': order(members({ case: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const { originCard, lists } = held.value;
    const travelled = [originCard, ...[...lists.values()].flat().map((mark) => mark.card)].filter(
      (card) => card !== '',
    );
    const added: Json[] = [];
    for (const card of new Set(travelled)) {
      const one = await addCard(bench, card);
      // One that is on file already is no news.
      if (!one.ok && one.fault.code !== 'CARD_STALE') return one;
      if (one.ok) added.push(one.value);
    }
    return ok({ added });
  }),

  'add-mail': order(
    members({
      certificate: cardText,
      address: branded(mailAddress),
      name,
      role: orElse(oneOf('vendor', 'reception_body', 'infrastructure_site'), 'vendor'),
      zone: orElse(name, 'UTC'),
      languages: orElse(list(name), ['en']),
    }),
    async ({ certificate: text, address, ...said }, bench) => {
      const { self } = bench.state();
      if (self.role !== 'centre') return refuse('CASE_MEMBER', { where: self.node });
      if (said.zone !== 'UTC' && self.zones.get(said.zone) === undefined) return wrong('zone');
      const certificate = await bench.readMailCertificate(text, bench.now());
      if (!certificate.ok) return certificate;
      const { node, armoured } = certificate.value;
      const card = mailCard(self, node, armoured, said);
      const done = await bench.order({ act: 'mail_add', card, address });
      return done.ok ? present(bench, node) : done;
    },
  ),

  verify: order(members({ peer: name, fingerprint: name, method: name }), async (given, bench) => {
    const peer = findPeer(bench.state(), given.peer);
    if (!peer.ok) return peer;
    if (spelled(given.fingerprint) !== peer.value)
      return refuse('FINGERPRINT_MISMATCH', { where: peer.value });
    const done = await bench.order({ act: 'peer_verify', node: peer.value, method: given.method });
    return done.ok ? present(bench, peer.value) : done;
  }),

  remove: order(members({ peer: name }), async (given, bench) => {
    const peer = findPeer(bench.state(), given.peer);
    if (!peer.ok) return peer;
    const done = await bench.order({ act: 'peer_remove', node: peer.value });
    return done.ok ? present(bench, peer.value) : done;
  }),

  resay: order(members({ peer: name }), async (given, bench) => {
    const peer = findPeer(bench.state(), given.peer);
    if (!peer.ok) return peer;
    const statements = unreadBy(bench.state(), peer.value).length;
    const done = await bench.order({ act: 'resay', to: peer.value });
    return done.ok ? ok({ ...named(bench.state(), peer.value), statements }) : done;
  }),

  'add-many': order(members({ cards: list(cardText) }), async ({ cards }, bench) => {
    const added: Json[] = [];
    for (const card of cards) {
      const one = await addCard(bench, card);
      if (!one.ok) return one;
      added.push(one.value);
    }
    return ok({ added });
  }),
};

async function addCard(bench: Bench, cardText: string): Promise<Outcome<Json>> {
  const card = await bench.readCard(cardText, bench.now());
  if (!card.ok) return card;
  if (card.value.node === bench.state().self.node) return refuse('CARD_STALE', { where: card.value.node });
  const done = await bench.order({ act: 'peer_add', card: card.value, text: cardText });
  return done.ok ? present(bench, card.value.node) : done;
}

function present(bench: Bench, node: NodeId): Outcome<Json> {
  const record = bench.state().peers.get(node);
  return ok(record === undefined ? named(bench.state(), node) : peerView(bench, record));
}
