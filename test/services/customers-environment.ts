import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type CustomersClient, customersContract } from '../../services/customers/contract.ts';
import { customersHandlers } from '../../services/customers/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The customers on a database of their own, and their client. */
export interface CustomersEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly customers: CustomersClient;
}

export async function openCustomers(): Promise<CustomersEnvironment> {
  const service = await startInProcess('customers', (database, options) =>
    serveHttp(customersContract, customersHandlers(database), options),
  );
  return { service, customers: createHttpClient(customersContract, { url: service.url }) };
}

/** A customer who may buy. */
export const customer = (customerId: string) => ({
  customerId,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  country: 'GB',
  status: 'active' as const,
});
