import type { CardPaymentWait } from '../../kit/card-payment/contract.ts';
import type { Reason } from '../../kit/contract.ts';
import type { OpenCheckout } from '../open-checkout.ts';

interface Wait extends CardPaymentWait {
  readonly reason?: Reason;
}

/** While a checkout waits for people, its state says so, its caller gets an answer, and its milestones are published. */
export function waitFor<Result>(
  { progress, conversation, milestones }: OpenCheckout,
  { state, waitingFor, reason }: Wait,
  run: () => Promise<Result>,
): Promise<Result> {
  const answer = state === 'needs-action' ? 'needs-action' : 'pending';
  return progress.wait(state, waitingFor, () => {
    void milestones.publish();
    return conversation.answerWhile(answer, { waitingFor, reason }, run);
  });
}
