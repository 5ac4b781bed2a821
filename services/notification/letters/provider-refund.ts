import { formatMoney } from '../../../contracts/currency.ts';
import { defineLetter } from '../letter.ts';
import { amountTable, letterTo } from '../letter-text.ts';
import { aboutOrder } from '../order-letter.ts';

/** About money that was given back at the payment provider, for no pieces that it names. */
export const providerRefunded = defineLetter({
  event: 'ProviderRefunded',
  template: 'order-refunded',
  write({ data }) {
    const { orderId, customer, amounts } = data;
    const total = formatMoney(amounts.total, amounts.currency);
    return {
      ...aboutOrder(data),
      subject: `We have refunded ${total} of your order ${orderId}`,
      text: letterTo(
        customer,
        `We have refunded ${total} of your order ${orderId}. The money goes back to the means of payment that you used.`,
        amountTable(amounts),
      ),
    };
  },
});

export const providerRefundLetters = [providerRefunded] as const;
