/** `breach`: publication before the instant, seen or confirmed. */
import { perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, textOption } from '../options.js';
import { say } from '../say.js';
import { type ReachedShown, reachLines } from '../show-reach.js';

export const COMMANDS: Commands = {
  report: (cli, [held = ''], options) =>
    say(
      cli,
      'breach report',
      typed({
        case: held,
        evidence: textOption(options, 'evidence'),
        seenAt: textOption(options, 'seen'),
        kind: flagOption(options, 'attacks') === true ? 'attacks_observed' : undefined,
      }),
      'to',
      (result) => [
        'on record',
        ...reachLines((result as unknown as { to: readonly ReachedShown[] }).to, result['case']),
      ],
    ),
  confirm: (cli, [held = '']) =>
    perform(cli, 'breach confirm', { case: held }, () => ['confirmed: this node publishes at once']),
};
