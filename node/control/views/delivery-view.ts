/** How far a telling got, one row for each who was told. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import type { Delivery } from '../../core/disclosure/delivery.js';
import type { State } from '../../core/state.js';
import { named } from '../find.js';
import type { openWords } from '../reach.js';
import { when } from './when.js';

/** @param open own words about the case, the summary among them, that are not receipted. */
export function deliveryView(
  state: State,
  held: Case,
  rows: readonly Delivery[],
  open: ReturnType<typeof openWords>,
): Json {
  return {
    case: held.id,
    deliveries: rows.map((row) => ({
      ...named(state, row.to),
      stage: row.stage,
      saidAt: when(row.saidAt),
      deliveredAt: when(row.deliveredAt),
      readAt: when(row.readAt),
      replyBy: when(row.replyBy),
      silent: row.silent,
      lastContact: when(row.lastContact),
      remindedAt: when(row.remindedAt),
      next: row.next,
    })),
    said: held.disclosures.size,
    open,
  };
}
