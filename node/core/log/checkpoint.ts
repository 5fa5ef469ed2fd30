/**
 * The text that a checkpoint signs (LOG-3): three lines, as C2SP tlog-checkpoint has them. Signing and checking
 * signatures is `envelope/note.ts`; here is only what is signed.
 */
import { bytesOf, type Hash, hexOf, textOf } from '../bytes.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { LIMITS } from '../limits.js';
import { fromBase64, toBase64 } from './base64.js';

/** What a checkpoint says. */
export interface CheckpointBody {
  /** One line that names the log: opaque, no case or vendor name in it. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** `readCheckpointBody(writeCheckpointBody(a)) = a`. Three lines, each ended by a newline; no extension lines. */
export function writeCheckpointBody({ origin, size, root }: CheckpointBody): string {
  return `${origin}\n${size}\n${toBase64(bytesOf(root))}\n`;
}

// No space and no plus: both have a meaning in signature lines and verifier keys.
const BODY = /^([!-*,-~]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;

/**
 * Reads the signed text of a checkpoint. Extension lines, which the format allows and discourages, are refused:
 * no author of ours writes them and a cosigner would vouch for them.
 *
 * Faults: CHECKPOINT_MALFORMED.
 */
export function readCheckpointBody(text: string): Outcome<CheckpointBody> {
  const [, origin = '', sizeText = '', rootText = ''] = BODY.exec(text) ?? [];
  const root = fromBase64(rootText);
  const size = Number(sizeText);
  if (origin === '' || origin.length > LIMITS.nameCharacters.most || root?.length !== 32) {
    return refuse('CHECKPOINT_MALFORMED');
  }
  if (!Number.isSafeInteger(size)) return refuse('CHECKPOINT_MALFORMED', { where: 'size' });
  return ok({ origin, size, root: hexOf(root) as Hash });
}

/**
 * The body of a signed note, whose signatures nobody has checked here.
 *
 * Faults: CHECKPOINT_MALFORMED (also for a note without a signature line).
 * @see C2SP signed-note: the text ends before the empty line
 */
export function readNoteBody(note: Uint8Array): Outcome<CheckpointBody> {
  const text = textOf(note);
  const end = text?.lastIndexOf('\n\n') ?? -1;
  if (text === undefined || end < 0 || !text.startsWith('— ', end + 2) || !text.endsWith('\n')) {
    return refuse('CHECKPOINT_MALFORMED');
  }
  return readCheckpointBody(text.slice(0, end + 1));
}
