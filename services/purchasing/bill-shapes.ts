import { z } from 'zod';
import { approvalSchema } from '../../contracts/approvals.ts';
import { billAmountsSchema, billNumberSchema } from '../../contracts/bills.ts';
import { dateSchema } from '../../contracts/calendar.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  billIdSchema,
  personIdSchema,
  purchaseOrderIdSchema,
  recordedInstantSchema,
  vendorIdSchema,
} from '../../contracts/identifiers.ts';
import { bookAmountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

const billLineSchema = z.strictObject({
  line: z.int().min(1).optional().describe('The line of the order that it is for. Absent: the bill is of no order.'),
  description: atMost(z.string().trim().min(1, 'say what it is'), 200, 'a description has at most 200 characters'),
  quantity: quantitySchema,
  unitPrice: bookAmountSchema.describe('Of one piece, net of tax, in minor units.'),
});

export type BillLine = z.output<typeof billLineSchema>;

/** What a bill says; the same id with other content is a conflict. */
export const billDraftSchema = z.strictObject({
  billId: billIdSchema,
  vendorId: vendorIdSchema,
  number: billNumberSchema,
  poId: purchaseOrderIdSchema.optional().describe('What was ordered. Absent: a manager approves the bill.'),
  currency: currencySchema,
  lines: z.array(billLineSchema).min(1, 'a bill has at least one line').max(1_000, 'a bill has at most 1,000 lines'),
  tax: bookAmountSchema.default(0).describe('What the bill asks for above its lines, in minor units.'),
  dueDate: dateSchema.describe('The last day on which it is paid in time.'),
  enteredBy: personIdSchema.describe('Who enters it, and so neither approves it nor pays it.'),
});

export type BillDraft = z.output<typeof billDraftSchema>;

/** What a bill differs in from its order, or why a person has to approve it. */
const mismatchSchema = z.object({
  kind: z
    .string()
    .describe(
      '`quantity`: more is billed than has come. `price`: a price is too high. `excess`: the prices of all bills of the order are. `no-order`: it has none. Others may come.',
    ),
  line: z.int().optional().describe('Of the order.'),
  allowed: z.int().describe('Pieces, or minor units.'),
  billed: z.int().describe('Pieces, or minor units.'),
});

export type Mismatch = z.output<typeof mismatchSchema>;

export const billStates = ['entered', 'matched', 'mismatched', 'accepted', 'paid', 'rejected'] as const;

export const billSchema = z.object({
  billId: billIdSchema,
  number: z.string().describe('As the vendor has written it.'),
  vendorId: vendorIdSchema,
  vendorName: z.string(),
  poId: purchaseOrderIdSchema.optional(),
  poNumber: z.string().optional().describe('Of its order: `PO-000017`.'),
  state: z.enum(billStates),
  amounts: billAmountsSchema,
  open: z.int().describe('What is still to be paid, in minor units.'),
  dueDate: z.iso.date(),
  lines: z.array(billLineSchema),
  enteredBy: personIdSchema,
  mismatches: z.array(mismatchSchema).describe('What it differed in from its order when it was matched last.'),
  version: z.string().describe('Of the mismatches: what a person approves is approved as it is.'),
  approvals: z.array(approvalSchema).describe('Those it was accepted with; none where none was needed.'),
  release: z.int().describe('What it has taken from the reservation of its order, in minor units.'),
  reason: z.string().optional().describe('Why it was rejected.'),
  enteredAt: recordedInstantSchema,
  acceptedAt: recordedInstantSchema.optional(),
  endedAt: recordedInstantSchema.optional().describe('When all of it was paid, or it was rejected.'),
});

export type Bill = z.output<typeof billSchema>;

/** A payment of a bill that has left the bank. */
export const billPaymentSchema = z.strictObject({
  billId: billIdSchema,
  bankReference: atMost(
    z.string().trim().min(1, 'give the reference of the bank'),
    128,
    'a reference of a bank has at most 128 characters',
  ),
  amount: bookAmountSchema.min(1, 'a payment is of more than nothing').describe('Minor units.'),
  by: personIdSchema.describe('Who has paid it: not who has entered it.'),
});

export type BillPayment = z.output<typeof billPaymentSchema>;
