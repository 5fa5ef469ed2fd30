// Original file: proto/isochron/v1/replication.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Answers the Hello of one life of the peer. The speaker's Hello has told how much of the peer's feed it holds; this
 * tells how much of its own feed the peer must have heard to know all that the speaker had to say.
 */
export interface Answer {
  /**
   * Of the peer, as its Hello named it.
   */
  'incarnation'?: (number | string | Long);
  /**
   * Size of the speaker's feed to the peer when it answered.
   */
  'said'?: (number | string | Long);
}

/**
 * Answers the Hello of one life of the peer. The speaker's Hello has told how much of the peer's feed it holds; this
 * tells how much of its own feed the peer must have heard to know all that the speaker had to say.
 */
export interface Answer__Output {
  /**
   * Of the peer, as its Hello named it.
   */
  'incarnation': (string);
  /**
   * Size of the speaker's feed to the peer when it answered.
   */
  'said': (string);
}
