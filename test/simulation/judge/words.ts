/**
 * What correct nodes sign. I7: one ballot under one key, and never Commit and Skip of one round. I2: nobody votes
 * for an instant outside a member's window: as the snapshot of the proposal has it, and a fresh one as the voter itself
 * knows it at that moment.
 */
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { SEAL_HASH, valueHash } from '../../../node/core/settlement/value.js';
import type { Instant } from '../../../node/core/time.js';
import { type Bench, caseIn, type Judged, type Keys, keyOf, oppositeOf, short } from './bench.js';

export interface Words {
  /** An own ballot of a correct house is on its disk. @param at when it was thought, by the own clock @returns whether it is new there */
  said(house: Judged, ballot: Ballot, at: Instant): boolean;
  /** A house holds a ballot of somebody else. */
  delivered(house: Judged, ballot: Ballot): void;
  /** What was only on the disk of this house was never said, or is known to nobody any more. */
  forgot(node: NodeId): void;
  /** Did this node sign a commit whose key begins so? */
  hasCommitted(node: NodeId, place: string): boolean;
}

export function openWords(bench: Bench): Words {
  const { book, chronicle, correct, hidden, wrong } = bench;
  /** Keys of correct authors: on their own disks, and on those of others with whoever holds them. */
  const own = new Map<NodeId, Keys>();
  const spread = new Map<NodeId, Keys>();
  const holders = new Map<string, Set<NodeId>>();

  function checkOnce(ballot: Ballot, key: string, held: Keys): void {
    const same = held.get(key);
    if (same !== undefined && same !== ballot.id)
      wrong('I7', `two ballots under ${short(ballot.author)} ${key}`);
    const opposite = oppositeOf(key);
    if (opposite !== undefined && held.has(opposite))
      wrong('I7', `${short(ballot.author)} ${key} beside ${opposite}`);
  }

  function checkWindows(house: Judged, { body, charter }: Ballot, voted: Instant): void {
    const terms = chronicle.termsOf(charter);
    if (body.kind !== 'vote' || terms === undefined || body.value === SEAL_HASH) return;
    const proposals = chronicle.proposals.flatMap(({ body: said }) =>
      said.kind === 'propose' && said.slot === body.slot && valueHash(said.value) === body.value
        ? [said]
        : [],
    );
    const [proposal] = proposals;
    if (proposal?.value.kind !== 'amend') return;
    const { at } = proposal.value;
    const isFresh = proposals.every(({ round }) => round >= body.round);
    const seats = charter && chronicle.chain(charter)?.epochs[body.slot - 1]?.seats;
    for (const node of seats?.roster ?? []) {
      const named = proposal.snapshot.map((id) => book.ballots.get(id)).find((one) => one?.author === node);
      const known = isFresh && correct.has(node) ? newestOf(house, node, charter, voted) : undefined;
      for (const constraint of known === undefined ? [named] : [named, known]) {
        const fragment = constraint?.body.kind === 'constraint' ? constraint.body.fragment : undefined;
        const { notBefore, notAfter } = fragment === undefined ? terms.window : windowOf(fragment);
        if (at < notBefore || at > notAfter)
          wrong('I2', `${house.place} voted outside the window of ${short(node)}`);
      }
    }
  }

  /** What this node has said and no correct other one has heard. */
  function hide(node: NodeId): void {
    for (const keys of [keysIn(own, node), keysIn(spread, node)])
      for (const [key, id] of keys) {
        const who = [...(holders.get(`${node} ${key}`) ?? [])];
        if (who.length === 0 || who.some((one) => one !== node && correct.has(one))) continue;
        hidden.add(id);
        spread.get(node)?.delete(key);
      }
  }

  return {
    said(house, ballot, at) {
      const key = keyOf(ballot);
      if (key === undefined) return true;
      const mine = keysIn(own, house.node);
      if (hidden.has(ballot.id)) return false;
      for (const held of [mine, keysIn(spread, house.node)]) checkOnce(ballot, key, held);
      // What a peer gives back was said in another life.
      const isNew = !mine.has(key) && keysIn(spread, house.node).get(key) !== ballot.id;
      mine.set(key, ballot.id);
      if (isNew && ballot.body.kind === 'vote') checkWindows(house, ballot, at);
      return isNew;
    },
    delivered(house, ballot) {
      const key = keyOf(ballot);
      if (key === undefined || !correct.has(ballot.author) || hidden.has(ballot.id)) return;
      const held = keysIn(spread, ballot.author);
      checkOnce(ballot, key, held);
      held.set(key, ballot.id);
      const name = `${ballot.author} ${key}`;
      holders.set(name, (holders.get(name) ?? new Set()).add(house.node));
    },
    forgot(node) {
      hide(node);
      own.delete(node);
      // A liar forgets nothing.
      if (!correct.has(node)) return;
      for (const [name, who] of holders) {
        who.delete(node);
        if (who.size > 0) continue;
        holders.delete(name);
        const [author = '', key = ''] = name.split(' ');
        spread.get(author as NodeId)?.delete(key);
      }
    },
    hasCommitted: (node, place) =>
      [own, spread].some((keys) =>
        [...keysIn(keys, node).keys()].some((key) => key.startsWith(place) && key.endsWith('/commit')),
      ),
  };
}

/** The newest constraint of a member that this house held when it voted; none where one came in that very moment. */
function newestOf(
  house: Judged,
  member: NodeId,
  charter: BallotId | undefined,
  voted: Instant,
): Ballot | undefined {
  let newest: { readonly ballot: Ballot; readonly sequence: number } | undefined;
  for (const { ballot, heldAt } of caseIn(house)?.chamber.ballots.values() ?? []) {
    const { author, body } = ballot;
    if (author !== member || ballot.charter !== charter || body.kind !== 'constraint') continue;
    if (heldAt === voted) return undefined;
    if (heldAt > voted || (newest !== undefined && newest.sequence > body.sequence)) continue;
    newest = { ballot, sequence: body.sequence };
  }
  return newest?.ballot;
}

function keysIn(all: Map<NodeId, Keys>, node: NodeId): Keys {
  const keys = all.get(node) ?? new Map();
  all.set(node, keys);
  return keys;
}

/** The bounds that a fragment of `people.ts` spells out. */
function windowOf(fragment: string): { readonly notBefore: number; readonly notAfter: number } {
  const known = windows.get(fragment);
  if (known !== undefined) return known;
  const { hard } = JSON.parse(fragment) as { hard: readonly { kind: string; at: string }[] };
  const at = (kind: string, otherwise: number) =>
    Date.parse(hard.find((one) => one.kind === kind)?.at ?? '') || otherwise;
  const window = { notBefore: at('notBefore', 0), notAfter: at('notAfter', Number.MAX_SAFE_INTEGER) };
  windows.set(fragment, window);
  return window;
}

const windows = new Map<string, { readonly notBefore: number; readonly notAfter: number }>();
