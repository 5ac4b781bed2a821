import { sql } from 'kysely';
import { z } from 'zod';
import type { Change } from './change.ts';
import { reviewObject } from './objects.ts';
import { type Database, findIntent, type IntentRow, newId, only, type ReviewRow } from './store.ts';
import { invalidRequest, missing } from './stripe-error.ts';
import { recordEvent } from './webhook-events.ts';

export const approveReviewSchema = z.strictObject({});

const columns = sql.raw(`
  reviews.id, intent_id as "intentId", charge_id as "chargeId", closed_reason as "closedReason",
  reviews.created_at as "createdAt"`);

export async function findReview(database: Database, id: string): Promise<ReviewRow | undefined> {
  const { rows } = await sql<ReviewRow>`
    select ${columns} from reviews join payment_intents on payment_intents.id = intent_id where reviews.id = ${id}
  `.execute(database);
  return rows[0];
}

/** The open ones, newest first; at most `limit`, older than the review `startingAfter`. */
export async function listOpenReviews(database: Database, limit: number, startingAfter?: string): Promise<ReviewRow[]> {
  const { rows } = await sql<ReviewRow>`
    select ${columns} from reviews join payment_intents on payment_intents.id = intent_id
    where closed_reason is null
      and (${startingAfter ?? null}::text is null
        or reviews.sequence < (select sequence from reviews where id = ${startingAfter ?? null}))
    order by reviews.sequence desc limit ${limit}
  `.execute(database);
  return rows;
}

/** Opens the review of an intent; its id is the new review's. */
export async function openReview(change: Change, intent: IntentRow): Promise<IntentRow> {
  const { rows } = await sql<{ id: string; createdAt: string }>`
    insert into reviews (id, intent_id) values (${newId('prv')}, ${intent.id})
    returning id, created_at as "createdAt"
  `.execute(change.transaction);
  const { id, createdAt } = only(rows);
  const review = { id, intentId: intent.id, chargeId: intent.chargeId, closedReason: null, createdAt } as const;
  const reviewed = { ...intent, reviewId: id };
  await recordEvent(change, 'review.opened', reviewed, reviewObject(review));
  return reviewed;
}

/** Closes the review of an intent where one is open. */
export async function closeReview(
  change: Change,
  intent: IntentRow,
  reason: NonNullable<ReviewRow['closedReason']>,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update reviews set closed_reason = ${reason} where id = ${intent.reviewId} and closed_reason is null
  `.execute(change.transaction);
  if (numAffectedRows === 0n) return;
  const review = intent.reviewId === null ? undefined : await findReview(change.transaction, intent.reviewId);
  if (review) await recordEvent(change, 'review.closed', intent, reviewObject(review));
}

/**
 * @returns the intent under review, so that no other call changes it before the transaction ends
 * @throws {StripeError} 404 when there is no such review
 */
export async function lockReviewedIntent(transaction: Database, reviewId: string): Promise<IntentRow> {
  const review = await findReview(transaction, reviewId);
  const intent = review && (await findIntent(transaction, review.intentId, true));
  if (!intent) throw missing('review', reviewId, 'review');
  return intent;
}

/** @throws {StripeError} 400 when it is closed already */
export async function approveReview(change: Change, intent: IntentRow, reviewId: string): Promise<object> {
  const review = await findReview(change.transaction, reviewId);
  if (!review) throw missing('review', reviewId, 'review');
  if (review.closedReason !== null) {
    throw invalidRequest(`This review (${reviewId}) is closed already: ${review.closedReason}.`);
  }
  await closeReview(change, intent, 'approved');
  return reviewObject({ ...review, closedReason: 'approved' });
}
