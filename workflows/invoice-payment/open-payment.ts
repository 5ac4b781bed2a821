import { setHandler, workflowInfo } from '@temporalio/workflow';
import { formatMoney } from '../../contracts/currency.ts';
import { Cancellation } from '../kit/cancellation.ts';
import { CardPaymentConversation } from '../kit/card-payment/conversation.ts';
import type { CardPaymentHost } from '../kit/card-payment/host.ts';
import { failure } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import type { ProcessEnding } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { openCalls } from './activities.ts';
import type {
  InvoicePaymentFacts,
  InvoicePaymentRequest,
  InvoicePaymentResult,
  InvoicePaymentState,
} from './contract.ts';
import { cancelInvoicePaymentUpdate, invoicePaymentStatusQuery } from './messages.ts';
import { paymentCancelled } from './reasons.ts';

const hour = 60 * 60_000;

export type OpenPayment = ReturnType<typeof openPayment>;

/** What every step of one payment works with, and how it ends. */
export function openPayment(request: InvoicePaymentRequest) {
  const { paymentId, invoiceId } = request;
  const ids = { paymentId, invoiceId };
  const progress = new Progress<InvoicePaymentState, InvoicePaymentFacts>({
    state: 'running',
    headline: ({ amount }) => amount && formatMoney(amount.amount, amount.currency),
  });
  const operator = new Operator(progress);
  const saga = new Saga(operator, (undone) => progress.recordUndone(undone));
  const cancellation = new PaymentCancellation(paymentId);
  // A run that was reset, or started like an earlier one, has the time of its own.
  const deadline = workflowInfo().runStartTime.getTime() + hour;
  const calls = openCalls(deadline);
  setHandler(invoicePaymentStatusQuery, () => ({ ...ids, ...progress.status() }), {
    description: 'Where the payment stands',
  });
  const host: CardPaymentHost = {
    calls,
    operator,
    deadline,
    conversation: new CardPaymentConversation(paymentId, progress),
    waitFor: ({ state, waitingFor }, run) => progress.wait(state, waitingFor, run),
  };
  const ending: ProcessEnding<InvoicePaymentResult> = {
    ...{ progress, saga, ids, cancelledAs: paymentCancelled },
    milestones: new Milestones(paymentId, operator),
    // Its facts are in billing's outbox.
    recordPublication: async () => undefined,
    compensating: () => cancellation.close(),
    concluded: (result) => cancellation.conclude(result),
  };
  return { request, calls, progress, operator, saga, cancellation, host, ending };
}

/** The customer's, or a ban's, wish that a payment comes to nothing. */
class PaymentCancellation extends Cancellation<InvoicePaymentResult> {
  #isClosed = false;

  constructor(paymentId: string) {
    super();
    setHandler(cancelInvoicePaymentUpdate, () => this.cancel(), {
      description: 'Cancels the payment, until it is being captured; answers when everything is undone',
      validator: () => {
        if (!this.#isClosed) return;
        throw failure(
          'InvalidState',
          `the payment ${paymentId} is taken or has ended: it cannot be cancelled any more`,
        );
      },
    });
  }

  /** From here on nothing cancels it. */
  close(): void {
    this.#isClosed = true;
  }
}
