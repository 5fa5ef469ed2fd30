// Original file: proto/isochron/v1/replication.proto


/**
 * One direction of one relationship. Only the two feeds between the two ends of a conversation may be named.
 */
export interface Feed {
  /**
   * Node id of the author: 40 lower-case hex digits.
   */
  'author'?: (string);
  /**
   * Node id of the recipient: 40 lower-case hex digits.
   */
  'recipient'?: (string);
}

/**
 * One direction of one relationship. Only the two feeds between the two ends of a conversation may be named.
 */
export interface Feed__Output {
  /**
   * Node id of the author: 40 lower-case hex digits.
   */
  'author': (string);
  /**
   * Node id of the recipient: 40 lower-case hex digits.
   */
  'recipient': (string);
}
