/** Takes one human-readable line of progress, without a line break. */
export type Report = (line: string) => void;

/** Seconds since a moment of `performance.now()`, with one decimal, e.g. `2.4 s`. */
export function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/**
 * Reports that long work is still going on, every 15 seconds until it ends.
 * @param doing what is being done, as it stands in a sentence: `building the Temporal server`
 * @param detail the newest detail to show, if there is one
 */
export async function reportWhile<Result>(
  report: Report,
  doing: string,
  work: Promise<Result>,
  detail: () => string | undefined = () => undefined,
): Promise<Result> {
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    const extra = detail();
    report(`still ${doing} (${seconds} s so far${extra === undefined ? '' : `; ${extra}`})`);
  }, 15_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
