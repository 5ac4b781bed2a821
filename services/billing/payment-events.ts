import type { Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { InvoicePayment } from './contract.ts';

/** Tells the books, and the customer by their means, that a payment is applied: in the transaction that applies it. */
export async function announcePayment(
  transaction: Transaction<unknown>,
  payment: InvoicePayment,
): Promise<InvoicePayment> {
  await appendToOutbox(transaction, paymentReceived(payment, new Date().toISOString()));
  return payment;
}

/**
 * What is told of a payment that is applied.
 *
 * @param time when it was applied
 * @throws {ServiceFailure} `InvalidState` while it is not said whose it is
 */
export function paymentReceived(payment: InvoicePayment, time: string): IntegrationEvent<'PaymentReceived'> {
  const { paymentId, method, customerId, contact, currency, amount, allocations, credit, transfer } = payment;
  if (!customerId || !contact || !currency || !amount) {
    throw new ServiceFailure('InvalidState', `it is not said yet whose the payment ${paymentId} is`);
  }
  const origin = `invoice-payment/${paymentId}`;
  return createEvent({
    ...{ name: 'PaymentReceived', origin, sequence: 1, subject: paymentId, time },
    ...{ correlationId: paymentId, causationId: origin },
    data: {
      ...{ paymentId, method, customerId, customer: contact, amount: { amount, currency }, allocations, credit },
      ...(transfer && { bankReference: transfer.bankReference }),
    },
  });
}
