/** One exercise from an empty folder to the findings; whatever happens, its processes end with it. */
import { writeInstant } from '../../core/time.js';
import { sayTime } from '../times.js';
import { ACTS } from './acts.js';
import type { Carrier } from './carried.js';
import { type Cast, DRILL_START, hourOf } from './cast.js';
import { openController } from './controller.js';
import type { Exercise } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import { type Findings, gatherFindings } from './findings.js';
import { openFolder } from './homes.js';
import { passToInstant, publishTogether, settledInstant } from './instant.js';
import { NO_MISHAPS, openMishaps, planMishaps } from './mishaps.js';
import { openProcesses, type Processes } from './processes.js';
import { openStage, type Stage } from './stage.js';

export interface PlayOptions {
  readonly cast: Cast;
  /** A new or empty folder; absent: a fresh one of the system. */
  readonly folder: string | undefined;
  readonly carrier: Carrier;
  /** Seed of {@link planMishaps}; absent: nobody dies. */
  readonly killSeed: number | undefined;
  readonly say: (line: string) => void;
  /** Aborts when the person at the console has had enough. */
  readonly halt: AbortSignal;
}

export interface Played {
  readonly exercise: Exercise;
  readonly findings: Findings;
  readonly seconds: number;
}

/** @throws ExerciseFailed, and Breakage where the machine has no room for homes or sockets. */
export async function play(options: PlayOptions): Promise<Played> {
  const processes = openProcesses();
  let stage: Stage | undefined;
  const halted = new Promise<never>((_, reject) => {
    options.halt.addEventListener('abort', () => reject(new ExerciseFailed('stopped')), { once: true });
  });
  try {
    const played = perform(options, processes, (open) => {
      stage = open;
    });
    return await Promise.race([played, processes.failed, halted]);
  } finally {
    for (const host of stage?.hosts ?? []) for (const one of [host.console, ...host.operators]) one.leave();
    await processes.stop();
  }
}

const INSTANT_ACTS = ['waiting', 'instant'] as const;

async function perform(
  { cast, folder: wanted, carrier, killSeed, say }: PlayOptions,
  processes: Processes,
  opened: (stage: Stage) => void,
): Promise<Played> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const folder = await openFolder(wanted);
  say(`DRILL on ${cast.about}, in ${folder}`);
  const stage = await openStage(cast, folder, carrier, processes);
  opened(stage);
  const controller = openController(
    stage.hosts.map((host) => host.console),
    hourOf(0),
  );
  const clocked = (line: string) =>
    say(
      `${seconds().toFixed(1).padStart(5)} s  ${sayTime(writeInstant(controller.now()).slice(0, 16).concat(':00Z'), 'UTC')}  ${line}`,
    );
  const [caseName = ''] = cast.opening.publicIds;
  const exercise: Exercise = { cast, folder, controller, operators: stage.operators, caseName, say: clocked };
  clocked(
    `${stage.operators.size} nodes run in ${processes.count()} processes; drill clocks start ${DRILL_START}`,
  );
  const names = [...ACTS.map(({ name }) => name), ...INSTANT_ACTS];
  const plan =
    killSeed === undefined
      ? []
      : planMishaps(
          killSeed,
          names,
          stage.hosts.map(({ program }) => program.name),
        );
  const mishaps =
    killSeed === undefined ? NO_MISHAPS : openMishaps(plan, stage.hosts, processes, controller, clocked);
  const during = async (name: string, work: () => Promise<void>): Promise<void> => {
    await Promise.all([work(), mishaps.during(name)]);
  };

  for (const { name, hours, play: act } of ACTS) {
    await controller.passTo(hourOf(hours));
    await during(name, () => act(exercise));
  }
  await controller.settle();
  const at = await settledInstant(exercise);
  await during('waiting', () => passToInstant(exercise, at));
  await during('instant', () => publishTogether(exercise, at));
  await controller.settle();
  const findings = await gatherFindings(exercise, writeInstant(at));
  return { exercise, findings, seconds: Math.round(seconds() * 10) / 10 };
}
