/**
 * Cryptography runs on the library's threads and answers late, so several envelopes are worked on at a time: the
 * next one begins when one of them is done, and nobody waits for the slowest of a row.
 */

/**
 * Does the same work on every member of a list, at most so many at a time.
 * @returns what the work gave, in the order of the list. Rejects with the first failure; what had begun ends.
 */
export async function sideBySide<Member, Result>(
  members: readonly Member[],
  most: number,
  work: (member: Member, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = members.entries();
  const worker = async () => {
    for (const [index, member] of waiting) results[index] = await work(member, index);
  };
  await Promise.all(Array.from({ length: Math.min(most, members.length) }, worker));
  return results;
}
