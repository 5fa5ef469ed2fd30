/** What a vendor says of its products, and what a centre enters for a vendor that has no node. */
import type { Case } from '../../core/case/case.js';
import { VENDOR_STATUS_WORDS } from '../../core/case/vendor-words.js';
import { type Outcome, ok } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import type { State } from '../../core/state.js';
import type { Reference, SpokenBody, VendorReport } from '../../core/statement.js';
import { list, members, moment, name, oneOf, optional, orElse, text, words } from '../arguments.js';
import { findCase, named } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { vendorsOf } from '../views/case-view.js';
import { enterListed } from './cases.js';

const reference = members<Reference>({
  url: text(LIMITS.titleCharacters.most, 1),
  summary: orElse(text(LIMITS.titleCharacters.most), ''),
});

export const VENDOR_VERBS: Verbs = {
  list: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    return ok({ case: held.value.id, vendors: vendorsOf(desk.state(), held.value) });
  }),

  status: order(
    members({
      case: name,
      status: oneOf(...VENDOR_STATUS_WORDS),
      fixProgress: orElse(oneOf('none', 'ready', 'deployed'), 'none'),
      impact: orElse(words, ''),
      plan: orElse(words, ''),
      readyAt: optional(moment),
      statement: orElse(words, ''),
      products: orElse(list(name), []),
      /** Set by a centre that enters what a vendor without a node told it. */
      vendor: optional(name),
    }),
    async ({ case: typed, vendor, ...said }, bench) => {
      const held = findCase(bench.state(), typed);
      if (!held.ok) return held;
      const { self } = bench.state();
      if (self.role === 'centre') {
        const called = vendor ?? self.name;
        const { status, statement, impact, products } = said;
        const entry = { name: called, status, statement, impact, products };
        const entered = await enterListed(bench, held.value, [entry]);
        return entered.ok ? ok({ case: held.value.id, vendor: called, to: [] }) : entered;
      }
      const report: VendorReport = { vendor: self.node, vendorName: self.name, ...said };
      return sayUpward(bench, held.value, { kind: 'vendor_status', report });
    },
  ),

  remedy: order(
    members({
      case: name,
      remedy: text(LIMITS.textCharacters.most, 1),
      references: orElse(list(reference), []),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const { node: vendor, name: vendorName } = bench.state().self;
      const { remedy, references } = given;
      return sayUpward(bench, held.value, { kind: 'remedy', vendor, vendorName, remedy, references });
    },
  ),
};

/** To the own centre, and in model 1 also to the origin where the details came from there (DOMAIN §3). */
async function sayUpward(bench: Bench, held: Case, body: SpokenBody): ReturnType<VerbRun> {
  const to = whomToTell(bench.state(), held);
  for (const node of to) {
    const done: Outcome<true> = await bench.orderIn(held, { act: 'say', to: node, body });
    if (!done.ok) return done;
  }
  return ok({ case: held.id, to: to.map((node) => named(bench.state(), node)) });
}
type VerbRun = Parameters<typeof order>[1];

function whomToTell(state: State, held: Case): readonly NodeId[] {
  const giver = held.details?.value.from;
  const direct = giver !== undefined && giver !== held.from && giver === held.origin;
  const reachable = direct && state.peers.get(giver)?.standing === 'verified';
  return reachable ? [held.from, giver] : [held.from];
}
