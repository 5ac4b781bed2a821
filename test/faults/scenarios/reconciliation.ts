import type { WorkflowHandle } from '@temporalio/client';
import { waitUntil } from '../../../parts/wait.ts';
import { disputeWorkflowId } from '../../../workflows/dispute/messages.ts';
import { providerRefundWorkflowId } from '../../../workflows/provider-refund/messages.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../../../workflows/reconciliation/messages.ts';
import type { Call, Interference } from '../../workflows/fake-services.ts';
import { type Tried, type TriedProcess, usual } from '../scenario.ts';
import { providerIdOf } from './provider-id.ts';

export const reconciliation: TriedProcess = {
  name: 'reconciliation',
  subject: 'order',
  scenarios: [
    {
      ...usual,
      name: 'reconciliation',
      rows: ['reconcilePage', 'findUnseen'],
      roles: { reconcilePage: 'comparison', findUnseen: 'comparison' },
      prepare({ payments }, id) {
        payments.lists.pageSize = 1;
        payments.refundAtProvider(providerIdOf('re', id), 1_000);
        payments.refundAtProvider(`${providerIdOf('re', id)}2`, 500);
        payments.openDispute(providerIdOf('dp', id));
        payments.decideDispute(providerIdOf('dp', id), 'lost');
      },
    },
  ],
  isAboutOrder: true,
  cancellation: 'workflow',
  followsProvider: true,
  scheduled: { interference: afterHealed, ends: endsOfHealed },
  start(tried, options, nth) {
    const { environment, services, id } = tried;
    environment.share(services, healedWorkflowIds(tried));
    const workflowId = reconciliationWorkflowId(`${id}-${nth}`);
    return environment.startProviderProcess(services, reconciliationWorkflow, workflowId, {}, options);
  },
};

async function endsOfHealed(tried: Tried): Promise<void> {
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
function afterHealed(
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
