import { customerText, isAboutPayment } from '../../../contracts/catalogue.ts';
import { formatMoney } from '../../../contracts/currency.ts';
import { defineLetter } from '../letter.ts';
import { amountTable, items, letterTo } from '../letter-text.ts';
import { aboutOrder } from '../order-letter.ts';

export const orderConfirmation = defineLetter({
  event: 'OrderCompleted',
  template: 'order-confirmation',
  write({ data }) {
    const { orderId, customer, itemCount, amounts } = data;
    return {
      ...aboutOrder(data),
      subject: `Your order ${orderId} is on its way`,
      text: letterTo(
        customer,
        `Thank you for your order ${orderId} of ${items(itemCount)}. ${
          amounts.total > 0 ? 'We have received your payment.' : 'There is nothing to pay.'
        }`,
        amountTable(amounts),
      ),
    };
  },
});

/** None when the reason is not the customer's: the mail that the order was cancelled says what they need. */
export const paymentFailed = defineLetter({
  event: 'PaymentFailed',
  template: 'payment-failed',
  write({ data }) {
    const { orderId, customer, reason, amounts } = data;
    if (!isAboutPayment(reason)) return undefined;
    return {
      ...aboutOrder(data),
      subject: `The payment of your order ${orderId} failed`,
      text: letterTo(
        customer,
        `We could not take the payment of ${formatMoney(amounts.total, amounts.currency)} for your order ${orderId}. ${customerText(reason)}`,
        'The order is cancelled. You do not have to pay anything; what was held on your card is released.',
      ),
    };
  },
});

/** None when the order was cancelled because its payment failed: that mail was sent already. */
export const orderCancelled = defineLetter({
  event: 'OrderCancelled',
  template: 'order-cancelled',
  write({ data }) {
    const { orderId, customer, reason } = data;
    if (isAboutPayment(reason)) return undefined;
    return {
      ...aboutOrder(data),
      subject: `Your order ${orderId} was cancelled`,
      text: letterTo(
        customer,
        `Your order ${orderId} was cancelled. ${customerText(reason)}`,
        'You do not have to pay anything; what was held on your card is released.',
      ),
    };
  },
});

export const checkoutLetters = [orderConfirmation, paymentFailed, orderCancelled] as const;
