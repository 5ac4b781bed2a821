import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';

/** A handle on the simulator's schema, or a transaction in it. */
export type Database = Kysely<unknown>;

type LastPaymentError =
  | { readonly type: 'card_error'; readonly code: string; readonly decline_code: string; readonly message: string }
  | { readonly type: 'invalid_request_error'; readonly code: string; readonly message: string };

/** Amounts are minor units of the currency, which is in lower case as Stripe writes it. */
export interface IntentRow {
  readonly id: string;
  readonly sequence: number;
  readonly status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'requires_capture'
    | 'succeeded'
    | 'canceled';
  readonly amount: number;
  readonly currency: string;
  readonly amountReceived: number;
  readonly amountRefunded: number;
  readonly paymentMethod: string | null;
  readonly metadata: Record<string, string>;
  readonly chargeId: string | null;
  readonly lastPaymentError: LastPaymentError | null;
  readonly cancellationReason: string | null;
  /** Where the customer goes after the challenge. */
  readonly returnUrl: string | null;
  /** While it is `processing`: how often it is still read before the bank's late answer. */
  readonly readsUntilSettled: number | null;
  /** The review that was opened when the amount was held; it stays when the review is closed. */
  readonly reviewId: string | null;
  readonly createdAt: string;
}

export interface RefundRow {
  readonly id: string;
  readonly intentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  readonly createdAt: string;
}

export interface DisputeRow {
  readonly id: string;
  readonly intentId: string;
  readonly chargeId: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly fee: number;
  readonly reason: string;
  readonly status: 'needs_response' | 'won' | 'lost';
  readonly feeReturned: boolean;
  readonly createdAt: string;
}

export interface ReviewRow {
  readonly id: string;
  readonly intentId: string;
  readonly chargeId: string | null;
  /** Null while it is open. */
  readonly closedReason: 'approved' | 'canceled' | 'refunded' | null;
  readonly createdAt: string;
}

const intentColumns = sql.raw(`
  id, sequence, status, amount, currency, amount_received as "amountReceived", amount_refunded as "amountRefunded",
  payment_method as "paymentMethod", metadata, charge_id as "chargeId", last_payment_error as "lastPaymentError",
  cancellation_reason as "cancellationReason", return_url as "returnUrl", reads_until_settled as "readsUntilSettled",
  review_id as "reviewId", created_at as "createdAt"`);

const refundColumns = sql.raw('id, intent_id as "intentId", amount, currency, metadata, created_at as "createdAt"');

/** A new id as Stripe makes them: `pi_` and 24 letters and digits. */
export const newId = (prefix: 'pi' | 'ch' | 're' | 'dp' | 'prv' | 'evt' | 'req') =>
  `${prefix}_${randomBytes(12).toString('hex')}`;

export async function insertIntent(
  database: Database,
  intent: Pick<IntentRow, 'status' | 'amount' | 'currency' | 'paymentMethod' | 'metadata'>,
): Promise<IntentRow> {
  const { rows } = await sql<IntentRow>`
    insert into payment_intents (id, status, amount, currency, payment_method, metadata)
    values (${newId('pi')}, ${intent.status}, ${intent.amount}, ${intent.currency}, ${intent.paymentMethod},
      ${JSON.stringify(intent.metadata)})
    returning ${intentColumns}
  `.execute(database);
  return only(rows);
}

/** One intent; with `lock`, no other call changes it before the transaction ends. */
export async function findIntent(database: Database, id: string, lock = false): Promise<IntentRow | undefined> {
  const { rows } = await sql<IntentRow>`
    select ${intentColumns} from payment_intents where id = ${id} ${lock ? sql`for update` : sql``}
  `.execute(database);
  return rows[0];
}

/** The newest intent that carries the shop's own id of a payment. */
export async function findIntentOfPayment(database: Database, paymentId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from payment_intents where metadata ->> 'payment_id' = ${paymentId} order by sequence desc limit 1
  `.execute(database);
  return rows[0]?.id;
}

/** Newest first; at most `limit`, older than the intent `startingAfter`, made at `since` (in seconds) or later. */
export async function listIntents(
  database: Database,
  limit: number,
  startingAfter?: string,
  since?: number,
): Promise<IntentRow[]> {
  const { rows } = await sql<IntentRow>`
    select ${intentColumns} from payment_intents
    where (${since ?? null}::bigint is null or created_at >= to_timestamp(${since ?? null}::bigint))
      and (${startingAfter ?? null}::text is null
        or sequence < (select sequence from payment_intents where id = ${startingAfter ?? null}))
    order by sequence desc limit ${limit}
  `.execute(database);
  return rows;
}

export async function updateIntent(database: Database, intent: IntentRow): Promise<IntentRow> {
  const { rows } = await sql<IntentRow>`
    update payment_intents set status = ${intent.status}, amount_received = ${intent.amountReceived},
      amount_refunded = ${intent.amountRefunded}, payment_method = ${intent.paymentMethod},
      charge_id = ${intent.chargeId}, cancellation_reason = ${intent.cancellationReason},
      last_payment_error = ${intent.lastPaymentError && JSON.stringify(intent.lastPaymentError)},
      return_url = ${intent.returnUrl}, reads_until_settled = ${intent.readsUntilSettled}, review_id = ${intent.reviewId}
    where id = ${intent.id}
    returning ${intentColumns}
  `.execute(database);
  return only(rows);
}

export async function insertRefund(
  database: Database,
  refund: Omit<RefundRow, 'id' | 'createdAt'>,
): Promise<RefundRow> {
  const { rows } = await sql<RefundRow>`
    insert into refunds (id, intent_id, amount, currency, metadata)
    values (${newId('re')}, ${refund.intentId}, ${refund.amount}, ${refund.currency},
      ${JSON.stringify(refund.metadata)})
    returning ${refundColumns}
  `.execute(database);
  return only(rows);
}

export async function findRefund(database: Database, id: string): Promise<RefundRow | undefined> {
  const { rows } = await sql<RefundRow>`select ${refundColumns} from refunds where id = ${id}`.execute(database);
  return rows[0];
}

/** Newest first; at most `limit`, of one intent or of all, older than the refund `startingAfter`. */
export async function listRefunds(
  database: Database,
  limit: number,
  { intentId, startingAfter, since }: { intentId?: string; startingAfter?: string; since?: number },
): Promise<RefundRow[]> {
  const { rows } = await sql<RefundRow>`
    select ${refundColumns} from refunds
    where (${intentId ?? null}::text is null or intent_id = ${intentId ?? null})
      and (${since ?? null}::bigint is null or created_at >= to_timestamp(${since ?? null}::bigint))
      and (${startingAfter ?? null}::text is null
        or sequence < (select sequence from refunds where id = ${startingAfter ?? null}))
    order by sequence desc limit ${limit}
  `.execute(database);
  return rows;
}

export type MovementKind =
  | 'authorized'
  | 'captured'
  | 'voided'
  | 'refunded'
  | 'disputed'
  | 'dispute_fee'
  | 'reinstated'
  | 'dispute_fee_returned';

export async function recordMovement(
  database: Database,
  kind: MovementKind,
  intent: Pick<IntentRow, 'id' | 'currency'>,
  amount: number,
  { refundId = null, disputeId = null }: { refundId?: string | null; disputeId?: string | null } = {},
): Promise<void> {
  await sql`
    insert into movements (kind, intent_id, amount, currency, refund_id, dispute_id)
    values (${kind}, ${intent.id}, ${amount}, ${intent.currency}, ${refundId}, ${disputeId})
  `.execute(database);
}

/** @throws {Error} when there is none */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('the statement returned no row');
  return row;
}
