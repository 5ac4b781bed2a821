import { refusals } from '../../contracts/refusals.ts';
import { defineGrpcContract } from '../../platform/grpc/contract.ts';
import {
  listReviewsOfCustomerSchema,
  listReviewsSchema,
  productReviewsSchema,
  reviewSchema,
  reviewsOfCustomerSchema,
  submitReviewSchema,
} from './contract.ts';
import { Reviews } from './generated/reviews_pb.ts';

/** The rules for the messages of `reviews.proto`. */
export const reviewsGrpcContract = defineGrpcContract({
  name: 'reviews',
  service: Reviews,
  operations: {
    submitReview: {
      access: ['customer', 'operator'],
      input: submitReviewSchema,
      output: reviewSchema,
      failures: [refusals.UnknownProduct, 'IdempotencyConflict', 'InvalidState'],
    },
    listReviews: {
      access: 'public',
      input: listReviewsSchema,
      output: productReviewsSchema,
      failures: [refusals.UnknownProduct],
    },
    listReviewsOfCustomer: {
      access: ['operator'],
      input: listReviewsOfCustomerSchema,
      output: reviewsOfCustomerSchema,
      failures: [],
    },
  },
});
