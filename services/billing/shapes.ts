import { z } from 'zod';
import { dateSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import { customerIdSchema, invoiceIdSchema, recordedInstantSchema } from '../../contracts/identifiers.ts';
import { invoiceAmountsSchema, taxRateSchema } from '../../contracts/invoice-amounts.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

/** One line of an invoice, net of tax. */
const invoiceLineSchema = z.strictObject({
  description: atMost(z.string().trim().min(1, 'say what it is for'), 200, 'a description has at most 200 characters'),
  quantity: quantitySchema,
  unitPrice: amountSchema.describe('Of one piece, net of tax, in minor units.'),
  taxRate: taxRateSchema.describe('In basis points: 1900 is 19 %.'),
});

export type InvoiceLine = z.infer<typeof invoiceLineSchema>;

/** Whom an invoice is written to, as they were called when it was issued. */
export const invoiceContactSchema = z.strictObject({ name: z.string().min(1).max(400), email: mailAddressSchema });

/** What an invoice is made of; the same id with other content is a conflict. */
export const invoiceContentSchema = z.strictObject({
  customerId: customerIdSchema,
  currency: currencySchema,
  lines: z
    .array(invoiceLineSchema)
    .min(1, 'an invoice has at least one line')
    .max(1_000, 'an invoice has at most 1,000 lines'),
  /** Where its days begin: an invoice is issued on the day that it is there. */
  timeZone: timeZoneSchema.default('UTC'),
  /** The last day on which it is paid in time. Absent: so many days after it is issued. */
  dueDate: dateSchema.optional(),
  /** How many days it may take, where no date is named. */
  paymentDays: z
    .int('a number of days is a whole number')
    .min(0, 'a number of days is at least 0')
    .max(365, 'a number of days is at most 365')
    .default(30),
});

export type InvoiceContent = z.infer<typeof invoiceContentSchema>;

/** Where an invoice stands by what was paid and credited. */
export const invoiceStates = ['open', 'partly-paid', 'paid', 'credited'] as const;

export const invoiceSchema = z.object({
  invoiceId: invoiceIdSchema,
  /** Without gaps, in the order in which invoices were issued: `INV-000017`. */
  number: z.string(),
  customerId: customerIdSchema,
  contact: invoiceContactSchema,
  state: z.enum(invoiceStates),
  amounts: invoiceAmountsSchema,
  /** What is still to be paid, in minor units. */
  open: z.int(),
  /** Whether it is open and its customer is banned: then no card pays it, and no reminder is sent. */
  held: z.boolean(),
  lines: z.array(invoiceLineSchema),
  taxes: z.array(z.object({ rate: z.int(), net: z.int(), tax: z.int() })).describe('One for each rate of tax.'),
  timeZone: z.string(),
  issueDate: z.iso.date(),
  dueDate: z.iso.date(),
  issuedAt: recordedInstantSchema,
});

export type Invoice = z.infer<typeof invoiceSchema>;
