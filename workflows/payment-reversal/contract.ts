import { z } from 'zod';
import {
  type CustomerId,
  type InvoiceId,
  type PaymentId,
  type PaymentReversalId,
  paymentReversalIdSchema,
} from '../../contracts/identifiers.ts';
import type { Money } from '../../contracts/money.ts';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** What the payment provider has told of: a refund or a dispute of the payment of an invoice. */
export const paymentReversalRequestSchema = z.strictObject({ reversalId: paymentReversalIdSchema });

export type PaymentReversalRequest = z.infer<typeof paymentReversalRequestSchema>;

/** Where it stands; `open`: the bank has not decided a dispute. `completed`, `refused` (left to people) and `failed` are its ends. */
export type PaymentReversalState = 'running' | 'open' | 'completed' | 'refused' | 'failed';

/** What its status tells as soon as it is known. */
export interface PaymentReversalFacts {
  readonly paymentId: PaymentId;
  readonly customerId: CustomerId;
  readonly amount: Money;
  readonly invoiceId?: InvoiceId;
}

/** The answer of the query `status`. */
export interface PaymentReversalStatus extends ProcessStatus<PaymentReversalState>, Partial<PaymentReversalFacts> {
  readonly reversalId: PaymentReversalId;
}

/** How it ended. */
export interface PaymentReversalResult extends ProcessResult, PaymentReversalFacts {
  readonly reversalId: PaymentReversalId;
  /** Who has the money in the end. */
  readonly decision: 'reversed' | 'reinstated';
}
