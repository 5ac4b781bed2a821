import { invoicePaymentRequestSchema } from '../../../workflows/invoice-payment/contract.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import { type TriedProcess, usual } from '../scenario.ts';
import { decidesTheReview, losesAnswers, minute, passesTheChallenge } from './card.ts';
import { invoiceContent } from './invoice.ts';

/** Issues the invoice that is to be paid. */
export function issueInvoice({ billing }: FakeServices, invoiceId: string): void {
  billing.issueInvoice({
    ...{ invoiceId, contact: { name: 'Ada Lovelace', email: 'ada@example.org' } },
    ...(invoiceContent as Omit<Parameters<typeof billing.issueInvoice>[0], 'invoiceId' | 'contact'>),
  });
}

const paid: TriedProcess['scenarios'][number] = { ...usual, name: 'invoice payment' };

export const invoicePayment: TriedProcess = {
  name: 'invoice payment',
  subject: 'invoice payment',
  scenarios: [
    paid,
    {
      ...paid,
      name: 'invoice payment, declined',
      payment: { paymentMethod: 'pm_card_chargeDeclined' },
      outcome: 'refused',
    },
    {
      ...paid,
      name: 'invoice payment, challenge',
      payment: { paymentMethod: 'pm_card_authenticationRequired' },
      people: [passesTheChallenge],
    },
    {
      ...paid,
      name: 'invoice payment, review',
      payment: { paymentMethod: 'pm_card_riskLevelElevated' },
      people: [decidesTheReview('approve')],
      untilDone: ['approveReview 1'],
    },
    {
      ...paid,
      name: 'invoice payment, authorization unknown',
      looks: ['findPayment'],
      prepare: losesAnswers('authorize', 5 * minute),
    },
    {
      ...paid,
      name: 'invoice payment, capture unknown',
      looks: ['findPayment'],
      prepare: losesAnswers('capture', 5 * minute),
    },
    {
      ...paid,
      name: 'invoice payment, completed by an earlier run',
      earlier: 'completed',
      rows: ['recallPayment', 'applyPayment'],
    },
    {
      ...paid,
      name: 'invoice payment, begun by an earlier run',
      earlier: 'authorize',
      rows: ['authorizePayment'],
    },
  ],
  isAboutOrder: false,
  arrange: issueInvoice,
  cancellation: 'update',
  shielded: ['recallPayment'],
  start({ environment, services, scenario, id }, options) {
    const request = { paymentId: id, invoiceId: id, paymentMethod: 'pm_card_visa', ...scenario.payment };
    return environment.startInvoicePayment(services, invoicePaymentRequestSchema.parse(request), options);
  },
};
