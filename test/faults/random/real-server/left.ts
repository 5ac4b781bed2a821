import type { ServiceClients } from '../../../../client/services.ts';
import { ServiceFailure } from '../../../../contracts/failures.ts';
import type { CheckoutId, CustomerId, OrderId, ReservationId, Sku } from '../../../../contracts/identifiers.ts';
import type { IntentTruth, Movement } from '../../../../doubles/payment-simulator/truth.ts';

/** A look is made again where the machine is too busy to answer in time. */
export async function retryWhileBusy<Value>(look: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries === 5 || !isBusy(error)) throw error;
    }
  }
}

/** Whether a service, or Temporal, has not answered in time. */
export const isBusy = (error: unknown): boolean =>
  error instanceof ServiceFailure && error.failure.retryable && error.type !== 'InProgress';

/** Whose traces are looked for: each sequence has a customer and a product of its own. */
export interface Traced {
  readonly checkoutId: string;
  readonly customerId: string;
  readonly sku: string;
}

/** What the processes of one sequence have left with the services, the provider and the customer. */
export type Left = Awaited<ReturnType<typeof readAll>>;

/** What does not follow the others: everything that a process does before it ends. */
export async function readOwn(services: ServiceClients, { checkoutId, customerId, sku }: Traced) {
  const orderId = checkoutId as OrderId;
  const reservationId = checkoutId as ReservationId;
  const [recalled, { stock }, { purchases }, reservation, movements, intents] = await Promise.all([
    services.orders.recallOrder({ orderId }),
    services.inventory.listStock({ sku: sku as Sku }),
    services.customers.listPurchases({ customerId: customerId as CustomerId }),
    services.inventory.findReservation({ reservationId }).catch(() => undefined),
    atProvider<{ movements: Movement[] }>('admin/movements').then((answer) => answer.movements),
    atProvider<{ paymentIntents: IntentTruth[] }>('admin/payment_intents').then((answer) => answer.paymentIntents),
  ]);
  const { state, requestHash, cancellation, order } = recalled;
  const paymentIds = new RegExp(`^${checkoutId}-\\d+$`);
  return {
    ...{ state, requestHash, cancellation, order },
    stock: stock[0],
    reservation: reservation?.state ?? 'none',
    purchases: purchases.length,
    movements: movements.filter(({ paymentId }) => paymentIds.test(paymentId ?? '')),
    intents: intents.filter((intent) => intent.checkoutId === checkoutId),
  };
}

/** That, and what consumers make of the events. */
export async function readAll(services: ServiceClients, traced: Traced) {
  const { checkoutId } = traced;
  const orderId = checkoutId as OrderId;
  const [own, { journals }, { mails }, timeline, { deadLetters }] = await Promise.all([
    readOwn(services, traced),
    services.ledger.listJournals({ subject: `order/${orderId}` }),
    services.mailSink.listMails({ checkoutId: checkoutId as CheckoutId }),
    services.orderHistory.findHistory({ orderId }).then(
      (history) => history.timeline,
      () => [],
    ),
    services.deadLetters.listDeadLetters({ limit: 10_000 }),
  ]);
  const told = JSON.stringify(deadLetters.filter((letter) => JSON.stringify(letter).includes(checkoutId)));
  return { ...own, journals, mails, timeline, deadLetters: told === '[]' ? undefined : told };
}

async function atProvider<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${process.env['PAYMENT_PROVIDER_URL']}/${path}`);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Answer;
}

/** The customer does at the bank what it asks for, where it still asks. */
export async function confirmPayments(checkoutId: string): Promise<void> {
  const { paymentIntents } = await atProvider<{ paymentIntents: IntentTruth[] }>('admin/payment_intents');
  const open = paymentIntents.filter((intent) => intent.checkoutId === checkoutId && intent.challengeUrl !== null);
  for (const { challengeUrl } of open) {
    // The checkout may be undone at the same time: then there is nothing to confirm any more.
    await fetch(challengeUrl as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'complete' }),
    });
  }
}
