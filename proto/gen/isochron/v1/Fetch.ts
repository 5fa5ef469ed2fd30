// Original file: proto/isochron/v1/replication.proto

import type { Feed as _isochron_v1_Feed, Feed__Output as _isochron_v1_Feed__Output } from '../../isochron/v1/Feed.js';
import type { Long } from '@grpc/proto-loader';

/**
 * Please stream this feed of yours, or give back this feed of mine, from here.
 */
export interface Fetch {
  /**
   * The feed that is wanted.
   */
  'feed'?: (_isochron_v1_Feed | null);
  /**
   * Sequence of the first entry that is wanted.
   */
  'from'?: (number | string | Long);
}

/**
 * Please stream this feed of yours, or give back this feed of mine, from here.
 */
export interface Fetch__Output {
  /**
   * The feed that is wanted.
   */
  'feed': (_isochron_v1_Feed__Output | null);
  /**
   * Sequence of the first entry that is wanted.
   */
  'from': (string);
}
