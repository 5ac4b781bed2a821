import { z } from 'zod';
import {
  checkoutIdSchema,
  customerIdSchema,
  disputeIdSchema,
  instantSchema,
  paymentIdSchema,
  paymentReversalIdSchema,
  providerRefundIdSchema,
  workflowIdSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema, moneySchema } from '../../contracts/money.ts';
import { subjectNameSchema } from '../../contracts/subject.ts';

const paymentOfFact = { paymentId: paymentIdSchema, checkoutId: checkoutIdSchema, customerId: customerIdSchema };

const providerRefundSchema = z.object({
  refundId: providerRefundIdSchema,
  ...paymentOfFact,
  amount: moneySchema,
  /** `pending`: the money is on its way; `failed`: it did not get there, or the refund was cancelled. */
  state: z.enum(['pending', 'succeeded', 'failed']),
  /** `shop`: asked for by this service. `provider`: made at the provider without it. */
  madeBy: z.enum(['shop', 'provider']),
  /** Whether the order and the books have it. */
  isRecorded: z.boolean(),
  createdAt: instantSchema,
});

/** A refund as the provider knows it. */
export type ProviderRefund = z.infer<typeof providerRefundSchema>;

const disputeSchema = z.object({
  disputeId: disputeIdSchema,
  ...paymentOfFact,
  /** What the customer takes back. */
  amount: moneySchema,
  /** Minor units that the provider has withdrawn for it so far, without its fee; 0 for a mere inquiry. */
  withdrawn: amountSchema,
  /** Minor units that the provider charges for the dispute. */
  fee: amountSchema,
  /** Minor units of the amount, and of the fee, that came back. */
  reinstated: amountSchema,
  feeReturned: amountSchema,
  state: z.enum(['open', 'won', 'lost']),
  /** In the words of the provider: `fraudulent`. */
  reason: z.string(),
  /** Whether its end is in the books. */
  isRecorded: z.boolean(),
  /** Until when the shop may answer. */
  respondBy: instantSchema.optional(),
  createdAt: instantSchema,
});

/** A dispute (chargeback) as the provider knows it. */
export type Dispute = z.infer<typeof disputeSchema>;

const reversalSchema = z.object({
  reversalId: paymentReversalIdSchema,
  means: z.enum(['refund', 'dispute']),
  paymentId: paymentIdSchema,
  workflowId: workflowIdSchema.describe('the process that has taken the payment: invoice-payment/p-1'),
  customerId: customerIdSchema,
  /** What the customer gets back. */
  amount: moneySchema,
  /** Minor units that have left so far, without the provider's fee; 0 for a mere inquiry, and where a refund failed. */
  withdrawn: amountSchema,
  /** Minor units that the provider charges for it. */
  fee: amountSchema,
  /** Minor units of the amount, and of the fee, that came back. */
  reinstated: amountSchema,
  feeReturned: amountSchema,
  /** `open`: the bank has not decided. `reversed`: the money stays with the customer. `reinstated`: it is, or stays, with the shop. */
  state: z.enum(['open', 'reversed', 'reinstated']),
  /** `shop`: asked for by this service. `provider`: made at the provider without it. */
  madeBy: z.enum(['shop', 'provider']),
  /** Whether its end is in the books. */
  isRecorded: z.boolean(),
  /** In the words of the provider: `fraudulent`. */
  reason: z.string().optional(),
  /** Until when the shop may answer. */
  respondBy: instantSchema.optional(),
});

/** What takes the payment of an invoice back, as the provider knows it: a refund that was made there, or a dispute. */
export type PaymentReversal = z.infer<typeof reversalSchema>;

const cursor = z
  .string()
  .regex(/^[A-Za-z]+_[A-Za-z0-9]{1,80}$/, 'the id of the last object of the page before')
  .describe('the last object of the page before; absent for the first page');

const pageSchema = z.object({
  /** Objects of the page. */
  seen: z.int().min(0),
  /** Where the next page begins; absent after the last one. */
  next: cursor.optional(),
  /** Payments whose workflow waits for something that has happened: a webhook got lost. */
  changedPayments: z.array(
    z.object({
      paymentId: paymentIdSchema,
      workflowId: workflowIdSchema.optional().describe('of a release that knew checkouts only it is absent'),
      checkoutId: checkoutIdSchema.optional().describe('absent for a payment that is of no checkout'),
    }),
  ),
  /** Refunds that were made at the provider and are not in the books. */
  providerRefunds: z.array(
    z.object({ refundId: providerRefundIdSchema, paymentId: paymentIdSchema, checkoutId: checkoutIdSchema }),
  ),
  /** Disputes whose end is not in the books. */
  disputes: z.array(z.object({ disputeId: disputeIdSchema, paymentId: paymentIdSchema, checkoutId: checkoutIdSchema })),
  /** The same of payments that are of no checkout, but of an invoice. */
  factsWithoutCheckout: z
    .array(z.object({ id: z.string(), paymentId: paymentIdSchema, workflowId: workflowIdSchema }))
    .optional(),
  /** What does not fit, human-readable: each names the provider's object. */
  findings: z.array(z.object({ id: z.string(), finding: z.string() })),
});

const movementsSchema = z.object({
  movements: z.array(
    z.object({
      id: z.string().describe("the provider's id of the payment intent, refund or dispute"),
      intentId: z.string().describe('the payment intent that it is of; empty where the provider names none'),
      paymentId: z
        .string()
        .optional()
        .describe('of a payment: the id that it was made under; absent for one that was made by hand'),
      subject: subjectNameSchema.optional().describe('of a payment: what it is for, as the ledger names it: order/c-1'),
      ...{ currency: currencySchema, amount: z.int().describe('minor units; what was given back is below zero') },
    }),
  ),
  next: cursor.optional().describe('where the next page begins; absent after the last one'),
});

/** What one page of one of the provider's lists says of money that it has taken or given back. */
export type ProviderMovements = z.infer<typeof movementsSchema>;

/** What one page of one of the provider's lists says. */
export type ReconciliationPage = z.infer<typeof pageSchema>;

/** What the provider does without being asked: read from it, never from a webhook. */
export const providerOperations = {
  findProviderRefund: {
    method: 'GET',
    path: '/provider/refunds/:refundId',
    access: ['checkout-worker', 'operator'],
    summary: 'One refund, as the provider knows it now, and who has made it',
    input: z.strictObject({ refundId: providerRefundIdSchema }),
    output: providerRefundSchema,
    failures: ['NotFound', 'RateLimited'],
  },
  findDispute: {
    method: 'GET',
    path: '/provider/disputes/:disputeId',
    access: ['checkout-worker', 'operator'],
    summary: 'One dispute, as the provider knows it now',
    input: z.strictObject({ disputeId: disputeIdSchema }),
    output: disputeSchema,
    failures: ['NotFound', 'RateLimited'],
  },
  findReversal: {
    method: 'GET',
    path: '/provider/reversals/:reversalId',
    access: ['back-office-worker', 'operator'],
    summary: 'A refund or a dispute of the payment of an invoice, as the provider knows it now',
    input: z.strictObject({ reversalId: paymentReversalIdSchema }),
    output: reversalSchema,
    failures: ['NotFound', 'RateLimited'],
  },
  rememberFact: {
    method: 'PUT',
    path: '/provider/recorded/:factId',
    access: ['back-office-worker', 'checkout-worker'],
    summary: 'Keeps that a refund, or the end of a dispute, is in the books',
    input: z.strictObject({ factId: providerRefundIdSchema.or(disputeIdSchema) }),
    output: z.object({ factId: z.string() }),
    failures: [],
  },
  reconcilePage: {
    method: 'POST',
    path: '/reconciliation/pages',
    access: ['checkout-worker'],
    summary: "Compares one page of one of the provider's lists with what is known here",
    input: z.strictObject({
      list: z.enum(['payments', 'refunds', 'disputes']),
      /** Only what the provider has made since then. */
      since: instantSchema.optional(),
      after: cursor.optional(),
    }),
    output: pageSchema,
    failures: ['RateLimited', 'Rejected'],
  },
  listMovements: {
    method: 'GET',
    path: '/provider/movements/:list',
    access: ['finance'],
    summary: "What one page of one of the provider's lists says of money, read there and not here",
    input: z.strictObject({ list: z.enum(['payments', 'refunds', 'disputes']), after: cursor.optional() }),
    output: movementsSchema,
    failures: ['RateLimited', 'Rejected'],
  },
  findUnseen: {
    method: 'POST',
    path: '/reconciliation/unseen-payments',
    access: ['checkout-worker'],
    summary: "Payments that the provider's list did not have, of those that were made in a time",
    input: z.strictObject({ since: instantSchema.optional(), startedAt: instantSchema }),
    output: z.object({ payments: z.array(z.object({ paymentId: paymentIdSchema, intentId: z.string() })) }),
    failures: [],
  },
} as const;
