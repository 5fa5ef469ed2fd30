/** `inquiry`: free words to a peer about a case. */
import { typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, textOption } from '../options.js';
import { say } from '../say.js';
import { type ReachedShown, reachLines } from '../show-reach.js';

export const COMMANDS: Commands = {
  send: (cli, [held = ''], options) =>
    say(
      cli,
      'inquiry send',
      typed({
        case: held,
        to: textOption(options, 'to'),
        text: textOption(options, 'text'),
        kind: flagOption(options, 'comment') === true ? 'comment' : undefined,
      }),
      'to',
      (result) => reachLines([(result as unknown as { to: ReachedShown }).to], result['case']),
    ),
};
