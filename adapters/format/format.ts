/**
 * The Format port: how the house's own model meets the outside world (FORMATS §0).
 *
 * A reader and a writer each return the result and a list of losses. An empty list is a claim: nothing was lost.
 * Both are pure: text in, text out. Nothing is fetched because a document says so.
 */
import type { Outcome } from '../../node/core/fault.js';

/** One thing that did not cross. Carries places and reasons, never text of the document: it may be logged. */
export interface Loss {
  /** Where: a field path of what was read or written, such as `vendors[3].informedAt`. */
  readonly path: string;
  /** A stable word for what happened, `lower_snake`. */
  readonly what: string;
  /** One sentence for people. */
  readonly why: string;
}

/** A document ready to be stored, signed and sent. */
export interface Written {
  readonly text: string;
  /** Name on disk, made from our own ids only (FORMATS §12.6). */
  readonly fileName: string;
  readonly mediaType: string;
  readonly losses: readonly Loss[];
}

/** What a reader made of a foreign text. */
export interface Read<Model> {
  readonly value: Model;
  readonly losses: readonly Loss[];
}

/** Faults of a writer: `FORMAT_CONTRADICTION` where the model contradicts itself, `TLP_FORBIDS`, `LIMIT_EXCEEDED`. */
export type WriteFormat<Model, Options> = (model: Model, options: Options) => Outcome<Written>;

/** Faults of a reader: `FORMAT_OVERSIZE` before parsing, `FORMAT_MALFORMED` where the shape is another one. */
export type ReadFormat<Model> = (text: string) => Outcome<Read<Model>>;
