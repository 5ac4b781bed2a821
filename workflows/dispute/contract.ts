import { z } from 'zod';
import { type DisputeId, disputeIdSchema, type OrderId } from '../../contracts/identifiers.ts';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** A dispute that the provider has told of. */
export const disputeRequestSchema = z.strictObject({ disputeId: disputeIdSchema });

export type DisputeRequest = z.infer<typeof disputeRequestSchema>;

/** Where it stands; `open`: the bank has not decided. `completed` and `failed` are its ends. */
export type DisputeState = 'running' | 'open' | 'completed' | 'failed';

/** What its status tells as soon as it is known. */
export interface DisputeFacts {
  readonly orderId: OrderId;
  /** How the bank has decided. */
  readonly decision: 'won' | 'lost';
}

/** The answer of the query `status`. */
export interface DisputeStatus extends ProcessStatus<DisputeState>, Partial<DisputeFacts> {
  readonly disputeId: DisputeId;
}

/** How a dispute ended. */
export interface DisputeResult extends ProcessResult, DisputeFacts {
  readonly disputeId: DisputeId;
}
