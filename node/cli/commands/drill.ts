/** `drill`: what the controller of an exercise asks of a DRILL node. */
import { type Document, perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { textOption } from '../options.js';
import { sayTime } from '../times.js';

export const COMMANDS: Commands = {
  clock: (cli) => perform(cli, 'drill clock', {}, clock),
  jump: (cli, _args, options) => perform(cli, 'drill jump', typed({ to: textOption(options, 'to') }), clock),
  idle: (cli) =>
    perform(
      cli,
      'drill idle',
      {},
      (result) => [result['idle'] === true ? 'idle' : 'busy'],
      (result) => (result['idle'] === true ? 0 : 1),
    ),
  due: (cli) => perform(cli, 'drill due', {}, (result, zone) => [sayTime(result['due'], zone)]),
};

function clock(result: Document, zone: string): readonly string[] {
  return [sayTime(result['now'], zone)];
}
