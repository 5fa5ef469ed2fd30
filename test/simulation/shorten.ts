/**
 * Makes a failing plan short: leaves out deeds, then calms the world, as long as the same invariant still fails.
 * Chance is drawn per purpose (`dice.ts`), so what is left out does not move the rest.
 */
import type { Deed, Plan } from './plan.js';
import { play } from './run.js';

/** More tries than this are not worth the wait. */
const TRIES_MOST = 400;

/**
 * A plan with as few deeds as still break the invariant that the given plan breaks.
 * @returns the plan itself where it breaks nothing.
 */
export async function shorten(plan: Plan): Promise<Plan> {
  const broken = await brokenBy(plan);
  if (broken === undefined) return plan;
  let tries = 0;
  const stillBreaks = async (candidate: Plan): Promise<boolean> => {
    tries += 1;
    return tries <= TRIES_MOST && (await brokenBy(candidate)) === broken;
  };
  let best = await fewerDeeds(plan, stillBreaks);
  for (const calmer of CALMER) {
    const candidate = calmer(best);
    if (await stillBreaks(candidate)) best = candidate;
  }
  return best;
}

const CALMER: readonly ((plan: Plan) => Plan)[] = [
  (plan) => ({ ...plan, loss: 0 }),
  (plan) => ({ ...plan, diskMs: 0 }),
  (plan) => ({ ...plan, slowMs: 5 }),
  (plan) => ({ ...plan, aheadMs: plan.aheadMs.map(() => 0) }),
  (plan) => ({ ...plan, lies: { ...plan.lies, twist: 0, hide: 0 } }),
];

/** Leaves out halves, quarters, eighths of the deeds, down to single ones (delta debugging). */
async function fewerDeeds(plan: Plan, stillBreaks: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let deeds = plan.deeds;
  for (let size = Math.ceil(deeds.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < deeds.length; ) {
      const fewer: readonly Deed[] = [...deeds.slice(0, from), ...deeds.slice(from + size)];
      if (await stillBreaks({ ...plan, deeds: fewer })) deeds = fewer;
      else from += size;
    }
  return { ...plan, deeds };
}

/** The first invariant that a plan breaks. */
async function brokenBy(plan: Plan): Promise<string | undefined> {
  const { violations } = await play(plan);
  return violations[0]?.invariant;
}
