/**
 * How far own words about a case got. An order is answered when its entry is on disk, and that is before anything has
 * left the house: that a peer holds it is told by its receipt, and by nothing else.
 */
import type { Case, Disclosure } from '../core/case/case.js';
import { charterOf, otherMembers } from '../core/case/chamber.js';
import type { Effect } from '../core/effect.js';
import type { CaseId, NodeId } from '../core/ids.js';
import { letterToken } from '../core/mail/address.js';
import { isByMail, isStuck } from '../core/mail/book.js';
import { owedWords } from '../core/owed.js';
import { type Desk, feedOf } from './desk.js';
import { named } from './find.js';

/**
 * `waiting`: ordered, and no entry before this peer was here (R9); `said`: an entry on our disk, without a receipt;
 * `delivered`: receipted. Of a letter: `mailed`, a mail server took it; `stuck`, none did, or it came back.
 */
type ReachStage = 'waiting' | 'said' | 'delivered' | 'mailed' | 'stuck';

/** One recipient and how far the words got, as every answer of an order writes it. */
export interface Reached {
  readonly [member: string]: string | boolean;
  readonly node: NodeId;
  readonly name: string;
  readonly stage: ReachStage;
  /** Whether it is connected now, so that what it lacks is under way. */
  readonly linked: boolean;
  /** It has no node: what it is told goes by letter. */
  readonly byMail: boolean;
}

type Entry = Pick<Disclosure, 'statement' | 'sequence'>;

/** How far our newest words about a case got with each of these nodes, in their order. */
export function reached(desk: Desk, caseId: CaseId, nodes: readonly NodeId[]): readonly Reached[] {
  const held = desk.state().cases.get(caseId);
  const newest = new Map<NodeId, Entry>();
  for (const { to, ...entry } of held?.disclosures.values() ?? [])
    if (entry.sequence > (newest.get(to)?.sequence ?? -1)) newest.set(to, entry);
  for (const { to } of waitingWords(desk, caseId)) newest.delete(to);
  const look = looker(desk);
  return nodes.map((node) => look(node, newest.get(node)));
}

/** The same for one node. */
export function reachOf(desk: Desk, caseId: CaseId, node: NodeId): Reached {
  const [only = looker(desk)(node, undefined)] = reached(desk, caseId, [node]);
  return only;
}

/** The same for the other centres of the roster; without a charter, for nobody. */
export function reachedRoster(desk: Desk, { id }: Case): readonly Reached[] {
  const state = desk.state();
  const held = state.cases.get(id);
  const charter = held === undefined ? undefined : charterOf(state, held);
  return charter === undefined ? [] : reached(desk, id, otherMembers(charter, state.self.node));
}

/** How far the summary of the case got with each of these nodes. */
export function reachedBySummary(desk: Desk, held: Case, nodes: readonly NodeId[]): readonly Reached[] {
  const look = looker(desk);
  return nodes.map((node) => {
    const statement = held.told.get(node)?.statement;
    return look(node, statement === undefined ? undefined : held.disclosures.get(statement));
  });
}

/** Own words about a case that nobody can prove to have arrived, in the order in which they were said. */
export function openWords(desk: Desk, held: Case): readonly (Reached & { readonly kind: string })[] {
  const look = looker(desk);
  const said = [...held.disclosures.values()].map((one) => ({ ...look(one.to, one), kind: one.kind }));
  const waiting = waitingWords(desk, held.id).map(({ to, kind }) => ({ ...look(to, undefined), kind }));
  return [...said.filter(({ stage }) => stage === 'said' || stage === 'stuck'), ...waiting];
}

/** @returns how far an entry got with its recipient; without one the words wait for that node. */
function looker(desk: Desk): (node: NodeId, entry: Entry | undefined) => Reached {
  const linked = new Set(desk.live?.node.links().map(({ peer }) => peer));
  return (node, entry) => ({
    ...named(desk.state(), node),
    stage: stageOf(desk, node, entry),
    linked: linked.has(node),
    byMail: isByMail(desk.state(), node),
  });
}

function stageOf({ state, feeds }: Desk, to: NodeId, entry: Entry | undefined): ReachStage {
  if (entry === undefined) return 'waiting';
  const { self, mail } = state();
  const letter = mail.letters.get(letterToken(entry.statement));
  if (letter !== undefined && isStuck(letter)) return 'stuck';
  if (letter?.standing.kind === 'sent') return 'mailed';
  return feeds.head(feedOf(self.node, to, 'out')).acknowledged > entry.sequence ? 'delivered' : 'said';
}

interface WaitingWord {
  readonly to: NodeId;
  readonly kind: string;
}

/** Words about the case that are no entries yet, since their recipient was not here after our last start (R9). */
function waitingWords({ state }: Desk, caseId: CaseId): readonly WaitingWord[] {
  return [...state().life.owed].flatMap(([to, row]) =>
    owedWords(row).flatMap((effect) => {
      const kind = kindOf(effect, caseId);
      return kind === undefined ? [] : [{ to, kind }];
    }),
  );
}

/** What an effect says of this case; of what is said again only its place is known. */
function kindOf(effect: Effect, id: CaseId): string | undefined {
  switch (effect.kind) {
    case 'say':
      return effect.draft.caseId === id ? effect.draft.body.kind : undefined;
    case 'forward':
      return effect.caseId === id ? 'attachment' : undefined;
    case 'cast':
      return effect.draft.caseId === id ? effect.draft.body.kind : undefined;
    case 'repeat':
      return undefined;
  }
}
