import type { ServiceClients } from '../../client/services.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';

const size = 500;
const numbers = Array.from({ length: size }, (_, index) => index);
const customerId = (number: number) => `bench-customer-${number % size}`;
const sku = (number: number) => `bench-product-${number % size}`;

/** Customers and products enough that two checkouts seldom meet on one row. */
export async function openBenchShop({ customers, catalog, inventory }: ServiceClients): Promise<void> {
  await customers.importCustomers({
    customers: numbers.map((number) => ({
      customerId: customerId(number),
      name: `Customer ${number}`,
      email: `customer-${number}@example.org`,
      country: 'US',
      status: 'active',
    })),
  });
  await catalog.importProducts({
    products: numbers.map((number) => ({ sku: sku(number), name: `Product ${number}`, prices: { USD: 1_999 } })),
  });
  await inventory.receiveStock({
    receiptId: 'bench-stock',
    lines: numbers.map((number) => ({ sku: sku(number), quantity: 1_000_000 })),
  });
}

/** The cart of one checkout: two products, three pieces. */
export function benchCart(checkoutId: string, number: number): CheckoutInput {
  return {
    checkoutId,
    customerId: customerId(number),
    lines: [
      { sku: sku(number), quantity: 1 },
      { sku: sku(number * 7 + 1), quantity: 2 },
    ],
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
  };
}
