import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, Sku } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { ProductReviews, Review, SubmitReview } from './contract.ts';

type Database = Kysely<unknown>;

const reviewColumns = sql.raw(
  'review_id as "reviewId", sku, customer_id as "customerId", rating, text, submitted_at as "submittedAt"',
);

/**
 * Takes a review once.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id was used before with other content, `InvalidState` when the
 * customer has reviewed the product under another id
 */
export async function addReview(database: Database, review: SubmitReview): Promise<Review> {
  const { reviewId, sku, customerId, rating, text } = review;
  const inserted = await sql<Review>`
    insert into reviews (review_id, sku, customer_id, rating, text)
    values (${reviewId}, ${sku}, ${customerId}, ${rating}, ${text})
    on conflict do nothing
    returning ${reviewColumns}
  `.execute(database);
  const stored = inserted.rows[0] ?? (await findStored(database, review));
  if (stored?.reviewId !== reviewId) {
    throw new ServiceFailure('InvalidState', `${customerId} has reviewed ${sku} before; that review stands`, {
      field: 'customerId',
      facts: { sku, customerId, ...(stored && { reviewId: stored.reviewId }) },
    });
  }
  if (contentHash({ ...stored, submittedAt: undefined }) !== contentHash(review)) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `${reviewId} was used before for another review; choose a new reviewId`,
      { field: 'reviewId' },
    );
  }
  return stored;
}

/** What stands in the way of a review: the one with its id, else the customer's other one of the product. */
async function findStored(
  database: Database,
  { reviewId, customerId, sku }: SubmitReview,
): Promise<Review | undefined> {
  const { rows } = await sql<Review>`
    select ${reviewColumns} from reviews
    where review_id = ${reviewId} or (customer_id = ${customerId} and sku = ${sku})
    order by review_id = ${reviewId} desc limit 1
  `.execute(database);
  return rows[0];
}

/** The newest reviews of a product, how many there are in all, and their average rating. */
export async function listReviews(
  database: Database,
  sku: Sku,
  limit: number,
): Promise<Omit<ProductReviews, 'product'>> {
  const { rows } = await sql<Review & { reviewCount: number; averageRating: number }>`
    select ${reviewColumns}, count(*) over () as "reviewCount", round(avg(rating) over (), 2)::float8 as "averageRating"
    from reviews where sku = ${sku} order by submitted_at desc, review_id limit ${limit}
  `.execute(database);
  const reviews = rows.map(({ reviewCount: _, averageRating: __, ...review }) => review);
  return { reviews, reviewCount: rows[0]?.reviewCount ?? 0, averageRating: rows[0]?.averageRating };
}

/** What a customer has written, newest first. */
export async function listReviewsOfCustomer(
  database: Database,
  customerId: CustomerId,
  limit: number,
): Promise<Review[]> {
  const { rows } = await sql<Review>`
    select ${reviewColumns} from reviews where customer_id = ${customerId}
    order by submitted_at desc, review_id limit ${limit}
  `.execute(database);
  return rows;
}
