/**
 * One summary to 800 vendors, from the operator's order to everything on disk, beside a loop that calls `gpg` once
 * for each of them. The loop has the easier task: it hides no recipient, encrypts to nobody else, keeps no log, and
 * syncs nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeId } from '../node/core/ids.js';
import { after, DAY } from '../node/core/time.js';
import type { Keys } from '../node/envelope/keys.js';
import { OPENPGP } from '../node/envelope/policy.js';
import { benchCase, benchSummary, CLOCK, type House, inDirectory, openHouse, ordered } from './house.js';
import { inTurns, median, ms, type Row, timed } from './measure.js';
import { knownVendors } from './vendors.js';

const VENDORS = 800;
/** Other sizes of a contact book, each told once; they stand beside what one of the 800 took. */
const OTHER_SIZES = [100, 5_000];
const CONTACTS = Math.max(VENDORS, ...OTHER_SIZES);
const SUMMARY_BYTES = 4 << 10;
const TURNS = 3;
/** So many calls of gpg a turn; the whole loop would take longer than all other benches together. */
const GPG_CALLS = 100;

/** Vendors are added and verified by orders before the clock starts. */
export function measureFanOut(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const house = await openHouse('centre', directory);
    try {
      const vendors = await knownVendors(house, CONTACTS);
      const gpg = gpgLoop(house.keys, vendors.slice(0, VENDORS));
      try {
        return await compare(house, vendors, gpg);
      } finally {
        gpg?.remove();
      }
    } finally {
      await house.node.stop();
    }
  });
}

async function compare(
  house: House,
  vendors: readonly Keys[],
  gpg: GpgLoop | undefined,
): Promise<readonly Row[]> {
  const to = vendors.slice(0, VENDORS).map(({ node }) => node);
  let number = 0;
  // Each turn is a case of its own, opened beforehand: nobody is told a thing twice.
  for (let turn = 0; turn <= TURNS; turn += 1) await openCase(house, turn);
  const tell = async () => {
    await fanOut(house, to, number);
    number += 1;
  };
  const measure = `one summary of 4 KiB to ${VENDORS} vendors, sealed, logged, synced, guard moved`;
  if (gpg === undefined) {
    console.log('bench: gpg is not installed, the fan-out stands alone');
    await tell();
    const alone = [await timed(tell), await timed(tell), await timed(tell)];
    return [{ measure, ours: ms(median(alone)), beside: 'no gpg here', ratio: '', target: '' }];
  }
  const turns = await inTurns(TURNS, 1, tell, () => gpg.seal(GPG_CALLS));
  if (house.faults.length > 0) throw new Error(`bench: ${JSON.stringify(house.faults[0])}`);
  const each = median(turns.ours) / VENDORS;
  const others = await tellOthers(house, vendors, each, number);
  const scale = VENDORS / GPG_CALLS;
  const times = median(turns.beside.map((took, turn) => (took * scale) / (turns.ours[turn] ?? Number.NaN)));
  return [
    {
      measure,
      ours: ms(median(turns.ours)),
      beside: `${ms(median(turns.beside) * scale)}, \`gpg\` once each (${GPG_CALLS} calls a turn, times ${scale})`,
      ratio: `${times.toFixed(1)} times faster`,
      target: 'at least 4 times',
    },
    ...others,
  ];
}

/** @param each milliseconds that one of the 800 took. @param first number of the next case. */
async function tellOthers(
  house: House,
  vendors: readonly Keys[],
  each: number,
  first: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [at, size] of OTHER_SIZES.entries()) {
    const to = vendors.slice(0, size).map(({ node }) => node);
    await openCase(house, first + at);
    const took = await timed(() => fanOut(house, to, first + at));
    rows.push({
      measure: `the same to ${size} vendors`,
      ours: ms(took),
      beside: `${ms(took / size)} a vendor; ${ms(each)} where there are ${VENDORS}`,
      ratio: `${(took / size / each).toFixed(2)} of it`,
      target: '',
    });
  }
  return rows;
}

/** Ends when every entry is on disk and the guard says so: from here on it may be streamed. */
async function fanOut({ node, feeds, guard }: House, to: readonly NodeId[], number: number): Promise<void> {
  await ordered(node, { act: 'tell', to, replyBy: after(CLOCK.now(), 7 * DAY) }, number);
  await guard.move(feeds.heads());
  const told = node.state().cases.get(benchCase(number))?.told.size ?? 0;
  const logged = to.filter(
    (recipient) => feeds.head({ author: node.state().self.node, recipient }).tip.size > 0,
  );
  if (told !== to.length || logged.length < to.length) throw new Error('bench: somebody was not told');
}

async function openCase({ node }: House, number: number): Promise<void> {
  const caseSummary = benchSummary(SUMMARY_BYTES);
  await ordered(
    node,
    { act: 'case_open', caseSummary, details: '', onward: 'nobody', replyByDays: 7 },
    number,
  );
}

interface GpgLoop {
  /** Signs and encrypts the summary to the first so many vendors, one process each. */
  seal(count: number): void;
  remove(): void;
}

/** @returns `undefined` where gpg is not installed. */
function gpgLoop(keys: Keys, vendors: readonly Keys[]): GpgLoop | undefined {
  if (spawnSync('gpg', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  // A socket lies in it, so its name must be short.
  const home = mkdtempSync(join(tmpdir(), 'iso-gpg-'));
  const run = (command: string, args: readonly string[], input?: string) => {
    const { status, stderr } = spawnSync(command, args, {
      env: { PATH: process.env['PATH'] ?? '', GNUPGHOME: home, LC_ALL: 'C' },
      input: input ?? '',
      timeout: 120_000,
      maxBuffer: 64 << 20,
    });
    if (status !== 0) throw new Error(`bench: ${command} failed: ${stderr.toString().slice(0, 300)}`);
  };
  const secret = keys.openpgp.armor(OPENPGP);
  const certificates = vendors.map(({ certificate }) => certificate.armoured).join('\n');
  run('gpg', ['--batch', '--quiet', '--import'], secret);
  run('gpg', ['--batch', '--quiet', '--import', '--import-options', 'keep-ownertrust'], certificates);
  writeFileSync(join(home, 'summary'), benchSummary(SUMMARY_BYTES).summary);
  const loop =
    'for to in "$@"; do gpg --batch --quiet --yes --trust-model always --compress-algo none ' +
    `--local-user ${keys.node} --recipient "$to" --sign --encrypt ` +
    '--output "$GNUPGHOME/out.$to" "$GNUPGHOME/summary" || exit 1; done';
  return {
    seal: (count) => run('sh', ['-c', loop, 'sh', ...vendors.slice(0, count).map(({ node }) => node)]),
    remove: () => {
      spawnSync('gpgconf', ['--kill', 'all'], { env: { PATH: process.env['PATH'] ?? '', GNUPGHOME: home } });
      rmSync(home, { recursive: true, force: true });
    },
  };
}
