import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type Customer, type CustomersClient, customersContract } from '../../services/customers/contract.ts';
import { customersHandlers } from '../../services/customers/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let customers: CustomersClient;

beforeAll(async () => {
  service = await startInProcess('customers', (database, options) =>
    serveHttp(customersContract, customersHandlers(database), options),
  );
  customers = createHttpClient(customersContract, { url: service.url });
});

afterAll(() => service.stop());

const customer = (customerId: string) => ({
  customerId,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  country: 'GB',
  status: 'active' as const,
});

/** What a customer may change; every field is here, so that none is forgotten by the import. */
const changes = { name: 'Ada King', email: 'ada.king@example.com', country: 'FR' } as const satisfies Partial<
  Record<keyof Customer, string>
>;

describe('a customer who is imported again', () => {
  test.each(Object.entries(changes))('has the new %s, and all else as it was', async (field, value) => {
    const old = customer(`again-${field}`);
    const neighbour = customer(`beside-${field}`);
    await customers.importCustomers({ customers: [old, neighbour] });

    await customers.importCustomers({ customers: [{ ...old, [field]: value }] });

    expect(await customers.findCustomer({ customerId: old.customerId })).toEqual({ ...old, [field]: value });
    expect(await customers.findCustomer({ customerId: neighbour.customerId })).toEqual(neighbour);
  });

  test('has every field of a customer in this list, but for the id and the ban', () => {
    expect(['customerId', 'status', ...Object.keys(changes)].sort()).toEqual(Object.keys(customer('c')).sort());
  });

  test('keeps the purchases', async () => {
    const id = customer('with-purchases');
    await customers.importCustomers({ customers: [id] });
    const total = { amount: 5998, currency: 'USD' as const };
    const purchase = { orderId: 'o-1', total, itemCount: 2, completedAt: '2026-01-31T12:00:00Z' };
    await customers.addPurchase({ customerId: id.customerId, ...purchase });

    await customers.importCustomers({ customers: [{ ...id, ...changes }] });

    expect((await customers.listPurchases({ customerId: id.customerId })).purchases).toHaveLength(1);
  });
});
