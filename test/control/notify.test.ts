/** Telling many at once, by command lines alone: shown first, sent once, followed, and asked again (DESIGN §5.6). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';

interface Row {
  readonly name: string;
  readonly stage: string;
  readonly next: string;
  readonly silent: boolean;
}

let world: World;
let held: string;

/** Alder answers, birch only holds, cedar's node is never there, dogwood was never verified. */
beforeAll(async () => {
  world = await openWorld();
  const port = await freePort();
  const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
  await world.init('centre', 'CENTRE', 'centre', ...address);
  await world.run('centre');
  for (const vendor of ['alder', 'birch', 'cedar', 'dogwood']) await world.init(vendor, vendor, 'vendor');
  for (const vendor of ['alder', 'birch']) {
    await world.run(vendor);
    await befriend(world, vendor, 'centre');
    await befriend(world, 'centre', vendor);
  }
  await befriend(world, 'centre', 'cedar');
  await world.ask('centre', 'peer', 'add', join(world.folder, 'dogwood.card.asc'));
  await eventually(
    'who is there is linked',
    () => world.ask<{ links: readonly unknown[] }>('centre', 'status'),
    ({ links }) => links.length === 2,
  );
  const opened = await world.ask<{ case: string }>('centre', 'case', 'open', '--title', 'A flaw');
  held = opened.case;
}, 120_000);

afterAll(() => world.close());

async function rows(): Promise<Readonly<Record<string, Row>>> {
  const { deliveries } = await world.ask<{ deliveries: readonly Row[] }>('centre', 'case', 'delivery', held);
  return Object.fromEntries(deliveries.map((row) => [row.name, row]));
}

async function summariesSaid(): Promise<readonly number[]> {
  const { recipients } = await world.ask<{
    recipients: readonly { readonly disclosed: readonly { readonly what: string }[] }[];
  }>('centre', 'case', 'who-knew', held);
  return recipients.map(({ disclosed }) => disclosed.filter(({ what }) => what === 'summary').length);
}

describe('case notify', () => {
  test('shows whom it would tell and sends nothing before it is confirmed', async () => {
    expect(await world.ask('centre', 'case', 'notify', held)).toMatchObject({
      confirmed: false,
      tell: [{ name: 'alder' }, { name: 'birch' }, { name: 'cedar' }],
      cannot: [],
    });
    expect(await summariesSaid()).toEqual([]);
  });

  test('one who cannot be told holds up nobody else: the others are told, and exit 4 says so', async () => {
    const list = join(world.folder, 'list.txt');
    await writeFile(list, 'alder\nbirch\n\ncedar\ndogwood\n');
    const { exit, out, err } = await world.type(
      'centre',
      ...['case', 'notify', held, '--to-file', list, '--yes', '--follow', '0s'],
    );
    expect(exit).toBe(4);
    expect(out).toMatch(/^the summary is on record for 3; answer by /);
    expect(out).toMatch(
      /^on record for (\d: .*)?cedar; nothing has left, it goes when that node can be reached$/m,
    );
    expect(out).toContain(`see later: isochron case delivery ${held.slice(0, 8)}`);
    expect(out).not.toContain('told 3');
    expect(out).toContain('dogwood cannot be told: PEER_UNVERIFIED');
    expect(err).toMatch(/on record for 3: receipted by \d, for \d it waits until they are here/);
    await eventually('two hold it', rows, (all) =>
      ['alder', 'birch'].every((name) => all[name]?.stage === 'delivered'),
    );
  });

  test('case tell says on record where the peer is away, receipted where it holds it, and never told', async () => {
    const { case: own } = await world.ask<{ case: string }>('centre', 'case', 'open', '--title', 'Another');
    const words = ['case', 'tell', own, '--to', 'alder', 'cedar'];
    const { out } = await world.type('centre', ...words);
    expect(out).not.toMatch(/^told/m);
    expect(out).toMatch(/^the summary is on record for 2; answer by /);
    expect(out).toMatch(/^(receipted by|under way to) alder/m);
    expect(out).toMatch(/^on record for cedar; nothing has left/m);
    const progress = ['case', 'delivery', own];
    const { out: shown } = await eventually(
      'alder holds it',
      () => world.type('centre', ...progress),
      (delivery) => delivery.out.includes('1 delivered'),
    );
    expect(shown).toMatch(/not receipted yet:\n +cedar +case summary +on record/);
    expect(await world.ask('centre', ...progress)).toMatchObject({
      open: [{ name: 'cedar', kind: 'case_summary', stage: 'waiting', linked: false, byMail: false }],
    });
    expect(
      await world.ask('centre', 'inquiry', 'send', own, '--to', 'cedar', '--text', 'Are you there?'),
    ).toMatchObject({
      to: { name: 'cedar', stage: 'waiting', linked: false },
    });
    await world.ask('centre', 'case', 'close', own, '--reason', 'an exercise');
  });

  test('said again, it tells nobody twice', async () => {
    expect(await world.ask('centre', 'case', 'notify', held, '--yes', '--follow', '0s')).toMatchObject({
      tell: [],
      already: [{ name: 'alder' }, { name: 'birch' }, { name: 'cedar' }],
    });
    expect(await summariesSaid()).toEqual([1, 1]);
  });

  test('an unknown name and a reply-by that is no instant are refused, and nothing is sent', async () => {
    expect(await world.refusal('centre', 'case', 'notify', held, '--to', 'nobody', '--yes')).toMatchObject({
      code: 'PEER_UNKNOWN',
      where: 'to/0',
    });
    const list = join(world.folder, 'missing.txt');
    await writeFile(list, 'alder\nElsewhere Ltd\n');
    const { err } = await world.type('centre', 'case', 'notify', held, '--to-file', list);
    expect(err).toMatch(/for "Elsewhere Ltd" a card .*"peer add --mail/);
    expect(await world.refusal('centre', 'case', 'notify', held, '--reply-by', 'soon')).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'replyBy',
    });
  });
});

describe('case delivery and case remind', () => {
  test('each stage is what is proved: said by us, held by receipt, read by their word', async () => {
    await eventually(
      'alder has heard of it',
      () => world.type('alder', 'case', 'show', held),
      ({ exit }) => exit === 0,
    );
    await world.ask('alder', 'case', 'acknowledge', held);
    await eventually('alder has read it', rows, (all) => all['alder']?.stage === 'read');
    expect(await rows()).toMatchObject({
      alder: { stage: 'read', next: 'wait', silent: false },
      birch: { stage: 'delivered', next: 'wait', silent: false },
      cedar: { stage: 'waiting', next: 'wait', silent: false, deliveredAt: null, lastContact: null },
    });
    expect(await world.ask('centre', 'case', 'remind', held)).toMatchObject({
      remind: [],
      lately: [],
      call: [],
    });
  });

  test('past the time to answer: who holds it is reminded, also who only confirmed it; who does not is called', async () => {
    await world.ask('centre', 'drill', 'jump', '--to', '2027-03-20T09:00:00Z');
    await world.ask('birch', 'drill', 'jump', '--to', '2027-03-20T09:00:00Z');
    expect(await rows()).toMatchObject({
      alder: { stage: 'read', silent: true, next: 'remind' },
      birch: { silent: true, next: 'remind' },
      cedar: { silent: true, next: 'call' },
    });
    expect((await world.type('centre', 'case', 'delivery', held, '--silent')).out).toMatch(
      /cedar {2}waiting, SILENT.*telephone the point of contact/,
    );
  });

  test('every view counts them alike: the case, the inbox, the alarms', async () => {
    const { told, tellings } = await world.ask<{
      told: readonly { readonly overdue: boolean; readonly answered: boolean }[];
      tellings: { readonly silent: number };
    }>('centre', 'case', 'show', held);
    expect(told.map(({ answered, overdue }) => [answered, overdue])).toEqual([
      [false, true],
      [false, true],
    ]);
    expect(tellings.silent).toBe(2);
    expect((await world.type('centre', 'case', 'show', held)).out).toMatch(/alder .*SILENT since .*, read /);
    const { waiting } = await world.ask<{ waiting: readonly { readonly answer: string }[] }>(
      'centre',
      'inbox',
    );
    const remind = `case remind ${held.slice(0, 8)}`;
    expect(waiting.map(({ answer }) => answer)).toEqual([remind, remind]);
    const { alarms } = await world.ask<{ alarms: readonly { readonly alarm: string }[] }>('centre', 'status');
    expect(alarms.filter(({ alarm }) => alarm === 'silent')).toHaveLength(2);
  });

  test('whose status came is left alone', async () => {
    await world.ask('alder', 'vendor', 'status', held, 'under_investigation');
    await eventually('alder has answered', rows, (all) => all['alder']?.stage === 'answered');
    expect(await rows()).toMatchObject({ alder: { silent: false, next: 'none' }, birch: { silent: true } });
    // Whoever confirms the summary once more after its answer has answered all the same.
    const acknowledged = async () => {
      const { recipients } = await world.ask<{
        recipients: readonly {
          readonly disclosed: readonly { readonly kind: string; readonly receivedAt: string | null }[];
        }[];
      }>('alder', 'case', 'who-knew', held);
      return recipients
        .flatMap(({ disclosed }) => disclosed)
        .filter((one) => one.kind === 'acknowledge' && one.receivedAt !== null);
    };
    await world.ask('alder', 'drill', 'jump', '--to', '2027-03-20T09:10:00Z');
    await world.ask('alder', 'case', 'acknowledge', held);
    await eventually('it has arrived', acknowledged, (all) => all.length === 2);
    expect(await rows()).toMatchObject({ alder: { stage: 'answered', next: 'none' } });
  });

  test('a reminder is shown first, goes to the silent, and not twice within a day', async () => {
    const remind = (...more: readonly string[]) => world.ask('centre', 'case', 'remind', held, ...more);
    const shown = { remind: [{ name: 'birch' }], lately: [], call: [{ name: 'cedar' }] };
    expect(await remind()).toMatchObject({ confirmed: false, ...shown });
    expect(await remind('--yes')).toMatchObject({ confirmed: true, ...shown });
    expect(await remind('--yes')).toMatchObject({ remind: [], lately: [{ name: 'birch' }] });
    const waiting = await eventually(
      'the inquiry is in the inbox of birch',
      () => world.ask<{ waiting: readonly { readonly kind: string }[] }>('birch', 'inbox'),
      (inbox) => inbox.waiting.some(({ kind }) => kind === 'inquiry'),
    );
    expect(waiting.waiting.filter(({ kind }) => kind === 'inquiry')).toHaveLength(1);
    expect(await rows()).toMatchObject({ birch: { next: 'wait' }, cedar: { next: 'call' } });
    await world.ask('centre', 'drill', 'jump', '--to', '2027-03-22T09:00:00Z');
    expect(await rows()).toMatchObject({ birch: { next: 'call' }, cedar: { next: 'call' } });
  });
});

describe('what waits', () => {
  test('R9: a summary that waited for a node that was never here is said once when it comes', async () => {
    await world.run('cedar');
    await befriend(world, 'cedar', 'centre');
    await eventually('cedar holds it', rows, (all) => all['cedar']?.stage === 'delivered');
    expect(await summariesSaid()).toEqual([1, 1, 1]);
  });
});
