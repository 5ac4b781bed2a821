import type { ServiceClients } from '../client/services.ts';
import type { CheckoutInput } from '../workflows/checkout/contract.ts';

/** A small shop to try things in. The yacht and one lamp together cost 999,999.99 USD, which the provider declines. */
const shop = {
  customers: [
    { customerId: 'customer-123', name: 'Ada Lovelace', email: 'ada@example.org', country: 'US', status: 'active' },
    { customerId: 'customer-456', name: 'Alan Turing', email: 'alan@example.org', country: 'GB', status: 'active' },
    {
      customerId: 'customer-banned',
      name: 'Mallory Banks',
      email: 'mallory@example.org',
      country: 'US',
      status: 'banned',
    },
  ],
  products: [
    { sku: 'product-1', name: 'Desk lamp', prices: { USD: 2999, EUR: 2799, GBP: 2399, JPY: 4500 } },
    {
      sku: 'product-2',
      name: 'Light bulb',
      prices: { USD: 450, EUR: 420, GBP: 360 },
      quantityDiscount: { minimumQuantity: 10, basisPoints: 500 },
    },
    { sku: 'product-rare', name: 'Signed first edition', prices: { USD: 12_500 } },
    { sku: 'product-yacht', name: 'Yacht', prices: { USD: 99_997_000 } },
  ],
  stock: [
    { sku: 'product-1', quantity: 100_000 },
    { sku: 'product-2', quantity: 100_000 },
    { sku: 'product-rare', quantity: 1 },
    { sku: 'product-yacht', quantity: 100 },
  ],
} as const;

/** Opens the shop; again changes nothing. */
export async function openShop({ customers, catalog, inventory }: ServiceClients): Promise<void> {
  await Promise.all([
    customers.importCustomers({ customers: [...shop.customers] }),
    catalog.importProducts({ products: shop.products }),
    inventory.receiveStock({ receiptId: 'opening-stock', lines: [...shop.stock] }),
  ]);
}

/** Two lamps for customer-123, with changes. */
export function cart(checkoutId: string, changes: Partial<CheckoutInput> = {}): CheckoutInput {
  return {
    checkoutId,
    customerId: 'customer-123',
    lines: [{ sku: 'product-1', quantity: 2 }],
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
    ...changes,
  };
}
