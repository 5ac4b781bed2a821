/** Does the jobs, some of them side by side, and gives their results in the order of the jobs. */
export async function inTurns<Job, Result>(
  jobs: readonly Job[],
  sideBySide: number,
  run: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...jobs.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return results;
}
