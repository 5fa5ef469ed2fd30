/**
 * Group commit. A synced batch costs one disk flush however much is in it, so one batch is in flight and all
 * writes that come meanwhile go together into the next one: they succeed together or the store ends.
 */
import type { Breakage } from '../core/fault.js';
import type { Key } from './keys.js';
import { type Books, type Draft, draftOf, rowName, rowsOfDraft } from './ledger.js';
import { breakageOf, type Rows } from './rows.js';

/** One write that waits for its batch. */
export interface Write {
  /** About how many bytes it puts. */
  readonly bytes: number;
  /** Write-once rows it must know before it is laid. */
  readonly reads: readonly Key[];
  /** Puts it on the draft, or throws and leaves the draft as it was. */
  readonly lay: (draft: Draft) => void;
}

/** The only way rows are written once the store is open. */
export interface Commits {
  /** Resolves when it is on disk. Rejects with what `lay` threw, or with the Breakage that ended the store. */
  submit(write: Write): Promise<void>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** Why the store refuses everything, once a write has failed. */
  broken(): Breakage | undefined;
}

/** So much goes into one batch, unless a single write is larger. */
const GROUP_BYTES = 8 << 20;

interface Waiting extends Write {
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}

/**
 * @param books as they are on disk at this moment.
 * @param settled called for each batch when it is on disk, before its writes resolve.
 */
export function commitsOf(rows: Rows, books: () => Books, settled: (draft: Draft) => void): Commits {
  const queue: Waiting[] = [];
  let broken: Breakage | undefined;
  let draining: Promise<void> | undefined;

  function nextGroup(): readonly Waiting[] {
    let bytes = 0;
    const end = queue.findIndex((write, at) => {
      bytes += write.bytes;
      return at > 0 && bytes > GROUP_BYTES;
    });
    return queue.splice(0, end < 0 ? queue.length : end);
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    const draft = draftOf(books(), await readKept(rows, group));
    const laid = group.filter((write) => {
      try {
        write.lay(draft);
        return true;
      } catch (reason) {
        write.failed(reason);
        return false;
      }
    });
    const all = rowsOfDraft(draft);
    if (all.length > 0) await rows.write(all);
    settled(draft);
    for (const write of laid) write.done();
  }

  async function drain(): Promise<void> {
    // What is written in the same breath goes into the same batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const group = nextGroup();
      try {
        await commit(group);
      } catch (cause) {
        // LOG-4: nobody knows what is on disk now, so nothing more is written or told.
        broken = breakageOf(cause);
        for (const write of [...group, ...queue.splice(0)]) write.failed(broken);
      }
    }
    draining = undefined;
  }

  return {
    submit(write) {
      if (broken) return Promise.reject(broken);
      return new Promise((done, failed) => {
        queue.push({ ...write, done, failed });
        draining ??= drain();
      });
    },
    idle: async () => draining,
    broken: () => broken,
  };
}

async function readKept(rows: Rows, group: readonly Write[]): Promise<Map<string, Uint8Array>> {
  const keys = group.flatMap(({ reads }) => reads);
  const kept = new Map<string, Uint8Array>();
  if (keys.length === 0) return kept;
  const values = await rows.getMany(keys);
  for (const [at, key] of keys.entries()) {
    const value = values[at];
    if (value !== undefined) kept.set(rowName(key), value);
  }
  return kept;
}
