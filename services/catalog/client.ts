import { createGrpcClient, type GrpcClientOptions } from '../../platform/grpc/client.ts';
import type { CatalogClient } from './contract.ts';
import { catalogGrpcContract } from './grpc-contract.ts';

/** The catalog at a URL. */
export function createCatalogClient(options: GrpcClientOptions): CatalogClient {
  const client = createGrpcClient(catalogGrpcContract, options);
  return {
    quote: client.quote,
    getProducts: async ({ skus }, call) => (await client.getProducts({ skus: [...skus] }, call)).products,
    importProducts: async ({ products, ...options }, call) =>
      (await client.importProducts({ products: [...products], ...options }, call)).imported,
  };
}
