/** The Post port over SMTP and IMAP. */
import type { Hash } from '../../node/core/bytes.js';
import { type Outcome, ok } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { type LetterToken, type MailAddress, TOKEN_PREFIX } from '../../node/core/mail/address.js';
import type { AttachmentMark } from '../../node/core/statement.js';
import type { Instant, Millis } from '../../node/core/time.js';
import type { LetterOut, MailIn, MailSealer, NoteOut, Post } from '../../node/ports.js';
import { checkMailbox, collectMail, type Mailbox } from './collect.js';
import { letterText, type Sender } from './letter.js';
import { letterLang } from './letter-words.js';
import { readMail } from './read.js';
import { openSmtp } from './send.js';
import type { MailServer } from './server.js';
import { entityOf, mailOf, signedMailOf } from './wrap.js';

/** What the configuration says of mail. */
export interface MailSettings {
  readonly from: MailAddress;
  /** Answers go to `local+isochron.<token>@domain`: for servers that deliver such addresses. */
  readonly plusAddress: boolean;
  readonly everyMs: Millis;
  readonly smtp: MailServer;
  readonly imap: Mailbox;
}

/** Base64 and line ends on the way, twice: once inside the encryption and once around it. */
const GROWTH = 2;

export function openPost(
  settings: MailSettings,
  sender: Sender,
  sealer: MailSealer,
  digest: (bytes: Uint8Array) => Hash,
): Post {
  const { from, imap } = settings;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const smtp = openSmtp(settings.smtp, domain);
  return {
    everyMs: settings.everyMs,
    close: () => Promise.resolve(smtp.close()),

    async send(letter: LetterOut, at: Instant) {
      const { fitting, left } = whatFits(letter.attachments);
      const entity = await entityOf(
        letterText(letter, sender, left),
        fitting,
        letterLang(letter.to.languages),
      );
      const sealed = await sealer.sealMail(entity, letter.to.node, at);
      if (!sealed.ok) return sealed;
      const answers = settings.plusAddress ? plusAddress(from, letter.token) : undefined;
      const outside = {
        from: { name: sender.name, address: from },
        replyTo: answers,
        to: letter.to.address,
        token: letter.token,
        at,
        exercise: sender.exercise,
      };
      const mail = await mailOf(outside, sealed.value);
      const sent = await smtp.send(mail, answers ?? from, letter.to.address, letter.token);
      return sent.ok ? ok({ response: sent.value, left: left.length }) : sent;
    },

    async write({ to, token, text, certificate }: NoteOut, at: Instant) {
      const entity = await entityOf(text, [], undefined);
      const outside = {
        from: { name: sender.name, address: from },
        replyTo: undefined,
        ...{ to, token, at, exercise: sender.exercise },
      };
      if (certificate === undefined) {
        const signature = await sealer.signMail(entity, at);
        return await smtp.send(await signedMailOf(outside, entity, signature), from, to, token);
      }
      const sealed = await sealer.sealMailFor(entity, certificate, at);
      if (!sealed.ok) return sealed;
      return await smtp.send(await mailOf(outside, sealed.value), from, to, token);
    },

    collect: (take: (mail: MailIn) => Promise<void>, now: () => Instant): Promise<Outcome<number>> =>
      collectMail(imap, async (raw) => {
        const read = await readMail(raw, { sealer, digest, own: from }, now());
        if (read !== undefined) await take(read);
      }),
  };
}

/** Reaches both servers and changes nothing there. Faults: MAIL_UNREACHABLE with the address of the one that failed. */
export async function checkPost({ from, smtp, imap }: MailSettings): Promise<Outcome<number>> {
  const sending = openSmtp(smtp, from.slice(from.lastIndexOf('@') + 1));
  try {
    const sent = await sending.check();
    return sent.ok ? await checkMailbox(imap) : sent;
  } finally {
    sending.close();
  }
}

/** Attachments in their order, as long as the mail stays within its bound. */
function whatFits(attachments: LetterOut['attachments']): {
  readonly fitting: LetterOut['attachments'];
  readonly left: readonly AttachmentMark[];
} {
  let room = LIMITS.mailBytes.most / GROWTH - LIMITS.statementBytes.most;
  const fitting: LetterOut['attachments'][number][] = [];
  const left: AttachmentMark[] = [];
  for (const attachment of attachments) {
    if (attachment.bytes.length > room) left.push(attachment.mark);
    else {
      room -= attachment.bytes.length;
      fitting.push(attachment);
    }
  }
  return { fitting, left };
}

function plusAddress(from: MailAddress, token: LetterToken): string {
  const at = from.lastIndexOf('@');
  return `${from.slice(0, at)}+${TOKEN_PREFIX}${token}${from.slice(at)}`;
}
