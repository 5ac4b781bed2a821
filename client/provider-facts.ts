import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type SignalDefinition, TypedSearchAttributes } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import { contentHash } from '../platform/content-hash.ts';
import { processes } from '../workflows/processes.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { translateTemporalError } from './temporal-failures.ts';
import { startOnce } from './workflow-start.ts';

/** What was made at the payment provider without us. */
export interface ProviderFact {
  /** What takes it up knows it by: `dispute`. */
  readonly kind: string;
  /** The provider's id: `dp_…`. */
  readonly id: string;
  /** Absent for what is of no order. */
  readonly orderId?: string;
}

/** A process that takes up facts of one kind. */
interface TakingUp {
  /** What it takes up, and whose workers do so. */
  readonly takesUp: { readonly what: string; readonly taskQueue: string };
  readonly workflowTypes: readonly string[];
  readonly workflowIdOf: (id: string) => string;
  readonly idField: string;
  readonly changedSignal?: SignalDefinition;
}

/** The processes that take up what was made at the provider. */
export const takingUp: readonly TakingUp[] = processes.flatMap(({ takesUp, ...process }) =>
  takesUp === undefined ? [] : [{ ...process, takesUp }],
);

/**
 * Starts what takes up a fact, or tells the one that runs that the fact has changed, where facts of its kind do. One that
 * has ended stays so.
 *
 * @throws {ServiceFailure} `NotFound` for a kind that nothing takes up; as Temporal fails
 */
export async function takeUp(temporal: Client, { kind, id, orderId }: ProviderFact): Promise<void> {
  const process = takingUp.find(({ takesUp }) => takesUp.what === kind);
  const type = process?.workflowTypes[0];
  if (!process || type === undefined) throw new ServiceFailure('NotFound', `nothing takes up a ${kind}`);
  const { workflowIdOf, idField, changedSignal, takesUp } = process;
  const request = { [idField]: id };
  const start = {
    workflowId: workflowIdOf(id),
    taskQueue: takesUp.taskQueue,
    args: [request] as [object],
    memo: { contentHash: contentHash(request) },
    ...(orderId !== undefined && {
      staticSummary: `of the order ${orderId}`,
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.orderId, value: orderId }]),
    }),
  };
  if (!changedSignal) {
    const otherContent = () => new ServiceFailure('IdempotencyConflict', `${id} was taken up with other content`);
    return startOnce(temporal, type, start, otherContent);
  }
  try {
    await temporal.workflow.signalWithStart(type, {
      ...start,
      signal: changedSignal,
      signalArgs: [],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
  }
}
