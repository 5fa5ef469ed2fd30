/**
 * Letters to vendors without a node: what is due is read off the state, sent, and reported into the home feed; what
 * lies in the mailbox is written down and waits for an officer (STYLE §2.1, rule 7).
 *
 * A letter is an entry of our feed before it is sent, so nothing is said that is not on disk. A crash between the mail
 * server's word and our report sends the letter once more, under the same Message-ID: SMTP has no way to ask what it
 * took (docs/decisions/0043-vendors-without-a-node.md).
 */
import { type Fault, type Outcome, ok, refuse } from '../core/fault.js';
import type { FeedId } from '../core/ids.js';
import { noteOf, takesAnswer } from '../core/intake/notes.js';
import { LIMITS } from '../core/limits.js';
import type { LetterToken } from '../core/mail/address.js';
import { isByMail, type Letter, letterDue, lettersDue } from '../core/mail/book.js';
import { ofNode } from '../core/registry/book.js';
import type { State } from '../core/state.js';
import type { AttachmentMark, HomeBody, Statement } from '../core/statement.js';
import { after, type Instant, MINUTE } from '../core/time.js';
import type { LetterOut, MailIn, Post } from '../ports.js';
import type { Machine } from './advance.js';
import type { Doors } from './doors.js';
import { sideBySide } from './side-by-side.js';

export interface Postman {
  /** Sends what is due; a call during a run makes it look once more. */
  look(): void;
  /** Reads the mailbox now. @returns how many mails. Faults: MAIL_UNREACHABLE. */
  collect(): Promise<Outcome<number>>;
  readonly standing: () => PostStanding;
  readonly isIdle: () => boolean;
  /** Begins nothing any more. Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** How the mail server and the mailbox answered last. */
export interface PostStanding {
  readonly sending: Fault | undefined;
  readonly collecting: Fault | undefined;
  readonly collectedAt: Instant | undefined;
}

/** Letters under way at once. */
const TOGETHER = 3;

/** Pauses before a server is tried again, or a letter that it put off: longer each time. */
const PAUSES_MS: readonly number[] = [MINUTE / 2, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE];

/** @param broken called with what was thrown: nobody knows what is on disk. */
export function postman(
  machine: Machine,
  doors: Doors,
  post: Post,
  broken: (cause: unknown) => void,
): Postman {
  const { clock, journal } = doors;
  let running: Promise<void> | undefined;
  let collecting: Promise<Outcome<number>> | undefined;
  let again = false;
  let stopped = false;
  let attempts = 0;
  let standing: PostStanding = { sending: undefined, collecting: undefined, collectedAt: undefined };
  /** Letters that the server put off: how often, and until when. */
  const putOff = new Map<LetterToken, { readonly times: number; readonly until: Instant }>();
  let cancelRetry: () => void = () => undefined;
  let cancelPoll: () => void = clock.elapse(0, poll);
  return {
    look,
    collect,
    standing: () => standing,
    isIdle: () => running === undefined && collecting === undefined,
    async stop() {
      stopped = true;
      cancelRetry();
      cancelPoll();
      // What the server takes now must still be reported, or it would be sent again.
      await running;
      await collecting;
      await post.close();
    },
  };

  function look(): void {
    if (stopped) return;
    again = true;
    // A server that cannot be reached is not tried for each letter anew.
    if (running !== undefined || standing.sending !== undefined) return;
    running = drain()
      .catch(broken)
      .finally(() => {
        running = undefined;
        if (again) look();
      });
  }

  async function drain(): Promise<void> {
    while (again && !stopped && standing.sending === undefined) {
      again = false;
      const now = clock.now();
      const due = lettersDue(machine.state()).filter(({ token }) => (putOff.get(token)?.until ?? 0) <= now);
      await sideBySide(due, TOGETHER, attempt);
    }
    waitForFirst();
  }

  async function attempt(letter: Letter): Promise<void> {
    const isDue = letterDue(machine.state(), letter.token) !== undefined;
    if (stopped || standing.sending !== undefined || !isDue) return;
    const out = await drawUp(letter, machine.state(), doors);
    if (out === undefined) return;
    const sent = await post.send(out, clock.now());
    if (sent.ok) {
      attempts = 0;
      putOff.delete(letter.token);
      return await report({ kind: 'letter_sent', letter: letter.token, ...sent.value });
    }
    journal.write({ event: 'fault', fault: sent.fault, peer: letter.to });
    if (sent.fault.code === 'MAIL_UNREACHABLE') return outage(sent.fault);
    if (sent.fault.code === 'MAIL_DEFERRED') return delay(letter);
    const { code, where } = sent.fault;
    await report({ kind: 'letter_held', letter: letter.token, code, status: where ?? '' });
  }

  function outage(fault: Fault): void {
    if (stopped || standing.sending !== undefined) return;
    standing = { ...standing, sending: fault };
    journal.write({ event: 'alarm', alarm: 'the mail server cannot be reached' });
    retryIn(pause(attempts));
    attempts += 1;
  }

  function delay({ token }: Letter): void {
    const times = (putOff.get(token)?.times ?? 0) + 1;
    putOff.set(token, { times, until: after(clock.now(), pause(times - 1)) });
  }

  /** Each letter that was put off has its own time; the first of them wakes us, and then the next one is looked for. */
  function waitForFirst(): void {
    if (standing.sending !== undefined) return;
    const times = lettersDue(machine.state()).flatMap(({ token }) => putOff.get(token)?.until ?? []);
    const first = times.reduce((early, until) => Math.min(early, until), Number.POSITIVE_INFINITY);
    if (Number.isFinite(first)) retryIn(Math.max(0, first - clock.now()));
  }

  function retryIn(length: number): void {
    cancelRetry();
    if (stopped) return;
    cancelRetry = clock.elapse(length, () => {
      standing = { ...standing, sending: undefined };
      look();
    });
  }

  function poll(): void {
    if (stopped) return;
    void collect().finally(() => {
      if (!stopped) cancelPoll = clock.elapse(post.everyMs, poll);
    });
  }

  function collect(): Promise<Outcome<number>> {
    if (stopped) return Promise.resolve(refuse('NODE_STOPPED'));
    collecting ??= fetchAll().finally(() => {
      collecting = undefined;
    });
    return collecting;
  }

  async function fetchAll(): Promise<Outcome<number>> {
    if (isFull(machine.state())) {
      standing = { ...standing, collecting: { code: 'LIMIT_EXCEEDED', most: LIMITS.mailReplies.most } };
      return refuse('LIMIT_EXCEEDED', { where: 'replies', most: LIMITS.mailReplies.most });
    }
    const read = await post.collect(take, clock.now).catch((cause: unknown) => {
      broken(cause);
      return ok(0);
    });
    const fault = read.ok ? undefined : read.fault;
    if (fault !== undefined && standing.collecting === undefined && !stopped)
      journal.write({ event: 'alarm', alarm: 'the mailbox cannot be read' });
    const collectedAt = read.ok ? clock.now() : standing.collectedAt;
    standing = { ...standing, collecting: fault, collectedAt };
    return read;
  }

  async function take(mail: MailIn): Promise<void> {
    const body = reportOf(machine.state(), mail);
    if (body !== undefined) await report(body);
  }

  async function report(body: HomeBody): Promise<void> {
    const done = await machine.say({ caseId: undefined, tlp: undefined, body });
    // Not on disk: whoever fetched this must not mark it as read.
    if (!done.ok && done.fault.code === 'NODE_STOPPED') throw new Stopping();
    if (!done.ok) journal.write({ event: 'fault', fault: done.fault });
  }
}

/** The node stops between a mail and its entry; the mail stays unread. */
class Stopping extends Error {
  constructor() {
    super('the node is stopping');
    this.name = 'Stopping';
  }
}

function pause(times: number): number {
  return PAUSES_MS[Math.min(times, PAUSES_MS.length - 1)] ?? MINUTE;
}

function isFull({ mail }: State): boolean {
  let waiting = 0;
  for (const { standing } of mail.replies.values()) if (standing.kind === 'waiting') waiting += 1;
  return waiting >= LIMITS.mailReplies.most;
}

/** What a mail means for the record; nothing where it concerns nobody whom we wrote to. */
function reportOf(state: State, mail: MailIn): HomeBody | undefined {
  const { letters } = state.mail;
  const letter = mail.token === undefined ? undefined : letters.get(mail.token);
  if (letter === undefined && mail.token !== undefined) {
    const found = noteOf(state, mail.token);
    if (found !== undefined) return onNote(found, mail);
  }
  switch (mail.kind) {
    case 'returned':
      return letter === undefined
        ? undefined
        : { kind: 'letter_returned', letter: mail.token, status: mail.status };
    case 'automatic':
      // The first one to a letter tells that somebody is away; a loop of them fills no disk.
      return letter === undefined || letter.automatic ? undefined : automatic(letter);
    case 'answer': {
      const from = mail.by !== undefined && isByMail(state, mail.by) ? mail.by : undefined;
      if (letter === undefined && from === undefined && !isWrittenTo(state, mail.sender)) return undefined;
      const { digest: reply, words, encrypted, signedAt, text } = mail;
      return {
        kind: 'reply_read',
        reply,
        words,
        letter: letter?.token,
        from,
        person: from === undefined ? undefined : mail.person,
        encrypted,
        signedAt,
        code: doubtOf(mail, letter, from, letters)?.code,
        text,
        mail: mail.mail,
      };
    }
  }
}

/** What came back on a letter to a reporter. Its sender is not looked at: who reported it is held apart. */
function onNote(
  { report, note }: NonNullable<ReturnType<typeof noteOf>>,
  mail: MailIn,
): HomeBody | undefined {
  switch (mail.kind) {
    case 'returned':
      return { kind: 'note_returned', report: report.id, note, status: mail.status };
    case 'automatic':
      return undefined;
    case 'answer': {
      const { digest: reply, encrypted, fault, text } = mail;
      if (!takesAnswer(report, reply)) return undefined;
      return { kind: 'note_answered', report: report.id, note, reply, encrypted, code: fault?.code, text };
    }
  }
}

type Answer = Extract<MailIn, { readonly kind: 'answer' }>;

/** Why an answer cannot be entered, from its signature outwards. */
function doubtOf(
  mail: Answer,
  letter: Letter | undefined,
  from: Letter['to'] | undefined,
  letters: State['mail']['letters'],
): Fault | undefined {
  if (mail.fault !== undefined) return mail.fault;
  if (from === undefined) return { code: 'MAIL_FOREIGN' };
  // Signed by one vendor and sent as the answer of another.
  if (letter !== undefined && letter.to !== from) return { code: 'MAIL_FOREIGN' };
  // Headers can be changed on the way; what the vendor signed cannot.
  const named = mail.inside.flatMap((token) => letters.get(token) ?? []);
  const isElsewhere = named.length > 0 && !named.some(({ caseId }) => caseId === letter?.caseId);
  return letter !== undefined && isElsewhere ? { code: 'REPLY_CASE' } : undefined;
}

function automatic(letter: Letter): HomeBody {
  return {
    kind: 'reply_read',
    reply: letter.statement,
    words: letter.statement,
    letter: letter.token,
    from: undefined,
    person: undefined,
    encrypted: false,
    signedAt: undefined,
    code: 'MAIL_AUTOMATIC',
    text: '',
    mail: new Uint8Array(),
  };
}

function isWrittenTo({ peers }: State, sender: Answer['sender']): boolean {
  if (sender === undefined) return false;
  const wanted = sender.toLowerCase();
  return [...peers.values()].some(({ mail }) => mail?.address.toLowerCase() === wanted);
}

/** A letter with everything that travels in it. Nothing where the vendor was removed meanwhile. */
async function drawUp(letter: Letter, state: State, doors: Doors): Promise<LetterOut | undefined> {
  const peer = state.peers.get(letter.to);
  const held = state.cases.get(letter.caseId);
  if (peer?.mail === undefined || held === undefined) return undefined;
  const feed: FeedId = { author: state.self.node, recipient: letter.to };
  const statement = await recalled(feed, letter.sequence, doors);
  const marks = statement.body.kind === 'detail_grant' ? statement.body.attachments : [];
  const attachments: LetterOut['attachments'][number][] = [];
  for (const mark of marks) {
    const bytes = await attached(mark, state, letter, doors);
    if (bytes !== undefined) attachments.push({ mark, bytes });
  }
  const { name, zone, node } = peer.card;
  const kept = ofNode(state.contacts, node)?.entry.languages ?? [];
  return {
    token: letter.token,
    // What the contact book says is the newer word: a card was made once, from the certificate.
    to: {
      node,
      name,
      zone,
      languages: kept.length > 0 ? kept : peer.card.languages,
      address: peer.mail.address,
    },
    statement,
    held,
    attachments,
  };
}

/** The parts of one attachment, put together again. */
async function attached(
  mark: AttachmentMark,
  state: State,
  { caseId }: Letter,
  doors: Doors,
): Promise<Uint8Array | undefined> {
  const kept = state.cases.get(caseId)?.attachments.get(mark.hash);
  if (kept === undefined || kept.parts.size !== kept.count) return undefined;
  const whole = new Uint8Array(mark.bytes);
  let at = 0;
  for (let part = 0; part < kept.count; part += 1) {
    const place = kept.parts.get(part);
    if (place === undefined) return undefined;
    const { body } = await recalled(place.feed, place.sequence, doors);
    const words = body.kind === 'order' && body.order.act === 'case_attach' ? body.order : body;
    if (!('bytes' in words) || at + words.bytes.length > whole.length) return undefined;
    whole.set(words.bytes, at);
    at += words.bytes.length;
  }
  return at === whole.length && doors.sealer.digest(whole) === mark.hash ? whole : undefined;
}

async function recalled(feed: FeedId, sequence: number, doors: Doors): Promise<Statement> {
  const arrival = await doors.feeds.arrival(feed, sequence);
  if (arrival === undefined || !('rest' in arrival.content))
    throw new Error('own words and attachments lie where the state says');
  return await doors.sealer.recall(arrival.content.rest);
}
