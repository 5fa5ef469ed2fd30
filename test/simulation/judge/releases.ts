/**
 * What becomes public. I3: nobody correct publishes an epoch when a later slot is decided for later. I4: nobody is
 * early by its own clock. I5: each publication has its rule, and its intent on disk, after which nobody votes.
 */
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { liarsTolerated } from '../../../node/core/settlement/quorum.js';
import type { Publication } from '../chronicle.js';
import { type Bench, caseIn, type Judged, short } from './bench.js';
import type { Words } from './words.js';

export interface Releases {
  /** An intent of a correct house is on its disk. */
  intends(house: Judged, intent: Publication): void;
  /** An intent that was judged before is on a disk that was put back. */
  remembers(intent: Publication): void;
  /** A new own ballot is on the disk of a correct house. */
  said(house: Judged, ballot: Ballot): void;
  /** The public switch of a correct house turns. */
  releases(house: Judged): void;
  /** Operators order what allows a release without agreement. */
  allow(node: NodeId, rule: 'P4' | 'MANUAL'): void;
  forgot(node: NodeId): void;
}

/** @param charterOf the charter that a house holds for the one in force. */
export function openReleases(
  { chronicle, wrong, note, tell }: Bench,
  words: Words,
  charterOf: (house: Judged) => BallotId | undefined,
): Releases {
  const intents = new Map<NodeId, Publication>();
  const allowed = new Set<string>();

  /** The epoch, the instant and the rule of a release by agreement, against what was decided. */
  function checkAgreed(house: Judged, { rule, epoch, at, clock }: Publication): void {
    const charter = charterOf(house);
    const chain = charter && chronicle.chain(charter);
    const own = chain?.epochs[epoch];
    if (charter === undefined || chain === undefined || own === undefined) {
      wrong('I5', `${house.place} releases what nobody decided`);
      return;
    }
    if (clock < at || clock < own.at) wrong('I4', `${house.place} releases ${own.at - clock} ms early`);
    for (const later of chain.epochs.slice(epoch + 1))
      if (clock < later.at) wrong('I3', `${house.place} releases epoch ${epoch} before a later instant`);
    const { n, q, roster } = own.seats;
    if (!roster.includes(house.node)) wrong('I5', `${house.place} releases without a seat`);
    if ((q === n) === (rule === 'P1')) wrong('I5', `${house.place} releases by ${rule}`);
    if (rule === 'P1' && !(chain.sealed && chain.last === own)) wrong('I5', `${house.place} has no seal`);
    if (rule === 'P2' && words.hasCommitted(house.node, openSlot(house, charter, epoch)))
      wrong('I5', `${house.place} has committed in the open slot`);
    if (rule === 'P3') note('limbo');
  }

  /** P4 and a named officer override every instant; somebody must have told this house to. */
  function checkOverride(house: Judged, { rule, epoch }: Publication): void {
    const charter = charterOf(house);
    const seats = charter && chronicle.chain(charter)?.epochs[epoch]?.seats;
    if (charter !== undefined && words.hasCommitted(house.node, openSlot(house, charter, epoch)))
      note('leak in limbo');
    if (allowed.has(`${house.node} ${rule}`)) return;
    const tellers = new Set<NodeId>();
    for (const { author, body } of chronicle.ballots.values())
      if (author !== house.node && (body.kind === 'leak' || body.kind === 'published')) tellers.add(author);
    const needed = seats && liarsTolerated(seats.n, seats.q) + 1;
    note('reported breach');
    if (rule !== 'P4' || needed === undefined || tellers.size < needed)
      wrong('I5', `${house.place} releases by ${rule}, and nobody said so`);
  }

  return {
    intends(house, intent) {
      tell(`${house.place} intends ${intent.rule} of epoch ${intent.epoch}`);
      note(intent.rule);
      const before = intents.get(house.node);
      if (before !== undefined && before.epoch !== intent.epoch)
        wrong('I5', `${house.place} promised two releases`);
      if (isAgreed(intent)) checkAgreed(house, intent);
      else checkOverride(house, intent);
      intents.set(house.node, intent);
    },
    remembers: (intent) => void intents.set(intent.node, intent),
    said(house, { body: { kind } }) {
      if (intents.has(house.node) && (kind === 'propose' || kind === 'vote' || kind === 'commit'))
        wrong('I5', `${short(house.node)} said ${kind} after its intent`);
    },
    releases(house) {
      const intent = intents.get(house.node);
      if (intent === undefined) wrong('I5', `${house.place} releases without an intent on disk`);
      else chronicle.publications.push(intent);
      tell(`${house.place} releases`);
    },
    allow: (node, rule) => void allowed.add(`${node} ${rule}`),
    forgot: (node) => void intents.delete(node),
  };
}

/** By agreement, and so under I3 and I4. */
export function isAgreed({ rule }: Pick<Publication, 'rule'>): boolean {
  return rule !== 'P4' && rule !== 'MANUAL';
}

function openSlot(house: Judged, charter: BallotId, epoch: number): string {
  return `${caseIn(house)?.id}/${charter}/${epoch + 1}/`;
}
