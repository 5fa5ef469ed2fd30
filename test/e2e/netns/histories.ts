/** What nodes that have ended left on their disks, read back and judged. */
import { expect } from 'vitest';
import { loadConfig } from '../../../node/cli/config.js';
import { foldHome, openHome } from '../../../node/cli/open-home.js';

/** Every history alone, and all of them together. */
export async function judgeHistories(homes: readonly string[]): Promise<void> {
  for (const home of homes) {
    const config = await loadConfig(home);
    if (!config.ok) throw new Error(config.fault.code);
    const opened = await openHome(config.value, 'full');
    if (!opened.ok) throw new Error(opened.fault.code);
    const state = await foldHome(opened.value);
    expect(state.cases.size).toBe(1);
    await opened.value.feeds.close();
  }
}
