import { ActivityFailure, ApplicationFailure, log, proxyActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import type { BridgeActivities } from '../../bridge/activities.ts';
import type { OrderId, PaymentId, ReservationId } from '../../contracts/identifiers.ts';
import type { integrationEvents } from '../../events/contracts/index.ts';
import type { DataIn, NameIn } from '../../messaging/envelope/contracts.ts';
import type { CheckoutRequest } from '../../workflows/checkout/contract.ts';
import { refusalOf } from '../../workflows/checkout/refusal.ts';

type Events = typeof integrationEvents;

const { findCustomer, quoteCart, placeOrder, cancelOrder, completeOrder, addPurchase } =
  proxyActivities<CheckoutActivities>({ startToCloseTimeout: '5s', scheduleToCloseTimeout: '1 minute' });

const { reserveStock, releaseStock, commitStock } = proxyActivities<CheckoutActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '1 minute',
});

const { authorizePayment, capturePayment, voidPayment } = proxyActivities<CheckoutActivities>({
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout: '5s',
});

const { publishMilestones } = proxyActivities<BridgeActivities<Events>>({
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '10 minutes',
});

interface Compensation {
  readonly message: string;
  readonly fn: () => Promise<unknown>;
}

/**
 * The checkout as the sample `saga` of temporalio/samples-typescript would do it: each call is an activity that is
 * awaited before the next one, each event an activity, and what undoes a step is put on a list once it has succeeded.
 */
export async function sampleCheckout(request: CheckoutRequest): Promise<void> {
  const { checkoutId, customerId, paymentMethod } = request;
  const orderId = checkoutId as string as OrderId;
  const reservationId = checkoutId as string as ReservationId;
  const paymentId = `${checkoutId}-1` as PaymentId;
  const order = { checkoutId, orderId, customerId };
  const compensations: Compensation[] = [];

  let sequence = 0;
  const publish = <Name extends NameIn<Events>>(name: Name, data: DataIn<Events, Name>) => {
    const milestone = { name, sequence: ++sequence, time: new Date().toISOString(), data };
    const milestones = [milestone] as Parameters<typeof publishMilestones>[0]['milestones'];
    return publishMilestones({ subject: orderId, correlationId: orderId, milestones });
  };

  try {
    const customer = await findCustomer(customerId);
    const quote = await quoteCart(request);
    const refusal = refusalOf(request, customer, quote);
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.message, refusal.type);

    const { lines, amounts } = quote;
    const contact = { name: customer.name, email: customer.email };
    const total = { amount: amounts.total, currency: amounts.currency };
    const itemCount = lines.reduce((sum, { quantity }) => sum + quantity, 0);

    await placeOrder({ ...order, lines, amounts, contact });
    compensations.unshift({
      message: 'cancelling the order',
      fn: () => cancelOrder(orderId, { type: 'Internal', message: 'a later step has failed' }),
    });
    await publish('OrderPlaced', { ...order, amounts, itemCount });

    await reserveStock(
      reservationId,
      lines.map(({ sku, quantity }) => ({ sku, quantity })),
    );
    compensations.unshift({ message: 'releasing the stock', fn: () => releaseStock(reservationId) });
    await publish('InventoryReserved', { ...order, reservationId, itemCount });

    const payment = await authorizePayment({ paymentId, checkoutId, customerId, amount: total, paymentMethod });
    compensations.unshift({ message: 'voiding the payment', fn: () => voidPayment(paymentId) });
    if (payment.state !== 'authorized') throw ApplicationFailure.nonRetryable(`the payment is ${payment.state}`);
    await capturePayment(paymentId);
    await publish('PaymentProcessed', { ...order, paymentId, amounts });

    await commitStock(reservationId);
    await completeOrder(orderId, paymentId);
    await addPurchase(customerId, { orderId, total, itemCount, completedAt: new Date().toISOString() });
    await publish('OrderCompleted', { ...order, customer: contact, amounts, itemCount });
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) log.error(error.cause.message);
    else log.error(`error while checking out: ${error}`);
    await compensate(compensations);
    throw error;
  }
}

async function compensate(compensations: readonly Compensation[]): Promise<void> {
  for (const { message, fn } of compensations) {
    try {
      log.info(message);
      await fn();
    } catch (error) {
      log.error(`${message} failed`, { error });
    }
  }
}
