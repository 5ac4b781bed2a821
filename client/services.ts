import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ConfigurationError, readConfiguration } from '../platform/configuration.ts';
import { createHttpClient } from '../platform/http/client.ts';
import { createCatalogClient } from '../services/catalog/client.ts';
import { customersContract } from '../services/customers/contract.ts';
import { deadLettersContract } from '../services/dead-letters/contract.ts';
import { inventoryContract } from '../services/inventory/contract.ts';
import { ledgerContract } from '../services/ledger/contract.ts';
import { mailSinkContract } from '../services/mail-sink/contract.ts';
import { orderHistoryContract } from '../services/order-history/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';

/** Where the services are, by the variables that hold their addresses. */
export type Addresses = Readonly<Record<string, string>>;

/** The file that `npm start` writes: by it the command line finds the running system. */
const startedAddresses = fileURLToPath(new URL('../.data/addresses.json', import.meta.url));

/**
 * The addresses of the system to talk to: those in the environment, and for what is not there those of the system that
 * `npm start` runs on this machine. They are put into the environment, where Temporal's own settings are read from.
 */
export function findAddresses(): Addresses {
  const started: Addresses = existsSync(startedAddresses) ? JSON.parse(readFileSync(startedAddresses, 'utf8')) : {};
  for (const [name, address] of Object.entries(started)) process.env[name] ??= address;
  return process.env as Addresses;
}

const service = z.url({ protocol: /^https?$/ });

const environment = z.object({
  CUSTOMERS_URL: service,
  CATALOG_URL: service,
  ORDERS_URL: service,
  ORDER_HISTORY_URL: service,
  INVENTORY_URL: service,
  LEDGER_URL: service,
  MAIL_SINK_URL: service,
  DEAD_LETTERS_URL: service,
});

/**
 * Typed clients of the services that people look into from outside.
 *
 * @throws {ConfigurationError} when an address is missing: the system is not started, or not on this machine
 */
export function createServiceClients(addresses: Addresses) {
  let urls: z.infer<typeof environment>;
  try {
    urls = readConfiguration(environment, addresses);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(
      `no running system was found: start one with \`npm start\`, or set ${Object.keys(environment.shape).join(', ')}`,
    );
  }
  return {
    customers: createHttpClient(customersContract, { url: urls.CUSTOMERS_URL }),
    catalog: createCatalogClient({ url: urls.CATALOG_URL }),
    orders: createHttpClient(ordersContract, { url: urls.ORDERS_URL }),
    orderHistory: createHttpClient(orderHistoryContract, { url: urls.ORDER_HISTORY_URL }),
    inventory: createHttpClient(inventoryContract, { url: urls.INVENTORY_URL, timeoutMilliseconds: 15_000 }),
    ledger: createHttpClient(ledgerContract, { url: urls.LEDGER_URL, timeoutMilliseconds: 15_000 }),
    mailSink: createHttpClient(mailSinkContract, { url: urls.MAIL_SINK_URL, timeoutMilliseconds: 15_000 }),
    // Ten thousand replays in one call take a while.
    deadLetters: createHttpClient(deadLettersContract, { url: urls.DEAD_LETTERS_URL, timeoutMilliseconds: 60_000 }),
  };
}

export type ServiceClients = ReturnType<typeof createServiceClients>;
