import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { Call, FakeServices } from '../workflows/fake-services.ts';
import type { Clock } from './clock.ts';

/**
 * The attempts of a workflow that are still under way when it ends. The server takes no notice of their reports, and so
 * never lets go of the clock for them; it has to be done in its place when their calls are over.
 */
export class LeftAttempts {
  readonly #clock: Clock;
  readonly #services: FakeServices;
  /** By their runs and the ids of their activities. */
  readonly #attempts = new Map<string, number>();

  constructor(clock: Clock, services: FakeServices) {
    this.#clock = clock;
    this.#services = services;
  }

  /** Takes them from the description of the workflow after its end; the calls of some may already be over. */
  async add({ raw, runId }: WorkflowExecutionDescription): Promise<void> {
    for (const { activityId, attempt } of raw.pendingActivities ?? [])
      this.#attempts.set(`${runId}/${activityId}`, attempt ?? 0);
    for (const call of this.#services.callers) if (call.endedAt !== undefined) await this.letGo(call);
  }

  /** Lets go of the clock when the call, which is over, was that of one of them. */
  async letGo({ isLocal, runId, activityId, activityAttempt }: Call): Promise<void> {
    const key = `${runId}/${activityId}`;
    if (isLocal || this.#attempts.get(key) !== activityAttempt) return;
    this.#attempts.delete(key);
    await this.#clock.release();
  }
}
