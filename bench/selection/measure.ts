/** What a selection is worth against whom a note was told to in the end: one line a note, then means. */

import { openLikeCases } from '../../adapters/search/like-cases.js';
import type { Archived, CaseText, Contact } from '../../node/core/selection/contact.js';
import { MANY_VENDORS, PAST_CASES } from '../../node/core/selection/contact.js';
import { openBook, select } from '../../node/core/selection/select.js';

/** `names`: text and contact book. `groups`: also the notes before and the one bit that a person gives. */
export type Bar = 'names' | 'groups';

/** One note judged. Counts only: neither text nor names leave this file. */
export interface Judged {
  readonly id: string;
  readonly size: SizeClass;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly told: number;
  readonly needless: number;
  readonly wanted: number;
}

export type SizeClass = 'one' | 'few' | 'many';

/**
 * Judges every note of a span.
 *
 * What a note gives away: its title, overview, description and keywords; for `groups` whether it names ten vendors or
 * more, which stands for what a person would say. Its list is compared with, never looked at. The past of a note is
 * what was published before the day on which it was.
 */
export function judge(
  notes: readonly Archived[],
  contacts: readonly Contact[],
  bar: Bar,
  span: { readonly from: string; readonly until: string },
): readonly Judged[] {
  const book = openBook(contacts);
  const like = openLikeCases(notes);
  return notes
    .filter(({ at }) => at >= span.from && at < span.until)
    .map((note) => {
      const isMany = bar === 'groups' && note.vendors.length >= MANY_VENDORS;
      const text: CaseText = { ...note.text, makers: [], isMany };
      const past = bar === 'groups' ? like.find(text, note.at.slice(0, 'YYYY-MM-DD'.length), PAST_CASES) : [];
      return judged(
        note,
        select(book, text, past).vendors.map(({ key }) => key),
      );
    });
}

function judged({ id, vendors }: Archived, told: readonly string[]): Judged {
  const wanted = new Set(vendors);
  const right = told.filter((key) => wanted.has(key)).length;
  const precision = told.length === 0 ? 0 : right / told.length;
  const recall = wanted.size === 0 ? 0 : right / wanted.size;
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  const size = wanted.size === 1 ? 'one' : wanted.size < MANY_VENDORS ? 'few' : 'many';
  return {
    id,
    size,
    precision,
    recall,
    f1,
    told: told.length,
    needless: told.length - right,
    wanted: wanted.size,
  };
}

/** Means over notes, and the same counted vendor by vendor. */
export interface Summary {
  readonly notes: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly told: number;
  readonly needless: number;
  readonly microPrecision: number;
  readonly microRecall: number;
  readonly microF1: number;
}

/** @param share of each class of size in what is to be told of; absent: as it is in the notes. */
export function summed(notes: readonly Judged[], share?: Readonly<Record<SizeClass, number>>): Summary {
  const count = (size: SizeClass) => notes.filter((one) => one.size === size).length;
  const weight = ({ size }: Judged) => (share === undefined ? 1 / notes.length : share[size] / count(size));
  const mean = (value: (one: Judged) => number) =>
    notes.reduce((sum, one) => sum + weight(one) * value(one), 0);
  const told = mean((one) => one.told);
  const right = told - mean((one) => one.needless);
  const wanted = mean((one) => one.wanted);
  const [microPrecision, microRecall] = [right / told, right / wanted];
  return {
    notes: notes.length,
    precision: mean((one) => one.precision),
    recall: mean((one) => one.recall),
    f1: mean((one) => one.f1),
    told,
    needless: mean((one) => one.needless),
    microPrecision,
    microRecall,
    microF1: (2 * microPrecision * microRecall) / (microPrecision + microRecall),
  };
}
