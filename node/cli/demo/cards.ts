/** Cards go from hand to hand as files; fingerprints are read out over the telephone and typed (DESIGN §1). */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placesIn } from '../config.js';
import { ORIGIN } from './cast.js';
import { centresOf, type Exercise, operatorAt, type Player, vendorsOf } from './exercise.js';
import { forAll, type Operator } from './operator.js';

/** Centres verify each other; each vendor and its centre verify each other. */
export async function exchangeCards(exercise: Exercise): Promise<void> {
  const folder = join(exercise.folder, 'cards');
  await mkdir(folder, { recursive: true });
  const centres = centresOf(exercise);
  const vendors = vendorsOf(exercise);
  // What `card export` does: the signed card lies in the home, and no node is needed to hand it over.
  await forAll([...centres, ...vendors.map(({ operator }) => operator)], (operator) =>
    copyFile(placesIn(operator.home).card, fileOf(folder, operator)),
  );
  const pairs = centres.flatMap((one) =>
    centres.filter((other) => other !== one).map((other): readonly [Operator, Operator] => [one, other]),
  );
  await forAll(pairs, ([one, other]) => introduce(one, other, folder));
  await forAll(vendors, async ({ part, operator }) => {
    const centre = operatorAt(exercise, part.centre);
    await introduce(operator, centre, folder);
    await introduce(centre, operator, folder);
  });
  exercise.say(
    `${centres.length + vendors.length} cards exchanged; every fingerprint compared by telephone and typed`,
  );
}

/**
 * Model 1: the vendor's card came to the origin with the disclosure list, and the origin's card came to the vendor with
 * the summary. Both operators verify before anything is said between them.
 */
export async function introduceToOrigin(exercise: Exercise, vendors: readonly Player[]): Promise<void> {
  if (vendors.length === 0) return;
  const origin = operatorAt(exercise, ORIGIN);
  await origin.order('peer add-from-case', { case: exercise.caseName });
  await forAll(vendors, async ({ operator }) => {
    await operator.order('peer add-from-case', { case: exercise.caseName });
    await verify(operator, origin);
    await verify(origin, operator);
  });
}

async function introduce(one: Operator, other: Operator, folder: string): Promise<void> {
  const card = await readFile(fileOf(folder, other), 'utf8');
  await one.order('peer add', { card }, { means: ['CARD_STALE'] });
  await verify(one, other);
}

/** The fingerprint is the one that `init` printed at the other side, not the one on the card. */
async function verify(one: Operator, other: Operator): Promise<void> {
  await one.order('peer verify', { peer: other.node, fingerprint: other.node, method: 'telephone' });
}

function fileOf(folder: string, { key }: Operator): string {
  return join(folder, `${key}.card.asc`);
}
