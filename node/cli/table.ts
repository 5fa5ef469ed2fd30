/**
 * Every command, light enough for `--help`: names, options and where the code is. Nothing heavy is imported before a
 * command runs.
 */
import type { NounRow } from './command.js';
import { CASE_NOUNS } from './table-cases.js';
import { INTAKE_NOUNS } from './table-intake.js';
import { NODE_NOUNS } from './table-nodes.js';
import { SCHEDULE_NOUNS } from './table-schedules.js';
import { SETTLING_NOUNS } from './table-settling.js';
import { VENDOR_NOUNS } from './table-vendors.js';

export const NOUNS: readonly NounRow[] = [
  ...NODE_NOUNS,
  ...CASE_NOUNS,
  ...VENDOR_NOUNS,
  ...SCHEDULE_NOUNS,
  ...SETTLING_NOUNS,
  ...INTAKE_NOUNS,
];
