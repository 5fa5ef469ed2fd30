/**
 * Writes the made documents, or with `--compare` only looks whether they are those of the code:
 *
 *   node dist/docs/make/all.js [--compare]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { PAGES } from './pages.js';

const stale = Object.entries(PAGES).filter(([path, make]) => read(path) !== make());
if (argv.includes('--compare')) {
  for (const [path] of stale) console.error(`${path} is not what the code says; run "npm run make"`);
  exit(stale.length === 0 ? 0 : 1);
}
for (const [path, make] of stale) {
  writeFileSync(path, make());
  console.log(`${path} is written`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
