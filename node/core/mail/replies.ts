/**
 * An answer that came by mail becomes the vendor's word when an officer says so, and only where its signature held.
 * It is heard through the same door as the words of a node, with the vendor as its author; the order that confirmed it
 * stays in the home feed, beside the mail itself.
 */
import type { Hash } from '../bytes.js';
import type { Case } from '../case/case.js';
import { hear } from '../case/hear.js';
import type { Heard } from '../case/heard.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { put } from '../layered-map.js';
import { verifiedPeer } from '../registry/peers.js';
import type { Input, State } from '../state.js';
import type { Order, SpokenBody } from '../statement.js';
import type { Instant } from '../time.js';
import type { Reply } from './book.js';

type Confirm = Extract<Order, { readonly act: 'reply_confirm' }>;

/** What a vendor may say by mail: what its node would say. */
const BY_MAIL: ReadonlySet<SpokenBody['kind']> = new Set<SpokenBody['kind']>([
  'acknowledge',
  'detail_request',
  'vendor_status',
  'remedy',
  'schedule_preference',
  'attacks_observed',
  'exploit_public',
  'inquiry',
  'comment',
]);

/**
 * Enters an answer as the vendor's word in this case.
 *
 * Faults: REPLY_UNKNOWN, REPLY_DECIDED, REPLY_CASE, REPLY_WORDS, MAIL_* and KEY_* as they were found when it was read,
 * PEER_*, CASE_UNKNOWN, and those of {@link hear}.
 */
export function confirmReply(
  state: State,
  held: Case | undefined,
  input: Input,
  by: string,
  { reply: id, body }: Confirm,
): Outcome<Heard & { readonly state: State }> {
  const found = undecided(state, id);
  if (!found.ok) return found;
  const reply = found.value;
  if (reply.code !== undefined) return refuse(reply.code, { where: id });
  if (reply.from === undefined) return refuse('MAIL_FOREIGN', { where: id });
  const peer = verifiedPeer(state, reply.from);
  if (!peer.ok) return peer;
  if (held === undefined) return refuse('CASE_UNKNOWN');
  const letter = reply.letter === undefined ? undefined : state.mail.letters.get(reply.letter);
  if (letter !== undefined && letter.caseId !== held.id)
    return refuse('REPLY_CASE', { where: letter.caseId });
  if (!BY_MAIL.has(body.kind) || !speaksForItself(body, reply.from))
    return refuse('REPLY_WORDS', { where: body.kind });
  const said = asSaidBy(state, input, held, reply.from, body);
  const heard = hear(state, held, said, body);
  if (!heard.ok) return heard;
  const decided = withDecision(state, reply, 'confirmed', by, input.statement.createdAt, body.kind);
  return ok({ ...heard.value, state: decided });
}

/** Puts an answer away for good. Faults: REPLY_UNKNOWN, REPLY_DECIDED. */
export function dismissReply(
  state: State,
  id: Hash,
  by: string,
  at: Instant,
  reason: string,
): Outcome<State> {
  const found = undecided(state, id);
  return found.ok ? ok(withDecision(state, found.value, 'dismissed', by, at, reason)) : found;
}

/** One mail may say several things, so one that was entered may be entered again as something else. */
function undecided({ mail }: State, id: Hash): Outcome<Reply> {
  const reply = mail.replies.get(id);
  if (reply === undefined) return refuse('REPLY_UNKNOWN', { where: id });
  return reply.standing.kind === 'dismissed' ? refuse('REPLY_DECIDED', { where: id }) : ok(reply);
}

/** A vendor speaks for itself and for nobody else. */
function speaksForItself(body: SpokenBody, vendor: Reply['from']): boolean {
  switch (body.kind) {
    case 'detail_request':
      return body.requester === vendor;
    case 'vendor_status':
      return body.report.vendor === vendor;
    case 'remedy':
      return body.vendor === vendor;
    default:
      return true;
  }
}

function asSaidBy(
  state: State,
  input: Input,
  held: Case,
  author: NonNullable<Reply['from']>,
  body: SpokenBody,
): Input {
  const recipient = state.self.node;
  const statement = { ...input.statement, author, recipient, tlp: held.tlp, body };
  return { ...input, feed: { author, recipient }, statement };
}

function withDecision(
  state: State,
  reply: Reply,
  kind: 'confirmed' | 'dismissed',
  by: string,
  at: Instant,
  as: string,
): State {
  const text = kind === 'dismissed' ? '' : reply.text;
  const decided: Reply = { ...reply, text, standing: { kind, by, at, as } };
  return { ...state, mail: { ...state.mail, replies: put(state.mail.replies, reply.id, decided) } };
}
