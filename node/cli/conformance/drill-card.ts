/** Cards of nodes that only play: visitors of the conformance runner, nodes of transcripts, of tests and of benches. */
import type { Card } from '../../core/registry/card.js';
import { after, DAY, type Instant } from '../../core/time.js';
import type { Keys } from '../../envelope/keys.js';
import { writeVerifierKey } from '../../envelope/note.js';

/**
 * The card of a centre of an exercise, without an address, for a year from the whole second of `now` on; not signed:
 * `writeCard` does that.
 * @param differs what this one has otherwise.
 */
export function drillCard(name: string, keys: Keys, now: Instant, differs: Partial<Card> = {}): Card {
  return {
    node: keys.node,
    name,
    role: 'centre',
    mode: 'drill',
    certificate: keys.certificate.armoured,
    logKey: writeVerifierKey(keys.log.verifier),
    tlsPins: [keys.tls.pin],
    grpc: [],
    libp2p: [],
    zone: 'Etc/UTC',
    languages: ['en'],
    embargoDays: 45,
    replyByDays: 7,
    cycles: [],
    sequence: 1,
    expiresAt: after((now - (now % 1_000)) as Instant, 365 * DAY),
    ...differs,
  };
}
