import { createGrpcClient, type GrpcClientOptions } from '../../platform/grpc/client.ts';
import type { ReviewsClient } from './contract.ts';
import { reviewsGrpcContract } from './grpc-contract.ts';

/** The reviews at a URL. */
export function createReviewsClient(options: GrpcClientOptions): ReviewsClient {
  return createGrpcClient(reviewsGrpcContract, options);
}
