/** `conformance`: puts any implementation to the test, over the wire. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Outcome, refuse } from '../../core/fault.js';
import type { Card } from '../../core/registry/card.js';
import type { Instant } from '../../core/time.js';
import { readCard } from '../../envelope/card.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { SUITES, type SuiteName } from '../conformance/checks.js';
import { replayFolder } from '../conformance/offline.js';
import { askingOperator, commandOperator, NOBODY, type Operator } from '../conformance/operator.js';
import { countOf, documentOf, junitOf, tableOf } from '../conformance/report.js';
import { runConformance } from '../conformance/run.js';
import { readTarget } from '../conformance/target.js';
import { areMade, cardFile, makeVisitors, openVisitors } from '../conformance/visitor-keys.js';
import type { Exit } from '../exits.js';
import { flagOption, listOption, numberOption, readText, textOption } from '../options.js';
import { table } from '../print.js';

export const COMMANDS: Commands = { '': conformance };

async function conformance(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const offline = textOption(options, 'offline');
  if (offline !== undefined) return replay(cli, resolve(offline), textOption(options, 'keys'));
  const folder = textOption(options, 'visitors');
  const address = textOption(options, 'target');
  if (folder === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: '--visitors' });
  if (address === undefined) return prepare(cli, resolve(folder));
  const suites = suitesOf(options);
  if (suites === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: '--suite' });
  const now = Date.now() as Instant;
  const card = await targetCard(textOption(options, 'card'), now);
  if (!card.ok) return refused(cli, card.fault);
  const target = readTarget(address, card.value);
  if (!target.ok) return refused(cli, target.fault);
  const badges = await openVisitors(resolve(folder), now);
  if (!badges.ok) return refused(cli, badges.fault);
  const asking = flagOption(options, 'ask') ? askingOperator(cli.print.note) : undefined;
  const results = await runConformance({
    target: target.value,
    badges: badges.value,
    operator: asking ?? operatorOf(options),
    suites,
    patienceMs: Number(numberOption(options, 'wait') ?? 10) * 1_000,
    report: ({ id, verdict }) => cli.print.note(`${verdict.padEnd(8)}  ${id}`),
  });
  asking?.close();
  const file = textOption(options, 'junit');
  if (file !== undefined) await writeFile(file, junitOf(results));
  cli.print.result(documentOf(results), () => tableOf(results));
  return countOf(results).failed === 0 ? 0 : 1;
}

/** No node, no network: exchanges of a folder against themselves. */
async function replay(cli: Cli, folder: string, keys: string | undefined): Promise<Exit> {
  const replayed = await replayFolder(folder, keys && resolve(keys)).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause) return [];
    throw cause;
  });
  if (replayed.length === 0) return refused(cli, { code: 'COMMAND_MALFORMED', where: '--offline' });
  const failed = replayed.filter(({ says }) => says !== '').length;
  cli.print.result(
    { passed: replayed.length - failed, failed, exchanges: replayed.map((one) => ({ ...one })) },
    () => [
      ...table(
        replayed.map(({ file, says, parts }) => [says === '' ? 'ok' : 'FAILED', file, `${parts}`, says]),
      ),
      '',
      `${replayed.length - failed} held, ${failed} failed`,
    ],
  );
  return failed === 0 ? 0 : 1;
}

/** The first run makes the visitors and says what the operators of the target do with their cards. */
async function prepare(cli: Cli, folder: string): Promise<Exit> {
  if (!(await areMade(folder))) await makeVisitors(folder, Date.now() as Instant);
  const badges = await openVisitors(folder, Date.now() as Instant);
  if (!badges.ok) return refused(cli, badges.fault);
  const all = [...badges.value.values()].filter(({ name }) => name !== 'stranger');
  const rows = all.map(({ name, keys, card }) => ({
    name,
    role: card.role,
    node: keys.node,
    card: cardFile(folder, name),
    verify: name !== 'unverified',
  }));
  cli.print.result({ visitors: rows }, () => [
    'The node to be tested is a centre in DRILL mode. Its operators',
    ...rows.map(({ card, node, verify }) =>
      verify ? `  verify  ${card}  with fingerprint ${node}` : `  add     ${card}  and do not verify it`,
    ),
    'and hand out the card of that node. Then:',
    `  isochron conformance --visitors ${folder} --card FILE --target grpc://HOST:PORT --driver COMMAND`,
  ]);
  return 0;
}

function suitesOf(options: Options): readonly SuiteName[] | undefined {
  const named = listOption(options, 'suite') ?? SUITES;
  const known = SUITES.filter((suite) => named.includes(suite));
  return known.length === new Set(named).size ? known : undefined;
}

function operatorOf(options: Options): Operator {
  const driver = textOption(options, 'driver');
  return driver === undefined ? NOBODY : commandOperator(driver);
}

async function targetCard(file: string | undefined, now: Instant): Promise<Outcome<Card>> {
  if (file === undefined) return refuse('COMMAND_MALFORMED', { where: '--card' });
  const text = await readText(file, '--card');
  return text.ok ? readCard(text.value, now) : text;
}
