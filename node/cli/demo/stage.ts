/** Sets the stage: homes with keys, processes that run, an operator at every console. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Breakage } from '../../core/fault.js';
import { makeHome } from '../make-home.js';
import type { Cast } from './cast.js';
import type { CrowdSeat } from './crowd.js';
import { ExerciseFailed } from './failed.js';
import { type Place, placesFor } from './homes.js';
import { forAll, type Operator, operatorOf } from './operator.js';
import { CROWD, MAIN, type Processes, type Program } from './processes.js';

/** One process with the nodes in it. */
export interface Host {
  readonly program: Program;
  readonly operators: readonly Operator[];
}

export interface Stage {
  readonly operators: ReadonlyMap<string, Operator>;
  readonly hosts: readonly Host[];
}

/** The rest of a large cast shares so many processes: one a core of a small machine. */
const CROWDS = 2;

/** Resolves when every node runs. @throws ExerciseFailed, Breakage where a home cannot be made. */
export async function openStage(cast: Cast, folder: string, processes: Processes): Promise<Stage> {
  const places = await placesFor(cast, folder);
  const alone = places.slice(0, cast.centres.length + cast.ownProcesses);
  const crowded = places.slice(alone.length);
  // A process starts while the keys of the next one are made.
  const starting: Promise<Host>[] = crowds(crowded).map((seats, at) => startCrowd(seats, at, folder, processes));
  for (const place of alone) {
    const made = await makeHome(place.home, place.fields);
    if (!made.ok) throw new Breakage(made.fault);
    starting.push(startAlone(operatorOf(place, made.value.node), processes));
  }
  const hosts = await Promise.all(starting);
  const operators = new Map(hosts.flatMap((host) => host.operators).map((operator) => [operator.key, operator]));
  return { hosts, operators: new Map(places.map(({ key }) => [key, demand(operators.get(key), key)])) };
}

async function startAlone(operator: Operator, processes: Processes): Promise<Host> {
  const { name, home } = operator;
  const args = ['run', '--home', home, '--json', '--journal', join(home, 'journal.jsonl')];
  const program: Program = { name, script: MAIN, args };
  await processes.start(program);
  return { program, operators: [operator] };
}

async function startCrowd(places: readonly Place[], at: number, folder: string, processes: Processes): Promise<Host> {
  const file = join(folder, `crowd-${at + 1}.json`);
  const seats: readonly CrowdSeat[] = places.map(({ home, fields }) => ({ home, fields }));
  await writeFile(file, JSON.stringify(seats), { mode: 0o600 });
  const program: Program = { name: `crowd ${at + 1}`, script: CROWD, args: [file] };
  const nodes = new Map<string, string>();
  await processes.start(program, ({ home, node }) => nodes.set(String(home), String(node)));
  const operators = places.map((place) => operatorOf(place, demand(nodes.get(place.home), place.key)));
  return { program, operators };
}

function crowds(places: readonly Place[]): readonly (readonly Place[])[] {
  const shares = Array.from({ length: CROWDS }, (_, share) => places.filter((__, at) => at % CROWDS === share));
  return shares.filter((share) => share.length > 0);
}

/** SIGKILL and a new start from the same home. The clock of a node that was started again is for the caller to set. */
export async function restart({ program, operators }: Host, processes: Processes): Promise<void> {
  await processes.kill(program.name);
  await processes.start(program);
  await forAll(operators, (operator) => operator.ask('node status'));
}

function demand<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw new ExerciseFailed(`${key} did not start`);
  return value;
}
