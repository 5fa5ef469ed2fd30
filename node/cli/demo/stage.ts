/** Sets the stage: homes with keys, processes that run, an operator at every console. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Breakage } from '../../core/fault.js';
import { makeHome } from '../make-home.js';
import type { Carrier } from './carried.js';
import type { Cast } from './cast.js';
import type { CrowdOrder } from './crowd.js';
import { ExerciseFailed } from './failed.js';
import { type Place, placesFor } from './homes.js';
import { type Operator, operatorOf } from './operator.js';
import { CROWD, MAIN, type Processes, type Program } from './processes.js';

/** One process with the nodes in it. */
export interface Host {
  readonly program: Program;
  /** Where the controller asks and jumps: the node's own, or the one that speaks for the whole crowd. */
  readonly console: Operator;
  readonly operators: readonly Operator[];
}

export interface Stage {
  readonly operators: ReadonlyMap<string, Operator>;
  readonly hosts: readonly Host[];
}

/** The rest of a large cast shares so many processes: one a core of a small machine. */
const CROWDS = 2;

/** Resolves when every node runs. @throws ExerciseFailed, Breakage where a home cannot be made. */
export async function openStage(
  cast: Cast,
  folder: string,
  carrier: Carrier,
  processes: Processes,
): Promise<Stage> {
  const places = await placesFor(cast, folder, carrier);
  const alone = places.slice(0, cast.centres.length + cast.ownProcesses);
  const crowded = places.slice(alone.length);
  // A process starts while the keys of the next one are made.
  const starting: Promise<Host>[] = [];
  const begin = (host: Promise<Host>): void => {
    starting.push(host);
    // One that fails is noticed below, when all are under way.
    host.catch(() => undefined);
  };
  for (const [at, seats] of crowds(crowded).entries()) begin(startCrowd(seats, at, folder, processes));
  for (const place of alone) {
    const made = await makeHome(place.home, place.fields);
    if (!made.ok) throw new Breakage(made.fault);
    begin(startAlone(operatorOf(place, made.value.node), processes));
  }
  const hosts = await Promise.all(starting);
  const operators = new Map(
    hosts.flatMap((host) => host.operators).map((operator) => [operator.key, operator]),
  );
  return { hosts, operators: new Map(places.map(({ key }) => [key, demand(operators.get(key), key)])) };
}

async function startAlone(operator: Operator, processes: Processes): Promise<Host> {
  const { name, home } = operator;
  const args = ['run', '--home', home, '--json', '--journal', join(home, 'journal.jsonl')];
  const program: Program = { name, script: MAIN, args };
  await processes.start(program);
  return { program, console: operator, operators: [operator] };
}

async function startCrowd(
  places: readonly Place[],
  at: number,
  folder: string,
  processes: Processes,
): Promise<Host> {
  const [first] = places;
  if (first === undefined) throw new ExerciseFailed('a crowd has vendors');
  const key = `crowd-${at + 1}`;
  const file = join(folder, `${key}.json`);
  const socket = join(dirname(first.socket), `${key}.sock`);
  const order: CrowdOrder = { socket, seats: places.map(({ home, fields }) => ({ home, fields })) };
  await writeFile(file, JSON.stringify(order), { mode: 0o600 });
  const program: Program = { name: `crowd ${at + 1}`, script: CROWD, args: [file] };
  const nodes = new Map<string, string>();
  await processes.start(program, ({ home, node }) => nodes.set(String(home), String(node)));
  const operators = places.map((place) => operatorOf(place, demand(nodes.get(place.home), place.key)));
  const speaker: Place = { ...first, key, name: program.name, socket, officer: 'controller' };
  return { program, console: operatorOf(speaker, ''), operators };
}

function crowds(places: readonly Place[]): readonly (readonly Place[])[] {
  const shares = Array.from({ length: CROWDS }, (_, share) =>
    places.filter((__, at) => at % CROWDS === share),
  );
  return shares.filter((share) => share.length > 0);
}

/** SIGKILL and a new start from the same home. The clock of a node that was started again is for the caller to set. */
export async function restart({ program }: Host, processes: Processes): Promise<void> {
  await processes.kill(program.name);
  await processes.start(program);
}

function demand<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw new ExerciseFailed(`${key} did not start`);
  return value;
}
