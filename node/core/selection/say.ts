/** Reasons of a proposal as sentences, for the person who confirms it. */
import type { Json } from '../canonical.js';
import type { Ground } from './mentions.js';
import type { Proposal, Reason } from './select.js';

const GROUND_WORDS: Readonly<Record<Ground, string>> = {
  made_by: 'product with its maker',
  name: 'name',
  alias: 'alias',
  product: 'product',
  short_name: 'short name',
  known_product: 'well-known product',
  platform: 'platform',
};

/** So many earlier cases are named in a reason. */
const NAMED_CASES = 5;

/** `{"vendor_key","score","reasons":[]}`, the form in which every answer of `case select` has a proposal. */
export function sayProposal({ key, score, reasons }: Proposal): { readonly [member: string]: Json } {
  return { vendor_key: key, score, reasons: reasons.map(sayReason) };
}

/** One reason, for a person. */
export function sayReason(reason: Reason): string {
  switch (reason.by) {
    case 'mention':
      return `${GROUND_WORDS[reason.ground]} "${reason.spelled}" in the ${reason.place}`;
    case 'keyword':
      return `${reason.exact ? 'keyword' : 'subject'} "${reason.keyword}"`;
    case 'group':
      return `group "${reason.group}"`;
    case 'past':
      return `was told of ${reason.cases.slice(0, NAMED_CASES).join(', ')}`;
  }
}
