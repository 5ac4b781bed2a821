import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer, CustomersClient } from '../../services/customers/contract.ts';
import { customer, openCustomers } from './customers-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let customers: CustomersClient;

beforeAll(async () => {
  ({ service, customers } = await openCustomers());
});

afterAll(() => service.stop());

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
