import { z } from 'zod';
import {
  checkoutIdSchema,
  customerIdSchema,
  paymentIdSchema,
  paymentMethodSchema,
  workflowIdSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, moneySchema } from '../../contracts/money.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import { refusals } from '../../contracts/refusals.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { providerOperations } from './provider-contract.ts';

export type {
  Dispute,
  PaymentReversal,
  ProviderMovements,
  ProviderRefund,
  ReconciliationPage,
} from './provider-contract.ts';

const paymentSchema = z.object({
  paymentId: paymentIdSchema,
  /** The provider's PaymentIntent; absent while none was made. */
  intentId: z.string().optional(),
  state: z.enum([
    'created',
    'processing',
    'requires_action',
    'in_review',
    'authorized',
    'captured',
    'captured_in_part',
    'voided',
    'failed',
  ]),
  /** Where the customer confirms the payment to the bank; present while it is `requires_action`. */
  nextAction: z.object({ url: z.url() }).optional(),
  amount: moneySchema,
  /** Minor units that were given back. */
  refunded: amountSchema,
});

export type Payment = z.infer<typeof paymentSchema>;

/** Begins with a letter or digit: an address takes `.` and `..` for folders. */
const providerRefundIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'an id has 1 to 80 letters, digits, dots, dashes and underscores');

const payment = z.strictObject({ paymentId: paymentIdSchema });

/** The id that the caller chooses is the idempotency key, here and at the provider: the same call again moves no money. */
export const paymentsContract = defineHttpContract({
  name: 'payments',
  version: '1.0.0',
  summary: 'Authorizes, captures, voids and refunds payments at the provider',
  operations: {
    authorize: {
      method: 'PUT',
      path: '/payments/:paymentId',
      access: ['checkout-worker', 'back-office-worker'],
      summary:
        'Holds the amount on the card without taking it (manual capture); asked again, tells what the provider knows now',
      input: z
        .strictObject({
          paymentId: paymentIdSchema,
          checkoutId: checkoutIdSchema.optional().describe('absent for a payment that is of no checkout'),
          workflowId: workflowIdSchema
            .optional()
            .describe('the workflow that is signalled when the payment has changed; by default that of the checkout'),
          customerId: customerIdSchema,
          amount: moneySchema,
          paymentMethod: paymentMethodSchema,
        })
        .refine(({ checkoutId, workflowId }) => checkoutId !== undefined || workflowId !== undefined, {
          path: ['workflowId'],
          error: 'a payment that is of no checkout names the workflow that it belongs to',
        }),
      output: paymentSchema,
      failures: [
        'Rejected',
        refusals.CardDeclined,
        refusals.InsufficientFunds,
        refusals.AuthenticationFailed,
        refusals.PaymentMethodUnknown,
        refusals.PaymentCancelled,
        refusals.AuthorizationExpired,
        'IdempotencyConflict',
        'InvalidState',
        'InProgress',
        'RateLimited',
      ],
    },
    capture: {
      method: 'POST',
      path: '/payments/:paymentId/capture',
      access: ['checkout-worker', 'back-office-worker'],
      summary: 'Takes the whole authorized amount',
      input: payment,
      output: paymentSchema,
      failures: [
        'NotFound',
        'Rejected',
        refusals.AuthorizationExpired,
        refusals.PaymentCancelled,
        refusals.CapturedInPart,
        'InvalidState',
        'InProgress',
        'RateLimited',
      ],
    },
    approveReview: {
      method: 'POST',
      path: '/payments/:paymentId/approve-review',
      access: ['checkout-worker', 'back-office-worker'],
      summary: 'Ends the review of a held payment: it may be captured',
      input: payment,
      output: paymentSchema,
      failures: ['NotFound', 'Rejected', 'InvalidState', 'InProgress', 'RateLimited'],
    },
    void: {
      method: 'POST',
      path: '/payments/:paymentId/void',
      access: ['checkout-worker', 'back-office-worker'],
      summary:
        'Leaves no money behind: cancels or refunds what the intent holds; one never seen is refused from now on',
      input: payment.extend({
        captured: z
          .enum(['refund', 'keep'])
          .default('refund')
          .describe(
            'what becomes of a payment that is captured: with `keep` it is left alone, and the outcome tells so',
          ),
      }),
      output: z.object({
        outcome: z.enum(['nothing', 'voided', 'refunded', 'captured']).describe('what had to be done'),
        payment: paymentSchema.optional().describe('absent when there was no such payment'),
      }),
      failures: ['Rejected', 'InProgress', 'RateLimited'],
    },
    refund: {
      method: 'PUT',
      path: '/payments/:paymentId/refunds/:refundId',
      access: ['checkout-worker'],
      summary: 'Gives captured money back, once for each refund id, never more than was captured',
      input: payment.extend({ refundId: providerRefundIdSchema, amount: amountSchema.min(1) }),
      output: paymentSchema,
      failures: [
        'NotFound',
        'InvalidState',
        refundRefusals.RefundTooLarge,
        refundRefusals.PaymentDisputed,
        'IdempotencyConflict',
        'InProgress',
        'RateLimited',
      ],
    },
    findPayment: {
      method: 'GET',
      path: '/payments/:paymentId',
      access: ['checkout-worker', 'back-office-worker', 'operator'],
      summary: 'One payment, as the provider knows it now',
      input: payment,
      output: paymentSchema,
      failures: ['NotFound'],
    },
    ...providerOperations,
  },
});

export type PaymentsClient = HttpClient<typeof paymentsContract>;
