/**
 * What a field must be, as something that can be read: the specification makes its tables from it and the maker of
 * vectors breaks each rule once. Shapes carry it, so that it cannot differ from what they read.
 */

/** Bounds of texts are UTF-16 code units, of bytes their number, of lists their entries. All are inclusive. */
export type Rule =
  | { readonly kind: 'text' | 'bytes' | 'whole'; readonly least: number; readonly most: number }
  /** Milliseconds since 1970 in the years 1 to 9999. */
  | { readonly kind: 'instant' }
  /** With `must`, only that value. */
  | { readonly kind: 'truth'; readonly must?: true }
  /** A text with one spelling, such as a node id. */
  | { readonly kind: 'spelling'; readonly of: string }
  /** A text that is one of these. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** Names of enum values; the zero value is not among them. */
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'list'; readonly of: Rule; readonly least: number; readonly most: number }
  /** May be absent. */
  | { readonly kind: 'optional'; readonly of: Rule }
  /** May be the empty text. */
  | { readonly kind: 'blankable'; readonly of: Rule }
  | RecordRule
  | ChoiceRule
  /** A signed body for third parties, decoded in its place (ENV-3). */
  | { readonly kind: 'ballot' };

/** A message: its fields by their names on the wire, in camel case. */
export interface RecordRule {
  readonly kind: 'record';
  readonly fields: Readonly<Record<string, Rule>>;
  /** Members that stand beside the fields, exactly one of which is there. */
  readonly oneof?: ChoiceRule;
}

/** A oneof: exactly one of these fields. */
export interface ChoiceRule {
  readonly kind: 'choice';
  readonly members: Readonly<Record<string, Rule>>;
}
