/**
 * `case notify` as an officer gives it: over the control socket, out of a contact book, with everything that stands
 * between the call and the answer; beside the bare order to tell as many, which is sealing and writing alone. Then
 * what an officer looks at afterwards.
 */
import { join } from 'node:path';
import { openControl } from '../node/control/client.js';
import type { Desk } from '../node/control/desk.js';
import { serveControl } from '../node/control/server.js';
import { answer } from '../node/control/verbs.js';
import type { Json } from '../node/core/canonical.js';
import { LIMITS } from '../node/core/limits.js';
import { bareEntry, type ContactKey, type Entry } from '../node/core/registry/vendor.js';
import { after, DAY } from '../node/core/time.js';
import type { Keys } from '../node/envelope/keys.js';
import {
  benchCase,
  benchSummary,
  CLOCK,
  demand,
  type House,
  inDirectory,
  NOTHING_PUBLIC,
  openHouse,
  ordered,
} from './house.js';
import { ms, type Row, timed } from './measure.js';
import { knownVendors } from './vendors.js';

const SIZES = [100, 800, 5_000] as const;
const SUMMARY_BYTES = 4 << 10;
/** Cases of this bench have numbers from here on. */
const FIRST_CASE = 100;

/** At three sizes of a telling, out of one contact book. */
export function measureNotify(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const house = await openHouse('centre', directory);
    try {
      return await compare(house, await knownVendors(house, Math.max(...SIZES)), directory);
    } finally {
      await house.node.stop();
    }
  });
}

async function compare(house: House, vendors: readonly Keys[], directory: string): Promise<readonly Row[]> {
  await enterContacts(house, vendors);
  const path = join(directory, 'control.sock');
  const desk = deskOf(house);
  const server = await serveControl(path, (call) => answer(call, desk));
  const client = openControl(path);
  const call = async (verb: string, given: Json) =>
    demand(await client.call(verb, given, 'bench')) as unknown as Told;
  const rows: Row[] = [];
  try {
    for (const [at, size] of SIZES.entries()) {
      const [alone, number] = [FIRST_CASE + 2 * at, FIRST_CASE + 2 * at + 1];
      const to = vendors.slice(0, size).map(({ node }) => node);
      for (const one of [alone, number]) await openCase(house, one);
      const bare = await timed(() =>
        ordered(house.node, { act: 'tell', to, replyBy: after(CLOCK.now(), 7 * DAY) }, alone),
      );
      const given = { case: benchCase(number), to };
      let answered: Told = { deliveries: [], tell: [] };
      const look = async (verb: string, more: { readonly [member: string]: Json } = {}) =>
        timed(async () => {
          answered = await call(verb, { ...given, ...more });
        });
      const shown = await look('case notify');
      const told = await look('case notify', { confirmed: true });
      if (answered.tell.length !== size) throw new Error('bench: somebody was not told');
      const again = await look('case notify', { confirmed: true });
      if (answered.tell.length > 0) throw new Error('bench: somebody was told twice');
      const { case: held } = given;
      const delivery = await timed(async () => {
        answered = await call('case delivery', { case: held });
      });
      if (answered.deliveries.length !== size) throw new Error('bench: somebody is not in the list');
      const progress = await timed(() => call('case delivery-progress', { case: held }));
      rows.push(
        {
          measure: `case notify to ${size} of ${vendors.length} contacts over the control socket, to the answer: everything sealed, logged, synced`,
          ours: ms(told),
          beside: `${ms(bare)}, the order to tell alone`,
          ratio: `${(told / bare).toFixed(2)} of it`,
          target: '',
        },
        {
          measure: '– shown before anything is sent; and said again, which tells nobody',
          ours: `${ms(shown)}; ${ms(again)}`,
          beside: `${ms(told)}, the telling`,
          ratio: `${(shown / told).toFixed(2)} and ${(again / told).toFixed(2)} of it`,
          target: '',
        },
        {
          measure:
            '– case delivery, a row for each of them; and the progress that is asked for twice a second',
          ours: `${ms(delivery)}; ${ms(progress)}`,
          beside: `${ms(told)}, the telling`,
          ratio: `${(delivery / told).toFixed(2)} and ${(progress / told).toFixed(4)} of it`,
          target: '',
        },
      );
    }
  } finally {
    client.close();
    await server.close();
  }
  return rows;
}

interface Told {
  readonly tell: readonly Json[];
  readonly deliveries: readonly Json[];
}

/** Every vendor stands in the contact book, one in five of the individual class, with the product of the case. */
async function enterContacts({ node }: House, vendors: readonly Keys[]): Promise<void> {
  const rows = vendors.map(({ node: own }, at) => {
    const entry: Entry = {
      ...bareEntry(`Bench ${at} Systems`),
      products: [{ name: 'Parser', aliases: [], cpe: '', purl: '' }],
      class: at % 5 === 0 ? 'individual' : 'general',
      node: own,
    };
    return { key: `bench ${at}` as ContactKey, revision: 0, entry };
  });
  const { most } = LIMITS.listEntries;
  for (let from = 0; from < rows.length; from += most)
    await ordered(node, { act: 'contact_import', rows: rows.slice(from, from + most) });
}

async function openCase({ node }: House, number: number): Promise<void> {
  const caseSummary = benchSummary(SUMMARY_BYTES);
  const act = { act: 'case_open', caseSummary, details: '', onward: 'nobody', replyByDays: 7 } as const;
  await ordered(node, act, number);
}

/** As much of a desk as telling needs. */
function deskOf({ node, feeds, sealer, guard }: House): Desk {
  const nothing = (): never => {
    throw new Error('bench: this desk is for telling');
  };
  return {
    state: node.state,
    now: CLOCK.now,
    feeds,
    logs: { verify: nothing, prove: nothing, export: nothing, backup: nothing, repaired: nothing },
    publisher: NOTHING_PUBLIC,
    readCard: nothing,
    readMailCertificate: nothing,
    openMail: nothing,
    likeCases: nothing,
    expiring: sealer.expiring,
    calendar: {
      release: '',
      tables: {},
      zone: nothing,
      cycle: nothing,
      embargo: nothing,
      holidays: { weekend: [], dates: [], from: '', until: '' },
      renew: nothing,
    },
    alias: nothing,
    live: {
      node,
      chance: { caseId: nothing, fraction: Math.random },
      incarnation: guard.incarnation,
      startedAt: CLOCK.now(),
      jump: undefined,
    },
  };
}
