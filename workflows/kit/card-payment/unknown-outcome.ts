import { isCancellation } from '@temporalio/workflow';
import type { PaymentId } from '../../../contracts/identifiers.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../failure.ts';
import { reasonOf } from '../reason.ts';
import type { CardPaymentHost } from './host.ts';

/**
 * A call failed after it may have moved money. Nothing is guessed, undone or tried under another key: the provider's own
 * record is read until it tells what happened, visibly, however long that takes.
 *
 * @returns the state of the payment, never `processing`; `created` when nothing has happened
 */
export async function learnOutcome(host: CardPaymentHost, paymentId: PaymentId): Promise<Payment['state']> {
  const { conversation, operator } = host;
  try {
    return await look(host, paymentId);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const message = `say what became of the payment ${paymentId} (${reasonOf(error).message})`;
    const waitingFor = { who: 'provider', message } as const;
    return host.waitFor({ state: 'payment-unknown', waitingFor }, async () => {
      const lookAgain = async () => {
        conversation.acknowledgeChange();
        await host.whileWaiting?.();
        return look(host, paymentId);
      };
      const wake = () => conversation.paymentHasChanged;
      return operator.untilDone('learn the outcome of the payment', lookAgain, { failed: error, wake });
    });
  }
}

async function look({ calls }: CardPaymentHost, paymentId: PaymentId): Promise<Payment['state']> {
  const { state } = await calls.findPayment(paymentId).catch((error: unknown) => {
    // Unknown to the payments service: nothing was asked of the provider, and a void keeps it so.
    if (reasonOf(error).type === 'NotFound') return { state: 'created' } as const;
    throw error;
  });
  if (state === 'processing') throw failure('InProgress', 'the provider is still processing the payment');
  return state;
}
