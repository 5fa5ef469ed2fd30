/** Reads checkpoints and receipts by the keys of both sides alone: no home, no trust, no day of judging. */
import { ok, refuse } from '../core/fault.js';
import { readCheckpointBody } from '../core/log/checkpoint.js';
import { cosignedAt, inOffice, isSignedBy, readNote, readVerifierKey } from '../envelope/note.js';
import type { NoteReader } from '../store/verify.js';

/** @param authorKey, peerKey texts of verifier keys. @returns `undefined` where one is no key of a log. */
export function notesByKeys(authorKey: string, peerKey: string): NoteReader | undefined {
  const [author, peer] = [readVerifierKey(authorKey), readVerifierKey(peerKey)];
  if (author?.type !== 1 || peer?.type !== 1) return undefined;
  const cosigner = inOffice(peer, 4);
  const checkpoint: NoteReader['checkpoint'] = (bytes) => {
    const note = readNote(bytes);
    if (note === undefined) return refuse('CHECKPOINT_MALFORMED');
    const body = readCheckpointBody(note.text);
    if (!body.ok) return body;
    if (!isSignedBy(note, author)) return refuse('CHECKPOINT_SIGNATURE');
    const { size, root, origin } = body.value;
    return origin.startsWith(`${author.name}/`)
      ? ok({ size, root, note: bytes })
      : refuse('CHECKPOINT_ORIGIN');
  };
  return {
    checkpoint,
    receipt: (bytes) => {
      const held = checkpoint(bytes);
      if (!held.ok) return held;
      const note = readNote(bytes);
      const at = note && cosignedAt(note, cosigner);
      return at === undefined ? refuse('RECEIPT_SIGNATURE') : ok({ ...held.value, at });
    },
  };
}
