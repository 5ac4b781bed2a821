import type { Kysely } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Sku } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import type { GrpcHandlers } from '../../platform/grpc/contract.ts';
import type { CallContext } from '../../platform/http/contract.ts';
import type { CatalogClient } from '../catalog/contract.ts';
import type { ProductReviews } from './contract.ts';
import type { reviewsGrpcContract } from './grpc-contract.ts';
import * as store from './store.ts';

/** The handlers of the reviews; the catalog is asked for the product before anything is stored or answered. */
export function reviewsHandlers(
  database: Kysely<unknown>,
  catalog: Pick<CatalogClient, 'getProducts'>,
): GrpcHandlers<typeof reviewsGrpcContract> {
  const describe = async (sku: Sku, context: CallContext): Promise<ProductReviews['product']> => {
    try {
      const [product] = await catalog.getProducts({ skus: [sku] }, context);
      if (product) return { sku, name: product.name, description: product.description };
    } catch (error) {
      if (!(error instanceof ServiceFailure) || error.type !== refusals.UnknownProduct.type) throw error;
    }
    // The catalog names the field of its own request.
    throw new ServiceFailure(refusals.UnknownProduct, `the catalog has no product ${sku}`, {
      field: 'sku',
      facts: { sku },
    });
  };
  return {
    async submitReview(review, context) {
      await describe(review.sku, context);
      return store.addReview(database, review);
    },
    async listReviews({ sku, limit }, context) {
      const [product, reviews] = await Promise.all([describe(sku, context), store.listReviews(database, sku, limit)]);
      return { product, ...reviews };
    },
    listReviewsOfCustomer: async ({ customerId, limit }) => ({
      reviews: await store.listReviewsOfCustomer(database, customerId, limit),
    }),
  };
}
