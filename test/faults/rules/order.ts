import { failures, isFailureType } from '../../../contracts/catalogue.ts';
import type { EventName } from '../../../events/contracts/index.ts';
import { isLeft, leftToPeople } from './provider.ts';
import { type Judged, outcomeOf, type Rule, type SubjectRules } from './rule.ts';

/** What must hold of an order, its payments and its refunds. There is at most one. */
export const orderRules: SubjectRules = {
  rules: (judged) => [...moneyRules(judged), ...eventRules(judged)],
  mails: (judged) => [
    ...owedForCheckout(judged),
    ...judged.services.orders.refunds.completed().map(() => 'order-refunded'),
  ],
  facts: [
    'OrderPlaced',
    'InventoryReserved',
    'PaymentFailed',
    'PaymentProcessed',
    'OrderCompleted',
    'OrderCancelled',
    'InventoryReleased',
    'OrderRefunded',
  ],
};

/** How the checkout ended: that of a process about an order was completed before, and of what is no order there is none. */
export function checkoutOf(judged: Judged): Judged['outcome'] {
  const { subject, isAboutOrder } = judged.scenario.process;
  if (subject !== 'order') return 'none';
  return isAboutOrder ? 'completed' : outcomeOf(judged);
}

function moneyRules(trial: Judged): Rule[] {
  const { services, scenario } = trial;
  const outcome = checkoutOf(trial);
  const payments = services.payments.list().filter(({ paymentId }) => services.payments.isOfCheckout(paymentId));
  const movements = services.payments.movements.filter(({ paymentId }) => services.payments.isOfCheckout(paymentId));
  const sum = (kind: string) =>
    movements.filter((movement) => movement.kind === kind).reduce((all, { amount }) => all + amount, 0);
  const captures = movements.filter(({ kind }) => kind === 'captured');
  const [captured, refunded] = [sum('captured'), sum('refunded')];
  const total = payments[0]?.amount.amount ?? 0;
  const given = services.orders.refunds.completed().reduce((all, { amounts }) => all + amounts.total, 0);
  const claims = [...services.orders.refunds.rows.values()].filter(({ state }) => state === 'requested');
  const left = leftToPeople(services, isLeft(trial));
  const open = payments.filter(({ state }) => !['captured', 'voided'].includes(state)).map(({ state }) => state);
  return [
    [captures.length <= 1, `captured ${captures.length} times`],
    [captured === 0 || captured === total, `${captured} of ${total} captured`],
    [payments.length <= scenario.cards, `${payments.length} payments for ${scenario.cards} cards`],
    [open.length === 0, `a payment is ${open.join(', ')} at the end`],
    [
      captured - refunded === (outcome === 'completed' ? total - given - left.refunded : 0),
      `${outcome}, ${captured} captured, ${refunded} refunded, ${given} given back by the order`,
    ],
    [claims.length === 0, 'a refund is requested at the end'],
    [
      !scenario.process.givesBack || (outcomeOf(trial) === 'completed') === given > 0,
      `the refund is ${trial.outcome}, ${given} given back`,
    ],
  ];
}

function eventRules(trial: Judged): Rule[] {
  const { services } = trial;
  const outcome = checkoutOf(trial);
  const { events } = services.broker;
  const times = (name: EventName) => events.filter((event) => event.name === name).length;
  // An operator who resolves an undo manually says that there was something to undo, where nobody knows.
  const isTold = (name: EventName, isUndone: boolean, wasThere: boolean) =>
    times(name) === Number(isUndone && wasThere) || (isUndone && trial.isResolvedManually && times(name) === 1);
  const order = [...services.orders.orders.values()][0];
  const reservation = [...services.inventory.reservations.values()][0];
  const isCompleted = outcome === 'completed';
  const refunds = services.orders.refunds.completed().filter(({ kind }) => kind === 'order').length;
  return [
    [times('OrderPlaced') <= Number(order?.placed !== undefined), 'OrderPlaced, and there is no order'],
    [times('InventoryReserved') <= Number(reservation?.wasReserved ?? false), 'InventoryReserved without reservation'],
    [
      times('PaymentProcessed') === Number(isCompleted),
      `${outcome}, PaymentProcessed ${times('PaymentProcessed')} times`,
    ],
    [times('OrderCompleted') === Number(isCompleted), `${outcome}, OrderCompleted ${times('OrderCompleted')} times`],
    [times('PaymentFailed') === 0 || !isCompleted, 'completed, and PaymentFailed'],
    [
      isTold('OrderCancelled', order?.state === 'cancelled', order?.placed !== undefined),
      `the order is ${services.order}, OrderCancelled ${times('OrderCancelled')} times`,
    ],
    [
      isTold('InventoryReleased', reservation?.state === 'released', reservation?.wasReserved ?? false),
      `the reservation is ${services.reservation}, InventoryReleased ${times('InventoryReleased')} times`,
    ],
    [times('OrderRefunded') === refunds, `${refunds} refunds, OrderRefunded ${times('OrderRefunded')} times`],
  ];
}

/** A customer hears once how an order ended, and nothing of one that was never placed. */
function owedForCheckout(trial: Judged): string[] {
  const { services, reason } = trial;
  const order = [...services.orders.orders.values()][0];
  if (checkoutOf(trial) === 'completed') return ['order-confirmation'];
  if (order?.placed === undefined && !services.published.includes('OrderCancelled')) return [];
  // A payment that failed for a reason that is not the customer's is only a reason why the order was cancelled.
  const isRefusal = isFailureType(reason) && failures[reason].kind === 'expected';
  return [services.published.includes('PaymentFailed') && isRefusal ? 'payment-failed' : 'order-cancelled'];
}
