import { z } from 'zod';
import {
  customerIdSchema,
  invoiceIdSchema,
  paymentIdSchema,
  paymentReversalIdSchema,
  recordedInstantSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import { paidAmountSchema } from './payment-shapes.ts';

const reversal = z.strictObject({ reversalId: paymentReversalIdSchema, paymentId: paymentIdSchema });

const reversalSchema = z.object({
  reversalId: paymentReversalIdSchema,
  paymentId: paymentIdSchema,
  invoiceId: invoiceIdSchema,
  number: z.string().describe('The number of the invoice.'),
  customerId: customerIdSchema,
  means: z.enum(['refund', 'dispute']),
  currency: currencySchema,
  /** Minor units, as all amounts. */
  amount: z.int(),
  fee: z.int(),
  toInvoice: z.int().describe('What the invoice asks for again.'),
  fromCredit: z.int().describe('What was credit of its notes, and is paid out by this.'),
  reversedAt: recordedInstantSchema,
  /** When the bank gave it back to the shop, if it did. */
  reinstatedAt: recordedInstantSchema.optional(),
});

/** What was given back of a payment, as billing keeps it. */
export type RecordedReversal = z.infer<typeof reversalSchema>;

/** What becomes of a payment that the provider gives back. */
export const reversalOperations = {
  reversePayment: {
    method: 'PUT',
    path: '/payments/:paymentId/reversals/:reversalId',
    access: ['back-office-worker'],
    summary: 'The provider has given a payment back, whole or in part: the invoice asks for it again',
    input: reversal.extend({
      means: z.enum(['refund', 'dispute']),
      amount: paidAmountSchema.describe('Minor units that the customer has back.'),
      fee: amountSchema.default(0).describe('Minor units that the provider charges for it.'),
    }),
    output: reversalSchema,
    failures: ['NotFound', 'InvalidState', 'IdempotencyConflict'],
  },
  reinstatePayment: {
    method: 'POST',
    path: '/payments/:paymentId/reversals/:reversalId/reinstate',
    access: ['back-office-worker'],
    summary: 'The bank has decided for the shop: the payment counts again',
    input: reversal.extend({
      feeReturned: amountSchema.default(0).describe('Minor units of the fee that came back.'),
    }),
    output: reversalSchema,
    failures: ['NotFound', 'InvalidState'],
  },
} as const satisfies Record<string, HttpOperation>;
