import type { Client } from '@temporalio/client';
import { taskQueues } from '../workflows/task-queues.ts';
import type { UserCheckResult } from '../workflows/user-check/contract.ts';
import { userCheckWorkflow, userCheckWorkflowId } from '../workflows/user-check/messages.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Checks the copies of the accounts now, beside the schedule; every method throws `ServiceFailure`. */
export class UserCheckClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /** Waits until the copy is in step. The same name again is the same check while it runs. */
  async check(name: string): Promise<UserCheckResult> {
    try {
      return await this.#temporal.workflow.execute<() => Promise<UserCheckResult>>(userCheckWorkflow, {
        workflowId: userCheckWorkflowId(name),
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: taskQueues.backOffice,
      });
    } catch (error) {
      throw translateTemporalError(error);
    }
  }
}
