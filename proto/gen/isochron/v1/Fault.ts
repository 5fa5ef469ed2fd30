// Original file: proto/isochron/v1/replication.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A refusal by name. It carries ids, sizes and positions, never contents.
 */
export interface Fault {
  /**
   * One of docs/ERRORS.md, for example `FEED_GAP`.
   */
  'code'?: (string);
  /**
   * The speaker ends the conversation after this frame.
   */
  'fatal'?: (boolean);
  /**
   * A field path, node id or file role; one line, at most 200 characters.
   */
  'where'?: (string);
  /**
   * What the speaker has, was offered, and takes at most, in the unit of the code.
   */
  'held'?: (number | string | Long);
  /**
   * What was offered.
   */
  'offered'?: (number | string | Long);
  /**
   * The bound.
   */
  'most'?: (number | string | Long);
  '_where'?: "where";
  '_held'?: "held";
  '_offered'?: "offered";
  '_most'?: "most";
}

/**
 * A refusal by name. It carries ids, sizes and positions, never contents.
 */
export interface Fault__Output {
  /**
   * One of docs/ERRORS.md, for example `FEED_GAP`.
   */
  'code': (string);
  /**
   * The speaker ends the conversation after this frame.
   */
  'fatal': (boolean);
  /**
   * A field path, node id or file role; one line, at most 200 characters.
   */
  'where'?: (string);
  /**
   * What the speaker has, was offered, and takes at most, in the unit of the code.
   */
  'held'?: (string);
  /**
   * What was offered.
   */
  'offered'?: (string);
  /**
   * The bound.
   */
  'most'?: (string);
  '_where'?: "where";
  '_held'?: "held";
  '_offered'?: "offered";
  '_most'?: "most";
}
