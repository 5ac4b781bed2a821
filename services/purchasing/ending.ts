import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { about, envelopeOf } from './announcement.ts';
import { undecidedBill } from './bill-store.ts';
import { takeOfBudget } from './budgets.ts';
import type { purchasingContract } from './contract.ts';
import type { Order } from './order-shapes.ts';
import { findOrder, lockOrder, lockOrderId, recallOrder, requireState } from './order-store.ts';
import { release } from './reservations.ts';

type Operations = typeof purchasingContract.operations;

/**
 * Ends an order that is not approved, once, and gives back what it has reserved. One that was not submitted yet is refused when
 * that comes.
 *
 * @throws {ServiceFailure} `InvalidState` when it is approved, or has ended in another way
 */
export function endOrder(
  database: Kysely<unknown>,
  { poId, outcome, reason }: z.output<Operations['endOrder']['input']>,
): Promise<{ order?: Order }> {
  return database.transaction().execute(async (transaction) => {
    await lockOrderId(transaction, poId);
    if (!(await recallOrder(transaction, poId))) {
      await sql`insert into orders_ended_early (po_id) values (${poId}) on conflict do nothing`.execute(transaction);
      return {};
    }
    const order = await lockOrder(transaction, poId);
    requireState(order, 'awaiting-approval', outcome);
    if (order.state === outcome) return { order };
    await release(transaction, order);
    await sql`
      update orders set state = ${outcome}, reason = ${reason}, ended_at = now() where po_id = ${poId}
    `.execute(transaction);
    const event = createEvent({
      ...(await envelopeOf(transaction, order)),
      name: 'PORefused',
      data: { ...about(order), requester: order.requester, outcome, reason },
    });
    await appendToOutbox(transaction, event);
    return { order: await findOrder(transaction, poId) };
  });
}

/**
 * Closes an approved order, once: what is not billed of it is not reserved any more, in the books and of its budget.
 *
 * @throws {ServiceFailure} `NotFound`; `OrderNotApproved`; `InvalidState` while a bill of it is not decided
 */
export function closeOrder(
  database: Kysely<unknown>,
  { poId, reason }: z.output<Operations['closeOrder']['input']>,
): Promise<Order> {
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    if (order.state === 'closed') return order;
    requireApproved(order);
    const undecided = await undecidedBill(transaction, poId);
    if (undecided) {
      throw new ServiceFailure(
        'InvalidState',
        `the bill ${undecided} of the order ${order.number} is not decided: accept or reject it first`,
      );
    }
    const rest = order.total - order.released;
    if (order.budgetId) await takeOfBudget(transaction, order.budgetId, -rest);
    await sql`
      update orders set state = 'closed', reason = ${reason}, released = released + ${rest}, reserved = reserved - ${rest},
        ended_at = now()
      where po_id = ${poId}
    `.execute(transaction);
    // What moves nothing is no news to the books.
    if (rest > 0) {
      const event = createEvent({
        ...(await envelopeOf(transaction, order)),
        name: 'POClosed',
        data: { ...about(order), released: rest },
      });
      await appendToOutbox(transaction, event);
    }
    return findOrder(transaction, poId);
  });
}

/** @throws {ServiceFailure} `OrderNotApproved` */
export function requireApproved({ number, state }: Pick<Order, 'number' | 'state'>): void {
  if (state === 'approved') return;
  throw new ServiceFailure(purchaseRefusals.OrderNotApproved, `the order ${number} is ${state}`, {
    field: 'poId',
    facts: { state },
  });
}
