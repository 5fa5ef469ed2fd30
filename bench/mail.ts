/**
 * One summary to vendors without a node: from the operator's order until a mail server on loopback has taken the last
 * letter and that is on record. Beside it the cryptography of as many letters alone, by the bare calls of openpgp.js.
 * The node's part is more: for each vendor an entry of the log (sealed, synced), the letter (drawn up, signed, encrypted),
 * a conversation with the server over TLS, and an entry of the home feed that says what the server answered.
 */
import { openPost } from '../adapters/mail/post.js';
import type { Hash } from '../node/core/bytes.js';
import { ok } from '../node/core/fault.js';
import type { NodeId } from '../node/core/ids.js';
import type { MailAddress } from '../node/core/mail/address.js';
import { mailCard } from '../node/core/registry/card.js';
import { after, DAY } from '../node/core/time.js';
import type { Keys } from '../node/envelope/keys.js';
import { digest } from '../node/envelope/seal.js';
import type { MailSealer, Post, Sealer } from '../node/ports.js';
import { bareLetter } from './bare.js';
import { openChild } from './child.js';
import {
  benchCase,
  benchKeys,
  benchSummary,
  benchText,
  CLOCK,
  type House,
  inDirectory,
  openHouse,
  ordered,
} from './house.js';
import type { SinkAnswer } from './mail-sink.js';
import { ms, type Row, timed, until } from './measure.js';

const SIZES = [100, 800, 5_000] as const;
const SUMMARY_BYTES = 4 << 10;
/** So many letters of the bare library before and after each size: the compiler and a busy machine fall on both. */
const BARE_LETTERS = 100;
const MOST_MS = 240_000;
const FROM = 'coordination@bench.example' as MailAddress;

/** Vendors are put on file and verified before the clock starts. */
export async function measureMail(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const sink = await openChild<{ readonly do: 'count' }, SinkAnswer>('./mail-sink.js', [], MOST_MS);
  try {
    const { server } = await sink.ask({ do: 'count' });
    const post = (keys: Keys, sealer: Sealer & MailSealer): Post => ({
      ...openPost(
        {
          from: FROM,
          plusAddress: false,
          everyMs: DAY,
          smtp: server,
          imap: { ...server, mailbox: 'INBOX' },
        },
        { node: keys.node, name: 'BENCH centre', exercise: true, zones: new Map() },
        sealer,
        (bytes): Hash => digest(bytes),
      ),
      // Nobody answers here.
      collect: () => Promise.resolve(ok(0)),
    });
    return await inDirectory(async (directory) => {
      const house = await openHouse('centre', directory, 'grpc', post);
      try {
        const vendors = await introduce(house, Math.max(...sizes));
        const rows: Row[] = [];
        for (const [number, size] of sizes.entries())
          rows.push(await tell(house, vendors.slice(0, size), number));
        const { taken } = await sink.ask({ do: 'count' });
        const expected = sizes.reduce((sum, size) => sum + size, 0);
        if (taken !== expected) throw new Error(`bench: ${taken} letters were taken, not ${expected}`);
        return rows;
      } finally {
        await house.node.stop();
      }
    });
  } finally {
    await sink.end();
  }
}

async function tell(house: House, vendors: readonly Keys[], number: number): Promise<Row> {
  const { node, keys } = house;
  const to = vendors.map((vendor) => vendor.node);
  const caseSummary = benchSummary(SUMMARY_BYTES);
  const opening = { act: 'case_open', caseSummary, details: '', onward: 'nobody', replyByDays: 7 } as const;
  await ordered(node, opening, number);
  const bare = async () => {
    const bytes = new TextEncoder().encode(benchText(SUMMARY_BYTES));
    for (let at = 0; at < BARE_LETTERS; at += 1)
      await bareLetter(bytes, keys, vendors[at % vendors.length] ?? keys);
  };
  const before = await timed(bare);
  const took = await timed(async () => {
    await ordered(node, { act: 'tell', to, replyBy: after(CLOCK.now(), 7 * DAY) }, number);
    await until(() => sentIn(house, number) === to.length, MOST_MS, 'the last letter');
  });
  const alone = (before + (await timed(bare))) / 2 / BARE_LETTERS;
  if (house.faults.length > 0) throw new Error(`bench: ${JSON.stringify(house.faults[0])}`);
  return {
    measure: `a summary of 4 KiB by mail to ${to.length} vendors: logged, sealed, taken by an SMTP server, reported`,
    ours: `${ms(took)}; ${ms(took / to.length)} a letter`,
    beside: `${ms(alone)} a letter, signed and encrypted by openpgp.js alone`,
    ratio: `${(took / to.length / alone).toFixed(2)} of it`,
    target: '',
  };
}

/** Looked at often, so it must not cost: what is due is held apart from what was sent. */
function sentIn({ node }: House, number: number): number {
  const { mail, cases } = node.state();
  const told = cases.get(benchCase(number))?.told.size ?? 0;
  return mail.due.count > 0 ? 0 : told;
}

async function introduce({ node }: House, count: number): Promise<readonly Keys[]> {
  const vendors: Keys[] = [];
  for (let made = 0; made < count; made += 50)
    vendors.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, count - made) }, (_, at) => benchKeys(`vendor ${made + at}`)),
      )),
    );
  const { self } = node.state();
  const put = (vendor: NodeId, certificate: string, at: number) => {
    const said = { name: `Vendor ${at}`, role: 'vendor', zone: 'UTC', languages: ['en'] } as const;
    const address = `psirt@vendor-${at}.example` as MailAddress;
    return ordered(node, { act: 'mail_add', card: mailCard(self, vendor, certificate, said), address });
  };
  await Promise.all(vendors.map((keys, at) => put(keys.node, keys.certificate.armoured, at)));
  await Promise.all(
    vendors.map((keys) => ordered(node, { act: 'peer_verify', node: keys.node, method: 'bench' })),
  );
  return vendors;
}
