import { readFileSync } from 'node:fs';
import type { ServiceClients } from '../client/services.ts';
import type { CheckoutInput } from '../workflows/checkout/contract.ts';

const read = (file: string) => JSON.parse(readFileSync(new URL(`shop/${file}.json`, import.meta.url), 'utf8'));

/**
 * Opens a small shop to try things in; again changes nothing. The yacht and one lamp together cost 999,999.99 USD, which
 * the provider declines.
 */
export async function openShop({ customers, catalog, inventory }: ServiceClients): Promise<void> {
  await Promise.all([
    customers.importCustomers({ customers: read('customers') }),
    catalog.importProducts({ products: read('products') }),
    inventory.receiveStock(read('stock')),
  ]);
}

/** Who buys in the demonstration. */
export const shopper = 'customer-123';

/** Two lamps for the shopper, with changes. */
export function cart(checkoutId: string, changes: Partial<CheckoutInput> = {}): CheckoutInput {
  return {
    checkoutId,
    customerId: shopper,
    lines: [{ sku: 'product-1', quantity: 2 }],
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
    ...changes,
  };
}
