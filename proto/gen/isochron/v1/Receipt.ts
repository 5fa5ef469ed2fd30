// Original file: proto/isochron/v1/replication.proto

import type { Feed as _isochron_v1_Feed, Feed__Output as _isochron_v1_Feed__Output } from '../../isochron/v1/Feed.js';

/**
 * A cosigned checkpoint: the speaker has this much on disk (LOG-3).
 */
export interface Receipt {
  /**
   * The feed that is held.
   */
  'feed'?: (_isochron_v1_Feed | null);
  /**
   * C2SP signed note with the author's signature and the speaker's timestamped cosignature.
   */
  'note'?: (Buffer | Uint8Array | string);
}

/**
 * A cosigned checkpoint: the speaker has this much on disk (LOG-3).
 */
export interface Receipt__Output {
  /**
   * The feed that is held.
   */
  'feed': (_isochron_v1_Feed__Output | null);
  /**
   * C2SP signed note with the author's signature and the speaker's timestamped cosignature.
   */
  'note': (Buffer);
}
