/** Who pays for the settled instant, by the solver’s explanation at the consoles of the centres. */
import { centresOf, type Exercise } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import type { Findings, Payer, Scored } from './findings.js';

interface ScheduleView {
  readonly parties: readonly {
    readonly party: string;
    readonly name: string | null;
    readonly role: string;
  }[];
  readonly answer: {
    readonly objective: string;
    readonly best:
      | (Scored & { readonly pays: readonly (Omit<Payer, 'name' | 'role'> & { readonly party: string })[] })
      | null;
    readonly alternatives: readonly Scored[];
  } | null;
}

/** Each centre names only its own vendors; put together here, as nobody in the exercise can. */
export async function scheduleFindings(
  exercise: Exercise,
): Promise<Pick<Findings, 'payers' | 'alternatives' | 'best' | 'objective'>> {
  const views = await Promise.all(
    centresOf(exercise).map(
      async (centre) =>
        (await centre.ask('schedule show', { case: exercise.caseName })) as unknown as ScheduleView,
    ),
  );
  const [first] = views;
  const best = first?.answer?.best;
  if (first === undefined || best === undefined || best === null)
    throw new ExerciseFailed('no answer stands behind the settled instant');
  const names = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const { parties } of views)
    for (const { party, name, role } of parties) {
      roles.set(party, role);
      if (name !== null) names.set(party, name);
    }
  return {
    payers: best.pays.map(({ party, cost, items }) => ({
      name: names.get(party) ?? party,
      role: roles.get(party) ?? '',
      cost,
      items,
    })),
    alternatives: first.answer?.alternatives ?? [],
    best: { at: best.at, sum: best.sum, maxLevel: best.maxLevel },
    objective: first.answer?.objective ?? '',
  };
}
