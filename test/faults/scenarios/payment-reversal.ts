import { cardPaymentIdOf } from '../../../workflows/invoice-payment/claimed.ts';
import { invoicePaymentWorkflowId } from '../../../workflows/invoice-payment/messages.ts';
import type { Escalation } from '../../../workflows/kit/contract.ts';
import {
  paymentReversalChangedSignal,
  paymentReversalWorkflow,
  paymentReversalWorkflowId,
} from '../../../workflows/payment-reversal/messages.ts';
import { taskQueues } from '../../../workflows/task-queues.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import { type Person, type TriedProcess, usual } from '../scenario.ts';
import { issueInvoice } from './invoice-payment.ts';
import { providerIdOf } from './provider-id.ts';

/** Has a card pay the invoice. */
export function payInvoice({ billing, payments }: FakeServices, id: string): void {
  const { amount = 0, currency = 'EUR', customerId = '' } = billing.claimPayment({ paymentId: id, invoiceId: id });
  const paymentId = cardPaymentIdOf(id);
  const workflowId = invoicePaymentWorkflowId(id);
  payments.authorize({
    ...{ paymentId, workflowId, customerId, paymentMethod: 'pm_card_visa' },
    amount: { amount, currency },
  } as Parameters<typeof payments.authorize>[0]);
  payments.capture({ paymentId });
  billing.applyPayment({ paymentId: id });
}

/** The bank decides, and a webhook tells of it. */
const decides =
  (decision: 'won' | 'lost'): Person =>
  async (status, handle, { payments }) => {
    const open = payments.disputes.find((dispute) => dispute.state === 'open');
    if ((status.state as string) !== 'open' || !open) return;
    payments.decideDispute(open.disputeId, decision);
    await handle.signal(paymentReversalChangedSignal);
  };

const isOpenDispute = ({ what, message }: Escalation) =>
  what === 'answer the dispute' && message.includes('are disputed');

const refunded: TriedProcess['scenarios'][number] = {
  ...usual,
  name: 'payment reversal, refund',
  roles: { findReversal: 'look', reversePayment: 'entry', rememberFact: 'until done' },
  prepare: ({ payments }, id) => payments.refundAtProvider(providerIdOf('re', id), 1_000),
};

const disputed: TriedProcess['scenarios'][number] = {
  ...refunded,
  name: 'payment reversal, dispute',
  people: [decides('won')],
  isWaitedFor: isOpenDispute,
  roles: { ...refunded.roles, 'findReversal 2': 'until done', reinstatePayment: 'until done' },
  rows: ['findReversal', 'reinstatePayment'],
  prepare: ({ payments }, id) => payments.openDispute(providerIdOf('dp', id)),
};

export const paymentReversal: TriedProcess = {
  name: 'payment reversal',
  subject: 'payment reversal',
  scenarios: [refunded, disputed, { ...disputed, name: 'payment reversal, lost', people: [decides('lost')], rows: [] }],
  isAboutOrder: false,
  arrange(services, id) {
    issueInvoice(services, id);
    payInvoice(services, id);
  },
  cancellation: 'none',
  followsProvider: true,
  start({ environment, services, scenario, id }, options) {
    const reversalId = providerIdOf(scenario.name === refunded.name ? 're' : 'dp', id);
    const workflowId = paymentReversalWorkflowId(reversalId);
    const ofBackOffice = { ...options, taskQueue: taskQueues.backOffice };
    return environment.startProviderProcess(
      services,
      paymentReversalWorkflow,
      workflowId,
      { reversalId },
      ofBackOffice,
    );
  },
};
