/** What is said of single products, as an operator types it. */
import { NOT_AFFECTED_FLAGS, type NotAffectedFlag, PRODUCT_STATES } from '../core/case/vendor-words.js';
import { ok } from '../core/fault.js';
import type { ProductVerdict } from '../core/statement.js';
import { list, members, name, oneOf, optional, type Read, wrong } from './arguments.js';

export const notAffected: Read<NotAffectedFlag> = oneOf(...NOT_AFFECTED_FLAGS);

const all = list(
  members<ProductVerdict>({
    product: name,
    state: oneOf(...PRODUCT_STATES),
    justification: optional(notAffected),
  }),
);

/** Each product once; only what is not affected has a reason for it. */
export const verdicts: Read<readonly ProductVerdict[]> = (value, where) => {
  const read = all(value, where);
  if (!read.ok) return read;
  const seen = new Set<string>();
  for (const [at, { product, state, justification }] of read.value.entries()) {
    if (seen.has(product)) return wrong(`${where}/${at}/product`);
    if (justification !== undefined && state !== 'not_affected') return wrong(`${where}/${at}/justification`);
    seen.add(product);
  }
  return ok(read.value);
};
