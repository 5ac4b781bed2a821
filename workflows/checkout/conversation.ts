import { ApplicationFailure, type CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CheckoutAnswer, CheckoutReason, CheckoutResult } from './contract.ts';
import { answerUpdate, cancelUpdate, statusQuery } from './messages.ts';
import type { OpenCheckout } from './open-checkout.ts';

/** What a checkout says to those who ask. */
export interface Conversation {
  /** The early answer. `accepted` closes the cancellation. */
  answer(answer: CheckoutAnswer['answer'], reason?: CheckoutReason): void;
  /** The end, for those who wait for it. */
  conclude(result: CheckoutResult): void;
}

/** Answers queries and updates for as long as the checkout runs. */
export function converse(open: OpenCheckout, cancellable: CancellationScope): Conversation {
  const { request, orderId, progress } = open;
  const { checkoutId } = request;
  const contentHash = String(workflowInfo().memo?.['contentHash'] ?? '');
  let given: CheckoutAnswer | undefined;
  let result: CheckoutResult | undefined;

  setHandler(statusQuery, () => progress.status({ checkoutId, orderId }), { description: 'Where the checkout stands' });

  setHandler(
    answerUpdate,
    async () => {
      await condition(() => given !== undefined);
      return given as CheckoutAnswer;
    },
    { description: 'Waits until the checkout is accepted or refused' },
  );

  setHandler(
    cancelUpdate,
    async () => {
      cancellable.cancel();
      await condition(() => result !== undefined);
      return result as CheckoutResult;
    },
    {
      description: 'Cancels the checkout, until the payment is being captured; answers when everything is undone',
      validator: () => {
        if (given === undefined || given.answer === 'cancelled') return;
        throw ApplicationFailure.create({
          type: 'InvalidState',
          nonRetryable: true,
          message:
            given.answer === 'accepted'
              ? `the payment of ${checkoutId} is taken: it cannot be cancelled any more; ask for a refund`
              : `${checkoutId} was refused already: there is nothing to cancel`,
        });
      },
    },
  );

  return {
    answer(answer, reason) {
      given = { checkoutId, orderId, answer, amounts: progress.amounts, reason, contentHash };
    },
    conclude(concluded) {
      result = concluded;
    },
  };
}
