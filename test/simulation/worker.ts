/**
 * One process of a long simulation: plays the seeds that it is sent and reports each.
 */
import { planOf } from './plan.js';
import { reportOf } from './report.js';
import { play } from './run.js';

process.on('message', (seed: string) => {
  void play(planOf(seed)).then((ended) => process.send?.(reportOf(seed, ended)));
});
