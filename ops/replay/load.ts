import { batches } from '../../client/batches.ts';
import { FileFault } from '../../client/files/text-file.ts';
import type { ServiceClients } from '../../client/services.ts';
import { splitLine } from '../../client/stock-receipt.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import { type Progress, showProgress } from '../../platform/progress-bar.ts';
import type { Product } from '../../services/catalog/contract.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { inventoryContract, largestReceipt } from '../../services/inventory/contract.ts';
import { currency, type Plan } from './plan.ts';

/** How many go into one call; each service takes as many at least. */
const batchSize = 1_000;

const { importCustomers } = customersContract.operations;
const { importProducts } = catalogGrpcContract.operations;
const { receiveStock } = inventoryContract.operations;

/** The calls that load a plan: checked by the rules of the services, so that none of them is refused half-way. */
export type Load = ReturnType<typeof prepareLoad>;

/**
 * A file knows little of a customer and of a product: what the shop has stays, and only what is missing is added.
 *
 * @param receipt names the delivery for ever
 * @throws {FileFault} when a service would not take something
 */
export function prepareLoad({ customers, products, stock }: Plan, receipt: string) {
  const deliveries = batches(
    stock.flatMap((line) => [...splitLine(line)]),
    largestReceipt,
  );
  try {
    return {
      customers: batches(customers, batchSize).map((batch) =>
        parse(importCustomers.input, { customers: batch, existing: 'keep' }),
      ),
      products: batches(products, batchSize).map((batch) =>
        parse(importProducts.input, {
          products: batch.map(({ sku, name, price }) => ({ sku, name, prices: { [currency]: price } })),
          existing: 'keep',
        }),
      ),
      receipts: deliveries.map((lines, index) =>
        parse(receiveStock.input, { receiptId: `${receipt}-${index + 1}`, lines }),
      ),
    };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    throw new FileFault(`what the file holds cannot be loaded: ${error.message}`, { cause: error });
  }
}

/**
 * Adds the customers, products and prices that are missing and takes the stock in, once: the same again changes nothing.
 *
 * @throws {ServiceFailure} when a service does not answer
 */
export async function load(
  { customers, products, receipts }: Load,
  services: Pick<ServiceClients, 'customers' | 'catalog' | 'inventory'>,
  signal: AbortSignal,
): Promise<void> {
  const calls = [
    ...customers.map((call) => () => services.customers.importCustomers(call)),
    ...products.map((call) => () => services.catalog.importProducts(call)),
    ...receipts.map((call) => () => services.inventory.receiveStock(call)),
  ];
  const progress: Progress | undefined = calls.length > 10 ? showProgress(calls.length, 'calls') : undefined;
  try {
    for (const call of calls) {
      signal.throwIfAborted();
      await call();
      progress?.advance();
    }
  } finally {
    progress?.stop();
  }
}

/** The ordered products as the shop has them now. */
export async function findOrdered({ stock }: Plan, catalog: ServiceClients['catalog']): Promise<Product[]> {
  const found: Product[] = [];
  for (const batch of batches(stock, batchSize)) {
    found.push(...(await catalog.getProducts({ skus: batch.map(({ sku }) => sku) })));
  }
  return found;
}
