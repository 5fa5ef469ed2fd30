/** `inquiry`: free words to a peer about a case. */
import { perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, textOption } from '../options.js';

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
      (result) => [`sent to ${(result as unknown as { to: { name: string } }).to.name}`],
    ),
};
