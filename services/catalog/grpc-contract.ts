import { z } from 'zod';
import { skuSchema } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { defineGrpcContract } from '../../platform/grpc/contract.ts';
import { existingProductsSchema, productSchema, quoteRequestSchema, quoteSchema } from './contract.ts';
import { Catalog } from './generated/catalog_pb.ts';

/** The rules for the messages of `catalog.proto`. */
export const catalogGrpcContract = defineGrpcContract({
  name: 'catalog',
  service: Catalog,
  operations: {
    quote: {
      access: ['checkout-worker'],
      input: quoteRequestSchema,
      output: quoteSchema,
      failures: [refusals.UnknownProduct],
    },
    getProducts: {
      access: 'public',
      input: z.strictObject({ skus: z.array(skuSchema).min(1).max(1_000) }),
      output: z.strictObject({ products: z.array(productSchema) }),
      failures: [refusals.UnknownProduct],
    },
    importProducts: {
      access: ['operator'],
      input: z.strictObject({
        products: z.array(productSchema).min(1).max(1_000),
        existing: existingProductsSchema.default('update'),
      }),
      output: z.strictObject({ imported: z.int() }),
      failures: [],
    },
  },
});
