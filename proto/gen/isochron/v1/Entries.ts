// Original file: proto/isochron/v1/replication.proto

import type { Feed as _isochron_v1_Feed, Feed__Output as _isochron_v1_Feed__Output } from '../../isochron/v1/Feed.js';
import type { Long } from '@grpc/proto-loader';

/**
 * A leaf of the log with its envelope, byte for byte as the author made them (ENV-1).
 */
export interface _isochron_v1_Entries_Entry {
  /**
   * Canonical JSON, under 4 KiB (LOG-2).
   */
  'leaf'?: (Buffer | Uint8Array | string);
  /**
   * The OpenPGP message whose SHA-256 stands in the leaf.
   */
  'envelope'?: (Buffer | Uint8Array | string);
}

/**
 * A leaf of the log with its envelope, byte for byte as the author made them (ENV-1).
 */
export interface _isochron_v1_Entries_Entry__Output {
  /**
   * Canonical JSON, under 4 KiB (LOG-2).
   */
  'leaf': (Buffer);
  /**
   * The OpenPGP message whose SHA-256 stands in the leaf.
   */
  'envelope': (Buffer);
}

/**
 * A stretch of one feed, at least one and at most 256 entries.
 */
export interface Entries {
  /**
   * The feed they stand in.
   */
  'feed'?: (_isochron_v1_Feed | null);
  /**
   * Sequence of the first entry; the others follow without a gap.
   */
  'from'?: (number | string | Long);
  /**
   * In their order.
   */
  'entries'?: (_isochron_v1_Entries_Entry)[];
  /**
   * The author's checkpoint (C2SP signed note) for exactly `from` + number of entries leaves; in a feed that is given
   * back to its author, the newest that the speaker holds.
   */
  'checkpoint'?: (Buffer | Uint8Array | string);
}

/**
 * A stretch of one feed, at least one and at most 256 entries.
 */
export interface Entries__Output {
  /**
   * The feed they stand in.
   */
  'feed': (_isochron_v1_Feed__Output | null);
  /**
   * Sequence of the first entry; the others follow without a gap.
   */
  'from': (string);
  /**
   * In their order.
   */
  'entries': (_isochron_v1_Entries_Entry__Output)[];
  /**
   * The author's checkpoint (C2SP signed note) for exactly `from` + number of entries leaves; in a feed that is given
   * back to its author, the newest that the speaker holds.
   */
  'checkpoint': (Buffer);
}
