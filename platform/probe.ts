/** Milliseconds for which an answer holds: asking more often costs nothing. */
const holds = 1_000;

/**
 * A check that is made at most once a second, however many ask, and not twice at the same time.
 *
 * @param check throws when the service cannot do its work now
 */
export function probe(check: () => Promise<unknown>): () => Promise<void> {
  let answer: Promise<void> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  return () => {
    if (answer && (isAsking || performance.now() - askedAt < holds)) return answer;
    isAsking = true;
    askedAt = performance.now();
    answer = (async () => void (await check()))().finally(() => {
      isAsking = false;
    });
    // Who does not wait any more must not end the process.
    answer.catch(() => undefined);
    return answer;
  };
}
