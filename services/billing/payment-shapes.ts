import { z } from 'zod';
import { dateSchema } from '../../contracts/calendar.ts';
import {
  creditNoteIdSchema,
  customerIdSchema,
  invoiceIdSchema,
  paymentIdSchema,
  recordedInstantSchema,
} from '../../contracts/identifiers.ts';
import { invoiceAmountsSchema } from '../../contracts/invoice-amounts.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';
import { invoiceContactSchema } from './shapes.ts';

/** More than nothing, in minor units. */
export const paidAmountSchema = amountSchema.min(1, 'a payment is of more than nothing');

const bankText = (longest: number, what: string) =>
  atMost(
    z.string().trim().min(1, `${what} has at least 1 character`),
    longest,
    `${what} has at most ${longest} characters`,
  );

/** Why a payment came to nothing. */
export const paymentReasonSchema = z.object({
  type: z.string().min(1).max(64),
  message: z.string().max(2_000),
});

/** What came in at the bank. */
export const transferSchema = z.strictObject({
  account: bankText(64, 'an account').describe('The account that it came in on: its IBAN.'),
  bankReference: bankText(128, 'a bank reference').describe(
    "The bank's id of it; with the account it names one transfer.",
  ),
  currency: currencySchema,
  amount: paidAmountSchema,
  receivedOn: dateSchema.describe('The day on which the bank booked it.'),
  payer: atMost(z.string(), 400, 'a payer has at most 400 characters').default(''),
  remittance: atMost(z.string(), 2_000, 'a text of a transfer has at most 2,000 characters')
    .default('')
    .describe('What the payer wrote; the numbers of invoices in it are matched.'),
});

export type Transfer = z.infer<typeof transferSchema>;

export const paymentSchema = z.object({
  paymentId: paymentIdSchema,
  method: z.enum(['card', 'transfer']),
  state: z.enum(['claimed', 'applied', 'failed', 'unmatched']),
  /** Absent while it is unmatched. */
  customerId: customerIdSchema.optional(),
  contact: invoiceContactSchema.optional(),
  currency: currencySchema.optional(),
  /** Minor units. */
  amount: z.int().optional(),
  allocations: z.array(z.object({ invoiceId: invoiceIdSchema, number: z.string(), amount: z.int() })),
  /** What went to the customer's credit, in minor units. */
  credit: z.int(),
  /** What the provider has given back of it, in minor units. Absent: nothing. */
  reversed: z.int().optional(),
  reason: paymentReasonSchema.optional(),
  transfer: transferSchema.omit({ currency: true, amount: true }).optional(),
  /** Who has said whose an unmatched transfer is. */
  assignedBy: z.string().optional(),
  createdAt: recordedInstantSchema,
});

export type InvoicePayment = z.infer<typeof paymentSchema>;

export const creditNoteSchema = z.object({
  creditNoteId: creditNoteIdSchema,
  /** Without gaps: `CN-000003`. */
  number: z.string(),
  invoiceId: invoiceIdSchema,
  amounts: invoiceAmountsSchema,
  /** What it has taken off the invoice, and what went to the customer's credit: minor units. */
  toInvoice: z.int(),
  toCredit: z.int(),
  reason: z.string(),
  issuedAt: recordedInstantSchema,
});

export type CreditNote = z.infer<typeof creditNoteSchema>;

/** One line of what a customer was asked for and has paid. */
export const statementLineSchema = z.object({
  at: recordedInstantSchema,
  kind: z.enum(['invoice', 'payment', 'credit-note', 'reversal', 'reinstatement']),
  id: z.string(),
  /** The number of the invoice or credit note; that of no payment. */
  number: z.string().optional(),
  /** Minor units; what the customer owes more is above zero. */
  amount: z.int(),
  balance: z.int(),
});
