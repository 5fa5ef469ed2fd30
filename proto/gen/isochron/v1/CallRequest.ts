// Original file: proto/isochron/v1/control.proto


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
