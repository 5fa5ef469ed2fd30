/** Peers as an operator sees them: who they are, how far they are trusted, and how much each side holds. */
import type { Json } from '../../core/canonical.js';
import type { PeerRecord } from '../../core/state.js';
import type { Desk } from '../desk.js';
import { feedOf } from '../desk.js';
import { when } from './when.js';

/** All peers, removed ones too, in the order of their names. */
export function peersView(desk: Desk): Json {
  const records = [...desk.state().peers.values()].sort((left, right) =>
    left.card.name < right.card.name ? -1 : 1,
  );
  return { peers: records.map((record) => peerView(desk, record)) };
}

export function peerView(desk: Desk, { card, standing, verification, mail }: PeerRecord): Json {
  const link = desk.live?.node.links().find(({ peer }) => peer === card.node);
  const out = desk.feeds.head(feedOf(desk.state().self.node, card.node, 'out'));
  const heard = desk.feeds.head(feedOf(desk.state().self.node, card.node, 'in'));
  return {
    node: card.node,
    name: card.name,
    role: card.role,
    mode: card.mode,
    zone: card.zone,
    standing,
    verified:
      verification === undefined
        ? null
        : { by: verification.by, method: verification.method, at: when(verification.at) },
    cardSequence: card.sequence,
    cardExpiresAt: when(card.expiresAt),
    embargoDays: card.embargoDays,
    cycles: [...card.cycles],
    mail: mail === undefined ? null : mail.address,
    grpc: card.grpc.map(({ target }) => target),
    link: link === undefined ? null : { transport: link.transport, since: when(link.since) },
    out: { size: out.tip.size, acknowledged: out.acknowledged },
    in: { size: heard.tip.size },
  };
}
