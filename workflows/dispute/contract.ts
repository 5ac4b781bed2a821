import { z } from 'zod';
import { type DisputeId, disputeIdSchema, type OrderId } from '../../contracts/identifiers.ts';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** A dispute that the provider has told of. */
export const disputeRequestSchema = z.strictObject({ disputeId: disputeIdSchema });

export type DisputeRequest = z.infer<typeof disputeRequestSchema>;

/** Where it stands; `open`: the bank has not decided. `completed` and `failed` are its ends. */
export type DisputeState = 'running' | 'open' | 'completed' | 'failed';

/** The answer of the query `status`. */
export interface DisputeStatus extends ProcessStatus<DisputeState> {
  readonly disputeId: DisputeId;
}

/** How a dispute ended. */
export interface DisputeResult extends ProcessResult {
  readonly disputeId: DisputeId;
  readonly orderId: OrderId;
  readonly decision: 'won' | 'lost';
}
