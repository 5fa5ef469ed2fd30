/** Cycles of the own office: `cycles.json` in the home adds to the shipped catalogue or replaces entries of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CycleEntry, catalogueWith, readLocalCycles } from '../../adapters/calendar/catalogue.js';
import { type Outcome, ok, refuse } from '../core/fault.js';

const CYCLES_FILE = 'cycles.json';

/**
 * The catalogue as this home has it; a home without the file has the shipped one.
 * Faults: CONFIG_FIELD, where naming the file, place and code of what is wrong in it; LIMIT_EXCEEDED.
 */
export async function cyclesOf(home: string): Promise<Outcome<readonly CycleEntry[]>> {
  const text = await readFile(join(home, CYCLES_FILE), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (text === undefined) return ok(catalogueWith({}));
  const local = readLocalCycles(text);
  if (local.ok) return ok(catalogueWith(local.value));
  const { code, where = '' } = local.fault;
  return refuse(code === 'LIMIT_EXCEEDED' ? code : 'CONFIG_FIELD', {
    where: `${CYCLES_FILE} ${where}`.trim(),
  });
}
