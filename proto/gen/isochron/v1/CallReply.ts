// Original file: proto/isochron/v1/control.proto


/**
 * The answer: a result or a refusal.
 */
export interface CallReply {
  /**
   * UTF-8 JSON, the same document that `--json` prints.
   */
  'result'?: (Buffer | Uint8Array | string);
  /**
   * UTF-8 JSON of a fault: code and place.
   */
  'refusal'?: (Buffer | Uint8Array | string);
  'outcome'?: "result"|"refusal";
}

/**
 * The answer: a result or a refusal.
 */
export interface CallReply__Output {
  /**
   * UTF-8 JSON, the same document that `--json` prints.
   */
  'result'?: (Buffer);
  /**
   * UTF-8 JSON of a fault: code and place.
   */
  'refusal'?: (Buffer);
  'outcome'?: "result"|"refusal";
}
