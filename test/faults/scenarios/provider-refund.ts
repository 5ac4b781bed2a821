import { providerRefundWorkflow, providerRefundWorkflowId } from '../../../workflows/provider-refund/messages.ts';
import { type TriedProcess, usual } from '../scenario.ts';
import { providerIdOf } from './provider-id.ts';

export const providerRefund: TriedProcess = {
  name: 'provider refund',
  subject: 'order',
  scenarios: [
    {
      ...usual,
      name: 'refund at the provider',
      roles: {
        findProviderRefund: 'look',
        recordProviderRefund: 'record',
        recallOrder: 'until done',
        rememberFact: 'until done',
      },
      prepare: ({ payments }, id) => payments.refundAtProvider(providerIdOf('re', id), 1_000),
    },
  ],
  isAboutOrder: true,
  cancellation: 'none',
  givesBack: true,
  followsProvider: true,
  start({ environment, services, id }, options) {
    const refundId = providerIdOf('re', id);
    const workflowId = providerRefundWorkflowId(refundId);
    return environment.startProviderProcess(services, providerRefundWorkflow, workflowId, { refundId }, options);
  },
};
