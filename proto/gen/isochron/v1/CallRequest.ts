// Original file: proto/isochron/v1/control.proto


/**
 * One command as the command line sends it.
 */
export interface CallRequest {
  /**
   * `noun verb`, as typed: `case list`, `settlement approve`.
   */
  'verb'?: (string);
  /**
   * UTF-8 JSON of the arguments; the control room reads each field.
   */
  'arguments'?: (Buffer | Uint8Array | string);
  /**
   * Name of the officer who gives an order; empty for views.
   */
  'officer'?: (string);
}

/**
 * One command as the command line sends it.
 */
export interface CallRequest__Output {
  /**
   * `noun verb`, as typed: `case list`, `settlement approve`.
   */
  'verb': (string);
  /**
   * UTF-8 JSON of the arguments; the control room reads each field.
   */
  'arguments': (Buffer);
  /**
   * Name of the officer who gives an order; empty for views.
   */
  'officer': (string);
}
