/**
 * Scripted centres with a mind: the pure machine decides what they say, as it does in every node of ours. What goes to the
 * target crosses the wire; among themselves they talk in memory. A check may keep their words back, and let them go.
 */
import { sha256 } from '../../core/bytes.js';
import type { Tlp } from '../../core/disclosure/tlp.js';
import type { Effect } from '../../core/effect.js';
import type { CaseId, FeedId, NodeId } from '../../core/ids.js';
import type { Card } from '../../core/registry/card.js';
import { emptyState, type Input, type State } from '../../core/state.js';
import type { HomeBody, Order, SpokenBody, Statement } from '../../core/statement.js';
import { consequences, step } from '../../core/step.js';
import type { Wording } from '../../ports.js';
import { writeStatement } from '../../wire/codec.js';
import type { Stage } from './check.js';
import type { Visitor } from './visitor.js';

/** Which case an order is about, and the label of that case. */
export interface About {
  readonly caseId: CaseId;
  readonly tlp: Tlp;
}

export interface Mind {
  readonly visitor: Visitor;
  state(): State;
  /** Resolves when everything that follows was said. @throws Error when the machine refuses. */
  order(order: Order, about: About): Promise<void>;
  /** From now on words to the target that fit are kept in a drawer. */
  hold(fits: (body: SpokenBody) => boolean): void;
  /** What lies in the drawer. */
  held(): readonly Wording[];
  /** Says what lies in the drawer and does not fit any more, in its order. */
  letGo(): Promise<void>;
}

/** Minds that know each other and the target. They hear of a case once one of them has opened it. */
export interface Parlour {
  mind(visitor: Visitor): Mind;
  /** Resolves when nothing is left to be heard among the minds. */
  quiet(): Promise<void>;
}

interface Head {
  readonly visitor: Visitor;
  state: State;
  fits: (body: SpokenBody) => boolean;
  readonly drawer: Wording[];
  /** How much was said to itself and to each other mind. */
  readonly counts: Map<NodeId, number>;
}

export async function openParlour(stage: Stage, visitors: readonly Visitor[]): Promise<Parlour> {
  const { target } = stage;
  const heads = new Map<NodeId, Head>();
  const post: { readonly to: NodeId; readonly input: Input }[] = [];
  const cases = new Set<CaseId>();
  let working: Promise<void> = Promise.resolve();

  for (const visitor of visitors) {
    const { card, cardText } = visitor.badge;
    const state = emptyState({
      node: card.node,
      name: card.name,
      role: card.role,
      mode: card.mode,
      zone: card.zone,
      namespace: 'https://conformance.example',
      idPrefix: 'EX',
      embargoDays: card.embargoDays,
      replyByDays: card.replyByDays,
      cardText,
      certificate: card.certificate,
      zones: new Map(),
    });
    heads.set(card.node, { visitor, state, fits: () => false, drawer: [], counts: new Map() });
  }
  const cards: readonly Card[] = [target.card, ...visitors.map(({ badge }) => badge.card)];
  for (const head of heads.values()) await settleIn(head, cards);
  for (const head of heads.values())
    head.visitor.listen(({ statement, id }) => {
      if (statement?.caseId === undefined || !cases.has(statement.caseId)) return;
      void work(async () => {
        await hear(head, { feed: head.visitor.in, id, statement, at: stage.now() });
      });
    });

  return {
    mind: (visitor) => {
      const head = heads.get(visitor.badge.keys.node);
      if (head === undefined) throw new Error('this visitor has no mind');
      return mindOf(head);
    },
    quiet: () => work(async () => undefined),
  };

  function mindOf(head: Head): Mind {
    return {
      visitor: head.visitor,
      state: () => head.state,
      order: (order, about) =>
        work(async () => {
          cases.add(about.caseId);
          await report(head, { kind: 'order', by: 'conformance', order }, about);
        }),
      hold: (fits) => {
        head.fits = fits;
      },
      held: () => head.drawer,
      letGo: () =>
        work(async () => {
          const drawer = head.drawer.splice(0);
          for (const wording of drawer)
            if (head.fits(wording.body as SpokenBody)) head.drawer.push(wording);
            else await head.visitor.say(wording);
        }),
    };
  }

  /** One thing after the other: the machines hear in one order. */
  function work(job: () => Promise<void>): Promise<void> {
    const done = working.then(async () => {
      await job();
      for (let next = post.shift(); next !== undefined; next = post.shift()) {
        const head = heads.get(next.to);
        if (head !== undefined) await hear(head, next.input);
      }
    });
    working = done.catch((cause: unknown) => stage.flaw(`the runner itself: ${String(cause)}`));
    return done;
  }

  /** Everybody is verified, and has answered this life (R9). */
  async function settleIn(head: Head, known: readonly Card[]): Promise<void> {
    const { incarnation } = stage;
    await report(head, { kind: 'start', incarnation, restored: '' });
    for (const card of known) {
      if (card.node === head.visitor.badge.keys.node) continue;
      const by = 'conformance';
      await report(head, { kind: 'order', by, order: { act: 'peer_add', card, text: '' } });
      const order = { act: 'peer_verify', node: card.node, method: 'by hand' } as const;
      await report(head, { kind: 'order', by, order });
      await report(head, { kind: 'returned', peer: card.node, size: 0 });
      await report(head, { kind: 'hello', peer: card.node, incarnation });
      await report(head, { kind: 'answered', peer: card.node, incarnation });
    }
  }

  async function report(head: Head, body: HomeBody, about?: About): Promise<void> {
    const self = head.visitor.badge.keys.node;
    const fault = await hear(head, inputOf(head, self, { caseId: about?.caseId, tlp: about?.tlp, body }));
    if (fault !== undefined) throw new Error(`${head.visitor.badge.name} is refused: ${fault}`);
  }

  /** One arrival, then all own words that follow from it, as the corridor does. @returns the code of a refusal. */
  async function hear(head: Head, input: Input): Promise<string | undefined> {
    const first = step(head.state, input);
    head.state = first.state;
    let effects = first.effects;
    while (effects.length > 0) {
      const facts: Input[] = [];
      for (const effect of effects) facts.push(...(await speak(head, effect)));
      const lifted = facts.flatMap((fact) => {
        const stepped = step(head.state, fact);
        head.state = stepped.state;
        return stepped.effects;
      });
      effects = [...lifted, ...consequences(head.state, facts)];
    }
    return first.faults[0]?.code;
  }

  async function speak(head: Head, effect: Effect): Promise<readonly Input[]> {
    switch (effect.kind) {
      case 'say': {
        const { to, ...wording } = effect.draft;
        return [await say(head, to, wording)];
      }
      case 'cast': {
        const ballot = await head.visitor.sealer.sign(effect.draft, stage.incarnation, stage.now());
        const { caseId } = effect.draft;
        const facts: Input[] = [];
        for (const to of effect.to)
          facts.push(await say(head, to, { caseId, tlp: effect.tlp, body: { kind: 'ballot', ballot } }));
        return facts;
      }
      default:
        // Attachments and words that nobody could open: no check has them.
        return [];
    }
  }

  async function say(head: Head, to: NodeId, wording: Wording): Promise<Input> {
    const { visitor } = head;
    if (to !== target.node || head.fits(wording.body as SpokenBody)) {
      const input = inputOf(head, to, wording);
      if (to === target.node) head.drawer.push(wording);
      else post.push({ to, input });
      return input;
    }
    const { statement, id } = await visitor.say(wording);
    return { feed: visitor.out, id, statement, at: stage.now() };
  }

  /** A statement that crosses no wire. */
  function inputOf(head: Head, to: NodeId, wording: Wording): Input {
    const author = head.visitor.badge.keys.node;
    const sequence = head.counts.get(to) ?? 0;
    head.counts.set(to, sequence + 1);
    const feed: FeedId = { author, recipient: to };
    const statement: Statement = {
      ...feed,
      sequence,
      incarnation: stage.incarnation,
      createdAt: stage.now(),
      ...wording,
    };
    return { feed, id: sha256(writeStatement(statement)), statement, at: stage.now() };
  }
}
