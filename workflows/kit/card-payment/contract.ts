import { z } from 'zod';
import { decidedBySchema, type Waiting } from '../contract.ts';

/** What a reviewer decides about a payment that is held for review. */
export const reviewSchema = z.strictObject({
  decision: z.enum(['approve', 'refuse'], 'decide `approve` or `refuse`'),
  ...decidedBySchema.shape,
});
export type Review = z.infer<typeof reviewSchema>;

/**
 * A state in which a process waits for its card payment: in `needs-action` for the customer, in `in-review` for a reviewer, in
 * `payment-unknown` for the provider to say what happened.
 */
export type CardPaymentState = 'needs-action' | 'in-review' | 'payment-unknown';

/** What a process waits for while its card payment does not go on. */
export interface CardPaymentWait {
  readonly state: CardPaymentState;
  readonly waitingFor: Waiting;
}
