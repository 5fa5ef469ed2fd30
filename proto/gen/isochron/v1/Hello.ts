// Original file: proto/isochron/v1/replication.proto

import type { Feed as _isochron_v1_Feed, Feed__Output as _isochron_v1_Feed__Output } from '../../isochron/v1/Feed.js';
import type { Long } from '@grpc/proto-loader';

/**
 * What this side holds of one feed.
 */
export interface _isochron_v1_Hello_Head {
  /**
   * Which of the two.
   */
  'feed'?: (_isochron_v1_Feed | null);
  /**
   * Leaves held.
   */
  'size'?: (number | string | Long);
  /**
   * The author's newest signed checkpoint (C2SP signed note) that this side holds; absent for an empty feed.
   */
  'checkpoint'?: (Buffer | Uint8Array | string);
  '_checkpoint'?: "checkpoint";
}

/**
 * What this side holds of one feed.
 */
export interface _isochron_v1_Hello_Head__Output {
  /**
   * Which of the two.
   */
  'feed': (_isochron_v1_Feed__Output | null);
  /**
   * Leaves held.
   */
  'size': (string);
  /**
   * The author's newest signed checkpoint (C2SP signed note) that this side holds; absent for an empty feed.
   */
  'checkpoint'?: (Buffer);
  '_checkpoint'?: "checkpoint";
}

// Original file: proto/isochron/v1/replication.proto

/**
 * Exercises never mix with production.
 */
export const _isochron_v1_Hello_Mode = {
  MODE_UNSPECIFIED: 'MODE_UNSPECIFIED',
  MODE_PRODUCTION: 'MODE_PRODUCTION',
  MODE_DRILL: 'MODE_DRILL',
} as const;

/**
 * Exercises never mix with production.
 */
export type _isochron_v1_Hello_Mode =
  | 'MODE_UNSPECIFIED'
  | 0
  | 'MODE_PRODUCTION'
  | 1
  | 'MODE_DRILL'
  | 2

/**
 * Exercises never mix with production.
 */
export type _isochron_v1_Hello_Mode__Output = typeof _isochron_v1_Hello_Mode[keyof typeof _isochron_v1_Hello_Mode]

/**
 * The first frame of each side.
 */
export interface Hello {
  /**
   * Protocol versions that this side speaks, at least one; the highest common one is used.
   */
  'versions'?: (number)[];
  /**
   * Of the speaker; both sides must have the same.
   */
  'mode'?: (_isochron_v1_Hello_Mode);
  /**
   * Who speaks; must be the node to which the transport identity belongs.
   */
  'node'?: (string);
  /**
   * Which life of the node this is (LOG-6).
   */
  'incarnation'?: (number | string | Long);
  /**
   * The speaker's clock in milliseconds since 1970-01-01T00:00:00Z, for showing skew; nothing is decided by it.
   */
  'clock'?: (number | string | Long);
  /**
   * One for each feed between the two sides.
   */
  'heads'?: (_isochron_v1_Hello_Head)[];
}

/**
 * The first frame of each side.
 */
export interface Hello__Output {
  /**
   * Protocol versions that this side speaks, at least one; the highest common one is used.
   */
  'versions': (number)[];
  /**
   * Of the speaker; both sides must have the same.
   */
  'mode': (_isochron_v1_Hello_Mode__Output);
  /**
   * Who speaks; must be the node to which the transport identity belongs.
   */
  'node': (string);
  /**
   * Which life of the node this is (LOG-6).
   */
  'incarnation': (string);
  /**
   * The speaker's clock in milliseconds since 1970-01-01T00:00:00Z, for showing skew; nothing is decided by it.
   */
  'clock': (string);
  /**
   * One for each feed between the two sides.
   */
  'heads': (_isochron_v1_Hello_Head__Output)[];
}
