import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { ReviewId, Sku } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { ProductReviews, Review, SubmitReview } from './contract.ts';

type Database = Kysely<unknown>;

const reviewColumns = sql.raw(
  'review_id as "reviewId", sku, customer_id as "customerId", rating, text, submitted_at as "submittedAt"',
);

/** @throws {ServiceFailure} `IdempotencyConflict` when the id was used before with other content */
export async function addReview(database: Database, review: SubmitReview): Promise<Review> {
  const { reviewId, sku, customerId, rating, text } = review;
  const inserted = await sql<Review>`
    insert into reviews (review_id, sku, customer_id, rating, text)
    values (${reviewId}, ${sku}, ${customerId}, ${rating}, ${text})
    on conflict do nothing
    returning ${reviewColumns}
  `.execute(database);
  const row = inserted.rows[0] ?? (await findReview(database, reviewId));
  if (!row || contentHash({ ...row, submittedAt: undefined }) !== contentHash(review)) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `${reviewId} was used before for another review; choose a new reviewId`,
      { field: 'reviewId' },
    );
  }
  return row;
}

async function findReview(database: Database, reviewId: ReviewId): Promise<Review | undefined> {
  const { rows } = await sql<Review>`
    select ${reviewColumns} from reviews where review_id = ${reviewId}
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
