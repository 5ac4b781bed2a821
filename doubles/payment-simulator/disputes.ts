import { sql } from 'kysely';
import type { Change } from './change.ts';
import { disputeObject } from './objects.ts';
import { lockIntent } from './payment-intents.ts';
import { type Database, type DisputeRow, type IntentRow, newId, only, recordMovement } from './store.ts';
import { invalidRequest, missing } from './stripe-error.ts';
import { recordEvent } from './webhook-events.ts';

const columns = sql.raw(`
  id, intent_id as "intentId", amount, currency, fee, reason, status, fee_returned as "feeReturned",
  created_at as "createdAt",
  (select charge_id from payment_intents where payment_intents.id = intent_id) as "chargeId"`);

export async function findDispute(database: Database, id: string): Promise<DisputeRow | undefined> {
  const { rows } = await sql<DisputeRow>`select ${columns} from disputes where id = ${id}`.execute(database);
  return rows[0];
}

/** The dispute of an intent; it has one at most. */
export async function findDisputeOf(database: Database, intentId: string): Promise<DisputeRow | undefined> {
  const { rows } = await sql<DisputeRow>`select ${columns} from disputes where intent_id = ${intentId}`.execute(
    database,
  );
  return rows[0];
}

/** Newest first; at most `limit`, of one intent or of all, older than the dispute `startingAfter`. */
export async function listDisputes(
  database: Database,
  limit: number,
  { intentId, startingAfter, since }: { intentId?: string; startingAfter?: string; since?: number },
): Promise<DisputeRow[]> {
  const { rows } = await sql<DisputeRow>`
    select ${columns} from disputes
    where (${intentId ?? null}::text is null or intent_id = ${intentId ?? null})
      and (${since ?? null}::bigint is null or created_at >= to_timestamp(${since ?? null}::bigint))
      and (${startingAfter ?? null}::text is null
        or sequence < (select sequence from disputes where id = ${startingAfter ?? null}))
    order by sequence desc limit ${limit}
  `.execute(database);
  return rows;
}

/**
 * The customer has the bank take a captured payment back: the provider withdraws the amount and its fee at once.
 *
 * @throws {StripeError} 400 when nothing was captured, less is left, or the payment was disputed before
 */
export async function openDispute(
  change: Change,
  intent: IntentRow,
  { amount, fee, reason }: { amount?: number | undefined; fee: number; reason: string },
): Promise<DisputeRow> {
  if (intent.status !== 'succeeded') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) has no captured charge that could be disputed.`);
  }
  const left = intent.amountReceived - intent.amountRefunded;
  const disputed = amount ?? left;
  if (disputed < 1 || disputed > left) {
    throw invalidRequest(`Dispute amount (${disputed}) is not between 1 and the unrefunded amount (${left})`, {
      param: 'amount',
    });
  }
  if (await findDisputeOf(change.transaction, intent.id)) {
    throw invalidRequest(`Charge ${intent.chargeId} was disputed before.`, { code: 'charge_disputed' });
  }
  const { rows } = await sql<DisputeRow>`
    insert into disputes (id, intent_id, amount, currency, fee, reason, status)
    values (${newId('dp')}, ${intent.id}, ${disputed}, ${intent.currency}, ${fee}, ${reason}, 'needs_response')
    returning ${columns}
  `.execute(change.transaction);
  const dispute = only(rows);
  await recordMovement(change.transaction, 'disputed', intent, disputed, { disputeId: dispute.id });
  if (fee > 0) await recordMovement(change.transaction, 'dispute_fee', intent, fee, { disputeId: dispute.id });
  await recordEvent(change, 'charge.dispute.created', intent, disputeObject(dispute));
  await recordEvent(change, 'charge.dispute.funds_withdrawn', intent, disputeObject(dispute));
  return dispute;
}

/**
 * The bank decides: the money of a dispute that was won comes back, its fee only where that is agreed.
 *
 * @throws {StripeError} 404 when there is no such dispute, 400 when it is closed already
 */
export async function closeDispute(
  change: Change,
  id: string,
  status: 'won' | 'lost',
  returnsFee: boolean,
): Promise<DisputeRow> {
  const found = await findDispute(change.transaction, id);
  if (!found) throw missing('dispute', id, 'dispute');
  const intent = await lockIntent(change.transaction, found.intentId, 'intent');
  const feeReturned = status === 'won' && returnsFee && found.fee > 0;
  const { rows } = await sql<DisputeRow>`
    update disputes set status = ${status}, fee_returned = ${feeReturned}, closed_at = now()
    where id = ${id} and status = 'needs_response'
    returning ${columns}
  `.execute(change.transaction);
  const [dispute] = rows;
  if (!dispute) throw invalidRequest(`This dispute (${id}) is closed already.`);
  if (status === 'won') {
    await recordMovement(change.transaction, 'reinstated', intent, dispute.amount, { disputeId: id });
    if (feeReturned) {
      await recordMovement(change.transaction, 'dispute_fee_returned', intent, dispute.fee, { disputeId: id });
    }
    await recordEvent(change, 'charge.dispute.funds_reinstated', intent, disputeObject(dispute));
  }
  await recordEvent(change, 'charge.dispute.closed', intent, disputeObject(dispute));
  return dispute;
}
