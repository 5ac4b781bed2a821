/**
 * Does the jobs, some of them side by side, and gives their results in the order of the jobs. When one fails, no other is
 * begun any more; it throws after those in progress have ended.
 */
export async function inTurns<Job, Result>(
  jobs: readonly Job[],
  sideBySide: number,
  run: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...jobs.entries()];
  const work = async () => {
    try {
      for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await run(next[1]);
    } catch (error) {
      queue.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: sideBySide }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
