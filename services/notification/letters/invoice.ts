import { formatMoney } from '../../../contracts/currency.ts';
import { defineLetter } from '../letter.ts';
import { letterTo } from '../letter-text.ts';

/** The invoice itself; what it is made of stands in the document that comes with it. */
const invoiceLetter = defineLetter({
  event: 'SendInvoiceEmail',
  template: 'invoice',
  write({ data }) {
    const { invoiceId, number, customer, amounts, dueDate } = data;
    const total = formatMoney(amounts.total, amounts.currency);
    return {
      about: { kind: 'invoice', id: invoiceId },
      recipient: customer,
      subject: `Your invoice ${number} of ${total}`,
      text: letterTo(
        customer,
        `Here is your invoice ${number} of ${total}.`,
        `Please pay it by ${dueDate}, and name ${number} with your payment.`,
      ),
    };
  },
});

export const invoiceLetters = [invoiceLetter] as const;
