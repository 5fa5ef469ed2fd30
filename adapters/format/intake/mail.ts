/** A mail to the centre, read as a report: subject, text, and the sender as the reporter. */
import PostalMime from 'postal-mime';
import { cutText } from '../../../node/core/cut-text.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Loss } from '../format.js';
import { asTitle, NOTHING_REPORTED } from './plain.js';
import type { ReadReport } from './read.js';

/** Faults: `FORMAT_MALFORMED` for what is no mail, and for one without any words. */
export async function readMailReport(bytes: Uint8Array): Promise<Outcome<ReadReport>> {
  const mail = await PostalMime.parse(bytes).catch(() => undefined);
  const words = mail?.text?.trim() ?? '';
  const title = asTitle(mail?.subject ?? '');
  // Without a sender it is some other text: nobody would know whom to answer.
  if (mail?.from?.address === undefined || (title === '' && words === '')) return refuse('FORMAT_MALFORMED');
  const most = LIMITS.textCharacters.most;
  const losses: Loss[] = [];
  if (words.length > most)
    losses.push({ path: 'text', what: 'cut', why: 'The text is over the bound and was cut.' });
  if (mail.attachments.length > 0)
    losses.push({
      path: 'attachments',
      what: 'not_imported',
      why: 'Attachments are added by hand, after somebody looked at them.',
    });
  return ok({
    source: 'mail',
    text: {
      ...NOTHING_REPORTED,
      title: title === '' ? asTitle(words) : title,
      description: cutText(words, most),
    },
    reporter: {
      name: cutText(mail.from.name, LIMITS.nameCharacters.most),
      organisation: '',
      contact: cutText(mail.from.address, LIMITS.titleCharacters.most),
    },
    losses,
  });
}
