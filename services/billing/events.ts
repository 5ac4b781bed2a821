import { z } from 'zod';
import {
  communityIdSchema,
  creditNoteIdSchema,
  customerIdSchema,
  invoiceIdSchema,
  paymentIdSchema,
  paymentReversalIdSchema,
} from '../../contracts/identifiers.ts';
import { invoiceAmountsSchema } from '../../contracts/invoice-amounts.ts';
import { amountSchema, moneySchema } from '../../contracts/money.ts';
import { customerField } from '../../contracts/order-fields.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const invoice = {
  invoiceId: invoiceIdSchema.describe('The invoice, which is also the subject of the message.'),
  number: z.string().describe('Its number, without gaps: `INV-000017`.'),
  customerId: customerIdSchema.describe('The customer who owes it.'),
  ...customerField,
  amounts: invoiceAmountsSchema.describe('What it asks for.'),
  issueDate: z.iso.date().describe('The day on which it was issued, in its time zone.'),
  dueDate: z.iso.date().describe('The last day on which it is paid in time.'),
};

const reversal = {
  paymentId: paymentIdSchema.describe('The payment, which is also the subject of the message.'),
  reversalId: paymentReversalIdSchema.describe("The provider's id of the refund or the dispute: `re_…`, `dp_…`."),
  invoiceId: invoiceIdSchema.describe('The invoice that the payment has paid.'),
  number: z.string().describe('The number of that invoice.'),
  customerId: customerIdSchema.describe('Whose payment it was.'),
  ...customerField,
};

/** What billing states, and what it has others do. */
export const billingEvents = {
  InvoiceCreated: {
    type: 'billing.invoice.created.v1',
    publisher: 'billing',
    when: 'An invoice is issued under its number: the customer owes it, and the books have to say so.',
    data: z.object({
      ...invoice,
      community: communityIdSchema.optional().describe('The community whose month it is for. Absent: it is of no run.'),
    }),
  },
  InvoiceReminderDue: {
    type: 'billing.invoice.reminder-due.v1',
    publisher: 'billing',
    when: 'An invoice is due in three days or less, and unpaid; once for each invoice.',
    data: z.object({
      invoiceId: invoiceIdSchema.describe('The invoice, which is also the subject of the message.'),
      number: z.string().describe('Its number.'),
      customerId: customerIdSchema.describe('The customer who owes it.'),
      ...customerField,
      open: moneySchema.describe('What is still to be paid.'),
      dueDate: z.iso.date().describe('The last day on which it is paid in time.'),
      sendBefore: z.iso.datetime().describe('After that no mail is sent: it would remind of yesterday.'),
    }),
  },
  PaymentReceived: {
    type: 'billing.payment.received.v1',
    publisher: 'billing',
    when: 'Money for invoices is there, by card or by transfer, and it is known whose it is.',
    data: z.object({
      paymentId: paymentIdSchema.describe('The payment, which is also the subject of the message.'),
      method: z.string().describe('`card` or `transfer`. Others may come.'),
      customerId: customerIdSchema.describe('Who has paid.'),
      ...customerField,
      amount: moneySchema.describe('What has come in.'),
      allocations: z
        .array(
          z.object({
            invoiceId: invoiceIdSchema.describe('An invoice that it pays.'),
            number: z.string().describe('The number of that invoice.'),
            amount: amountSchema.describe('What it pays of it, in minor units.'),
          }),
        )
        .describe('What it pays; none when all of it is credit.'),
      credit: amountSchema.describe("What is left over, and the customer's credit: minor units."),
      bankReference: z.string().optional().describe("The bank's reference of a transfer."),
    }),
  },
  PaymentReversed: {
    type: 'billing.payment.reversed.v1',
    publisher: 'billing',
    when: 'The payment provider has given the payment of an invoice back without us, by a refund or for a dispute.',
    data: z.object({
      ...reversal,
      means: z.string().describe('`refund` or `dispute`. Others may come.'),
      amount: moneySchema.describe('What the customer has back.'),
      toInvoice: amountSchema.describe('What the invoice asks for again, in minor units.'),
      fromCredit: amountSchema.describe('What was credit of its notes, and is paid out by this: minor units.'),
      fee: amountSchema.describe('What the provider charges for it, in minor units.'),
    }),
  },
  PaymentReinstated: {
    type: 'billing.payment.reinstated.v1',
    publisher: 'billing',
    when: 'The bank has decided a dispute for the shop: a payment that was given back counts again.',
    data: z.object({
      ...reversal,
      amount: moneySchema.describe('What has come back.'),
      toInvoice: amountSchema.describe('What of it pays the invoice again, in minor units.'),
      toCredit: amountSchema.describe("What is left over, and the customer's credit: minor units."),
      feeReturned: amountSchema.describe('What came back of the fee, in minor units.'),
    }),
  },
  CreditNoteIssued: {
    type: 'billing.credit-note.issued.v1',
    publisher: 'billing',
    when: 'An invoice is taken back, whole or in part.',
    data: z.object({
      creditNoteId: creditNoteIdSchema.describe('The credit note.'),
      number: z.string().describe('Its number, without gaps: `CN-000003`.'),
      invoiceId: invoiceIdSchema.describe('The invoice, which is also the subject of the message.'),
      invoiceNumber: z.string().describe('The number of the invoice.'),
      customerId: customerIdSchema.describe('The customer of the invoice.'),
      ...customerField,
      amounts: invoiceAmountsSchema.describe('What is taken back.'),
      toInvoice: amountSchema.describe('What of it the invoice asks for less, in minor units.'),
      toCredit: amountSchema.describe("What of it was paid already, and is the customer's credit: minor units."),
      reason: z.string().describe('Why, in the words of the person who issued it.'),
    }),
  },
  CreditApplied: {
    type: 'billing.credit.applied.v1',
    publisher: 'billing',
    when: "A customer's credit has paid an invoice, or a part of it.",
    data: z.object({
      invoiceId: invoiceIdSchema.describe('The invoice, which is also the subject of the message.'),
      number: z.string().describe('Its number.'),
      customerId: customerIdSchema.describe('Whose credit it was.'),
      ...customerField,
      amount: moneySchema.describe('What was paid of it.'),
    }),
  },
  SendInvoiceEmail: {
    type: 'notification.send-invoice-email.v1',
    kind: 'command',
    publisher: 'billing',
    when: 'An invoice is to be mailed to its customer; it is to fail visibly when nobody takes the command.',
    data: z.object({
      ...invoice,
      open: amountSchema
        .optional()
        .describe(
          'What of it is still to be paid, in minor units: its total less the credit of the customer. Absent: all.',
        ),
      lines: z
        .array(
          z.object({
            description: z.string().describe('What it is for.'),
            quantity: z.int().describe('Pieces.'),
            unitPrice: amountSchema.describe('Of one piece, net of tax, in minor units.'),
            taxRate: z.int().describe('In basis points: 1900 is 19 %.'),
          }),
        )
        .describe('What it is made of.'),
      taxes: z
        .array(
          z.object({
            rate: z.int().describe('In basis points.'),
            net: z.int().describe('All lines of this rate, in minor units.'),
            tax: z.int().describe('The tax on them, rounded once, in minor units.'),
          }),
        )
        .describe('One for each rate of tax.'),
    }),
  },
} as const satisfies EventContracts;
