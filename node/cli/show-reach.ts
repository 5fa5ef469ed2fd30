/** How far own words got, in lines for people: what is on our disk has not left the house. */
import type { Json } from '../core/canonical.js';

/** One recipient, as `node/control/reach.ts` writes it. */
export interface ReachedShown {
  readonly name: string;
  readonly stage: string;
  readonly linked: boolean;
  readonly byMail: boolean;
}

/** So many names stand in one line. */
const SHOWN = 20;

/** In the order of the lines; each row of the answer falls under one of them. */
const GROUPS: readonly {
  readonly holds: (one: ReachedShown) => boolean;
  readonly says: (names: string) => string;
}[] = [
  { holds: ({ stage }) => stage === 'delivered', says: (names) => `receipted by ${names}` },
  { holds: ({ stage }) => stage === 'mailed', says: (names) => `a mail server took the letter to ${names}` },
  { holds: ({ stage }) => stage === 'stuck', says: (names) => `the letter is held up for ${names}` },
  { holds: ({ byMail }) => byMail, says: (names) => `on record, to go by letter to ${names}` },
  { holds: ({ linked }) => linked, says: (names) => `under way to ${names}; no receipt yet` },
  {
    holds: () => true,
    says: (names) => `on record for ${names}; nothing has left, it goes when that node can be reached`,
  },
];

/**
 * @param caseId of which case; names the command that shows more later, while anything is open.
 * @returns nothing for nobody.
 */
export function reachLines(rows: readonly ReachedShown[], caseId: Json | undefined): readonly string[] {
  const groupOf = (row: ReachedShown) => GROUPS.find(({ holds }) => holds(row));
  const isOpen = rows.some(({ stage }) => stage !== 'delivered');
  return [
    ...GROUPS.flatMap((group) => {
      const names = rows.filter((row) => groupOf(row) === group).map(({ name }) => name);
      return names.length === 0 ? [] : [group.says(counted(names))];
    }),
    ...(isOpen ? [`see later: isochron case delivery ${String(caseId).slice(0, 8)}`] : []),
  ];
}

function counted(names: readonly string[]): string {
  const more = names.length > SHOWN ? [`and ${names.length - SHOWN} more`] : [];
  const shown = [...names.slice(0, SHOWN), ...more].join(', ');
  return names.length === 1 ? shown : `${names.length}: ${shown}`;
}
