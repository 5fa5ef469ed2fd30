/** Entries that no honest node would make, and the words that the suites say. */
import { createMessage, encrypt, type PrivateKey } from 'openpgp';
import type { Tlp } from '../../core/disclosure/tlp.js';
import type { CaseId, NodeId } from '../../core/ids.js';
import { writeLeaf } from '../../core/log/leaf.js';
import type { CaseSummary, SpokenBody } from '../../core/statement.js';
import { after, DAY, HOUR, type Instant } from '../../core/time.js';
import { type Certificate, readCertificate } from '../../envelope/keyring.js';
import { OPENPGP } from '../../envelope/policy.js';
import { digest } from '../../envelope/seal.js';
import type { Entry, Place, Wording } from '../../ports.js';
import { writeStatement } from '../../wire/codec.js';
import { messageType } from '../../wire/schema.js';

/** The signed bytes of words at a place, by whomever and to whomever the place says. */
export function bytesOf({ caseId, tlp, body }: Wording, place: Place): Uint8Array {
  const { feed, sequence, incarnation, at } = place;
  return writeStatement({ ...feed, sequence, incarnation, createdAt: at, caseId, tlp, body });
}

/** Signed bytes with a heading and no body that version 1 knows. @param version of the schema. */
export function strangeBytes(
  caseId: CaseId,
  { feed, sequence, incarnation, at }: Place,
  version: number,
): Uint8Array {
  const heading = {
    version,
    author: feed.author,
    recipient: feed.recipient,
    sequence: String(sequence),
    incarnation: String(incarnation),
    createdAtMs: String(at),
    caseId,
    tlp: 'AMBER',
  };
  const bytes = messageType('isochron.v1.Statement').encode(heading);
  // Field 2000, two bytes long.
  return new Uint8Array([...bytes, 0x82, 0x7d, 0x02, 0x01, 0x01]);
}

/** Encrypts and signs as told: nobody's signature, one of another node, two. */
export async function envelopeOf(
  bytes: Uint8Array,
  at: Instant,
  signers: readonly PrivateKey[],
  readers: readonly Certificate[],
): Promise<Uint8Array> {
  const message = await createMessage({ binary: bytes, format: 'binary', date: NO_DATE });
  return encrypt({
    message,
    encryptionKeys: readers.map(({ key }) => key),
    ...(signers.length === 0 ? {} : { signingKeys: [...signers] }),
    wildcard: true,
    format: 'binary',
    date: new Date(at),
    config: OPENPGP,
  });
}

/** An entry whose leaf names this envelope and, unless told otherwise, these signed bytes. */
export function entryOf(
  place: Place,
  signed: Uint8Array,
  envelope: Uint8Array,
  differs: { readonly statement?: string } = {},
): Entry {
  const { sequence, incarnation, at } = place;
  const statement = (differs.statement ?? digest(signed)) as ReturnType<typeof digest>;
  return { leaf: writeLeaf({ sequence, incarnation, at, envelope: digest(envelope), statement }), envelope };
}

/** The certificate on a card. @throws Error for a card that was never read. */
export async function certificateOf(armoured: string): Promise<Certificate> {
  const read = await readCertificate(armoured);
  if (!read.ok) throw new Error(read.fault.code);
  return read.value;
}

/** A summary for exercises; nothing in it is real. */
export const SUMMARY: CaseSummary = {
  title: 'Exercise: an invented flaw in an invented parser',
  kind: 'software_product',
  scope: 'implementation',
  summary: 'This case is an exercise of the conformance runner.',
  products: ['Invented Parser'],
  publicIds: [],
};

/** Words about a case, AMBER unless told otherwise. */
export function about(caseId: CaseId, body: SpokenBody, tlp: Tlp = 'AMBER'): Wording {
  return { caseId, tlp, body };
}

/** A summary that asks for an answer sooner than anybody may: the target says at once that it takes 72 hours. */
export function hastySummary(origin: NodeId, now: Instant): SpokenBody {
  return {
    kind: 'case_summary',
    replyBy: after(now, 24 * HOUR),
    origin,
    model: 2,
    originCard: '',
    caseSummary: SUMMARY,
  };
}

/** Until when a hasty summary is answered, as the target must say. */
export function raisedFrom(saidAt: Instant): Instant {
  return after(saidAt, 3 * DAY);
}

/** OpenPGP literals without a time. */
const NO_DATE = new Date(0);
