/**
 * G6: an envelope is opened, and its signature verified, by programs that share no code with openpgp.js, through the
 * Stateless OpenPGP command line. Each is skipped with a message where it is not installed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { after, HOUR, type Instant, SECOND } from '../../node/core/time.js';
import { createOpenpgp, createSecrets } from '../../node/envelope/create.js';
import { assembleKeys, type Keys } from '../../node/envelope/keys.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { sealStatement } from '../../node/envelope/seal.js';
import { writeStatement } from '../../node/wire/codec.js';
import { COMMENT } from '../envelope/craft.js';

interface Tool {
  readonly tool: string;
  /** How it calls the file for verifications. */
  readonly out: string;
  /** It gives up after the first packet for a hidden recipient, so it opens none where its key comes second. */
  readonly firstOnly?: true;
  /** It prints what it decrypts as text: what is no UTF-8 comes out as U+FFFD, once for each run. */
  readonly textOnly?: true;
}

const TOOLS: readonly Tool[] = [
  { tool: 'sqop', out: '--verifications-out', firstOnly: true },
  { tool: 'gosop', out: '--verify-out', textOnly: true },
  { tool: 'rsop', out: '--verifications-out' },
];

describe('G6: an envelope is opened by', () => {
  let folder: string;
  let author: Keys;
  let reader: Keys;
  let stranger: Keys;
  let signed: Uint8Array;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'isochron-sop-'));
    [author, reader, stranger] = [await keysOf('author'), await keysOf('reader'), await keysOf('stranger')];
    const feed = { author: author.node, recipient: reader.node };
    const at = now();
    const place = { feed, sequence: 0, incarnation: 1, at };
    const recipient = { ok: true, value: reader.certificate } as const;
    const { entry, statement } = await sealStatement(COMMENT, place, author, recipient);
    signed = writeStatement(statement);
    writeFileSync(join(folder, 'envelope.pgp'), entry.envelope);
    writeFileSync(join(folder, 'reader.key'), reader.openpgp.armor(OPENPGP));
    writeFileSync(join(folder, 'author.key'), author.openpgp.armor(OPENPGP));
    writeFileSync(join(folder, 'stranger.key'), stranger.openpgp.armor(OPENPGP));
    writeFileSync(join(folder, 'author.cert'), author.certificate.armoured);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.for(TOOLS)(
    '$tool, for its recipient and for its author, with the signature verified',
    ({ tool, out, firstOnly, textOnly }, ctx) => {
      skipWithout(tool, ctx);
      const shown = (bytes: Uint8Array) =>
        textOnly ? new TextDecoder().decode(bytes).replaceAll(/\ufffd+/g, '\ufffd') : [...bytes];
      for (const name of firstOnly ? ['reader'] : ['reader', 'author']) {
        const proof = join(folder, `${tool}-${name}.verified`);
        const done = open(tool, [
          `--verify-with=${join(folder, 'author.cert')}`,
          `${out}=${proof}`,
          join(folder, `${name}.key`),
        ]);
        expect([name, done.status, done.stderr.toString()]).toEqual([name, 0, expect.any(String)]);
        expect(shown(done.stdout)).toEqual(shown(signed));
        expect(readFileSync(proof, 'utf8').toLowerCase()).toContain(author.node);
      }
    },
  );

  it.for(TOOLS)('$tool, for nobody else', ({ tool }, ctx) => {
    skipWithout(tool, ctx);
    const done = open(tool, [join(folder, 'stranger.key')]);
    expect(done.status).not.toBe(0);
    expect(done.stdout.length).toBe(0);
  });

  function open(tool: string, args: readonly string[]) {
    return spawnSync(tool, ['decrypt', ...args], { input: readFileSync(join(folder, 'envelope.pgp')) });
  }
});

function skipWithout(tool: string, { skip }: TestContext): void {
  if (spawnSync(tool, ['version']).status !== 0)
    skip(`no ${tool} found on the path; install it to see that it opens our envelopes`);
}

/** These programs have no clock to set, so the keys are of this very hour. */
async function keysOf(name: string): Promise<Keys> {
  const made = after(now(), -HOUR);
  const keys = await assembleKeys(await createOpenpgp(`TEST ONLY ${name}`, made), createSecrets(made));
  if (!keys.ok) throw new Error(keys.fault.code);
  return keys.value;
}

function now(): Instant {
  const millis = Date.now();
  return (millis - (millis % SECOND)) as Instant;
}
