import { z } from 'zod';
import type { ServiceClients } from '../activities/index.ts';
import type { TokenSource } from '../platform/access/token-source.ts';
import { createHttpClient } from '../platform/http/client.ts';
import { createCatalogClient } from '../services/catalog/client.ts';
import { customersContract } from '../services/customers/contract.ts';
import { inventoryContract } from '../services/inventory/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { createPaymentsClient } from '../services/payments/client.ts';

const service = z.url({ protocol: /^https?$/, error: 'use the address of the service: http://host:port' });

/** Where the services are that checkouts call. */
export const checkoutServicesEnvironment = z.object({
  CUSTOMERS_URL: service,
  CATALOG_URL: service,
  ORDERS_URL: service,
  INVENTORY_URL: service,
  PAYMENTS_URL: service,
});

/** The clients of the checkout worker. */
export function openCheckoutServices(
  urls: z.infer<typeof checkoutServicesEnvironment>,
  token: TokenSource,
): ServiceClients {
  return {
    customers: createHttpClient(customersContract, { token, url: urls.CUSTOMERS_URL }),
    catalog: createCatalogClient({ token, url: urls.CATALOG_URL }),
    orders: createHttpClient(ordersContract, { token, url: urls.ORDERS_URL }),
    inventory: createHttpClient(inventoryContract, { token, url: urls.INVENTORY_URL }),
    payments: createPaymentsClient({ token, url: urls.PAYMENTS_URL }),
  };
}
