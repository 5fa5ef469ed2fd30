/** What an officer types for the Cyber Resilience Act, and the files that come out. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './homes.js';

let world: World;
let caseId: string;
beforeAll(async () => {
  world = await openWorld();
  await world.init('cert', 'CERT', 'centre');
  await world.run('cert');
  const opened = await world.ask<{ case: string }>(
    'cert',
    ...['case', 'open', '--title', 'A parser', '--product', 'Router 1', '--public-id', 'CVE-2027-0001'],
  );
  caseId = opened.case;
});
afterAll(() => world.close());

describe('cra', () => {
  it('enter starts the clocks, and a later entry keeps what is not said anew', async () => {
    const enter = ['cra', 'enter', caseId, 'Maker'];
    expect((await world.refusal('cert', ...enter)).where).toBe('awareAt');
    await world.ask(
      'cert',
      ...enter,
      '--aware',
      '2027-03-01T08:00:00Z',
      '--evidence',
      'Seen.',
      '--state',
      'DE',
      'FR',
    );
    await world.ask('cert', ...enter, '--nature', 'Memory is read.', '--tlp', 'AMBER', '--pap', 'RED');
    const { clocks } = await world.ask<{ clocks: readonly object[] }>('cert', 'cra', 'clocks');
    expect(clocks).toMatchObject([
      { manufacturer: 'Maker', stage: 'early_warning', dueAt: '2027-03-02T08:00:00Z', standing: 'running' },
      { stage: 'notification', dueAt: '2027-03-04T08:00:00Z' },
      { stage: 'final_report', dueAt: null, standing: 'waiting' },
    ]);
    const wrong = await world.refusal('cert', ...enter, '--state', 'US');
    expect(wrong).toMatchObject({ code: 'COMMAND_MALFORMED', where: 'memberStates/0' });
    expect((await world.type('cert', 'cra', 'clocks')).out).toContain('early warning');
    expect((await world.type('cert', 'cra', 'show', caseId)).out).toMatch(/^memberStates +DE FR$/m);
  });

  it('report writes a filled file to hand in, for its owner alone, and says what is missing', async () => {
    const folder = join(world.folder, 'reports');
    const warning = await world.ask<{ files: readonly string[]; missing: readonly string[] }>(
      'cert',
      ...['cra', 'report', caseId, 'early_warning', '-o', folder],
    );
    expect(warning.missing).toEqual([]);
    const [path = '', json = ''] = warning.files;
    const text = await readFile(path, 'utf8');
    expect(text).toContain('Early warning (24 hours)');
    expect(text).toContain('Art. 14(2)');
    expect(text).toContain('Due 2027-03-02T08:00:00Z');
    expect(text).toContain('Router 1');
    expect(text).toContain('CVE-2027-0001');
    expect(text).toContain('DE, FR');
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
      report: 'early_warning',
      manufacturer: 'Maker',
      dueAt: '2027-03-02T08:00:00Z',
      points: { member_states: 'DE, FR', evidence: 'Seen.' },
      missing: [],
    });
    const notification = await world.ask<{ missing: readonly string[] }>(
      'cert',
      ...['cra', 'report', caseId, 'notification', '-o', folder],
    );
    expect(notification.missing).toEqual([
      'Corrective or mitigating measures taken',
      'Measures that users can take',
    ]);
    expect(await readFile(join(folder, 'cra-notification-maker.txt'), 'utf8')).toContain('TLP:AMBER PAP:RED');
    // A report that was handed in stays as it was.
    const again = await world.refusal('cert', 'cra', 'report', caseId, 'notification', '-o', folder);
    expect(again).toMatchObject({ code: 'COMMAND_MALFORMED', where: 'output' });
    const { err } = await world.type('cert', 'cra', 'report', caseId, 'notification', '-o', folder);
    expect(err).toMatch(/another directory: .*cra-notification-maker exists/);
  });

  it('sent stops a clock, asked starts one, and the final report follows a measure', async () => {
    await world.ask('cert', 'cra', 'sent', caseId, 'early_warning', '--reference', 'SRP-1');
    await world.ask('cert', 'cra', 'asked', caseId, '--by', 'CSIRT', '--due', '2027-03-09T08:00:00Z');
    await world.ask('cert', 'cra', 'enter', caseId, 'Maker', '--available', '2027-03-01T08:30:00Z');
    const { clocks } = await world.ask<{ clocks: readonly object[] }>('cert', 'cra', 'clocks', caseId);
    expect(clocks).toMatchObject([
      { stage: 'notification' },
      { stage: 'intermediate', dueAt: '2027-03-09T08:00:00Z' },
      { stage: 'final_report', dueAt: '2027-03-15T08:30:00Z' },
      { stage: 'early_warning', standing: 'sent', reference: 'SRP-1' },
    ]);
    const folder = join(world.folder, 'final');
    await world.ask('cert', 'cra', 'report', caseId, 'final_report', '-o', folder);
    expect(await readFile(join(folder, 'cra-final-report-maker.txt'), 'utf8')).toContain(
      'Early warning (24 hours): 2027-03-01T',
    );
  });

  it('delay, told, extend and lift are records that name each other', async () => {
    const delay = ['cra', 'delay', caseId, 'specific_csirt', '--expected', '2027-03-04T08:00:00Z'];
    const bare = await world.refusal('cert', ...delay);
    expect(bare).toMatchObject({ code: 'DELAY_INCOMPLETE', where: 'justification' });
    await world.ask('cert', ...delay, '--justification', 'It leaks.', '--csirt', 'A CSIRT');
    expect((await world.type('cert', 'status')).out).toContain('ENISA was not told');
    await world.ask('cert', 'cra', 'told', caseId);
    await world.ask(
      'cert',
      'cra',
      'extend',
      caseId,
      '--expected',
      '2027-03-08T08:00:00Z',
      '--justification',
      'Still.',
    );
    const { delays } = await world.ask<{ delays: readonly { delay: string; replaces: string | null }[] }>(
      'cert',
      ...['cra', 'lift', caseId],
    );
    expect(delays).toMatchObject([
      { standing: 'lifted', ground: 'specific_csirt', decidedBy: 'Officer of CERT' },
      { standing: 'replaced' },
      { standing: 'replaced' },
      { standing: 'replaced' },
    ]);
    expect(delays.filter(({ replaces }) => replaces !== null)).toHaveLength(3);
    expect((await world.refusal('cert', 'cra', 'lift', caseId)).code).toBe('DELAY_UNKNOWN');
    expect((await world.type('cert', 'cra', 'delays', caseId)).out).toContain('lifted');
  });

  it('the reports of two manufacturers lie side by side', async () => {
    const folder = join(world.folder, 'reports');
    await world.ask('cert', 'cra', 'enter', caseId, 'Other Maker, Inc.', '--aware', '2027-03-01T08:00:00Z');
    const of = (manufacturer: string) =>
      world.ask<{ files: readonly string[] }>(
        'cert',
        ...['cra', 'report', caseId, 'notification', '--manufacturer', manufacturer, '-o', folder],
      );
    const { files } = await of('Other Maker, Inc.');
    expect(files[0]).toBe(join(folder, 'cra-notification-other-maker-inc.txt'));
    expect(await readFile(files[0] ?? '', 'utf8')).toContain('Other Maker, Inc.');
  });
});
