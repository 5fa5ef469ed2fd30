/** Rows of the light table: the one instant, and what happens at it or before it. */
import type { NounRow } from './command.js';
import { row } from './row.js';

export const SETTLING_NOUNS: readonly NounRow[] = [
  {
    noun: 'settlement',
    says: 'The one instant of all centres',
    load: () => import('./commands/settlement.js'),
    verbs: [
      row('show', '<case>', 'Where it stands, what is waited for, from whom'),
      row('request', '<case>', 'Ask for another instant', ['--why <text>', 'why']),
      row('approve', '<case>', 'Agree to an instant', ['--at <instant>', 'the instant', 'needed']),
      row('reject', '<case>', 'Do not agree to an instant', ['--at <instant>', 'the instant', 'needed']),
      row(
        'roster',
        '<case>',
        'Agree to a change of seats and ask the others for it; it takes an officer of each member, never a policy',
        [
          '--add <peer:model>',
          'a centre that is to join, with process model 1 or 2 (2); the lead invites it',
        ],
        ['--remove <member>', 'a member that is to leave; never the lead'],
        ['--lead <member>', 'the member that is to lead'],
        ['--reason <text>', 'why, for the other members', 'needed'],
        ['--reject', 'do not agree to it'],
      ),
      row('join', '<case>', 'An invited centre agrees to the charter and to what is settled'),
      row('auto', '<case> <on|off>', 'Agree by policy, or ask each time'),
      row(
        'calendar',
        '<case>',
        'Write the instant in force and each proposal as iCalendar, one file an event; without a vote the instant that was told',
        ['-o, --output <folder>', 'folder for the files', 'needed'],
        ['--to <mail>', 'the one recipient of these files'],
      ),
    ],
  },
  {
    noun: 'publish',
    says: 'What is staged, held or released',
    load: () => import('./commands/publish.js'),
    verbs: [
      row('status', '[case]', 'Staged and released documents; exit 4 where a release is held'),
      row(
        'check',
        '[dir]',
        'Check a published tree: hashes, and CSAF documents against schema and mandatory tests',
      ),
      row(
        'release',
        '<case>',
        'Release by hand, under the name of an officer',
        ['--reason <text>', 'why, for the record', 'needed'],
        ['--early', 'although the instant in force lies ahead'],
      ),
    ],
  },
  {
    noun: 'breach',
    says: 'Publication before the instant',
    load: () => import('./commands/breach.js'),
    verbs: [
      row(
        'report',
        '<case>',
        'Tell the others of a breach or of attacks',
        ['--evidence <text>', 'what was seen and where', 'needed'],
        ['--seen <instant>', 'when (now)'],
        ['--attacks', 'attacks were observed; nothing was published'],
      ),
      row('confirm', '<case>', 'Confirm a breach: this node publishes at once'),
    ],
  },
];
