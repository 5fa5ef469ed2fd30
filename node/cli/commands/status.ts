/** `status`: the node on one page; alarms show in the exit status. */
import { type Document, perform } from '../call.js';
import type { Commands } from '../command.js';
import { sayTime } from '../times.js';

interface Status {
  readonly name: string;
  readonly role: string;
  readonly mode: string;
  readonly node: string;
  readonly running: boolean;
  readonly now: string;
  readonly peers: { readonly verified: number; readonly unverified: number };
  readonly links: readonly { readonly name: string; readonly since: string }[];
  readonly feeds: { readonly count: number; readonly entries: number; readonly owed: number };
  readonly cases: { readonly open: number; readonly published: number; readonly closed: number };
  readonly inbox: number;
  readonly clock: { readonly aheadMs: number; readonly peers: number } | null;
  readonly waiting: number;
  readonly due: string | null;
  readonly alarms: readonly { readonly case: string | null; readonly words: string }[];
}

export const COMMANDS: Commands = {
  '': (cli) =>
    perform(cli, 'node status', {}, lines, (result) => (asStatus(result).alarms.length > 0 ? 4 : 0)),
};

function asStatus(result: Document): Status {
  return result as unknown as Status;
}

function clockWords({ clock, role }: Status): string {
  const unseen = 'no peer told its time in the last 24 hours';
  // Only a centre releases anything.
  if (clock === null) return role === 'centre' ? `${unseen}; releases go by this clock alone` : unseen;
  const seconds = Math.abs(clock.aheadMs) / 1_000;
  const side = clock.aheadMs > 0 ? 'behind' : 'ahead of';
  return `${seconds.toFixed(1)} s ${side} the median of ${clock.peers} ${clock.peers === 1 ? 'peer' : 'peers'}`;
}

function lines(result: Document, zone: string): readonly string[] {
  const status = asStatus(result);
  const { peers, feeds, cases } = status;
  const links = status.links.map(({ name }) => name).join(', ');
  return [
    `${status.name} (${status.role}${status.mode === 'drill' ? ', DRILL' : ''})  ${status.node}`,
    `node    ${status.running ? 'running' : 'not running'}, ${sayTime(status.now, zone)}`,
    `peers   ${peers.verified} verified, ${peers.unverified} unverified; linked: ${links || 'none'}`,
    `feeds   ${feeds.count} with ${feeds.entries} entries; ${feeds.owed} not yet acknowledged`,
    `cases   ${cases.open} open, ${cases.published} published, ${cases.closed} closed`,
    `inbox   ${status.inbox} to answer${status.waiting > 0 ? `; ${status.waiting} statements wait for an earlier one` : ''}`,
    `clock   ${clockWords(status)}`,
    `due     ${sayTime(status.due, zone)}`,
    ...status.alarms.map(
      (alarm) => `ALARM   ${alarm.case === null ? '' : `${alarm.case.slice(0, 8)}: `}${alarm.words}`,
    ),
  ];
}
