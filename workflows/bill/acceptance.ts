import { CancellationScope } from '@temporalio/workflow';
import type { Approval } from '../../contracts/approvals.ts';
import { failureAsItWas } from '../kit/failure.ts';
import { reasonOf } from '../kit/reason.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import type { EnteredBill } from './contract.ts';
import type { OpenBill } from './open-bill.ts';
import { reasonOfRejected } from './reasons.ts';
import { isAccepted } from './recall.ts';

/** Another bill of the order, or a delivery, came in between: then it is compared again. */
const outdated = ['InvalidState', 'ApprovalMissing', 'ApprovalOutdated', 'AlreadyDecided', 'OwnApproval'];

/**
 * Enters the bill, compares it with its order, and accepts it once it fits or a manager has approved what it differs in. Undo:
 * reject it.
 *
 * @throws {ApplicationFailure} `BillRejected`; `DuplicateBill`, `OrderNotApproved` and what else purchasing refuses
 */
export async function untilAccepted(open: OpenBill): Promise<void> {
  const { progress, variance } = open;
  const entered = await enter(open);
  if (isAccepted(entered)) return;
  if (entered.state === 'rejected') throw failureAsItWas(reasonOfRejected(entered));
  let bill = await progress.step('compare the bill with its order', () => look(open));
  for (;;) {
    const approvals = await variance.decide(bill);
    if (approvals && (await accept(open, approvals))) return;
    bill = await look(open);
  }
}

async function enter(open: OpenBill): Promise<EnteredBill> {
  const { request, calls, progress, operator, saga } = open;
  const bill = await progress.step('enter the bill', () =>
    saga.attempt({ name: 'reject the bill', run: () => open.reject() }, () =>
      // Who cancels meanwhile must not hear that a bill is not entered which is.
      CancellationScope.nonCancellable(() => untilAnswered(operator, 'enter the bill', () => calls.enterBill(request))),
    ),
  );
  open.show(bill);
  return bill;
}

async function look(open: OpenBill): Promise<EnteredBill> {
  const { request, calls, operator, variance } = open;
  return variance.look(async () => {
    const bill = await untilAnswered(operator, 'compare the bill with its order', () =>
      calls.matchBill(request.billId),
    );
    open.show(bill);
    return bill;
  });
}

/**
 * The pivot: purchasing compares it again, and accepts it once. A cancellation that comes meanwhile finds it accepted, or not.
 *
 * @returns whether it is accepted; else it is not what it was when it was compared
 */
async function accept(open: OpenBill, approvals: readonly Approval[]): Promise<boolean> {
  const { request, calls, progress, operator, variance } = open;
  return variance.accept(async () => {
    try {
      const accepting = () => calls.acceptBill(request.billId, approvals);
      const bill = await progress.step('accept the bill', () =>
        CancellationScope.nonCancellable(() => untilAnswered(operator, 'accept the bill', accepting)),
      );
      open.show(bill);
      if (approvals.length > 0) progress.facts.approvals = approvals;
      return true;
    } catch (error) {
      if (outdated.includes(reasonOf(error).type)) return false;
      throw error;
    }
  });
}
