import { formatMoney } from '../../../contracts/currency.ts';
import { defineLetter } from '../letter.ts';
import { letterTo } from '../letter-text.ts';

/** The invoice; what it is made of stands in the document that comes with it. */
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
      attachments: [
        {
          name: `${number.replace(/[^\w.-]+/g, '-')}.pdf`,
          type: 'application/pdf',
          // Whoever asks which events have a letter loads this file, and makes no document.
          content: async () => (await import('../invoice-document.ts')).invoiceDocument(data),
        },
      ],
    };
  },
});

export const invoiceLetters = [invoiceLetter] as const;
