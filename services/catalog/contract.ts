import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import { countrySchema, skuSchema } from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';
import type { CallOptions } from '../../platform/http/contract.ts';

/** The largest number that an `int32` of the `.proto` file, and of the store, has room for. */
const largestWireNumber = 2 ** 31 - 1;

/** Characters of the name of a product. */
export const longestProductName = 300;

export const productSchema = z.strictObject({
  sku: skuSchema,
  name: atMost(z.string().min(1), longestProductName, `a name has at most ${longestProductName} characters`),
  description: atMost(z.string(), 2_000, 'a description has at most 2,000 characters').default(''),
  /** Minor units, net of tax, for one piece, in each currency that it is sold in; 0 is free of charge. */
  prices: z.partialRecord(currencySchema, amountSchema),
  /** Ten pieces or more for 5 % less: `{ minimumQuantity: 10, basisPoints: 500 }`. */
  quantityDiscount: z
    .strictObject({ minimumQuantity: z.int().min(2).max(largestWireNumber), basisPoints: z.int().min(1).max(9_999) })
    .optional(),
});

export type Product = z.infer<typeof productSchema>;

/**
 * What becomes of products that are there. `update`: what a product names is updated, and what it leaves out (a
 * description, a price in another currency, a discount) stays. `replace`: they are what was sent, and no more. `keep`: they
 * stay, and only missing prices are added.
 */
export const existingProductsSchema = z.enum(['update', 'replace', 'keep']);

export type ExistingProducts = z.infer<typeof existingProductsSchema>;

export const quoteRequestSchema = z.strictObject({
  lines: z
    .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1, 'at least one line is needed')
    .max(1_000, 'at most 1,000 lines'),
  currency: currencySchema,
  /** Where it is shipped to; decides shipping and tax. */
  country: countrySchema,
});

export type QuoteRequest = z.infer<typeof quoteRequestSchema>;

export const quoteSchema = z.strictObject({
  /** One line for each SKU, the quantities added up. */
  lines: z.array(z.strictObject({ sku: skuSchema, quantity: z.int().min(1), unitPrice: amountSchema })),
  amounts: orderAmountsSchema,
  /** Changes whenever the price of a product in the cart changes. */
  priceVersion: z.string(),
});

export type Quote = z.infer<typeof quoteSchema>;

/** The catalog as its callers see it; the wire is gRPC (`catalog.proto`). Every method throws `ServiceFailure`. */
export interface CatalogClient {
  /** Refusals: `UnknownProduct`; `InvalidRequest` when a product has no price in the currency or the total is too large. */
  quote(request: z.input<typeof quoteRequestSchema>, options?: CallOptions): Promise<Quote>;
  /** Refusal: `UnknownProduct`, with the SKU, when one of them is not in the catalog. */
  getProducts(request: { readonly skus: readonly string[] }, options?: CallOptions): Promise<Product[]>;
  /** Adds products, or updates them; answers how many. At most 1,000 in one call. @default existing `update` */
  importProducts(
    request: { readonly products: readonly z.input<typeof productSchema>[]; readonly existing?: ExistingProducts },
    options?: CallOptions,
  ): Promise<number>;
}
