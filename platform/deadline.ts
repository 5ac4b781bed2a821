const longestUnlessSaid = 4_000;

/**
 * Starts the time that one call has, all its tries together.
 *
 * @param wanted the time that the caller has left, in milliseconds
 * @param longest the most that a client waits, in milliseconds; default: 4,000
 * @returns what tells the milliseconds that are left, a whole number and never less than 1
 */
export function startDeadline(wanted: number | undefined, longest = longestUnlessSaid): () => number {
  const end = performance.now() + Math.min(wanted ?? longest, longest);
  return () => Math.max(Math.round(end - performance.now()), 1);
}
