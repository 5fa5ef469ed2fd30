/** `inquiry`: free words to a peer about a case. */
import { perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, textOption } from '../options.js';
import { type ReachedShown, reachLines } from '../show-reach.js';

export const COMMANDS: Commands = {
  send: (cli, [held = ''], options) =>
    perform(
      cli,
      'inquiry send',
      typed({
        case: held,
        to: textOption(options, 'to'),
        text: textOption(options, 'text'),
        kind: flagOption(options, 'comment') === true ? 'comment' : undefined,
      }),
      (result) => reachLines([(result as unknown as { to: ReachedShown }).to], result['case']),
    ),
};
