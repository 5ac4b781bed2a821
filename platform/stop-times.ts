/** Milliseconds for a stop, beside the grace of what its roles finish first. */
const longestStop = 20_000;

/**
 * How long a process may take to stop, in milliseconds; then it ends by itself, with 1.
 *
 * @param graces how long the stops of its roles may wait for what is in flight
 */
export const longestStopMs = (graces: readonly number[]): number => longestStop + Math.max(0, ...graces);

/**
 * How long a stop waits for the attempts of activities that are in flight, in milliseconds: longer than any of them may take, so
 * that a deployment leaves no payment whose outcome is unknown. A worker that has none stops at once.
 */
export const workerGraceMs = 62_000;
