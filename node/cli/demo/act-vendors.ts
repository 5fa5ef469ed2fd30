/** What vendors do and what is done for them: details, reports, wishes, counter-measures. */
import type { Document } from '../call.js';
import { introduceToOrigin } from './cards.js';
import { type Conduct, ORIGIN } from './cast.js';
import { type Exercise, operatorAt, type Player, vendorsOf } from './exercise.js';
import { forAll, type Operator } from './operator.js';
import { counted, namesOf } from './said.js';
import { fragmentOf } from './wish.js';

/** Vendors that are awake acknowledge the summary; those that may be affected ask for the details. */
export async function requestDetails(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const readers = vendorsOf(exercise).filter(({ part }) => part.conduct !== undefined);
  await forAll(readers, ({ operator }) => operator.order('case acknowledge', { case: caseName }));
  const asking = readers.filter(({ part }) => part.conduct?.asks === true);
  await forAll(asking, ({ part, operator }) => {
    const given = {
      case: caseName,
      why: 'our products may be affected',
      products: part.conduct?.products ?? [],
    };
    return operator.order('detail request', given, { look: () => ownRequest(operator, caseName) });
  });
  const silent = vendorsOf(exercise).length - readers.length;
  exercise.say(`${counted(readers.length)} acknowledge, ${asking.length} ask for details, ${silent} silent`);
}

async function ownRequest(operator: Operator, caseName: string): Promise<Document | undefined> {
  const { requests } = await operator.ask('detail list', { case: caseName });
  return (requests as unknown as readonly Document[]).at(0);
}

/** In model 2 the own centre answers; in model 1 the origin, once both operators have verified each other. */
export async function grantDetails(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  for (const { key, model } of cast.centres) {
    const asking = vendorsOf(exercise, key).filter(({ part }) => part.conduct?.asks === true);
    const isDirect = model === 1 && key !== ORIGIN;
    if (isDirect) await introduceToOrigin(exercise, asking);
    const giver = isDirect ? origin : operatorAt(exercise, key);
    await forAll(asking, ({ operator }) =>
      giver.order(
        'detail grant',
        { case: caseName, request: operator.node },
        { means: ['REQUEST_ANSWERED'] },
      ),
    );
    if (asking.length === 0) continue;
    const how = isDirect ? `model 1, on the list of ${operatorAt(exercise, key).name}` : 'model 2';
    exercise.say(
      `${giver.name} grants details to ${namesOf(asking.map(({ operator }) => operator))} (${how})`,
    );
  }
}

/** Status reports, and wishes for the instant. */
export async function reportStatus(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const speaking = vendorsOf(exercise).filter(({ part }) => part.conduct !== undefined);
  await forAll(speaking, (player) => reportOf(player, caseName));
  const wishing = speaking.filter(({ part }) => part.conduct?.wish !== undefined);
  await forAll(wishing, (player) => preferenceOf(exercise, player));
  exercise.say(`${counted(speaking.length)} report their status, ${wishing.length} say when it suits them`);
}

async function reportOf({ part, operator }: Player, caseName: string): Promise<void> {
  const { conduct } = part;
  if (conduct === undefined) return;
  await sayStatus(operator, conduct, caseName, conduct.hasFix);
}

async function sayStatus(
  operator: Operator,
  conduct: Conduct,
  caseName: string,
  isReady: boolean,
): Promise<void> {
  const { status, impact, statement, products } = conduct;
  const fixProgress = isReady ? 'ready' : 'none';
  await operator.order('vendor status', { case: caseName, status, fixProgress, impact, statement, products });
}

async function preferenceOf(exercise: Exercise, { part, operator }: Player): Promise<void> {
  const wish = part.conduct?.wish;
  if (wish === undefined) return;
  const given = fragmentOf(wish, part.zone, exercise.controller.now());
  await operator.order('schedule prefer', { case: exercise.caseName, ...given });
}

/** Counter-measures for the public, and the news that the fix is ready. */
export async function giveRemedies(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const ready = vendorsOf(exercise).filter(({ part }) => (part.conduct?.remedy ?? '') !== '');
  await forAll(ready, async ({ part: { conduct }, operator }) => {
    if (conduct === undefined) return;
    if (!conduct.hasFix) await sayStatus(operator, conduct, caseName, true);
    await operator.order('vendor remedy', { case: caseName, remedy: conduct.remedy });
  });
  exercise.say(`${counted(ready.length)} give their counter-measures for the public`);
}
