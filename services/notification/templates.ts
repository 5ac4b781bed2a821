import type { OrderAmounts } from '../../contracts/amounts.ts';
import { customerText, isAboutPayment } from '../../contracts/catalogue.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { oneLine, sentenceOf } from './typed-text.ts';

export type Template = EventData<'NotificationSent'>['template'];
type Recipient = EventData<'OrderCompleted'>['customer'];

/** What a customer is told. */
export interface Letter {
  readonly template: Template;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

const longestName = 100;
const longestReason = 300;

export function orderConfirmation({ data }: IntegrationEvent<'OrderCompleted'>): Letter {
  const { orderId, customer, itemCount, amounts } = data;
  return {
    template: 'order-confirmation',
    subject: `Your order ${orderId} is on its way`,
    text: letterTo(
      customer,
      `Thank you for your order ${orderId} of ${items(itemCount)}. ${
        amounts.total > 0 ? 'We have received your payment.' : 'There is nothing to pay.'
      }`,
      amountTable(amounts),
    ),
  };
}

/** `undefined` when the reason is not the customer's: the mail that the order was cancelled says what they need. */
export function paymentFailed({ data }: IntegrationEvent<'PaymentFailed'>): Letter | undefined {
  const { orderId, customer, reason, amounts } = data;
  if (!isAboutPayment(reason)) return undefined;
  return {
    template: 'payment-failed',
    subject: `The payment of your order ${orderId} failed`,
    text: letterTo(
      customer,
      `We could not take the payment of ${formatMoney(amounts.total, amounts.currency)} for your order ${orderId}. ${customerText(reason)}`,
      'The order is cancelled. You do not have to pay anything; what was held on your card is released.',
    ),
  };
}

/** `undefined` when the order was cancelled because its payment failed: that mail was sent already. */
export function orderCancelled({ data }: IntegrationEvent<'OrderCancelled'>): Letter | undefined {
  const { orderId, customer, reason } = data;
  if (isAboutPayment(reason)) return undefined;
  return {
    template: 'order-cancelled',
    subject: `Your order ${orderId} was cancelled`,
    text: letterTo(
      customer,
      `Your order ${orderId} was cancelled. ${customerText(reason)}`,
      'You do not have to pay anything; what was held on your card is released.',
    ),
  };
}

export function orderRefunded({ data }: IntegrationEvent<'OrderRefunded'>): Letter {
  const { orderId, customer, itemCount, amounts, reason } = data;
  const money = formatMoney(amounts.total, amounts.currency);
  const why = sentenceOf(reason, longestReason);
  return {
    template: 'order-refunded',
    subject: `We have refunded ${money} of your order ${orderId}`,
    text: letterTo(
      customer,
      `We have refunded ${itemCount > 0 ? items(itemCount) : money} of your order ${orderId}. ${
        amounts.total > 0
          ? 'The money goes back to the means of payment that you used.'
          : 'Nothing was paid for it, so no money goes back.'
      }`,
      amountTable(amounts),
      ...(why ? [`The reason: ${why}`] : []),
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
    text: letterTo(
      customer,
      `We have refunded ${total} of your order ${orderId}. The money goes back to the means of payment that you used.`,
      amountTable(amounts),
    ),
  };
}

/** The customer's name for the header of a mail. */
export const recipientName = ({ name }: Recipient): string => oneLine(name, longestName);

function letterTo(customer: Recipient, ...paragraphs: readonly string[]): string {
  const name = recipientName(customer).replace(/[\s,;:]+$/, '');
  return `${[name ? `Hello ${name},` : 'Hello,', ...paragraphs].join('\n\n')}\n`;
}

function amountTable({ currency, goods, discount, shipping, tax, total }: OrderAmounts): string {
  const rows: [string, number][] = [
    ['Goods', goods],
    ['Discount', -discount],
    ['Shipping', shipping],
    ['Tax', tax],
  ];
  const shown: [string, number][] = [...rows.filter(([, amount]) => amount !== 0), ['Total', total]];
  return shown.map(([label, amount]) => `${label.padEnd(10)}${formatMoney(amount, currency).padStart(16)}`).join('\n');
}

const items = (count: number) => `${count} ${count === 1 ? 'item' : 'items'}`;
