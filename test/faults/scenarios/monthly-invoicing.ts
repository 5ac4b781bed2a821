import { monthlyInvoicingWorkflow, monthlyInvoicingWorkflowId } from '../../../workflows/monthly-invoicing/messages.ts';
import { taskQueues } from '../../../workflows/task-queues.ts';
import { communityOf } from '../../workflows/community-services.ts';
import { type TriedProcess, usual } from '../scenario.ts';

export const monthlyInvoicing: TriedProcess = {
  name: 'monthly invoicing',
  subject: 'month',
  scenarios: [
    {
      ...usual,
      name: 'monthly invoicing',
      roles: {
        findCommunity: 'until answered',
        openRun: 'until answered',
        listBillable: 'until answered',
        findCustomer: 'until answered',
        issueBatch: 'until answered',
        closeInvoicingRun: 'closing',
      },
    },
  ],
  isAboutOrder: false,
  arrange({ communities }) {
    communities.residents = communityOf(2);
    communities.longestPage = 1;
  },
  cancellation: 'update',
  // A cancellation takes effect after the page.
  shielded: ['listBillable', 'findCustomer', 'issueBatch'],
  // A resident who is unknown does not hold up the others.
  answers: ['findCustomer'],
  start({ environment, services, id }, options) {
    const invoicingId = `${id}/2026-01`;
    const queue = { taskQueue: taskQueues.backOffice };
    const workflowId = monthlyInvoicingWorkflowId(invoicingId);
    return environment.startProviderProcess(
      services,
      monthlyInvoicingWorkflow,
      workflowId,
      { invoicingId },
      {
        ...options,
        ...queue,
      },
    );
  },
};
