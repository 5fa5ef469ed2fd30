/** A mail server and a mailbox in memory: what it does with a letter, and what lies in the box, the test says. */
import { sha256 } from '../../node/core/bytes.js';
import { type Outcome, ok } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { type LetterToken, type MailAddress, mailAddress } from '../../node/core/mail/address.js';
import { mailCard } from '../../node/core/registry/card.js';
import type { Order } from '../../node/core/statement.js';
import { MINUTE } from '../../node/core/time.js';
import type { LetterOut, MailIn, NoteOut, Post } from '../../node/ports.js';
import { type TestNode, testCard } from './keys.js';

export interface TestPost {
  readonly post: Post;
  /** Letters that the server took, in order. */
  readonly taken: LetterOut[];
  /** Notes to reporters. */
  readonly notes: NoteOut[];
  /** What it says to the next letters; once empty it takes everything. */
  readonly verdicts: Outcome<{ readonly response: string; readonly left: number }>[];
  /** What lies in the box; a mail that was taken leaves it. */
  readonly box: MailIn[];
}

export function testPost(): TestPost {
  const taken: LetterOut[] = [];
  const notes: NoteOut[] = [];
  const verdicts: TestPost['verdicts'] = [];
  const box: MailIn[] = [];
  const post: Post = {
    everyMs: MINUTE,
    send(letter) {
      const verdict = verdicts.shift() ?? ok({ response: '250 OK', left: 0 });
      if (verdict.ok) taken.push(letter);
      return Promise.resolve(verdict);
    },
    write(note) {
      notes.push(note);
      return Promise.resolve(ok('250 OK'));
    },
    async collect(take) {
      let read = 0;
      for (const mail of [...box]) {
        await take(mail);
        box.splice(box.indexOf(mail), 1);
        read += 1;
      }
      return ok(read);
    },
    close: () => Promise.resolve(),
  };
  return { post, taken, notes, verdicts, box };
}

export const ADDRESS: MailAddress = mailAddress('psirt@vendor.example') as MailAddress;

/** Puts a test node on file as a vendor that has mail and no node. */
export async function byMail(name: TestNode, address: MailAddress = ADDRESS): Promise<Order> {
  const { node, certificate, mode, embargoDays, replyByDays } = await testCard(name);
  const said = { name: `TEST ONLY ${name}`, role: 'vendor', zone: 'UTC', languages: ['en'] } as const;
  const card = mailCard({ mode, embargoDays, replyByDays }, node, certificate, said);
  return { act: 'mail_add', card, address };
}

/** An answer whose signature holds, as a reader hands it in. */
export function answerOf(
  by: NodeId | undefined,
  token: LetterToken | undefined,
  text: string,
  differs: Partial<Extract<MailIn, { kind: 'answer' }>> = {},
): Extract<MailIn, { kind: 'answer' }> {
  const digest = sha256(`mail ${token} ${text} ${JSON.stringify(differs)}`);
  return {
    kind: 'answer',
    digest,
    mail: new Uint8Array([1]),
    words: sha256(text),
    token,
    inside: [],
    sender: ADDRESS,
    by,
    person: undefined,
    encrypted: true,
    signedAt: undefined,
    fault: undefined,
    text,
    ...differs,
  };
}
