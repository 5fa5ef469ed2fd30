// Original file: proto/isochron/v1/replication.proto

import type { Hello as _isochron_v1_Hello, Hello__Output as _isochron_v1_Hello__Output } from '../../isochron/v1/Hello.js';
import type { Entries as _isochron_v1_Entries, Entries__Output as _isochron_v1_Entries__Output } from '../../isochron/v1/Entries.js';
import type { Receipt as _isochron_v1_Receipt, Receipt__Output as _isochron_v1_Receipt__Output } from '../../isochron/v1/Receipt.js';
import type { Fetch as _isochron_v1_Fetch, Fetch__Output as _isochron_v1_Fetch__Output } from '../../isochron/v1/Fetch.js';
import type { Fault as _isochron_v1_Fault, Fault__Output as _isochron_v1_Fault__Output } from '../../isochron/v1/Fault.js';
import type { Bye as _isochron_v1_Bye, Bye__Output as _isochron_v1_Bye__Output } from '../../isochron/v1/Bye.js';
import type { Answer as _isochron_v1_Answer, Answer__Output as _isochron_v1_Answer__Output } from '../../isochron/v1/Answer.js';

/**
 * What crosses a transport: exactly one kind, at most 4 MiB, and at most 64 KiB unless it is Entries. A kind that
 * the reader does not know is refused with FRAME_UNKNOWN and its field number.
 */
export interface Frame {
  'hello'?: (_isochron_v1_Hello | null);
  'entries'?: (_isochron_v1_Entries | null);
  'receipt'?: (_isochron_v1_Receipt | null);
  'fetch'?: (_isochron_v1_Fetch | null);
  'fault'?: (_isochron_v1_Fault | null);
  'bye'?: (_isochron_v1_Bye | null);
  'answer'?: (_isochron_v1_Answer | null);
  'kind'?: "hello"|"entries"|"receipt"|"fetch"|"fault"|"bye"|"answer";
}

/**
 * What crosses a transport: exactly one kind, at most 4 MiB, and at most 64 KiB unless it is Entries. A kind that
 * the reader does not know is refused with FRAME_UNKNOWN and its field number.
 */
export interface Frame__Output {
  'hello'?: (_isochron_v1_Hello__Output | null);
  'entries'?: (_isochron_v1_Entries__Output | null);
  'receipt'?: (_isochron_v1_Receipt__Output | null);
  'fetch'?: (_isochron_v1_Fetch__Output | null);
  'fault'?: (_isochron_v1_Fault__Output | null);
  'bye'?: (_isochron_v1_Bye__Output | null);
  'answer'?: (_isochron_v1_Answer__Output | null);
  'kind'?: "hello"|"entries"|"receipt"|"fetch"|"fault"|"bye"|"answer";
}
