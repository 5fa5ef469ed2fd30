/** Letters to vendors without a node and their answers, as an officer sees them. */
import type { Json } from '../../core/canonical.js';
import type { NodeId } from '../../core/ids.js';
import { isByMail, isStuck, type Letter, mayPost, type Reply } from '../../core/mail/book.js';
import type { State } from '../../core/state.js';
import type { Desk } from '../desk.js';
import { named } from '../find.js';
import { answerForm } from './answer-form.js';
import { when } from './when.js';

/** How mail goes, vendor by vendor. */
export function mailView(desk: Desk): Json {
  const state = desk.state();
  const letters = [...state.mail.letters.values()];
  const theirs = new Map<NodeId, Letter[]>();
  for (const letter of letters) theirs.set(letter.to, [...(theirs.get(letter.to) ?? []), letter]);
  const post = desk.live?.node.post();
  return {
    configured: desk.live === undefined ? null : post !== undefined,
    paused: !mayPost(state),
    sending: post?.sending?.code ?? null,
    collecting: post?.collecting?.code ?? null,
    collectedAt: when(post?.collectedAt),
    replies: [...state.mail.replies.values()].filter(isWaiting).length,
    vendors: [...state.peers.values()]
      .filter(({ card, standing }) => standing !== 'removed' && isByMail(state, card.node))
      .sort((left, right) => (left.card.name < right.card.name ? -1 : 1))
      .map(({ card, standing, mail }) => {
        const own = theirs.get(card.node) ?? [];
        const sent = own.flatMap((letter) => (letter.standing.kind === 'sent' ? [letter.standing.at] : []));
        return {
          ...named(state, card.node),
          address: mail?.address ?? null,
          standing,
          due: own.filter((letter) => letter.standing.kind === 'due').length,
          sent: sent.length,
          held: own.filter(isStuck).length,
          lastSentAt: when(sent.reduce((last, at) => (at > (last ?? 0) ? at : last), sent[0])),
        };
      }),
  };
}

/** Letters, newest first. */
export function lettersView(state: State, wanted: (letter: Letter) => boolean): Json {
  const letters = [...state.mail.letters.values()].filter(wanted).reverse();
  return { letters: letters.map((letter) => letterView(state, letter)) };
}

function letterView(state: State, letter: Letter): Json {
  const { standing, token, kind, caseId, sequence, at } = letter;
  return {
    letter: token,
    to: named(state, letter.to),
    case: caseId,
    kind,
    sequence,
    saidAt: when(at),
    // What a mail server took is no receipt (LOG-3): nobody signed that the vendor holds it.
    standing: standing.kind,
    at: standing.kind === 'due' ? null : when(standing.at),
    why:
      standing.kind === 'held'
        ? [standing.code, standing.status].filter(Boolean).join(' ')
        : standing.kind === 'returned'
          ? standing.status
          : '',
    left: standing.kind === 'sent' ? standing.left : 0,
    automatic: letter.automatic,
  };
}

/** Answers, those that wait first and the oldest of them in front. */
export function repliesView(state: State, all: boolean): Json {
  const replies = [...state.mail.replies.values()].filter((reply) => all || isWaiting(reply));
  return { replies: replies.map((reply) => replyLine(state, reply)) };
}

/** One answer with its text and with what a program reads from it. */
export function replyView(state: State, reply: Reply): Json {
  return { ...replyLine(state, reply), text: reply.text, form: answerForm(reply.text) };
}

function replyLine(state: State, reply: Reply): { readonly [member: string]: Json } {
  const letter = reply.letter === undefined ? undefined : state.mail.letters.get(reply.letter);
  return {
    reply: reply.id,
    from: reply.from === undefined ? null : named(state, reply.from),
    person: reply.person?.name ?? null,
    signer: reply.person?.fingerprint ?? null,
    case: letter?.caseId ?? null,
    letter: letter?.token ?? null,
    to: letter?.kind ?? null,
    readAt: when(reply.readAt),
    signedAt: when(reply.signedAt),
    signed: reply.code === undefined,
    encrypted: reply.encrypted,
    code: reply.code ?? null,
    standing: reply.standing.kind,
    decidedBy: reply.standing.kind === 'waiting' ? null : reply.standing.by,
    as: reply.standing.kind === 'waiting' ? null : reply.standing.as,
  };
}

function isWaiting({ standing }: Reply): boolean {
  return standing.kind === 'waiting';
}
