import { z } from 'zod';
import { type OrderId, providerRefundIdSchema, type RefundId } from '../../contracts/identifiers.ts';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';
import type { OrderFacts } from '../order-facts.ts';

/** A refund that was made at the payment provider. */
export const providerRefundRequestSchema = z.strictObject({ refundId: providerRefundIdSchema });

export type ProviderRefundRequest = z.infer<typeof providerRefundRequestSchema>;

/** Where it stands. `completed` and `refused` are its ends; `refused`: there is no sale that it could take from. */
export type ProviderRefundState = 'running' | 'completed' | 'refused' | 'failed';

/** What its status tells as soon as it is known. */
export interface ProviderRefundFacts extends OrderFacts {
  readonly orderId?: OrderId;
}

/** The answer of the query `status`. */
export interface ProviderRefundStatus extends ProcessStatus<ProviderRefundState>, ProviderRefundFacts {
  readonly refundId: RefundId;
}

/** How it ended; its amounts are what was given back. */
export interface ProviderRefundResult extends ProcessResult, ProviderRefundFacts {
  readonly refundId: RefundId;
  /** Whether this run has told the order and the books; false where they had it, or it is one of our own. */
  readonly isRecorded: boolean;
}
