import { z } from 'zod';
import { grpcServiceRole } from '../../platform/grpc/service.ts';
import { createCatalogClient } from '../catalog/client.ts';
import { reviewsGrpcContract } from './grpc-contract.ts';
import { reviewsHandlers } from './server.ts';

export const role = grpcServiceRole(reviewsGrpcContract, {
  migrations: new URL('./migrations', import.meta.url),
  environment: z.object({
    CATALOG_URL: z.url({
      protocol: /^https?$/,
      error: 'use the address of the catalog, such as http://127.0.0.1:8080',
    }),
  }),
  // Shorter than the time that a caller waits for the reviews, so that it learns that it was the catalog.
  handlers: (database, { CATALOG_URL }) =>
    reviewsHandlers(database, createCatalogClient({ url: CATALOG_URL, timeoutMilliseconds: 1_500 })),
});
