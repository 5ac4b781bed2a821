import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { type Approval, refusalOfApprovals } from '../../contracts/approvals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { BillId } from '../../contracts/identifiers.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { aboutBill, billEnvelopeOf } from './announcement.ts';
import { billedQuantities, excessOf, type MatchingTolerance, mismatchesOf, releaseOf } from './bill-matching.ts';
import type { Bill, Mismatch } from './bill-shapes.ts';
import { findBill, lockBill, requireBillState, versionOf } from './bill-store.ts';
import type { purchasingContract } from './contract.ts';
import { requireApproved } from './ending.ts';
import type { Order } from './order-shapes.ts';

/** What has come is a fact: no person approves that more is billed. */
const isApprovable = ({ kind }: Mismatch): boolean => kind !== 'quantity';

/**
 * Compares a bill with its order and what has come of it. It can be matched again until it is accepted or rejected.
 *
 * @throws {ServiceFailure} `NotFound` for the bill, or a line of its order; `OrderNotApproved`; `InvalidState` when it is rejected
 */
export function matchBill(database: Kysely<unknown>, billId: BillId, tolerance: MatchingTolerance): Promise<Bill> {
  return database.transaction().execute(async (transaction) => {
    const { bill, order } = await lockBill(transaction, billId);
    if (bill.acceptedAt) return bill;
    requireBillState(bill, 'entered', 'matched', 'mismatched');
    const mismatches = await compare(transaction, bill, order, tolerance);
    await sql`
      update bills set state = ${mismatches.length === 0 ? 'matched' : 'mismatched'},
        mismatches = ${JSON.stringify(mismatches)}::jsonb
      where bill_id = ${billId}
    `.execute(transaction);
    return findBill(transaction, billId);
  });
}

async function compare(
  transaction: Transaction<unknown>,
  bill: Bill,
  order: Order | undefined,
  tolerance: MatchingTolerance,
): Promise<Mismatch[]> {
  if (order) requireApproved(order);
  const { rows } = await sql<{ excess: number }>`
    select excess from orders where po_id = ${order?.poId ?? null}
  `.execute(transaction);
  return mismatchesOf(bill, order, rows[0]?.excess ?? 0, tolerance);
}

/**
 * Accepts a bill, once: it is owed, and what it is for is not reserved any more. It is compared with its order again, and what a
 * manager has approved counts only for the mismatches that there are.
 *
 * @throws {ServiceFailure} `NotFound`; `OrderNotApproved`; `ApprovalMissing`, `ApprovalOutdated`, `OwnApproval`, `AlreadyDecided` when
 * the approvals do not suffice; `InvalidState` when more is billed than has come, or it is rejected
 */
export function acceptBill(
  database: Kysely<unknown>,
  { billId, approvals }: z.output<typeof purchasingContract.operations.acceptBill.input>,
  tolerance: MatchingTolerance,
): Promise<Bill> {
  return database.transaction().execute(async (transaction) => {
    const { bill, order } = await lockBill(transaction, billId);
    if (bill.acceptedAt) return bill;
    requireBillState(bill, 'entered', 'matched', 'mismatched');
    const mismatches = await compare(transaction, bill, order, tolerance);
    requireDecided(bill, mismatches, approvals);
    const release = order ? releaseOf(order, bill.lines) : 0;
    if (order) {
      // What a person has approved takes nothing of what may differ without one.
      const excess = mismatches.length === 0 ? excessOf(bill, order) : 0;
      await countOnOrder(transaction, order, { bill, release, excess });
    }
    await sql`
      update bills set state = 'accepted', accepted_at = now(), release = ${release},
        mismatches = ${JSON.stringify(mismatches)}::jsonb,
        approvals = ${JSON.stringify(mismatches.length === 0 ? [] : approvals)}::jsonb
      where bill_id = ${billId}
    `.execute(transaction);
    const accepted = await findBill(transaction, billId);
    const event = createEvent({
      ...(await billEnvelopeOf(transaction, accepted)),
      name: 'BillCreated',
      data: aboutBill(accepted),
    });
    await appendToOutbox(transaction, event);
    return accepted;
  });
}

function requireDecided(bill: Bill, mismatches: readonly Mismatch[], approvals: readonly Approval[]): void {
  if (mismatches.length === 0) return;
  const undelivered = mismatches.find((mismatch) => !isApprovable(mismatch));
  if (undelivered) {
    const { line, allowed, billed } = undelivered;
    const message = `line ${line}: ${billed} are billed, and ${allowed} have come that are not: receive the others first`;
    throw new ServiceFailure('InvalidState', message, { facts: { allowed, billed } });
  }
  const matter = { version: versionOf(mismatches), required: ['manager'], authors: [bill.enteredBy] } as const;
  const refused = refusalOfApprovals(matter, approvals);
  if (refused) throw new ServiceFailure(refused.declared, refused.message, refused.detail);
}

async function countOnOrder(
  transaction: Transaction<unknown>,
  order: Order,
  { bill, release, excess }: { readonly bill: Bill; readonly release: number; readonly excess: number },
): Promise<void> {
  const { poId, version } = order;
  for (const [{ line }, quantity] of billedQuantities(order, bill.lines)) {
    await sql`
      update order_lines set billed = billed + ${quantity}
      where po_id = ${poId} and version = ${version} and line = ${line}
    `.execute(transaction);
  }
  await sql`
    update orders set released = released + ${release}, excess = excess + ${excess} where po_id = ${poId}
  `.execute(transaction);
}
