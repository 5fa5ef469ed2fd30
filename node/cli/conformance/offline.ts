/**
 * Replays exchanges from a folder: transcripts on pure machines against what they print, recordings entry by entry against
 * the keys of those to whom they were sent.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readPrivateKey } from 'openpgp';
import { feedKey, type NodeId } from '../../core/ids.js';
import { extend } from '../../core/log/chain.js';
import { EMPTY_TIP, type Tip } from '../../core/log/tip.js';
import { rootOf } from '../../core/log/tree.js';
import type { Card } from '../../core/registry/card.js';
import type { Instant } from '../../core/time.js';
import { assembleKeys, type Keys, type Secrets } from '../../envelope/keys.js';
import { OPENPGP } from '../../envelope/policy.js';
import { digest } from '../../envelope/seal.js';
import { openSealer } from '../../envelope/sealer.js';
import type { Sealer } from '../../ports.js';
import { drillCard } from './drill-card.js';
import { openCoreDriver } from './exchange/core.js';
import { findKeysIn, type StoryNode, storyKeys } from './exchange/names.js';
import { playExchange } from './exchange/play.js';
import { type Recorded, readRecord } from './exchange/record.js';
import { readExchange, writeExchange } from './exchange/script.js';
import { Failed } from './watch.js';

/** One file of the folder. */
export interface Replayed {
  readonly file: string;
  /** Why it failed; empty where it holds. */
  readonly says: string;
  /** Blocks of a transcript, entries of a recording. */
  readonly parts: number;
}

/**
 * Replays every `.txt` and `.frames` of a folder, in the order of their names.
 * @param keys folder of the key sets; `keys` beside the folder, or in it, where it is not named.
 * @throws Error of the file system.
 */
export async function replayFolder(folder: string, keys: string | undefined): Promise<readonly Replayed[]> {
  const files = (await readdir(folder)).filter((file) => /\.(?:txt|frames)$/.test(file)).sort();
  findKeysIn(keys ?? (await keysNear(folder)));
  const replayed: Replayed[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const replay = file.endsWith('.txt')
      ? replayTranscript(file, text)
      : replayRecord(file, text, join(folder, file.replace(/frames$/, 'txt')));
    replayed.push(
      await replay.then(
        (parts) => ({ file, says: '', parts }),
        (cause: unknown) => ({
          file,
          says: cause instanceof Error ? cause.message : String(cause),
          parts: 0,
        }),
      ),
    );
  }
  return replayed;
}

async function keysNear(folder: string): Promise<string> {
  const inside = resolve(folder, 'keys');
  const isInside = await readdir(inside).then(
    () => true,
    () => false,
  );
  return isInside ? inside : resolve(folder, '..', 'keys');
}

/** @returns how many blocks it has. @throws Failed at the first line that is another one. */
async function replayTranscript(file: string, text: string): Promise<number> {
  const exchange = readExchange(text, file);
  const { places, clock } = exchange.header;
  const { outputs } = await playExchange(exchange, openCoreDriver(places, clock));
  const [shown, printed] = [text.split('\n'), writeExchange(exchange, outputs).split('\n')];
  const at = Array.from({ length: Math.max(shown.length, printed.length) }).findIndex(
    (_, line) => shown[line] !== printed[line],
  );
  if (at >= 0) throw new Failed(`line ${at + 1}: “${shown[at] ?? ''}” should be “${printed[at] ?? ''}”`);
  return exchange.blocks.length;
}

/** @returns how many entries it has. @throws Failed at the first that does not hold. */
async function replayRecord(file: string, text: string, transcript: string): Promise<number> {
  const exchange = readExchange(await readFile(transcript, 'utf8'), transcript);
  const { places, clock } = exchange.header;
  const sealers = await sealersOf(
    places.map(({ name }) => name),
    clock,
  );
  const tips = new Map<string, Tip>();
  let now = clock;
  let entries = 0;
  for (const one of readRecord(text, file)) {
    if (one.kind === 'clock') now = one.at;
    if (one.kind === 'frame') entries += await heldFrame(one, sealers, tips, now);
  }
  return entries;
}

/** One frame as its recipient takes it: chain, checkpoint, and every envelope opened. */
async function heldFrame(
  { lane, frame }: Extract<Recorded, { readonly kind: 'frame' }>,
  sealers: ReadonlyMap<StoryNode, Sealer>,
  tips: Map<string, Tip>,
  now: Instant,
): Promise<number> {
  const where = `${lane.from} → ${lane.to} entry ${frame.from}`;
  const sealer = sealers.get(lane.to);
  if (sealer === undefined) throw new Failed(`${where}: nobody plays ${lane.to}`);
  const key = feedKey(frame.feed);
  const extended = extend(tips.get(key) ?? EMPTY_TIP, where, frame.from, frame.entries, digest);
  if (!extended.ok) throw new Failed(`${where}: ${extended.fault.code}`);
  const { tip, known, leaves } = extended.value;
  const checkpoint = sealer.readCheckpoint(frame.feed, frame.checkpoint);
  if (!checkpoint.ok) throw new Failed(`${where}: ${checkpoint.fault.code}`);
  if (checkpoint.value.size !== tip.size || checkpoint.value.root !== rootOf(tip))
    throw new Failed(`${where}: CHECKPOINT_ROOT`);
  tips.set(key, tip);
  for (const [index, { sequence, incarnation, at }] of leaves.entries()) {
    const entry = frame.entries[known + index];
    const place = { feed: frame.feed, sequence, incarnation, at };
    const opened = entry && (await sealer.open(entry, place, now));
    if (opened?.ok !== true)
      throw new Failed(`${lane.from} → ${lane.to} entry ${sequence}: ${opened?.fault.code ?? 'is missing'}`);
  }
  return leaves.length;
}

/** A sealer for each player, who trusts all others. */
async function sealersOf(names: readonly StoryNode[], now: Instant): Promise<ReadonlyMap<StoryNode, Sealer>> {
  const keys = new Map<StoryNode, Keys>();
  for (const name of names) keys.set(name, await openKeySet(name));
  const trusted = new Map<NodeId, { readonly card: Card }>();
  for (const [name, own] of keys) trusted.set(own.node, { card: drillCard(`TEST ONLY ${name}`, own, now) });
  const sealers = new Map<StoryNode, Sealer>();
  for (const [name, own] of keys) {
    const sealer = openSealer(own);
    await sealer.trust(trusted);
    sealers.set(name, sealer);
  }
  return sealers;
}

async function openKeySet(name: StoryNode): Promise<Keys> {
  const set = JSON.parse(storyKeys(name)) as { readonly openpgp: string; readonly secrets: Secrets };
  const keys = await assembleKeys(
    await readPrivateKey({ armoredKey: set.openpgp, config: OPENPGP }),
    set.secrets,
  );
  if (!keys.ok) throw new Failed(`${name}.json: ${keys.fault.code}`);
  return keys.value;
}
