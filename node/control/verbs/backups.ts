/** Backups of the whole store, written while the node goes on. */
import { ok } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { members, text } from '../arguments.js';
import { type Verbs, view } from '../verb.js';

const path = text(LIMITS.titleCharacters.most * 4, 1);

export const BACKUP_VERBS: Verbs = {
  create: view(members({ directory: path }), async ({ directory }, desk) => {
    const written = await desk.logs.backup(directory);
    return written.ok ? ok({ directory, ...written.value }) : written;
  }),
};
