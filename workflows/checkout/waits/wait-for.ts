import type { Reason, Waiting } from '../../kit/contract.ts';
import type { CheckoutState } from '../contract.ts';
import type { OpenCheckout } from '../open-checkout.ts';

interface Wait {
  readonly state: CheckoutState;
  /** The early return to the caller. */
  readonly answer: 'needs-action' | 'pending';
  readonly waitingFor: Waiting;
  readonly reason?: Reason;
}

/** While a checkout waits for people, its state says so, its caller gets an answer, and its milestones are published. */
export function waitFor<Result>(
  { progress, conversation, milestones }: OpenCheckout,
  { state, answer, waitingFor, reason }: Wait,
  run: () => Promise<Result>,
): Promise<Result> {
  return progress.wait(state, waitingFor, () => {
    void milestones.publish();
    return conversation.answerWhile(answer, { waitingFor, reason }, run);
  });
}

/** ISO 8601 in UTC, of milliseconds since 1970. */
export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
