/** What a vendor says of its products, and what a centre enters for a vendor that has no node. */
import type { Case } from '../../core/case/case.js';
import { VENDOR_STATUS_WORDS } from '../../core/case/vendor-words.js';
import { type Outcome, ok } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import type { State } from '../../core/state.js';
import type { Reference, SpokenBody, VendorReport } from '../../core/statement.js';
import { list, members, moment, name, oneOf, optional, orElse, text, words, wrong } from '../arguments.js';
import { findCase } from '../find.js';
import { reached } from '../reach.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { notAffected, verdicts } from '../verdicts.js';
import { remediesOf, vendorsOf } from '../views/case-view.js';
import { enterReports } from './cases.js';

const reference = members<Reference>({
  url: text(LIMITS.titleCharacters.most, 1),
  summary: orElse(text(LIMITS.titleCharacters.most), ''),
});

const fixProgress = oneOf('none', 'ready', 'deployed');

/** Members of a report that may be left out: they stay as they were said last. */
const SAID = {
  fixProgress: optional(fixProgress),
  impact: optional(words),
  plan: optional(words),
  readyAt: optional(moment),
  statement: optional(words),
  products: optional(list(name)),
  justification: optional(notAffected),
  verdicts: optional(verdicts),
};

const NOTHING_SAID = {
  // Nobody has said that it is affected, and nobody that it is not.
  status: 'under_investigation',
  fixProgress: 'none',
  impact: '',
  plan: '',
  readyAt: undefined,
  statement: '',
  products: [],
  justification: undefined,
  verdicts: [],
} as const satisfies Omit<VendorReport, 'vendor' | 'vendorName'>;

export const VENDOR_VERBS: Verbs = {
  list: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    const vendors = vendorsOf(desk.state(), held.value);
    return ok({ case: held.value.id, vendors, remedies: remediesOf(desk.state(), held.value) });
  }),

  status: order(
    members({
      case: name,
      status: oneOf(...VENDOR_STATUS_WORDS),
      ...SAID,
      /** Set by a centre that enters what a vendor without a node told it. */
      vendor: optional(name),
    }),
    async ({ case: typed, vendor, ...said }, bench) => {
      const held = findCase(bench.state(), typed);
      if (!held.ok) return held;
      if (said.justification !== undefined && said.status !== 'not_affected') return wrong('justification');
      const { self } = bench.state();
      if (self.role !== 'centre') return amend(bench, held.value, said);
      const called = vendor ?? self.name;
      const before = held.value.listed.get(called)?.value;
      // Nobody's node: this centre speaks for it.
      const report = amended(before, said, { vendor: self.node, vendorName: called });
      const entered = await enterReports(bench, held.value, [report]);
      return entered.ok ? ok({ case: held.value.id, vendor: called, to: [] }) : entered;
    },
  ),

  impact: order(
    members({ case: name, impact: text(LIMITS.textCharacters.most, 1) }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      return held.ok ? amend(bench, held.value, { impact: given.impact }) : held;
    },
  ),

  plan: order(
    members({
      case: name,
      plan: text(LIMITS.textCharacters.most, 1),
      readyAt: optional(moment),
      fixProgress: optional(fixProgress),
    }),
    async ({ case: typed, ...said }, bench) => {
      const held = findCase(bench.state(), typed);
      return held.ok ? amend(bench, held.value, said) : held;
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

type Said = {
  readonly [K in keyof Omit<VendorReport, 'vendor' | 'vendorName'>]?: VendorReport[K] | undefined;
};

function amend(bench: Bench, held: Case, said: Said): ReturnType<VerbRun> {
  const { node: vendor, name: vendorName } = bench.state().self;
  const report = amended(held.reports.get(vendor)?.value, said, { vendor, vendorName });
  return sayUpward(bench, held, { kind: 'vendor_status', report });
}

/** What the vendor said last, with what it says now. Of a product the newer verdict holds. */
function amended(
  last: VendorReport | undefined,
  said: Said,
  whose: Pick<VendorReport, 'vendor' | 'vendorName'>,
): VendorReport {
  const before: VendorReport = last ?? { ...NOTHING_SAID, ...whose };
  const merged = { ...before, ...present(said), ...whose };
  const renewed = new Set(said.verdicts?.map(({ product }) => product));
  const kept = before.verdicts.filter(({ product }) => !renewed.has(product));
  return {
    ...merged,
    justification: merged.status === 'not_affected' ? merged.justification : undefined,
    verdicts: [...kept, ...(said.verdicts ?? [])],
  };
}

/** Without the members that are `undefined`: spread over others they would erase them. */
function present<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as never;
}

/** To the own centre, and in model 1 also to the origin where the details came from there (DOMAIN §3). */
async function sayUpward(bench: Bench, held: Case, body: SpokenBody): ReturnType<VerbRun> {
  const to = whomToTell(bench.state(), held);
  for (const node of to) {
    const done: Outcome<true> = await bench.orderIn(held, { act: 'say', to: node, body });
    if (!done.ok) return done;
  }
  return ok({ case: held.id, to: reached(bench, held.id, to) });
}
type VerbRun = Parameters<typeof order>[1];

function whomToTell(state: State, held: Case): readonly NodeId[] {
  const giver = held.details?.value.from;
  const direct = giver !== undefined && giver !== held.from && giver === held.origin;
  const reachable = direct && state.peers.get(giver)?.standing === 'verified';
  return reachable ? [held.from, giver] : [held.from];
}
