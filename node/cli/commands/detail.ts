/** `detail`: requests for details and their answers. */
import { type Document, perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { listOption, textOption } from '../options.js';
import { table } from '../print.js';
import { say } from '../say.js';
import { type ReachedShown, reachLines } from '../show-reach.js';
import { sayTime } from '../times.js';

export const COMMANDS: Commands = {
  request: (cli, [held = ''], options) =>
    say(
      cli,
      'detail request',
      typed({
        case: held,
        why: textOption(options, 'why'),
        who: textOption(options, 'who'),
        products: listOption(options, 'product'),
      }),
      'reached',
      (result) => [
        'the request is on record',
        ...reachLines((result as unknown as { reached: readonly ReachedShown[] }).reached, result['case']),
      ],
    ),
  list: (cli, [held = '']) => perform(cli, 'detail list', { case: held }, list),
  grant: (cli, [held = '', request = ''], options) =>
    say(
      cli,
      'detail grant',
      typed({ case: held, request, consent: textOption(options, 'consent') }),
      'to',
      answered('granted'),
    ),
  deny: (cli, [held = '', request = ''], options) =>
    say(
      cli,
      'detail deny',
      typed({
        case: held,
        request,
        reason: textOption(options, 'reason'),
        remark: textOption(options, 'remark'),
      }),
      'to',
      answered('denied'),
    ),
};

function answered(how: string): (result: Document) => readonly string[] {
  return (result) => [
    `${how} ${String(result['request']).slice(0, 12)}`,
    ...reachLines([(result as unknown as { to: ReachedShown }).to], result['case']),
  ];
}

function list(result: Document, zone: string): readonly string[] {
  const { requests } = result as unknown as {
    readonly requests: readonly {
      readonly request: string;
      readonly requester: { readonly name: string };
      readonly via: { readonly name: string };
      readonly who: string;
      readonly why: string;
      readonly at: string;
      readonly answer: { readonly kind: string } | null;
    }[];
  };
  if (requests.length === 0) return ['no requests'];
  return table([
    ['REQUEST', 'BY', 'VIA', 'AT', 'ANSWER', 'WHO AND WHY'],
    ...requests.map(({ request, requester, via, who, why, at, answer }) => [
      request.slice(0, 12),
      requester.name,
      via.name,
      sayTime(at, zone),
      answer?.kind ?? 'open',
      [who, why].filter(Boolean).join(': '),
    ]),
  ]);
}
