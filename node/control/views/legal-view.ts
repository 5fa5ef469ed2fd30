/** Duties to report and delays, as an officer sees them. */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { clocksOf } from '../../core/legal/clocks.js';
import { delayDoubts, standingDelays } from '../../core/legal/delay.js';
import type { LegalDuty } from '../../core/legal/facts.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';
import { named } from '../find.js';
import { localWhen, when } from './when.js';

/** Every clock of these cases, the next one first. */
export function clocksView(state: State, cases: readonly Case[], now: Instant): Json {
  const clocks = cases.flatMap((held) =>
    [...held.legal.values()].flatMap((duty) => clocksOf(duty, now).map((clock) => ({ held, clock }))),
  );
  const last = Number.POSITIVE_INFINITY;
  const rank = ({ clock }: (typeof clocks)[number]) =>
    clock.sentAt === undefined ? (clock.dueAt ?? last) : last;
  return {
    clocks: clocks
      .sort((left, right) => (rank(left) < rank(right) ? -1 : rank(left) > rank(right) ? 1 : 0))
      .map(({ held, clock }) => ({
        case: held.id,
        title: held.summary.value.title,
        manufacturer: clock.manufacturer,
        stage: clock.stage,
        standing: clock.standing,
        startsAt: when(clock.startsAt),
        dueAt: when(clock.dueAt),
        local: localWhen(state, clock.dueAt),
        sentAt: when(clock.sentAt),
        reference: clock.reference,
      })),
  };
}

/** Everything of one manufacturer, and what a report says of the case. */
export function dutyView(state: State, held: Case, duty: LegalDuty, now: Instant): Json {
  const { facts } = duty;
  const { title, publicIds, products } = held.summary.value;
  return {
    case: held.id,
    title,
    publicIds: [...publicIds],
    products: [...products],
    tlp: held.tlp,
    writtenBy: state.self.name,
    writtenAt: when(now),
    manufacturer: duty.manufacturer,
    facts: {
      ...facts,
      awareAt: when(facts.awareAt),
      exploitedSince: when(facts.exploitedSince),
      measureAvailableAt: when(facts.measureAvailableAt),
      memberStates: [...facts.memberStates],
      sensitivity: {
        tlp: facts.sensitivity.tlp ?? null,
        pap: facts.sensitivity.pap ?? null,
        text: facts.sensitivity.text,
      },
    },
    stages: clocksOf(duty, now).map(({ stage, dueAt, sentAt, reference, standing }) => ({
      stage,
      standing,
      dueAt: when(dueAt),
      local: localWhen(state, dueAt),
      sentAt: when(sentAt),
      reference,
    })),
    demands: duty.demands.map(({ askedBy, askedAt, dueAt }) => ({
      askedBy,
      askedAt: when(askedAt),
      dueAt: when(dueAt),
    })),
  };
}

/** Records of delay, the ones that stand first. */
export function delaysView(state: State, held: Case, now: Instant): Json {
  const standing = new Set(standingDelays(held.delays));
  return {
    case: held.id,
    delays: [...held.delays.values()]
      .sort((left, right) => Number(standing.has(right)) - Number(standing.has(left)) || left.at - right.at)
      .map((one) => ({
        delay: one.id,
        by: named(state, one.author),
        standing: !standing.has(one) ? 'replaced' : one.record.liftedAt === undefined ? 'stands' : 'lifted',
        doubts: standing.has(one) ? [...delayDoubts(one, now)] : [],
        ground: one.record.ground,
        targetCsirt: one.record.targetCsirt,
        justification: one.record.justification,
        decidedAt: when(one.record.decidedAt),
        decidedBy: one.record.decidedBy,
        enisaInformedAt: when(one.record.enisaInformedAt),
        expectedAt: when(one.record.expectedAt),
        liftedAt: when(one.record.liftedAt),
        replaces: one.record.replaces ?? null,
      })),
  };
}
