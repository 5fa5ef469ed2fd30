/** What every act of the exercise is given. */
import type { Cast, CentreKey } from './cast.js';
import type { Controller } from './controller.js';
import { ExerciseFailed } from './failed.js';
import type { Operator } from './operator.js';

export interface Exercise {
  readonly cast: Cast;
  readonly folder: string;
  readonly controller: Controller;
  readonly operators: ReadonlyMap<string, Operator>;
  /** How operators name the case: by its public id. */
  readonly caseName: string;
  /** One line of progress, with the clock in front. */
  say(line: string): void;
}

/** @throws ExerciseFailed for somebody who does not play. */
export function operatorAt({ operators }: Pick<Exercise, 'operators'>, key: string): Operator {
  const found = operators.get(key);
  if (found === undefined) throw new ExerciseFailed(`nobody plays ${key}`);
  return found;
}

export function centresOf(exercise: Exercise): readonly Operator[] {
  return exercise.cast.centres.map(({ key }) => operatorAt(exercise, key));
}

/** A vendor's part with its operator. */
export interface Player {
  readonly part: Cast['vendors'][number];
  readonly operator: Operator;
}

/** Vendors in the order of the cast. @param of absent: of all centres. */
export function vendorsOf(exercise: Exercise, of?: CentreKey): readonly Player[] {
  return exercise.cast.vendors
    .filter(({ centre }) => of === undefined || centre === of)
    .map((part) => ({ part, operator: operatorAt(exercise, part.key) }));
}
