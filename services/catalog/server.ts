import type { Kysely } from 'kysely';
import type { GrpcHandlers } from '../../platform/grpc/contract.ts';
import type { catalogGrpcContract } from './grpc-contract.ts';
import { quoteCart, unknownProduct } from './quote.ts';
import { rates } from './rates.ts';
import * as store from './store.ts';

export function catalogHandlers(database: Kysely<unknown>): GrpcHandlers<typeof catalogGrpcContract> {
  return {
    async quote(request) {
      const products = await store.findProducts(
        database,
        request.lines.map(({ sku }) => sku),
      );
      return quoteCart(products, request, rates);
    },
    async getProducts({ skus }) {
      const products = await store.findProducts(database, skus);
      return {
        products: skus.map((sku, index) => {
          const product = products.get(sku);
          if (!product) throw unknownProduct(sku, `skus.${index}`);
          return product;
        }),
      };
    },
    importProducts: async ({ products, existing }) => ({
      imported: await store.importProducts(database, products, existing),
    }),
  };
}
