import { type CartLine, quantitySchema } from '../../contracts/cart-lines.ts';
import type { ServiceClients } from '../services.ts';
import { currency, type Plan } from './plan.ts';

const largestImport = 1_000;
const largestReceipt = 5_000;
const largestQuantity = quantitySchema.maxValue ?? Number.POSITIVE_INFINITY;

/**
 * Brings customers, products and prices up to date and takes the stock in, once: the same plan again changes nothing.
 *
 * @param receipt names the delivery for ever
 * @throws {ServiceFailure} when a service refuses or does not answer
 */
export async function loadPlan(
  { customers, products, stock }: Plan,
  receipt: string,
  services: Pick<ServiceClients, 'customers' | 'catalog' | 'inventory'>,
): Promise<void> {
  for (const batch of batches(customers, largestImport)) {
    await services.customers.importCustomers({
      customers: batch.map((customer) => ({ ...customer, status: 'active' })),
    });
  }
  for (const batch of batches(products, largestImport)) {
    await services.catalog.importProducts({
      products: batch.map(({ sku, name, price }) => ({ sku, name, prices: { [currency]: price } })),
    });
  }
  for (const [index, lines] of batches(
    stock.flatMap((line) => [...split(line)]),
    largestReceipt,
  ).entries()) {
    await services.inventory.receiveStock({ receiptId: `${receipt}-${index + 1}`, lines });
  }
}

/** A line of a delivery has a largest quantity; lines of one product are added up. */
function* split({ sku, quantity }: CartLine): Generator<CartLine> {
  for (let left = quantity; left > 0; left -= largestQuantity) yield { sku, quantity: Math.min(left, largestQuantity) };
}

/** At most `size` of them in each; the last one has what is left. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
