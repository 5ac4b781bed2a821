import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError, type WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import proto from '@temporalio/proto';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { taskQueues } from '../../workflows/task-queues.ts';

const { CommandType, EventType } = proto.temporal.api.enums.v1;

interface BareStart extends Pick<WorkflowStartOptions, 'workflowExecutionTimeout'> {
  readonly taskQueue?: string;
  readonly state?: string;
}

/** Starts a checkout as the Web UI does: no search attributes, unless a state is given, and no memo. */
export function startBare(
  temporal: Client,
  input: CheckoutInput,
  { taskQueue = taskQueues.checkout, state, ...more }: BareStart = {},
) {
  return temporal.workflow.start(checkoutWorkflow, {
    workflowId: checkoutWorkflowId(input.checkoutId),
    taskQueue,
    args: [input],
    ...(state && {
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.checkoutStatus, value: state }]),
    }),
    ...more,
  });
}

/**
 * Resets a workflow to one of its workflow tasks, as the Web UI does.
 *
 * @param choose the number of the task, from 0, of as many as have completed. Default: the first one
 */
export async function reset(
  temporal: Client,
  workflowId: string,
  choose: (tasks: number) => number = () => 0,
): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const tasks = (events ?? []).filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  const task = tasks[choose(tasks.length)];
  if (!task?.eventId) throw new Error('no workflow task has completed yet');
  await temporal.workflowService.resetWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'the test wants it',
    workflowTaskFinishEventId: task.eventId,
    requestId: randomUUID(),
  });
}

/**
 * Temporal forgets the newest run of a workflow, as it does when its retention is over; one that runs is ended by it.
 *
 * @param within how long to wait for it, in milliseconds: on a busy machine Temporal puts it off
 * @returns whether it is forgotten now
 */
export async function forget(temporal: Client, workflowId: string, within = 50_000): Promise<boolean> {
  const { namespace } = temporal.options;
  const handle = temporal.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const workflowExecution = { workflowId, runId };
  await temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  const isGone = () =>
    handle.describe().then(
      (newest) => newest.runId !== runId,
      (error) => error instanceof WorkflowNotFoundError,
    );
  return waitUntil(isGone, { within });
}

/** Takes the next workflow task of a queue and fails its workflow. */
export async function failAsFirstTask(
  temporal: Client,
  taskQueue: string,
  { message, type }: { readonly message: string; readonly type: string },
): Promise<void> {
  const { workflowService } = temporal;
  const { namespace } = temporal.options;
  const { taskToken } = await temporal.withDeadline(Date.now() + 20_000, () =>
    workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
  );
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: [
      {
        commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
        failWorkflowExecutionCommandAttributes: {
          failure: { message, applicationFailureInfo: { type, nonRetryable: true } },
        },
      },
    ],
  });
}
