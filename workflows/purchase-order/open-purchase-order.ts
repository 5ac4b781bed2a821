import { Approvals } from '../kit/approvals.ts';
import type { Reason } from '../kit/contract.ts';
import { failureAsItWas } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import { reasonOf } from '../kit/reason.ts';
import type { ProcessEnding } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { openCalls } from './activities.ts';
import type {
  Amendment,
  PurchaseOrderFacts,
  PurchaseOrderRequest,
  PurchaseOrderResult,
  PurchaseOrderState,
  SubmittedOrder,
} from './contract.ts';
import { Conversation } from './conversation.ts';
import { purchaseOrderHeadline } from './headline.ts';
import { endedOutcomeOf, purchaseOrderWithdrawn } from './reasons.ts';
import { factsOf } from './recall.ts';

export type OpenPurchaseOrder = ReturnType<typeof openPurchaseOrder>;

/** What a purchase order is made of while it runs. */
export function openPurchaseOrder(request: PurchaseOrderRequest) {
  const { poId } = request;
  const progress = new Progress<PurchaseOrderState, PurchaseOrderFacts>({
    ...{ state: 'running', headline: purchaseOrderHeadline },
  });
  const operator = new Operator(progress);
  const calls = openCalls();
  const approvals = new Approvals<PurchaseOrderState>({
    ...{ progress, operator, state: 'awaiting-approval', what: () => `the order ${progress.facts.number ?? poId}` },
    findPerson: (personId) => calls.findDecider(personId),
    ask: (asking) => calls.askOrderApprovers(poId, asking),
  });
  const show = (order: SubmittedOrder): void => {
    Object.assign(progress.facts, factsOf(order), order.state !== 'awaiting-approval' && { orderState: order.state });
  };
  const amend = async (amendment: Amendment): Promise<void> => {
    try {
      const order = await untilAnswered(operator, 'amend the order', () => calls.amendOrder(poId, amendment));
      show(order);
      if (order.budgetId) progress.facts.reserved = order.total;
      const { version, required, authors } = order;
      approvals.request({ version, required, authors });
    } catch (error) {
      // Who has asked for it reads the refusal itself.
      throw failureAsItWas(reasonOf(error));
    }
  };
  const conversation = new Conversation({ poId, progress, approvals, amend });
  return {
    ...{ request, progress, operator, calls, approvals, conversation, show },
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    /** Ends the order in purchasing, for the reason that the process has by then. */
    async end(): Promise<boolean> {
      // An earlier run has ended it.
      if (progress.facts.orderState) return false;
      const reason = progress.reason as Reason;
      const ended = await calls.endOrder(poId, endedOutcomeOf(reason), reason.message);
      if (ended) progress.facts.orderState = ended;
      return ended !== undefined;
    },
    get ending(): ProcessEnding<PurchaseOrderResult> {
      return {
        ...{ progress, saga: this.saga, milestones: new Milestones(poId, operator) },
        ids: { poId },
        cancelledAs: purchaseOrderWithdrawn,
        // Its facts are in the outbox of purchasing.
        recordPublication: async () => undefined,
        concluded: (result) => conversation.conclude(result),
      };
    },
  };
}
