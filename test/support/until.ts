/** Waits for what must come true, without sleeping through a guessed time. */

/** Resolves as soon as `met` holds. @throws after the deadline, naming `what` did not happen. */
export async function until(what: string, met: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!met()) {
    if (performance.now() > end) throw new Error(`did not happen in time: ${what}`);
    await turns(1);
  }
}

/** Lets the event loop go round this often. */
async function turns(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((next) => setImmediate(next));
}

/** Resolves when a value has not changed for long enough that whatever moves it must be waiting. */
export async function settled(value: () => number): Promise<void> {
  let last = value();
  for (let calm = 0; calm < 3_000; calm += 1) {
    await turns(1);
    if (value() !== last) calm = 0;
    last = value();
  }
}
