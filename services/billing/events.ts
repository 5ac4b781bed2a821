import { z } from 'zod';
import { customerIdSchema, invoiceIdSchema } from '../../contracts/identifiers.ts';
import { invoiceAmountsSchema } from '../../contracts/invoice-amounts.ts';
import { amountSchema } from '../../contracts/money.ts';
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

/** What billing states, and what it has others do. */
export const billingEvents = {
  InvoiceCreated: {
    type: 'billing.invoice.created.v1',
    publisher: 'billing',
    when: 'An invoice is issued under its number: the customer owes it, and the books have to say so.',
    data: z.object(invoice),
  },
  SendInvoiceEmail: {
    type: 'notification.send-invoice-email.v1',
    kind: 'command',
    publisher: 'billing',
    when: 'An invoice is to be mailed to its customer; it is to fail visibly when nobody takes the command.',
    data: z.object({
      ...invoice,
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
