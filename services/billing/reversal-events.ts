import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { InvoicePayment } from './contract.ts';
import type { RecordedReversal } from './reversal-contract.ts';

type Contact = NonNullable<InvoicePayment['contact']>;

/** What is told of a payment that the provider has given back. */
export function paymentReversed(reversal: RecordedReversal, contact: Contact): IntegrationEvent<'PaymentReversed'> {
  const { means, amount, currency, fee, toInvoice, fromCredit, reversedAt } = reversal;
  return createEvent({
    ...{ name: 'PaymentReversed', sequence: 1, time: reversedAt, ...originOf(reversal) },
    data: { ...idsOf(reversal), customer: contact, means, amount: { amount, currency }, toInvoice, fromCredit, fee },
  });
}

/** What becomes of a payment that counts again; all amounts in minor units. */
export interface Reinstated {
  readonly contact: Contact;
  readonly toInvoice: number;
  readonly toCredit: number;
  readonly feeReturned: number;
}

/** What is told of one that was decided for the shop. */
export function paymentReinstated(
  reversal: RecordedReversal,
  { contact, ...parts }: Reinstated,
): IntegrationEvent<'PaymentReinstated'> {
  const { amount, currency, reversedAt, reinstatedAt = reversedAt } = reversal;
  return createEvent({
    ...{ name: 'PaymentReinstated', sequence: 2, time: reinstatedAt, ...originOf(reversal) },
    data: { ...idsOf(reversal), customer: contact, amount: { amount, currency }, ...parts },
  });
}

function originOf({ reversalId, paymentId }: RecordedReversal) {
  const origin = `payment-reversal/${reversalId}`;
  return { origin, subject: paymentId, correlationId: paymentId, causationId: origin };
}

const idsOf = ({ reversalId, paymentId, invoiceId, number, customerId }: RecordedReversal) => ({
  ...{ reversalId, paymentId, invoiceId, number, customerId },
});
