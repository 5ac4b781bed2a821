import { setTimeout as delay } from 'node:timers/promises';
import { isEnd } from '../client/process-states.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { EventSource, StreamedEvent } from '../platform/http/contract.ts';
import type { ProcessStatus } from '../workflows/kit/contract.ts';
import { eventIdOf } from './version.ts';

/** Milliseconds between two looks: soon after a change, as what has begun to move goes on, then less and less often. */
const shortestInterval = 100;
const longestInterval = 1_000;
/** Milliseconds: who watches on comes back behind the event that they have seen last. */
const longestWatch = 30 * 60_000;

/**
 * The status of a process, again at each change, to its end: events are called `status`, and the last one `ended`. While a part
 * of the system is away, nothing is heard, and the watching goes on.
 *
 * @param first what it was when the watching began
 * @param look the status now
 * @param lastEventId the event that was seen last: what is still the same is not told again
 */
export function watch<Status extends Pick<ProcessStatus<string>, 'state'>>(
  first: Status,
  look: () => Promise<Status>,
  lastEventId: string | undefined,
): EventSource<Status> {
  return async function* events(signal): AsyncGenerator<StreamedEvent<Status>> {
    const until = Date.now() + longestWatch;
    let seen = lastEventId;
    let interval = shortestInterval;
    for (let status: Status | undefined = first; Date.now() < until; status = await lookAgain(look)) {
      if (status) {
        const id = eventIdOf(status);
        const hasEnded = isEnd(status.state);
        interval = id === seen ? Math.min(interval * 2, longestInterval) : shortestInterval;
        if (id !== seen) yield { id, event: hasEnded ? 'ended' : 'status', data: status };
        seen = id;
        if (hasEnded) return;
      }
      await delay(interval, undefined, { signal });
    }
  };
}

async function lookAgain<Status>(look: () => Promise<Status>): Promise<Status | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ServiceFailure && error.failure.retryable) return undefined;
    throw error;
  }
}
