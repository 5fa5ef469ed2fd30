/**
 * Bytes ↔ core `Statement`: the heading and one body, spoken or home.
 */
import { TLP_LABELS } from '../core/disclosure/tlp.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { caseId, nodeId } from '../core/ids.js';
import { isSpoken } from '../core/spoken.js';
import type { Statement } from '../core/statement.js';
import { readHome, writeHome } from './home.js';
import type { RecordRule } from './rules.js';
import { messageType } from './schema.js';
import { blankable, branded, named, oneOf, record, type Shape, time, Unfit, whole } from './shapes.js';
import { spokenBody } from './spoken.js';

const SAFE = Number.MAX_SAFE_INTEGER;
const node = branded(nodeId, 'node id');

interface Heading {
  readonly author: Statement['author'];
  readonly recipient: Statement['recipient'];
  readonly sequence: number;
  readonly incarnation: number;
  readonly createdAt: Statement['createdAt'];
  readonly caseId: Statement['caseId'];
  readonly tlp: Statement['tlp'];
}

const heading = record<Heading>({
  author: node,
  recipient: node,
  sequence: whole(0, SAFE),
  incarnation: whole(0, SAFE),
  createdAt: named('createdAtMs', time),
  caseId: blankable(branded(caseId, 'case id')),
  tlp: unspecified(oneOf('TLP', TLP_LABELS)),
});

/** A serialised Statement between nodes: heading and kinds. */
export const STATEMENT_RULE: RecordRule = { ...heading.rule, oneof: spokenBody.rule };

/** Version of the schema that this codec writes and reads. */
const VERSION = 1;

/** Bytes to sign. Made once for each statement; afterwards only the bytes travel (ENV-1). */
export function writeStatement(statement: Statement): Uint8Array {
  const { body, ...head } = statement;
  return messageType('isochron.v1.Statement').encode({
    version: VERSION,
    ...(heading.write(head) as object),
    ...(isSpoken(body) ? (spokenBody.write(body) as object) : { home: { json: writeHome(body) } }),
  });
}

/**
 * Decodes signed bytes whose signature holds; signatures of embedded ballots are checked by the caller.
 *
 * Faults: STATEMENT_MALFORMED, STATEMENT_VERSION, STATEMENT_FIELD (with the path), STATEMENT_KIND,
 * STATEMENT_TLP (label and case go together).
 */
export function readStatement(signed: Uint8Array): Outcome<Statement> {
  const wire = messageType('isochron.v1.Statement').decode(signed) as
    | (Readonly<Record<string, unknown>> & { readonly home?: { readonly json: Uint8Array } })
    | undefined;
  if (wire === undefined) return refuse('STATEMENT_MALFORMED');
  if (wire['version'] !== VERSION) return refuse('STATEMENT_VERSION');
  if (wire['body'] === undefined) return refuse('STATEMENT_KIND');
  try {
    const head = heading.read(wire, 'statement');
    if ((head.caseId === undefined) !== (head.tlp === undefined)) return refuse('STATEMENT_TLP');
    if (wire.home === undefined) return ok({ ...head, body: spokenBody.read(wire, 'body') });
    // Orders come from nobody but this node itself.
    if (head.author !== head.recipient) return refuse('STATEMENT_KIND', { where: 'home' });
    return ok({ ...head, body: readHome(wire.home.json) });
  } catch (cause) {
    if (cause instanceof Unfit) return refuse('STATEMENT_FIELD', { where: cause.path });
    throw cause;
  }
}

function unspecified<T extends string>(shape: Shape<T>): Shape<T | undefined> {
  return {
    rule: { kind: 'optional', of: shape.rule },
    read: (wire, path) => (wire === 'TLP_UNSPECIFIED' ? undefined : shape.read(wire, path)),
    write: (label) => (label === undefined ? 'TLP_UNSPECIFIED' : shape.write(label)),
  };
}
