import { formatMoney } from '../../../contracts/currency.ts';
import { sentenceOf } from '../../../platform/documents/typed-text.ts';
import { defineLetter } from '../letter.ts';
import { amountTable, items, letterTo } from '../letter-text.ts';
import { aboutOrder } from '../order-letter.ts';

const longestReason = 300;

export const orderRefunded = defineLetter({
  event: 'OrderRefunded',
  template: 'order-refunded',
  write({ data }) {
    const { orderId, customer, itemCount, amounts, reason } = data;
    const money = formatMoney(amounts.total, amounts.currency);
    const why = sentenceOf(reason, longestReason);
    return {
      ...aboutOrder(data),
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
  },
});

export const refundLetters = [orderRefunded] as const;
