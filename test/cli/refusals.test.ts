/** What somebody types who is new here, or tired: each refusal names the place and says what would do. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './homes.js';

const NOTE = fileURLToPath(new URL('../../fixtures/documents/cert-cc/vu_900001.json', import.meta.url));

const CSAF = fileURLToPath(new URL('../../fixtures/documents/csaf/ecc_2027-0001.json', import.meta.url));

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.init('us', 'CENTRE', 'centre');
  await world.init('them', 'THEIRS', 'centre');
  await world.run('us');
  await world.ask('them', 'card', 'export', '-o', at('their.card.asc'));
  await mkdir(at('folder'));
  await writeFile(at('folder/file'), '');
});

afterAll(() => world.close());

function at(name: string): string {
  return join(world.folder, name);
}

const EXPECTS: readonly (readonly [words: string, code: string, where: string, expects: string])[] = [
  ['peer add PLACE/nowhere', 'COMMAND_MALFORMED', 'file', 'a file that is there'],
  ['peer add PLACE/folder', 'COMMAND_MALFORMED', 'file', 'a file, not a folder'],
  ['peer add PLACE/folder/file', 'COMMAND_MALFORMED', 'card', 'a text that is not empty'],
  ['peer verify Nobody --method telephone --fingerprint 1', 'PEER_UNKNOWN', 'peer', '"peer list"'],
  ['case open --title x --tlp PURPLE', 'COMMAND_MALFORMED', 'tlp', 'CLEAR, GREEN, AMBER, AMBER+STRICT, RED'],
  ['case open --title x --kind car', 'COMMAND_MALFORMED', 'kind', 'software_product, web_application'],
  [
    'case open --title x --summary-file PLACE/nowhere',
    'COMMAND_MALFORMED',
    'summaryFile',
    'a file that is there',
  ],
  ['case show VU#1', 'CASE_UNKNOWN', 'case', '"case list"'],
  ['case who-knew VU#1 --at yesterday', 'COMMAND_MALFORMED', 'at', 'an instant in UTC, such as 2027-'],
  ['case who-knew VU#1 --at 2027-02-29T00:00:00Z', 'COMMAND_MALFORMED', 'at', 'an instant in UTC'],
  ['case who-knew VU#1 --at 2027-02-28T24:00:00Z', 'COMMAND_MALFORMED', 'at', 'an instant in UTC'],
  ['log prove home --sequence x', 'COMMAND_MALFORMED', 'sequence', 'a whole number from 0 to '],
  ['log prove home --sequence 0 --direction up', 'COMMAND_MALFORMED', 'direction', 'out, in'],
  ['log export home -o PLACE/folder', 'COMMAND_MALFORMED', 'directory', 'a new or empty folder'],
  [
    'log export home -o PLACE/folder/file',
    'COMMAND_MALFORMED',
    'directory',
    'a new or empty folder, not a file',
  ],
  ['log export home -o PLACE/folder/file/below', 'COMMAND_MALFORMED', 'directory', 'not a file'],
  ['log export home -o /proc/nowhere/log', 'COMMAND_MALFORMED', 'directory', 'a folder that '],
  ['backup create PLACE/folder/file', 'COMMAND_MALFORMED', 'directory', 'a new or empty folder, not a file'],
  ['card export -o PLACE/folder', 'COMMAND_MALFORMED', 'PLACE/folder', 'a file, not a folder'],
  ['card export -o PLACE/nowhere/card', 'COMMAND_MALFORMED', 'PLACE/nowhere/card', 'a folder that is there'],
  ['import cert-cc PLACE/folder', 'COMMAND_MALFORMED', 'file', 'a file, not a folder'],
  ['import cert-cc NOTE --id CVE-1', 'COMMAND_MALFORMED', 'id', 'an id such as VU#900001'],
  [
    'import cert-cc NOTE -o PLACE/nowhere/case',
    'COMMAND_MALFORMED',
    'PLACE/nowhere/case',
    'a folder that is there',
  ],
  [
    'import cert-cc CSAF',
    'FORMAT_UNKNOWN',
    '',
    'a note of the CERT/CC archive, an export of VINCE, or lines of vda-note/1',
  ],
  ['demo --id VU#900001', 'COMMAND_MALFORMED', 'id', '--case with the file that has this note'],
  ['demo --case PLACE/nowhere', 'COMMAND_MALFORMED', 'case', 'a file that is there'],
  ['demo --case NOTE --id CVE-1', 'COMMAND_MALFORMED', 'id', 'an id such as VU#900001'],
  ['demo --transport pigeon', 'COMMAND_MALFORMED', 'transport', 'grpc, libp2p, mixed'],
  ['demo -o PLACE/folder', 'COMMAND_MALFORMED', 'PLACE/folder', 'a new or empty folder'],
  ['demo -o PLACE/folder/file', 'COMMAND_MALFORMED', 'PLACE/folder/file', 'a new or empty folder'],
];

test.each(EXPECTS)('%s: %s at %s', async (words, code, where, expects) => {
  const filled = (text: string) =>
    text.replace('PLACE', world.folder).replace('NOTE', NOTE).replace('CSAF', CSAF);
  const { exit, out } = await world.type('us', '--json', ...words.split(' ').map(filled));
  const refusal = JSON.parse(out) as { readonly fault?: object; readonly expects?: string };
  expect(refusal.fault, out).toMatchObject({ code, ...(where === '' ? {} : { where: filled(where) }) });
  expect(refusal.expects).toContain(expects);
  expect(exit).toBe(code === 'COMMAND_MALFORMED' ? 2 : 1);
});

test('people read the same below the refusal', async () => {
  const { err } = await world.type('us', 'peer', 'add', at('nowhere'));
  expect(err.split('\n')).toEqual([
    'isochron: COMMAND_MALFORMED: The command has a wrong or missing argument. (where file)',
    '  expected: a file that is there',
  ]);
});

test('an import says to people what it dropped or doubts, each with its place and why; of many it counts', async () => {
  const lines = fileURLToPath(new URL('../../fixtures/documents/vda-note/notes.jsonl', import.meta.url));
  const { out } = await world.type('us', 'import', 'cert-cc', lines);
  expect(out).toMatch(/^ +1 {2}not_a_date$/m);
  expect(out).toMatch(/^ +VU#9000\d\d\/vendors\[\d\]\.\w+ +not_a_date +\S.*\.$/m);
  const [note = ''] = (await readFile(lines, 'utf8')).split('\n');
  await writeFile(at('many.jsonl'), `${note}\n`.repeat(61));
  const many = await world.type('us', 'import', 'cert-cc', at('many.jsonl'));
  expect(many.out).toMatch(/\neach with its place: --id for one note, or --json$/);
});

test.each([
  ['is a file', 'folder/file'],
  ['is under a file', 'folder/file/home'],
])('a home that %s is refused by name, with its path and no stack', async (_, place) => {
  const { exit, err } = await world.type(place, 'init', '--name', 'X', '--role', 'vendor', '--zone', 'UTC');
  expect({ exit, err }).toMatchObject({
    exit: 2,
    err: expect.stringMatching(/^isochron: COMMAND_MALFORMED: .*folder\/file.*\n {2}expected: [^\n]*$/),
  });
});

test('a configuration that is a folder is not called missing', async () => {
  await mkdir(at('odd/isochron.json'), { recursive: true });
  const { exit, out } = await world.type('odd', '--json', 'status');
  expect(JSON.parse(out)).toEqual({
    fault: { code: 'COMMAND_MALFORMED', where: at('odd/isochron.json') },
    expects: 'a file, not a folder',
  });
  expect(exit).toBe(2);
});

test.each([
  ['a missing passphrase', 'passphrase', undefined, '/passphraseFile', 'a file that is there'],
  ['a passphrase of no length', 'passphrase', '\n', '/passphraseFile', 'the passphrase in its first line'],
  ['a comma too many', 'isochron.json', '{"name":"X",}', '/', 'json syntax at 12'],
  ['a field of a later version', 'isochron.json', '{"colour":1}', '/colour', 'no field of this name'],
])('CONFIG_FIELD: %s is told as what it is', async (what, file, content, where, expects) => {
  const home = what.replaceAll(' ', '-');
  await cp(world.home('them'), world.home(home), { recursive: true });
  if (content === undefined) await rm(join(world.home(home), file));
  else await writeFile(join(world.home(home), file), content, { mode: 0o600 });
  const { exit, out } = await world.type(home, '--json', 'run');
  expect(JSON.parse(out)).toEqual({
    fault: { code: 'CONFIG_FIELD', where },
    expects: expect.stringContaining(expects),
  });
  expect(exit).toBe(2);
});

test('doctor sends nobody to init where a home has lost its store or its passphrase', async () => {
  await cp(world.home('them'), world.home('lost'), { recursive: true });
  await rm(join(world.home('lost'), 'store'), { recursive: true });
  await rm(join(world.home('lost'), 'passphrase'));
  const { exit, out } = await world.type('lost', 'doctor');
  expect(out).toMatch(/^fail +store files .* isochron restore DIR/m);
  expect(out).toMatch(/^fail +passphrase .* the backup of the keys/m);
  expect(out).not.toContain('init');
  expect(exit).toBe(4);
});

test('a mark of the byte order, and lines that end as on Windows, are no reason to refuse a card', async () => {
  const card = await readFile(at('their.card.asc'), 'utf8');
  await writeFile(at('windows.card.asc'), `\ufeff${card.replaceAll('\n', '\r\n')}`);
  const { exit, out } = await world.type('us', 'peer', 'add', at('windows.card.asc'));
  expect(out).toContain('THEIRS (centre) is on file, unverified');
  expect(exit).toBe(0);
});
