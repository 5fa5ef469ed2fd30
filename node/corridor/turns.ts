/**
 * One after the other, by key. A peer that dials again sends its entries again while the last frame of its old link
 * is still being opened; both would grow the same tip, and the store refuses the second. So frames of one feed are
 * admitted in turn.
 */

/** Runs `work` when everything given before under this key has ended, however it ended. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Opens a book of turns; keys that wait for nothing take no room. */
export function turns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    const leave = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  };
}
