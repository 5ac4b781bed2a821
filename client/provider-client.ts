import type { Client } from '@temporalio/client';
import { parse } from '../contracts/validation.ts';
import {
  type ReconciliationReport,
  type ReconciliationRequest,
  reconciliationRequestSchema,
} from '../workflows/reconciliation/contract.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../workflows/reconciliation/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { takingUp } from './provider-facts.ts';
import { translateTemporalError } from './temporal-failures.ts';
import { listWorkflows } from './workflow-list.ts';

/** One row of the list of what was done at the payment provider. */
export interface ProviderFactSummary {
  /** As the provider calls it: `dispute`. */
  readonly kind: string;
  /** The provider's id: `dp_…`. */
  readonly id: string;
  readonly orderId: string | undefined;
  /** As Temporal names it, in small letters: `running`, `completed`, `failed`, … */
  readonly state: string;
  /** A dispute that the bank has not decided needs one: only a person can answer it. */
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** Compares with the payment provider, and lists what was done there. Every method throws `ServiceFailure`. */
export class ProviderClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /**
   * Compares with the provider and waits for what was found. The same name again is the same comparison.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field
   */
  async reconcile(input: ReconciliationRequest, name: string): Promise<ReconciliationReport> {
    const request = parse(reconciliationRequestSchema, input);
    try {
      const handle = await this.#temporal.workflow.start(reconciliationWorkflow, {
        workflowId: reconciliationWorkflowId(name),
        taskQueue: taskQueues.checkout,
        args: [request],
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      return (await handle.result()) as ReconciliationReport;
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  /** What was made at the provider, newest first; that which needs an operator, where wanted. */
  async list({
    needsOperator,
    limit = 100,
  }: {
    readonly needsOperator?: boolean | undefined;
    readonly limit?: number;
  } = {}): Promise<ProviderFactSummary[]> {
    const kinds = new Map(
      takingUp.flatMap(({ workflowTypes, takesUp }) => workflowTypes.map((type) => [type, takesUp.what])),
    );
    const conditions = [
      `WorkflowType IN (${[...kinds.keys()].map((type) => `'${type}'`).join(', ')})`,
      ...(needsOperator ? [`${searchAttributes.needsOperator.name} = true`] : []),
    ];
    const found = await listWorkflows(this.#temporal, conditions, limit);
    return found.map(({ workflowId, type, typedSearchAttributes: attributes, status, startTime }) => ({
      kind: kinds.get(type) ?? type,
      id: workflowId.replace(/^[^/]*\//, ''),
      orderId: attributes.get(searchAttributes.orderId),
      state: status.name.toLowerCase(),
      needsOperator: attributes.get(searchAttributes.needsOperator) ?? false,
      startedAt: startTime.toISOString(),
    }));
  }
}
