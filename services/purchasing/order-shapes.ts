import { z } from 'zod';
import { approvalSchema, personRoleSchema } from '../../contracts/approvals.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  budgetIdSchema,
  personIdSchema,
  purchaseOrderIdSchema,
  receiptIdSchema,
  recordedInstantSchema,
  vendorIdSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { bookAmountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

/** Whom goods are bought from, as they are imported. */
export const vendorSchema = z.strictObject({
  vendorId: vendorIdSchema,
  name: atMost(z.string().trim().min(1, 'name the vendor'), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema.optional(),
});

export type Vendor = z.output<typeof vendorSchema>;

/** What may be spent on a purpose: orders that name it reserve their totals of it. */
export const budgetDraftSchema = z.strictObject({
  budgetId: budgetIdSchema,
  name: atMost(z.string().trim().min(1, 'name the budget'), 200, 'a name has at most 200 characters'),
  currency: currencySchema,
  amount: bookAmountSchema.describe('What may be spent, in minor units.'),
});

export type BudgetDraft = z.output<typeof budgetDraftSchema>;

export const budgetSchema = budgetDraftSchema.extend({
  used: z.int().describe('What orders have reserved or spent, in minor units.'),
  available: z.int().describe('`amount - used`; never below zero.'),
});

export type Budget = z.output<typeof budgetSchema>;

const orderLineSchema = z.strictObject({
  description: atMost(z.string().trim().min(1, 'say what it is'), 200, 'a description has at most 200 characters'),
  quantity: quantitySchema,
  unitPrice: bookAmountSchema.describe('Of one piece, net of tax, in minor units.'),
});

export type OrderLine = z.output<typeof orderLineSchema>;

export const orderLinesSchema = z
  .array(orderLineSchema)
  .min(1, 'an order has at least one line')
  .max(1_000, 'an order has at most 1,000 lines');

/** Who asks for an order, as the staff service knows them: to whom the result is written. */
const requesterSchema = z.strictObject({
  personId: personIdSchema,
  name: z.string().min(1).max(200),
  email: mailAddressSchema,
});

/** What an order is made of; the same id with other content is a conflict. */
export const orderDraftSchema = z.strictObject({
  poId: purchaseOrderIdSchema,
  vendorId: vendorIdSchema,
  requester: requesterSchema.describe('Who asks for it, and so approves nothing of it.'),
  currency: currencySchema,
  budgetId: budgetIdSchema.optional().describe('What it is paid from. Absent: no budget is reserved.'),
  lines: orderLinesSchema,
});

export type OrderDraft = z.output<typeof orderDraftSchema>;

/** How an order can end without being approved. */
export const endedOutcomes = ['rejected', 'withdrawn', 'expired', 'refused', 'failed'] as const;

export const orderStates = ['awaiting-approval', 'approved', 'closed', ...endedOutcomes] as const;

export const orderReasonSchema = atMost(
  z.string().trim().min(1, 'say why'),
  1_000,
  'a reason has at most 1,000 characters',
);

export const orderSchema = z.object({
  poId: purchaseOrderIdSchema,
  number: z.string().describe('Without gaps, in the order in which orders were submitted: `PO-000017`.'),
  version: z.int().describe('One more for each amendment.'),
  state: z.enum(orderStates),
  vendorId: vendorIdSchema,
  vendorName: z.string(),
  requester: requesterSchema,
  authors: z.array(personIdSchema).describe('Who has submitted it or amended it: they approve nothing of it.'),
  currency: currencySchema,
  budgetId: budgetIdSchema.optional(),
  lines: z
    .array(
      orderLineSchema.extend({
        line: z.int().describe('Its number in the order, from 1.'),
        received: z.int().describe('Pieces.'),
        billed: z.int().describe('Pieces.'),
      }),
    )
    .describe('Those of the current version.'),
  total: z.int().describe('Net of tax, in minor units.'),
  required: z.array(personRoleSchema).describe('Whose approval this version takes.'),
  approvals: z.array(approvalSchema).describe('Those it was approved with; none before.'),
  released: z.int().describe('What of the total is not reserved any more: it was billed, or the order was closed.'),
  reason: z.string().optional().describe('Why it ended, or was closed.'),
  submittedAt: recordedInstantSchema,
  approvedAt: recordedInstantSchema.optional(),
  endedAt: recordedInstantSchema.optional().describe('When it ended without an approval, or was closed.'),
});

export type Order = z.output<typeof orderSchema>;

/** Who is asked to approve which version of an order. */
export const askedApproversSchema = z.strictObject({
  poId: purchaseOrderIdSchema,
  version: z.int().min(1),
  kind: z.enum(['request', 'reminder', 'escalation']),
  day: z.int().min(0).max(100).describe('Days from the request.'),
  approvers: z
    .array(
      z.strictObject({
        personId: personIdSchema,
        role: personRoleSchema.describe('What they may decide for.'),
        name: z.string().min(1).max(200),
        email: mailAddressSchema,
      }),
    )
    .max(200),
});

export type AskedApprovers = z.output<typeof askedApproversSchema>;

/** What has come of an order. */
export const receiptDraftSchema = z.strictObject({
  receiptId: receiptIdSchema,
  poId: purchaseOrderIdSchema,
  lines: z
    .array(
      z.strictObject({
        line: z.int().min(1).describe('Its number in the order, from 1.'),
        quantity: quantitySchema.describe('Pieces that came.'),
      }),
    )
    .min(1, 'a receipt has at least one line')
    .max(1_000, 'a receipt has at most 1,000 lines'),
});

export type ReceiptDraft = z.output<typeof receiptDraftSchema>;
