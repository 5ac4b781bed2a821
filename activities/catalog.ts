import { parse } from '../contracts/validation.ts';
import type { CatalogClient, Quote } from '../services/catalog/contract.ts';
import { checkoutRequestSchema } from '../workflows/checkout/contract.ts';
import { callService } from './service-call.ts';

export function createCatalogActivities({ catalog }: { readonly catalog: CatalogClient }) {
  return {
    /** Prices a cart. It reads the whole request by its schema first, since any Temporal client can start a checkout. */
    async quoteCart(request: unknown): Promise<Quote> {
      return callService(async (options) => {
        const { lines, currency, country } = parse(checkoutRequestSchema, request);
        return catalog.quote({ lines, currency, country }, options);
      });
    },
  };
}
