import { sql } from 'kysely';
import { challengeUrl } from './objects.ts';
import type { Database, MovementKind } from './store.ts';

/** One movement of money, in minor units. */
export interface Movement {
  readonly sequence: number;
  readonly kind: MovementKind;
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly intentId: string;
  /** The `payment_id` that the intent carries in its metadata. */
  readonly paymentId: string | null;
  readonly refundId: string | null;
  readonly disputeId: string | null;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

/** Every movement of money, the oldest first. */
export async function listMovements(database: Database): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    select movements.sequence, kind, movements.amount, upper(movements.currency) as currency, intent_id as "intentId",
      metadata ->> 'payment_id' as "paymentId", refund_id as "refundId", dispute_id as "disputeId", moved_at as time
    from movements join payment_intents on payment_intents.id = intent_id
    order by movements.sequence
  `.execute(database);
  return rows;
}

/** What one intent holds, took and gave back, in minor units. */
export interface IntentTruth {
  readonly intentId: string;
  readonly paymentId: string | null;
  readonly checkoutId: string | null;
  readonly status: string;
  readonly currency: string;
  readonly amount: number;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  /** Where the customer confirms it; null unless the intent waits for that. */
  readonly challengeUrl: string | null;
  /** The review that is open; null when there is none. */
  readonly openReviewId: string | null;
  readonly time: string;
}

/**
 * Every PaymentIntent, the oldest first.
 *
 * @param publicUrl where customers reach the simulator
 */
export async function listIntentTruths(database: Database, publicUrl: string): Promise<IntentTruth[]> {
  const { rows } = await sql<Omit<IntentTruth, 'challengeUrl'>>`
    select id as "intentId", metadata ->> 'payment_id' as "paymentId", metadata ->> 'checkout_id' as "checkoutId",
      status, upper(currency) as currency, amount,
      case when status = 'requires_capture' then amount else 0 end as held,
      amount_received as captured, amount_refunded as refunded,
      (select reviews.id from reviews where intent_id = payment_intents.id and closed_reason is null)
        as "openReviewId",
      created_at as time
    from payment_intents order by sequence
  `.execute(database);
  return rows.map((row) => ({
    ...row,
    challengeUrl: row.status === 'requires_action' ? challengeUrl(publicUrl, row.intentId) : null,
  }));
}
