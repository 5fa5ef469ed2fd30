/** From wishes to one instant: constraints, the request, the operator’s approval. */
import type { Document } from '../call.js';
import { ORIGIN } from './cast.js';
import { centresOf, type Exercise, operatorAt } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import { forAll } from './operator.js';
import { factsOf, local } from './said.js';

/** Each centre gathers its vendors’ wishes and its own into one signed constraint (DESIGN §6). */
export async function constrain(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const centres = centresOf(exercise);
  const answers = await forAll(centres, (centre) => centre.order('schedule constrain', { case: caseName }));
  const parties = answers.map(({ parties: list, left }, at) => {
    const gathered = list as unknown as readonly Document[];
    const out = (left as unknown as readonly Document[]).length;
    return `${centres[at]?.name} ${gathered.length}${out === 0 ? '' : ` (${out} left out)`}`;
  });
  exercise.say(
    `each centre signs one constraint from its office and its vendors' wishes: ${parties.join(', ')}`,
  );
}

/** The origin asks for another time than the default. */
export async function requestAmendment(exercise: Exercise): Promise<void> {
  const origin = operatorAt(exercise, ORIGIN);
  const why = 'fixes are not ready at the default time';
  await origin.order('settlement request', { case: exercise.caseName, why });
  exercise.say(`${origin.name} asks for another time: ${why}`);
}

interface Proposal {
  readonly name: string;
  readonly value: { readonly at?: string };
  readonly local: string | null;
}

/** Whoever does not agree by policy looks at the proposal and names its instant. */
export async function approve(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  for (const { key } of cast.centres.filter(({ autoAccept }) => !autoAccept)) {
    const centre = operatorAt(exercise, key);
    const shown = await centre.ask('settlement show', { case: caseName });
    const open = shown['open'] as { readonly proposals?: readonly Proposal[] } | null;
    const [proposal] = open?.proposals ?? [];
    if (proposal?.value.at === undefined) throw new ExerciseFailed(`nothing is proposed: ${factsOf(shown)}`);
    await centre.order('settlement approve', { case: caseName, at: proposal.value.at });
    exercise.say(
      `${centre.officer} of ${centre.name} approves the proposal of ${proposal.name}: ${proposal.local}`,
    );
  }
  await exercise.controller.settle();
  for (const centre of centresOf(exercise)) {
    const shown = await centre.ask('settlement show', { case: caseName });
    if (shown['epoch'] !== 1) throw new ExerciseFailed(`${centre.name} has not settled: ${factsOf(shown)}`);
    if (centre.key === ORIGIN) exercise.say(`settled in epoch 1: ${local(shown, 'at')}`);
  }
}
