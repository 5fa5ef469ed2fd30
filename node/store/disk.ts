/** The two things LevelDB does not do for us: directories that survive a crash (LOG-5), files replaced whole. */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes the directory of a new store, for its owner only.
 * @returns when its name is on disk.
 */
export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await syncDirectory(dirname(directory));
}

/** Puts the names in a directory on disk: a synced file in an unsynced directory may be gone after a crash. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file by tmp, fsync, rename and directory fsync: after a crash it holds the old or the new text.
 * @returns when the new text is on disk.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}
