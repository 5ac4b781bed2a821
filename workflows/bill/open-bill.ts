import { setHandler } from '@temporalio/workflow';
import type { Reason } from '../kit/contract.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import type { ProcessEnding } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { openCalls } from './activities.ts';
import type { BillFacts, BillRequest, BillResult, BillState, EnteredBill } from './contract.ts';
import { billHeadline } from './headline.ts';
import { billStatusQuery } from './messages.ts';
import { Payments } from './payments.ts';
import { billCancelled } from './reasons.ts';
import { factsOf } from './recall.ts';
import { Variance } from './variance.ts';

export type OpenBill = ReturnType<typeof openBill>;

/** As many as a reason may have. */
const longestReason = 1_000;

/** What a bill is made of while it runs. */
export function openBill(request: BillRequest) {
  const { billId } = request;
  const progress = new Progress<BillState, BillFacts>({ state: 'running', headline: billHeadline });
  const operator = new Operator(progress);
  const calls = openCalls();
  setHandler(billStatusQuery, () => ({ billId, ...progress.status() }), { description: 'Where the bill stands' });
  const variance = new Variance({ progress, findPerson: (personId) => calls.findDecider(personId) });
  const payments = new Payments({
    ...{ request, progress },
    record: (payment) =>
      untilAnswered(operator, `record the payment ${payment.bankReference}`, () =>
        calls.recordBillPayment(billId, payment),
      ),
  });
  return {
    ...{ request, progress, operator, calls, variance, payments },
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    show(bill: EnteredBill): void {
      Object.assign(progress.facts, factsOf(bill));
    },
    /** Rejects it in purchasing, for the reason that the process has by then. */
    async reject(): Promise<boolean> {
      // An earlier run has rejected it.
      if (progress.facts.billState === 'rejected') return false;
      const { message } = progress.reason as Reason;
      const wasEntered = await calls.rejectBill(billId, message.slice(0, longestReason));
      if (wasEntered) progress.facts.billState = 'rejected';
      return wasEntered;
    },
    get ending(): ProcessEnding<BillResult> {
      return {
        ...{ progress, saga: this.saga, milestones: new Milestones(billId, operator) },
        ids: { billId },
        cancelledAs: billCancelled,
        // Its facts are in the outbox of purchasing.
        recordPublication: async () => undefined,
        concluded: () => variance.close(),
      };
    },
  };
}
