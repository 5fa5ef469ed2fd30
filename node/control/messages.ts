/** The one method of the control socket and its messages (`proto/isochron/v1/control.proto`), both ways. */
import { textOf, utf8 } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import { type Fault, type FaultCode, MEANINGS, type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { messageType } from '../wire/schema.js';
import type { Call } from './verbs.js';

/** `Operator.Call`. */
export const METHOD = '/isochron.v1.Operator/Call';

/** Options of both sides: a call is one bounded document each way. */
export const CHANNEL: Readonly<Record<string, number>> = {
  'grpc.max_receive_message_length': LIMITS.controlBytes.most,
  'grpc.max_send_message_length': LIMITS.controlBytes.most,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
};

export function writeCall({ verb, arguments: given, officer }: Call): Buffer {
  return Buffer.from(messageType('isochron.v1.CallRequest').encode({ verb, arguments: given, officer }));
}

/** Faults: COMMAND_MALFORMED. */
export function readCall(bytes: Uint8Array): Outcome<Call> {
  const plain = messageType('isochron.v1.CallRequest').decode(bytes) as
    | { readonly verb: string; readonly arguments: Uint8Array; readonly officer: string }
    | undefined;
  return plain === undefined
    ? refuse('COMMAND_MALFORMED', { where: 'call' })
    : ok({ verb: plain.verb, arguments: plain.arguments, officer: plain.officer });
}

/** `readReply(writeReply(a)) = a`; a result over the bound becomes LIMIT_EXCEEDED. */
export function writeReply(outcome: Outcome<Json>): Buffer {
  const result = outcome.ok ? utf8(JSON.stringify(outcome.value)) : undefined;
  if (result !== undefined && result.length <= LIMITS.controlBytes.most - 64)
    return Buffer.from(messageType('isochron.v1.CallReply').encode({ result }));
  const fault: Fault = outcome.ok
    ? { code: 'LIMIT_EXCEEDED', where: 'reply', most: LIMITS.controlBytes.most }
    : outcome.fault;
  const refusal = utf8(JSON.stringify(fault));
  return Buffer.from(messageType('isochron.v1.CallReply').encode({ refusal }));
}

/** @returns the outcome; FRAME_MALFORMED for bytes that are no reply of ours. */
export function readReply(bytes: Uint8Array): Outcome<Json> {
  const plain = messageType('isochron.v1.CallReply').decode(bytes) as
    | { readonly result?: Uint8Array; readonly refusal?: Uint8Array }
    | undefined;
  const result = jsonOf(plain?.result);
  if (result !== undefined) return ok(result as Json);
  return { ok: false, fault: faultOf(jsonOf(plain?.refusal)) };
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(textOf(bytes) ?? '');
  } catch {
    return undefined;
  }
}

/** A fault as another process wrote it: a code of a later version is named as unknown. */
function faultOf(json: unknown): Fault {
  const fault = (typeof json === 'object' && json !== null ? json : {}) as Partial<Fault>;
  if (typeof fault.code !== 'string') return { code: 'FRAME_MALFORMED', where: 'reply' };
  if (!Object.hasOwn(MEANINGS, fault.code)) return { code: 'FAULT_UNKNOWN' };
  const { where, held, offered, most, expects } = fault;
  return {
    code: fault.code as FaultCode,
    ...(typeof where === 'string' ? { where } : {}),
    ...(typeof held === 'number' ? { held } : {}),
    ...(typeof offered === 'number' ? { offered } : {}),
    ...(typeof most === 'number' ? { most } : {}),
    ...(typeof expects === 'string' ? { expects } : {}),
  };
}
