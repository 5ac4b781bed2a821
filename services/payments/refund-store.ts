import { sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import type { Database } from './store.ts';

export interface RefundRow {
  /** Minor units. */
  readonly amount: number;
  /** `pending` while the provider's answer is not known. */
  readonly state: 'pending' | 'succeeded' | 'failed';
}

export async function findRefund(
  database: Database,
  paymentId: PaymentId,
  refundId: string,
): Promise<RefundRow | undefined> {
  const { rows } = await sql<RefundRow>`
    select amount, state from refunds where payment_id = ${paymentId} and refund_id = ${refundId}
  `.execute(database);
  return rows[0];
}

/**
 * Takes `amount` minor units off what can still be given back, under a lock of the payment: two refunds at once never
 * reserve more than was captured. A known refund is returned as it is.
 *
 * @param given what the provider has given back so far, the refunds among it that were made there
 * @throws {ServiceFailure} `RefundTooLarge` when less is left, `InvalidState` when the payment was voided
 */
export async function reserveRefund(
  database: Database,
  paymentId: PaymentId,
  refundId: string,
  { amount, captured, given }: { readonly amount: number; readonly captured: number; readonly given: number },
): Promise<RefundRow> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ isVoided: boolean }>`
      select void_started_at is not null as "isVoided" from payments where payment_id = ${paymentId} for update
    `.execute(transaction);
    const known = await findRefund(transaction, paymentId, refundId);
    if (known) return known;
    if (rows[0]?.isVoided) {
      throw new ServiceFailure('InvalidState', `the payment ${paymentId} was voided; all of it was given back`);
    }
    const sum = await sql<{ reserved: number }>`
      select coalesce(sum(amount), 0)::bigint as reserved from refunds
      where payment_id = ${paymentId} and state <> 'failed'
    `.execute(transaction);
    const left = captured - Math.max(sum.rows[0]?.reserved ?? 0, given);
    if (amount > left) {
      throw new ServiceFailure(
        refundRefusals.RefundTooLarge,
        `${amount} were to be given back, ${left} of the ${captured} captured are left`,
        { facts: { amount, left, captured } },
      );
    }
    await sql`
      insert into refunds (payment_id, refund_id, amount, state)
      values (${paymentId}, ${refundId}, ${amount}, 'pending')
    `.execute(transaction);
    return { amount, state: 'pending' };
  });
}

/** Whether the refund was asked for here. */
export async function isRefundKnown(database: Database, paymentId: PaymentId, refundId: string): Promise<boolean> {
  return (await findRefund(database, paymentId, refundId)) !== undefined;
}

export async function endRefund(
  database: Database,
  paymentId: PaymentId,
  refundId: string,
  state: 'succeeded' | 'failed',
): Promise<void> {
  await sql`
    update refunds set state = ${state} where payment_id = ${paymentId} and refund_id = ${refundId}
  `.execute(database);
}
