import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
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
      return await (await this.#start(service, name)).result();
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  /** Starts the same, and does not wait for it. @returns the id of the check */
  async start(service: CopyKeeper, name: string): Promise<string> {
    try {
      await this.#start(service, name);
      return userCheckIdOf(service, name);
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  #start(service: CopyKeeper, name: string): Promise<WorkflowHandleWithFirstExecutionRunId<Workflow>> {
    return this.#temporal.workflow.start<Workflow>(userCheckWorkflow, {
      workflowId: userCheckWorkflowId(userCheckIdOf(service, name)),
      args: [{ service }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: taskQueues.backOffice,
    });
  }
}
