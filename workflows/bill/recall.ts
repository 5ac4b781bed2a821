import { ServiceFailure } from '../../contracts/failures.ts';
import type { BillId } from '../../contracts/identifiers.ts';
import type { PurchasingClient } from '../../services/purchasing/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';
import type { BillFacts, BillResult, EnteredBill } from './contract.ts';
import { billCancelled, reasonOfRejected } from './reasons.ts';

/** Purchasing: it remembers a bill for ever, Temporal for its retention. */
export type BillMemory = Pick<PurchasingClient, 'findBill'>;

/** How a bill ended as purchasing remembers it; `undefined` when it is unknown, or has not ended. */
export async function recallBillResult(purchasing: BillMemory, billId: BillId): Promise<BillResult | undefined> {
  try {
    const bill = await purchasing.findBill({ billId });
    const facts = { ...factsOf(bill), ...(bill.approvals.length > 0 && { approvals: bill.approvals }) };
    if (bill.state === 'paid') return { billId, outcome: 'completed', ...facts, undone: [] };
    if (bill.state !== 'rejected') return undefined;
    const reason = reasonOfRejected(bill);
    return { billId, outcome: outcomeOf(reason, billCancelled), ...facts, reason, undone: [] };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}

/** Whether the bill is past its pivot; it may be paid by now. */
export const isAccepted = ({ state }: Pick<EnteredBill, 'state'>): boolean => state === 'accepted' || state === 'paid';

/** What the status tells of a bill as purchasing has it. */
export function factsOf(bill: Omit<EnteredBill, 'billId' | 'enteredBy' | 'reason'>): BillFacts {
  const { number, poNumber, state: billState, amounts, open, dueDate, mismatches, version } = bill;
  const { currency, total } = amounts;
  return {
    number,
    ...(poNumber && { poNumber }),
    billState,
    currency,
    total,
    open,
    dueDate,
    variance: { version, mismatches },
  };
}
