/** From the settled instant to the publication: jumps up to five seconds before it, then real time. */
import { after, type Instant, readInstant } from '../../core/time.js';
import type { Document } from '../call.js';
import { centresOf, type Exercise } from './exercise.js';
import { ExerciseFailed } from './failed.js';

/** The last seconds pass as they will on the day. */
const REAL_TIME_MS = 5_000;
/** Nobody is asked at the instant itself: a question would be in the way of what is measured. */
const QUIET_MS = 400;
const PUBLISH_MS = 20_000;
const LOOK_AGAIN_MS = 100;

/** The one instant that all centres hold. @throws ExerciseFailed where they hold several. */
export async function settledInstant(exercise: Exercise): Promise<Instant> {
  const shown = await Promise.all(
    centresOf(exercise).map((centre) => centre.ask('settlement show', { case: exercise.caseName })),
  );
  const instants = new Set(shown.map(({ at }) => String(at)));
  const [only = ''] = instants;
  const at = instants.size === 1 ? readInstant(only) : undefined;
  if (at === undefined)
    throw new ExerciseFailed(`the centres hold several instants: ${[...instants].join(', ')}`);
  return at;
}

/** Freeze, notices and staging on the way; then the wait for the instant, and for everybody's publication. */
export async function passToInstant(exercise: Exercise, at: Instant): Promise<void> {
  const { controller, say } = exercise;
  await controller.passTo(after(at, -REAL_TIME_MS));
  say('frozen, notices sent, documents staged; the last five seconds pass in real time');
}

export async function publishTogether(exercise: Exercise, at: Instant): Promise<void> {
  const { controller, caseName, say } = exercise;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - controller.now()) + QUIET_MS));
  const end = performance.now() + PUBLISH_MS;
  for (;;) {
    const standings = await Promise.all(
      centresOf(exercise).map((centre) => centre.ask('publish status', { case: caseName })),
    );
    const waiting = standings.map(published).filter((one) => one['publishedAt'] === null);
    if (waiting.length === 0) break;
    if (performance.now() > end)
      throw new ExerciseFailed(
        `not published: ${waiting.map((one) => `${one['verdict']} ${one['because']}`).join('; ')}`,
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  say('published in all centres');
}

/** The one case in an answer of `publish status`. */
export function published(status: Document): Document {
  const { cases } = status as unknown as { readonly cases: readonly Document[] };
  const [only] = cases;
  if (only === undefined) throw new ExerciseFailed('the case is not known to a centre');
  return only;
}
