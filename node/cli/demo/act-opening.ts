/** The first acts: the case, the charter, the summaries. */
import type { Document } from '../call.js';
import { ORIGIN } from './cast.js';
import { centresOf, type Exercise, operatorAt, vendorsOf } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import { forAll } from './operator.js';
import { counted, local, namesOf } from './said.js';

/** The origin opens the case and tells the other centres and its own vendors. */
export async function openCase(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const { title, summary, details, products, publicIds } = cast.opening;
  const held = async () => {
    const { cases } = await origin.ask('case list');
    return (cases as unknown as readonly Document[]).at(0);
  };
  await origin.order(
    'case open',
    { title, summary, details, products, publicIds, tlp: 'AMBER' },
    { look: held },
  );
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  const own = vendorsOf(exercise, ORIGIN).map(({ operator }) => operator);
  await origin.order('case tell', { case: caseName, to: [...others, ...own].map(({ node }) => node) });
  exercise.say(`${origin.name} opens ${caseName} and tells ${namesOf(others)} and ${counted(own.length)}`);
}

/** The lead proposes what all are to sign before any secret travels (DESIGN §7.2). */
export async function proposeCharter(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const members = cast.centres
    .filter(({ key }) => key !== ORIGIN)
    .map(({ key, model }) => ({ peer: operatorAt(exercise, key).node, model }));
  const look = async () => {
    const shown = await origin.ask('charter show', { case: caseName });
    return shown['newest'] === null ? undefined : shown;
  };
  await origin.order('charter propose', { case: caseName, members }, { look });
  const models = cast.centres.map(({ name, model }) => `${name} model ${model}`).join(', ');
  exercise.say(`${origin.name} proposes the charter: ${models}`);
}

/** The other centres sign; with the last signature it is in force. */
export async function signCharter(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  await forAll(others, (centre) => centre.order('charter sign', { case: caseName }));
  await exercise.controller.settle();
  const shown = await origin.ask('settlement show', { case: caseName });
  if (shown['charter'] === null)
    throw new ExerciseFailed('the charter is not in force, although all have signed');
  exercise.say(
    `the charter is in force with all ${others.length + 1} signatures; by default ${local(shown, 'at')}`,
  );
}

/** Vendors of the other centres get the summary, now that a time exists. */
export async function tellVendors(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  await forAll(others, async (centre) => {
    const own = vendorsOf(exercise, centre.centre).map(({ operator }) => operator.node);
    if (own.length > 0) await centre.order('case tell', { case: caseName, to: own });
    exercise.say(`${centre.name} tells ${counted(own.length)} the summary, one envelope each`);
  });
}
