import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/envelope/integration-event.ts';

export type Template = EventData<'NotificationSent'>['template'];

/** What a customer is told. */
export interface Letter {
  readonly template: Template;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/** Why a payment fails, for the customer to know. One mail tells of it; for any other reason it is the one of the order. */
const paymentReasons: ReadonlySet<string> = new Set([
  'CardDeclined',
  'InsufficientFunds',
  'AuthorizationExpired',
  'AuthenticationFailed',
  'ChallengeExpired',
  'ReviewRefused',
  'ReviewExpired',
  'PaymentCancelled',
  'PaymentMethodUnknown',
]);

export function orderConfirmation({ data }: IntegrationEvent<'OrderCompleted'>): Letter {
  const { orderId, customer, itemCount, amounts } = data;
  return {
    template: 'order-confirmation',
    subject: `Your order ${orderId} is on its way`,
    text: lines(
      `Hello ${customer.name},`,
      '',
      `thank you for your order ${orderId} of ${items(itemCount)}. We have received your payment.`,
      '',
      ...amountLines(amounts),
    ),
  };
}

/** `undefined` when the reason is not the customer's: the mail that the order was cancelled says what they need. */
export function paymentFailed({ data }: IntegrationEvent<'PaymentFailed'>): Letter | undefined {
  const { orderId, customer, reason, message, amounts } = data;
  if (!paymentReasons.has(reason)) return undefined;
  return {
    template: 'payment-failed',
    subject: `The payment of your order ${orderId} failed`,
    text: lines(
      `Hello ${customer.name},`,
      '',
      `we could not take the payment of ${formatMoney(amounts.total, amounts.currency)} for your order ${orderId}: ${message}.`,
      'Nothing was charged. You may order again with another means of payment.',
    ),
  };
}

/** `undefined` when the order was cancelled because its payment failed: that mail was sent already. */
export function orderCancelled({ data }: IntegrationEvent<'OrderCancelled'>): Letter | undefined {
  const { orderId, customer, reason, message } = data;
  if (paymentReasons.has(reason)) return undefined;
  return {
    template: 'order-cancelled',
    subject: `Your order ${orderId} was cancelled`,
    text: lines(
      `Hello ${customer.name},`,
      '',
      `your order ${orderId} was cancelled: ${message}.`,
      'You do not have to pay anything; what was held on your card is released.',
    ),
  };
}

export function orderRefunded({ data }: IntegrationEvent<'OrderRefunded'>): Letter {
  const { orderId, customer, itemCount, amounts, reason } = data;
  return {
    template: 'order-refunded',
    subject: `We have refunded ${formatMoney(amounts.total, amounts.currency)} of your order ${orderId}`,
    text: lines(
      `Hello ${customer.name},`,
      '',
      `we have refunded ${items(itemCount)} of your order ${orderId}. The money goes back to the means of payment that you used.`,
      '',
      ...amountLines(amounts),
      '',
      `Reason: ${reason}`,
    ),
  };
}

/** About money that was given back at the payment provider, for no pieces that it names. */
export function providerRefunded({ data }: IntegrationEvent<'ProviderRefunded'>): Letter {
  const { orderId, customer, amounts } = data;
  const total = formatMoney(amounts.total, amounts.currency);
  return {
    template: 'order-refunded',
    subject: `We have refunded ${total} of your order ${orderId}`,
    text: lines(
      `Hello ${customer.name},`,
      '',
      `we have refunded ${total} of your order ${orderId}. The money goes back to the means of payment that you used.`,
      '',
      ...amountLines(amounts),
    ),
  };
}

function amountLines({ currency, goods, discount, shipping, tax, total }: OrderAmounts): string[] {
  const rows: [string, number][] = [
    ['Goods', goods],
    ['Discount', -discount],
    ['Shipping', shipping],
    ['Tax', tax],
  ];
  const shown: [string, number][] = [...rows.filter(([, amount]) => amount !== 0), ['Total', total]];
  return shown.map(([label, amount]) => `${label.padEnd(10)}${formatMoney(amount, currency).padStart(16)}`);
}

const items = (count: number) => `${count} ${count === 1 ? 'item' : 'items'}`;

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;
