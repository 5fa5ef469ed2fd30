/** One product and where it stands, as typed. */
import { type Document, typed } from './call.js';

/** `NAME=STATE` or `NAME=STATE:REASON`; a name may have an equals sign in it. */
export function verdict(text: string): Document {
  const at = text.lastIndexOf('=');
  const [state = '', justification] = text.slice(at + 1).split(':');
  return typed({ product: text.slice(0, Math.max(at, 0)), state, justification });
}
