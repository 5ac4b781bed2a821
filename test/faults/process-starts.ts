import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import { waitUntil } from '../../parts/wait.ts';
import { disputeWorkflow, disputeWorkflowId } from '../../workflows/dispute/messages.ts';
import { providerRefundWorkflow, providerRefundWorkflowId } from '../../workflows/provider-refund/messages.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../../workflows/reconciliation/messages.ts';
import type { RefundRequest } from '../../workflows/refund/contract.ts';
import { type CheckoutEnvironment, checkoutRequest } from '../workflows/environment.ts';
import type { Call, FakeServices, Interference } from '../workflows/fake-services.ts';
import { providerIdOf } from './provider-scenarios.ts';
import type { Scenario } from './scenario.ts';

type Options = Pick<WorkflowStartOptions, 'workflowRunTimeout' | 'workflowTaskTimeout'>;

/** What is tried. */
interface Tried {
  readonly environment: CheckoutEnvironment;
  readonly services: FakeServices;
  readonly scenario: Scenario;
  /** Of the checkout, of its refund, and of what was done to it at the provider. */
  readonly id: string;
}

/**
 * Starts the process of a scenario, or the checkout that it is about.
 *
 * @param nth which comparison it is, from 1: each has a workflow id of its own
 */
export function startProcess(
  tried: Tried,
  process: Scenario['process'],
  options: Options,
  nth: number,
): Promise<WorkflowHandle> {
  const { environment, services, scenario, id } = tried;
  const start = (type: string, workflowId: string, request: object) =>
    environment.startProviderProcess(services, type, workflowId, request, options);
  switch (process) {
    case 'checkout':
      return environment.start(services, checkoutRequest({ checkoutId: id, ...scenario.request }), options);
    case 'refund': {
      const request = { refundId: id, orderId: id, reason: 'too small', ...scenario.refund };
      return environment.startRefund(services, request as RefundRequest, options);
    }
    case 'provider refund': {
      const refundId = providerIdOf('re', id);
      return start(providerRefundWorkflow, providerRefundWorkflowId(refundId), { refundId });
    }
    case 'dispute': {
      const disputeId = providerIdOf('dp', id);
      return start(disputeWorkflow, disputeWorkflowId(disputeId), { disputeId });
    }
    case 'reconciliation':
      environment.share(services, healedWorkflowIds(tried));
      return start(reconciliationWorkflow, reconciliationWorkflowId(`${id}-${nth}`), {});
  }
}

/** Waits for the ends of all that a comparison had to take up. What it has not taken up, the rules see. */
export async function endsOfHealed(tried: Tried): Promise<void> {
  const { workflow } = tried.environment.client;
  await Promise.all(
    healedWorkflowIds(tried).map((workflowId) =>
      workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined),
    ),
  );
}

function healedWorkflowIds({ services }: Tried): string[] {
  const { providerRefunds, disputes } = services.payments;
  return [
    ...providerRefunds.map(({ refundId }) => providerRefundWorkflowId(refundId)),
    ...disputes.map(({ disputeId }) => disputeWorkflowId(disputeId)),
  ];
}

/**
 * Has the calls of a comparison wait until those have ended that it has started: the server that skips time never lets go
 * of its clock for a child that ends after its parent.
 */
export function afterHealed(
  handle: () => WorkflowHandle | undefined,
  fault: (call: Call) => Interference | undefined = () => undefined,
): (call: Call) => Interference | undefined {
  const areEnded = async () => !(await handle()?.describe())?.raw.pendingChildren?.length;
  return (call) => {
    if (call.operation !== 'reconcilePage' && call.operation !== 'findUnseen') return undefined;
    const interference = fault(call);
    return {
      ...interference,
      before: async (attempt) => {
        if (!(await waitUntil(areEnded, { within: 10_000, every: 20 }))) throw new Error('a child does not end');
        await interference?.before?.(attempt, call);
      },
    };
  };
}
