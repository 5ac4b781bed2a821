import { CancellationScope } from '@temporalio/workflow';
import type { Approval } from '../../contracts/approvals.ts';
import { purchaseOrderRefusals } from '../../contracts/purchase-order-refusals.ts';
import { failure, failureAsItWas } from '../kit/failure.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import type { SubmittedOrder } from './contract.ts';
import type { OpenPurchaseOrder } from './open-purchase-order.ts';
import { purchaseOrderWithdrawn, reasonOfEnded } from './reasons.ts';
import { isApproved } from './recall.ts';

/** What was approved. */
export interface ApprovedVersion {
  readonly version: number;
  readonly approvals: readonly Approval[];
}

/**
 * Looks up who is in it, submits it, reserves its budget, and waits for its approvals. Undo: release the budget, end the order.
 *
 * @returns nothing where an earlier run under the id has had it approved
 * @throws {ApplicationFailure} `VendorUnknown`, `PersonUnknown`, `BudgetExceeded`; `OrderRejected`, `OrderWithdrawn`, `OrderExpired`
 */
export async function prepareOrder(open: OpenPurchaseOrder): Promise<ApprovedVersion | undefined> {
  const { request, calls, progress } = open;
  await progress.step('look up the vendor and the requester', () => calls.lookUpPurchase(request));
  const order = await submit(open);
  if (isApproved(order)) return undefined;
  if (order.state !== 'awaiting-approval') throw failureAsItWas(reasonOfEnded(order));
  if (order.budgetId) await reserve(open, order);
  return approve(open, order);
}

async function submit(open: OpenPurchaseOrder): Promise<SubmittedOrder> {
  const { request, calls, progress, operator, saga } = open;
  const order = await progress.step('submit the order', () =>
    saga.attempt({ name: 'end the order', run: () => open.end() }, () =>
      // Who cancels meanwhile must not hear that an order is not submitted which is.
      CancellationScope.nonCancellable(() =>
        untilAnswered(operator, 'submit the order', () => calls.submitOrder(request)),
      ),
    ),
  );
  open.show(order);
  return order;
}

async function reserve({ calls, progress, operator, saga }: OpenPurchaseOrder, order: SubmittedOrder): Promise<void> {
  const { poId, version } = order;
  progress.facts.reserved = await progress.step('reserve the budget', () =>
    saga.attempt({ name: 'release the budget', run: () => calls.releaseBudget(poId) }, () =>
      untilAnswered(operator, 'reserve the budget', () => calls.reserveBudget(poId, version)),
    ),
  );
}

async function approve({ approvals }: OpenPurchaseOrder, order: SubmittedOrder): Promise<ApprovedVersion> {
  const { version, required, authors } = order;
  approvals.request({ version, required, authors });
  const outcome = await approvals.wait();
  const { version: decided = version, approvals: given = [], missing = [] } = approvals.status ?? {};
  if (outcome === 'closed') {
    throw failure(purchaseOrderRefusals.OrderWithdrawn, purchaseOrderWithdrawn.message);
  }
  if (outcome === 'rejected') {
    throw failure(purchaseOrderRefusals.OrderRejected, `a person who may approve it has rejected version ${decided}`);
  }
  if (outcome === 'expired') {
    throw failure(purchaseOrderRefusals.OrderExpired, `it was not approved in time by ${missing.join(' and ')}`);
  }
  return { version: Number(decided), approvals: given };
}

/** The pivot: purchasing checks the approvals again, and approves the version once. */
export async function approveOrder(open: OpenPurchaseOrder, approved: ApprovedVersion | undefined): Promise<void> {
  const { request, calls, progress, operator } = open;
  if (!approved) return;
  const { version, approvals } = approved;
  const order = await progress.step('approve the order', () =>
    untilAnswered(operator, 'approve the order', () => calls.approveOrder(request.poId, version, approvals)),
  );
  open.show(order);
}
