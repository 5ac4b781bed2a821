import { z } from 'zod';
import { customerIdSchema, recordedInstantSchema, reviewIdSchema, skuSchema } from '../../contracts/identifiers.ts';
import { atMost } from '../../contracts/texts.ts';
import type { CallOptions } from '../../platform/http/contract.ts';

export const submitReviewSchema = z.strictObject({
  reviewId: reviewIdSchema,
  sku: skuSchema,
  customerId: customerIdSchema,
  /** Stars: 1 is bad, 5 is excellent. */
  rating: z.int('a rating is a whole number').min(1, 'a rating is at least 1').max(5, 'a rating is at most 5'),
  text: atMost(z.string(), 5_000, 'a review has at most 5,000 characters'),
});

export type SubmitReview = z.infer<typeof submitReviewSchema>;

export const reviewSchema = submitReviewSchema.extend({ submittedAt: recordedInstantSchema });

export type Review = z.infer<typeof reviewSchema>;

export const listReviewsSchema = z.strictObject({
  sku: skuSchema,
  limit: z.int().min(1, 'a limit is at least 1').max(1_000, 'a limit is at most 1,000'),
});

export const listReviewsOfCustomerSchema = z.strictObject({
  customerId: customerIdSchema,
  limit: listReviewsSchema.shape.limit,
});

/** Newest first, as many as were asked for. */
export const reviewsOfCustomerSchema = z.strictObject({ reviews: z.array(reviewSchema) });

export const productReviewsSchema = z.strictObject({
  /** The product as the catalog describes it now. */
  product: z.strictObject({ sku: skuSchema, name: z.string(), description: z.string() }),
  /** Newest first, as many as were asked for. */
  reviews: z.array(reviewSchema),
  /** All reviews of the product, also those beyond the limit. */
  reviewCount: z.int().min(0),
  /** Of all reviews of the product, to two decimals; absent while there is none. */
  averageRating: z.number().min(1).max(5).optional(),
});

export type ProductReviews = z.infer<typeof productReviewsSchema>;

/** The reviews as their callers see them; the wire is gRPC (`reviews.proto`). Every method throws `ServiceFailure`. */
export interface ReviewsClient {
  /**
   * Takes a review of a product that the catalog has. The review's id is the idempotency key: the same call again
   * changes nothing. Refusals: `UnknownProduct`; `IdempotencyConflict` when the id was used with other content;
   * `InvalidState` when the customer has reviewed the product under another id.
   */
  submitReview(request: z.input<typeof submitReviewSchema>, options?: CallOptions): Promise<Review>;
  /** Refusal: `UnknownProduct`. */
  listReviews(request: z.input<typeof listReviewsSchema>, options?: CallOptions): Promise<ProductReviews>;
  /** What a customer has written about all products. */
  listReviewsOfCustomer(
    request: z.input<typeof listReviewsOfCustomerSchema>,
    options?: CallOptions,
  ): Promise<z.output<typeof reviewsOfCustomerSchema>>;
}
