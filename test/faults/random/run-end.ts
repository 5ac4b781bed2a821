import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { contentHash } from '../../../platform/content-hash.ts';
import type { ProcessResult } from '../../../workflows/kit/contract.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import { typeOf } from '../refusals.ts';

/** How one run ended: with a result, or with the type of what it threw. */
export type End =
  | { readonly outcome: ProcessResult['outcome']; readonly reason: string | undefined }
  | { readonly threw: string };

export async function endOf(handle: WorkflowHandle): Promise<End> {
  try {
    const { outcome, reason }: ProcessResult = await handle.result();
    return { outcome, reason: reason?.type };
  } catch (error) {
    return { threw: typeOf(error instanceof WorkflowFailedError ? error.cause : error) };
  }
}

/** Everything that a run may have changed. */
export function snapshotOf(services: FakeServices): string {
  return contentHash({
    movements: services.payments.movements,
    orders: [...services.orders.orders],
    refunds: [...services.orders.refunds.rows],
    reservations: [...services.inventory.reservations].map(([id, { state }]) => [id, state]),
    stock: [...services.inventory.stock],
    purchases: services.purchases,
    invoices: [...services.billing.invoices].map(([id, { issued: _, ...row }]) => [id, row]),
    payments: [...services.billing.payments].map(([id, { payment }]) => [id, payment.state]),
    published: services.published,
    conflicts: services.broker.conflicts,
  });
}
