import { formatMoney } from '../../../contracts/currency.ts';
import { sentenceOf } from '../../../platform/documents/typed-text.ts';
import { defineLetter } from '../letter.ts';
import { bankDetails, letterTo, signature } from '../letter-text.ts';
import { openOf, paymentRequest } from '../payment-request.ts';

const longestReason = 300;

/** The invoice; what it is made of stands in the document that comes with it. */
const invoiceLetter = defineLetter({
  event: 'SendInvoiceEmail',
  template: 'invoice',
  write({ data }, seller) {
    const { invoiceId, number, customer, amounts, dueDate } = data;
    const total = formatMoney(amounts.total, amounts.currency);
    return {
      about: { kind: 'invoice', id: invoiceId },
      recipient: customer,
      subject: `Your invoice ${number} of ${total}`,
      text: letterTo(
        customer,
        `Here is your invoice ${number} of ${total}.`,
        paymentRequest(data, dueDate),
        ...(openOf(data) > 0 ? [bankDetails(seller, number)] : []),
        signature(seller),
      ),
      attachments: [
        {
          name: `${number.replace(/[^\w.-]+/g, '-')}.pdf`,
          type: 'application/pdf',
          // Whoever asks which events have a letter loads this file, and makes no document.
          content: async () => (await import('../invoice-document.ts')).invoiceDocument(data, seller),
        },
      ],
    };
  },
});

/** That a payment has come, what it pays, and what is left of it. */
const paymentReceipt = defineLetter({
  event: 'PaymentReceived',
  template: 'payment-receipt',
  write({ data }, seller) {
    const { paymentId, customer, amount, allocations, credit } = data;
    const money = (minor: number) => formatMoney(minor, amount.currency);
    return {
      about: { kind: 'invoice-payment', id: paymentId },
      recipient: customer,
      subject: `We have received ${money(amount.amount)}`,
      text: letterTo(
        customer,
        `Thank you: we have received ${money(amount.amount)}.`,
        ...(allocations.length > 0
          ? [allocations.map((paid) => `${paid.number}  ${money(paid.amount).padStart(16)}`).join('\n')]
          : []),
        ...(credit > 0 ? [`${money(credit)} of it are your credit; it pays your next invoices.`] : []),
        signature(seller),
      ),
    };
  },
});

/** That the provider has given a payment back, and what is to be paid again. */
const paymentReversal = defineLetter({
  event: 'PaymentReversed',
  template: 'payment-reversal',
  write({ data }, seller) {
    const { paymentId, customer, number, amount, toInvoice } = data;
    const money = (minor: number) => formatMoney(minor, amount.currency);
    return {
      about: { kind: 'invoice-payment', id: paymentId },
      recipient: customer,
      subject: `Your payment of the invoice ${number} was given back`,
      text: letterTo(
        customer,
        `${money(amount.amount)} of your payment of the invoice ${number} were given back to you.`,
        ...(toInvoice > 0
          ? [`${money(toInvoice)} of the invoice are open again.`, bankDetails(seller, number)]
          : ['Nothing is to be paid again for it.']),
        signature(seller),
      ),
    };
  },
});

const creditNote = defineLetter({
  event: 'CreditNoteIssued',
  template: 'credit-note',
  write({ data }, seller) {
    const { number, invoiceId, invoiceNumber, customer, amounts, toInvoice, toCredit, reason } = data;
    const money = (minor: number) => formatMoney(minor, amounts.currency);
    const why = sentenceOf(reason, longestReason);
    return {
      about: { kind: 'invoice', id: invoiceId },
      recipient: customer,
      subject: `Credit note ${number} for your invoice ${invoiceNumber}`,
      text: letterTo(
        customer,
        `We have credited ${money(amounts.total)} of your invoice ${invoiceNumber}.`,
        ...(toInvoice > 0 ? [`You have to pay ${money(toInvoice)} less of it.`] : []),
        ...(toCredit > 0 ? [`${money(toCredit)} of it were paid already and are your credit.`] : []),
        ...(why ? [`The reason: ${why}`] : []),
        signature(seller),
      ),
    };
  },
});

/** None when it comes too late: it would remind of yesterday. */
const invoiceReminder = defineLetter({
  event: 'InvoiceReminderDue',
  template: 'invoice-reminder',
  write({ data }, seller) {
    const { invoiceId, number, customer, open, dueDate, sendBefore } = data;
    if (Date.now() > Date.parse(sendBefore)) return undefined;
    const money = formatMoney(open.amount, open.currency);
    return {
      about: { kind: 'invoice', id: invoiceId },
      recipient: customer,
      subject: `Your invoice ${number} is due on ${dueDate}`,
      text: letterTo(
        customer,
        `Your invoice ${number} is due on ${dueDate}, and ${money} of it are still open.`,
        bankDetails(seller, number),
        'If you have paid it in the last days, you have nothing to do.',
        signature(seller),
      ),
    };
  },
});

export const invoiceLetters = [invoiceLetter, paymentReceipt, paymentReversal, creditNote, invoiceReminder] as const;
