/**
 * Sentences that stand for "nothing" in vendor records: most records of the archive hold nothing else.
 *
 * They are known by digest: the archive's terms do not allow text of it to be handed on, and a digest is enough to
 * recognise a sentence. Made from the sentence in lower case, white space squeezed, without the final stop.
 * @see FORMATS §5
 */
import { sha256 } from '../../../node/core/bytes.js';

const NOTHING: ReadonlySet<string> = new Set([
  '651aa65bf4914f067c636b56e25260b784c49920a0d5f76e03d84bb4fcb35b75', // no statement available
  'd971e8b65166ba9a70852290631d3a1b02c12fa396875e1e44b246e57493df39', // no statement received
  '4b452997a085254fde0946774434fdbe7c900e9adad2a18e07e109cc674790f6', // nothing further provided
  '9181abfe4e95caf81d16b542631b201b98f2af986c110667feae025c6f984932', // nothing further known
  'e121ce4f79e69d17fa6d1ff79ae3e479a49f7715edbec966bffe4376a8ccff40', // no comments
  '31be57cdf8f12c00a57e755530f79dabc0b6475e4ccd96d319c9442d5444fef2', // no comments by the centre
]);

const LONGEST = 120;

/** Whether a text says nothing: one of the known sentences, alone, perhaps inside one paragraph tag. */
export function isBoilerplate(text: string): boolean {
  if (text.length > LONGEST) return false;
  const plain = text
    .replace(/^<p>|<\/p>$/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/\.$/, '');
  return plain === '' || plain === 'none' || NOTHING.has(sha256(plain));
}
