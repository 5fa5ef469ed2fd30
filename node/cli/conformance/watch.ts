/** Waiting for what a target must do, under a deadline, and saying plainly when it did not. */

/** A check that did not hold. The sentence is for the people of the target; it names codes and sizes, never texts. */
export class Failed extends Error {
  constructor(says: string) {
    super(says);
    this.name = 'Failed';
  }
}

export interface Watch {
  /** Something has happened: everybody who waits looks again. */
  ring(): void;
  /** Resolves with what was looked for. @throws Failed after the wait, naming `what` did not happen, and what `look` throws. */
  until<T>(what: string, look: () => T | undefined, waitMs?: number): Promise<T>;
}

/** @param patienceMs how long a target may take for anything. */
export function openWatch(patienceMs: number): Watch {
  const waiting = new Set<() => void>();
  return {
    ring() {
      for (const look of [...waiting]) look();
    },
    until<T>(what: string, look: () => T | undefined, waitMs: number = patienceMs): Promise<T> {
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(late);
          waiting.delete(settle);
        };
        const settle = () => {
          try {
            const found = look();
            if (found === undefined) return;
            end();
            resolve(found);
          } catch (cause) {
            end();
            reject(cause);
          }
        };
        const late = setTimeout(() => {
          end();
          reject(new Failed(`${what}: not within ${waitMs} ms`));
        }, waitMs);
        waiting.add(settle);
        settle();
      });
    },
  };
}

/** @throws Failed unless it holds. */
export function demand(holds: boolean, says: string): void {
  if (!holds) throw new Failed(says);
}
