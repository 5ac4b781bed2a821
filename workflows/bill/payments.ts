import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, failureAsItWas, requireActor, requireDecision } from '../kit/failure.ts';
import type { Progress } from '../kit/progress.ts';
import { reasonOf } from '../kit/reason.ts';
import type { BillFacts, BillRequest, BillState, EnteredBill, Payment } from './contract.ts';
import { recordPaymentUpdate } from './messages.ts';

const longestReference = 128;

export interface PaymentsHost {
  readonly request: BillRequest;
  readonly progress: Progress<BillState, BillFacts>;
  /** Records one in purchasing, which decides about it. */
  readonly record: (payment: Payment) => Promise<EnteredBill>;
}

/** The payments of a bill that is accepted, until nothing of it is open. */
export class Payments {
  readonly #host: PaymentsHost;
  readonly #recorded = new Set<string>();
  #isOwed = false;

  constructor(host: PaymentsHost) {
    this.#host = host;
    setHandler(recordPaymentUpdate, (payment) => this.#record(payment), {
      description: 'Records that the bill was paid, whole or in part, once for each reference of the bank',
      validator: (payment) => this.#validate(payment),
    });
  }

  async untilPaid(): Promise<void> {
    const { progress } = this.#host;
    this.#isOwed = true;
    const isPaid = () => progress.facts.open === 0;
    if (isPaid()) return;
    const message = `to be paid by ${progress.facts.dueDate}`;
    await progress.wait('awaiting-payment', { who: 'finance office', message }, () => condition(isPaid));
  }

  async #record(payment: Payment): Promise<BillFacts> {
    const { progress, record } = this.#host;
    try {
      // Also when the workflow is cancelled: what has left the bank is paid.
      const { open, state, amounts } = await CancellationScope.nonCancellable(() => record(payment));
      // Of several at once the answers may come in another order.
      if (open < (progress.facts.open ?? 0)) Object.assign(progress.facts, { open, billState: state });
      this.#note(payment, formatMoney(payment.amount, amounts.currency));
      return { ...progress.facts };
    } catch (error) {
      // Who has asked for it reads the refusal itself.
      throw failureAsItWas(reasonOf(error));
    }
  }

  #note({ by, issuer, bankReference }: Payment, amount: string): void {
    if (this.#recorded.has(bankReference)) return;
    this.#recorded.add(bankReference);
    const decision = decisionOf('the bill', { decision: `pay ${amount}`, by, issuer, note: bankReference });
    this.#host.progress.recordDecision(decision);
  }

  /** How much is open says purchasing: a reference that it has is recorded already, whatever is open by now. */
  #validate(payment: Payment): void {
    const { bankReference } = payment;
    if (typeof bankReference !== 'string' || !bankReference.trim() || bankReference.length > longestReference) {
      const message = `bankReference: is a text of 1 to ${longestReference} characters`;
      throw failure('InvalidRequest', message, { field: 'bankReference' });
    }
    const decision = { ...payment, decision: 'pay', note: bankReference };
    requireDecision(decision, [decision.decision]);
    requireActor(payment);
    if (!Number.isSafeInteger(payment.amount) || payment.amount < 1) {
      throw failure('InvalidRequest', 'amount: is in minor units, and more than nothing', { field: 'amount' });
    }
    if (!this.#isOwed) throw failure('InvalidState', 'the bill is not accepted: there is nothing to pay');
    if (payment.by !== this.#host.request.enteredBy) return;
    const message = `${payment.by} has entered the bill, so that another person has to pay it`;
    throw failure(approvalRefusals.OwnApproval, message, { field: 'by' });
  }
}
