/** One run of a workflow: milliseconds since its start. */
export interface Timing {
  /** When the caller knew that the checkout is accepted; for a workflow without an early return the same as `result`. */
  readonly answer: number;
  readonly result: number;
}

/** What one subject did in its part of a round. */
export interface Load {
  readonly timings: readonly Timing[];
  readonly perSecond: number;
}

/**
 * Keeps a number of runs in flight for a time, then lets the last ones end.
 *
 * @param run one run; it throws when the run did not end as it should
 */
export async function keepUnderWay(
  run: () => Promise<Timing>,
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<Load> {
  const timings: Timing[] = [];
  const start = performance.now();
  const deadline = start + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < deadline) timings.push(await run());
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { timings, perSecond: timings.length / ((performance.now() - start) / 1_000) };
}
