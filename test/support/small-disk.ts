/** A disk of a few hundred KiB that a test may fill, where this machine lets one be mounted. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  readonly place: string;
  /** What it holds stays. */
  resize(kib: number): Promise<void>;
  setReadOnly(readOnly: boolean): Promise<void>;
  /** Unmounts and removes it. */
  clear(): Promise<void>;
}

/** @returns a reason where nothing can be mounted here. */
export async function mountSmallDisk(kib: number): Promise<SmallDisk | string> {
  const place = await mkdtemp(join(tmpdir(), 'isochron-disk-'));
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=0755`, 'tmpfs', place]).then(
    () => true,
    () => false,
  );
  if (!mounted) {
    await rm(place, { recursive: true });
    return 'this machine mounts nothing for us';
  }
  const remount = async (option: string) => {
    await run('mount', ['-o', `remount,${option}`, place]);
  };
  return {
    place,
    resize: (size) => remount(`size=${size}k`),
    setReadOnly: (readOnly) => remount(readOnly ? 'ro' : 'rw'),
    async clear() {
      await run('umount', [place]);
      await rm(place, { recursive: true });
    },
  };
}
