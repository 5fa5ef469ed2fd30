/** Clocks of the Cyber Resilience Act, what was handed in, and records of delay (FORMATS §8). */

import type { Case } from '../../core/case/case.js';
import { TLP_LABELS } from '../../core/disclosure/tlp.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { type DelayRecord, standingDelays } from '../../core/legal/delay.js';
import { LEGAL_STAGES, type LegalFacts, MEMBER_STATES } from '../../core/legal/facts.js';
import type { State } from '../../core/state.js';
import { flag, list, members, moment, name, oneOf, optional, orElse, words, wrong } from '../arguments.js';
import { findCase, findPeers } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { clocksView, delaysView, dutyView } from '../views/legal-view.js';

/** What an officer may say of a duty; what is left out stays as it was entered last. */
const SAID = {
  kind: optional(oneOf('exploited', 'incident')),
  awareAt: optional(moment),
  exploitedSince: optional(moment),
  evidence: optional(words),
  nature: optional(words),
  severity: optional(words),
  actor: optional(words),
  measuresTaken: optional(words),
  measuresForUsers: optional(words),
  measureAvailableAt: optional(moment),
  memberStates: optional(list(oneOf(...MEMBER_STATES))),
  mainEstablishment: optional(name),
  tlp: optional(oneOf(...TLP_LABELS)),
  pap: optional(oneOf('CLEAR', 'GREEN', 'AMBER', 'RED')),
  sensitivity: optional(words),
  euvdId: optional(name),
  reporterAnonymous: optional(flag),
  crossBorder: optional(flag),
};

const NOTHING_SAID: Omit<LegalFacts, 'awareAt'> = {
  kind: 'exploited',
  exploitedSince: undefined,
  evidence: '',
  nature: '',
  severity: '',
  actor: '',
  measuresTaken: '',
  measuresForUsers: '',
  measureAvailableAt: undefined,
  memberStates: [],
  mainEstablishment: '',
  sensitivity: { tlp: undefined, pap: undefined, text: '' },
  euvdId: '',
  reporterAnonymous: false,
  crossBorder: false,
};

export const CRA_VERBS: Verbs = {
  clocks: view(members({ case: optional(name) }), (given, desk) => {
    const state = desk.state();
    const held = given.case === undefined ? ok(undefined) : findCase(state, given.case);
    if (!held.ok) return held;
    const cases = held.value === undefined ? [...state.cases.values()] : [held.value];
    return ok(clocksView(state, cases, desk.now()));
  }),

  show: view(members({ case: name, manufacturer: optional(name) }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    const manufacturer = manufacturerIn(held.value, given.manufacturer);
    if (!manufacturer.ok) return manufacturer;
    const duty = held.value.legal.get(manufacturer.value);
    return duty === undefined
      ? refuse('LEGAL_UNKNOWN', { where: held.value.id })
      : ok(dutyView(desk.state(), held.value, duty, desk.now()));
  }),

  delays: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok(delaysView(desk.state(), held.value, desk.now())) : held;
  }),

  enter: order(
    members({ case: name, manufacturer: name, ...SAID }),
    async ({ case: typed, manufacturer, tlp, pap, sensitivity, ...said }, bench) => {
      const held = findCase(bench.state(), typed);
      if (!held.ok) return held;
      const before = held.value.legal.get(manufacturer)?.facts;
      const awareAt = said.awareAt ?? before?.awareAt;
      if (awareAt === undefined) return wrong('awareAt');
      const base = before ?? NOTHING_SAID;
      const facts: LegalFacts = {
        ...base,
        ...present(said),
        awareAt,
        sensitivity: {
          tlp: tlp ?? base.sensitivity.tlp,
          pap: pap ?? base.sensitivity.pap,
          text: sensitivity ?? base.sensitivity.text,
        },
      };
      const done = await bench.orderIn(held.value, { act: 'legal_enter', manufacturer, facts });
      return done.ok ? shown(bench, held.value, manufacturer) : done;
    },
  ),

  asked: order(
    members({
      case: name,
      manufacturer: optional(name),
      askedBy: name,
      askedAt: optional(moment),
      dueAt: moment,
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const manufacturer = manufacturerIn(held.value, given.manufacturer);
      if (!manufacturer.ok) return manufacturer;
      const { askedBy, dueAt } = given;
      const demand = { askedBy, askedAt: given.askedAt ?? bench.now(), dueAt };
      const order = { act: 'legal_demand', manufacturer: manufacturer.value, demand } as const;
      const done = await bench.orderIn(held.value, order);
      return done.ok ? shown(bench, held.value, manufacturer.value) : done;
    },
  ),

  sent: order(
    members({
      case: name,
      manufacturer: optional(name),
      stage: oneOf(...LEGAL_STAGES),
      sentAt: optional(moment),
      reference: orElse(name, ''),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const manufacturer = manufacturerIn(held.value, given.manufacturer);
      if (!manufacturer.ok) return manufacturer;
      const { stage, reference } = given;
      const notice = { stage, reference, sentAt: given.sentAt ?? bench.now() };
      const order = { act: 'legal_notice', manufacturer: manufacturer.value, notice } as const;
      const done = await bench.orderIn(held.value, order);
      return done.ok ? shown(bench, held.value, manufacturer.value) : done;
    },
  ),

  delay: order(
    members({
      case: name,
      ground: oneOf('nature', 'specific_csirt', 'platform'),
      targetCsirt: orElse(name, ''),
      justification: words,
      expectedAt: moment,
      decidedAt: optional(moment),
      enisaInformedAt: optional(moment),
      to: orElse(list(name), []),
    }),
    async ({ case: typed, to, decidedAt, ...said }, bench) => {
      const held = findCase(bench.state(), typed);
      if (!held.ok) return held;
      const record: DelayRecord = {
        ...said,
        decidedAt: decidedAt ?? bench.now(),
        decidedBy: bench.officer,
        liftedAt: undefined,
        replaces: undefined,
      };
      return enterDelay(bench, held.value, record, to);
    },
  ),

  extend: order(
    members({
      case: name,
      delay: optional(name),
      justification: words,
      expectedAt: moment,
      to: orElse(list(name), []),
    }),
    async ({ case: typed, delay, to, ...said }, bench) =>
      amendDelay(bench, typed, delay, to, (held) => ({
        ...held,
        ...said,
        decidedAt: bench.now(),
        decidedBy: bench.officer,
        // ENISA is told of this one as of the first.
        enisaInformedAt: undefined,
      })),
  ),

  told: order(
    members({ case: name, delay: optional(name), at: optional(moment), to: orElse(list(name), []) }),
    async ({ case: typed, delay, to, at }, bench) =>
      amendDelay(bench, typed, delay, to, (held) => ({ ...held, enisaInformedAt: at ?? bench.now() })),
  ),

  lift: order(
    members({ case: name, delay: optional(name), at: optional(moment), to: orElse(list(name), []) }),
    async ({ case: typed, delay, to, at }, bench) =>
      amendDelay(bench, typed, delay, to, (held) => ({ ...held, liftedAt: at ?? bench.now() })),
  ),
};

/** The one that was named, or the only one. */
function manufacturerIn(held: Case, named: string | undefined): Outcome<string> {
  if (named !== undefined) return ok(named);
  const [only, another] = [...held.legal.keys()];
  if (only === undefined) return refuse('LEGAL_UNKNOWN', { where: held.id });
  return another === undefined ? ok(only) : wrong('manufacturer');
}

function shown(bench: Bench, before: Case, manufacturer: string): ReturnType<typeof answered> {
  return answered(bench.state(), before, manufacturer, bench);
}

function answered(state: State, before: Case, manufacturer: string, bench: Bench) {
  const held = state.cases.get(before.id) ?? before;
  const duty = held.legal.get(manufacturer);
  return duty === undefined
    ? refuse('LEGAL_UNKNOWN', { where: held.id })
    : ok(dutyView(state, held, duty, bench.now()));
}

/** A new record in place of the one that stands: the old one stays on record. */
async function amendDelay(
  bench: Bench,
  typed: string,
  wanted: string | undefined,
  to: readonly string[],
  change: (record: DelayRecord) => DelayRecord,
) {
  const held = findCase(bench.state(), typed);
  if (!held.ok) return held;
  const own = standingDelays(held.value.delays).filter(
    ({ author, record }) => author === bench.state().self.node && record.liftedAt === undefined,
  );
  const found = wanted === undefined ? own : own.filter(({ id }) => id.startsWith(wanted));
  const [only, another] = found;
  if (only === undefined) return refuse('DELAY_UNKNOWN', { where: held.value.id });
  if (another !== undefined) return wrong('delay');
  return enterDelay(bench, held.value, { ...change(only.record), replaces: only.id }, to);
}

async function enterDelay(bench: Bench, held: Case, record: DelayRecord, typed: readonly string[]) {
  const to = findPeers(bench.state(), typed);
  if (!to.ok) return to;
  const done = await bench.orderIn(held, { act: 'delay_record', record, to: to.value });
  if (!done.ok) return done;
  return ok(delaysView(bench.state(), bench.state().cases.get(held.id) ?? held, bench.now()));
}

/** Only what was said. */
function present<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(said).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
