import type { Client } from '@temporalio/client';
import type { CopyKeeper } from '../contracts/user-copy.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import type { UserCheckRequest, UserCheckResult } from '../workflows/user-check/contract.ts';
import { userCheckIdOf, userCheckWorkflow, userCheckWorkflowId } from '../workflows/user-check/messages.ts';
import { translateTemporalError } from './temporal-failures.ts';

type Workflow = (request: UserCheckRequest) => Promise<UserCheckResult>;

/** Checks the copies of the accounts now, beside the schedule; every method throws `ServiceFailure`. */
export class UserCheckClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /** Waits until the copy of a service is in step. The same name again is the same check while it runs. */
  async check(service: CopyKeeper, name: string): Promise<UserCheckResult> {
    try {
      return await this.#temporal.workflow.execute<Workflow>(userCheckWorkflow, {
        workflowId: userCheckWorkflowId(userCheckIdOf(service, name)),
        args: [{ service }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: taskQueues.backOffice,
      });
    } catch (error) {
      throw translateTemporalError(error);
    }
  }
}
