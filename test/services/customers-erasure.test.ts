import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { scanDatabase } from '../../ops/leak-scan/database.ts';
import type { CustomersClient } from '../../services/customers/contract.ts';
import { withoutPerson } from '../../services/dead-letters/erasure.ts';
import { customer, openCustomers } from './customers-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let customers: CustomersClient;
beforeAll(async () => {
  ({ service, customers } = await openCustomers());
});
afterAll(() => service.stop());

const types = async (subject: string) => {
  const { rows } = await sql<{ type: string }>`
    select type from outbox where subject = ${subject} order by position
  `.execute(service.database);
  return rows.map(({ type }) => type);
};

describe('the erasure of a customer', () => {
  test('leaves the id, and word of it for others; what was to be told before is told no more', async () => {
    const ada = { ...customer('gone'), name: 'Ada Unmistakable', email: 'unmistakable@example.com' };
    await customers.importCustomers({ customers: [ada] });
    await customers.banCustomer({ customerId: 'gone', reason: 'stolen cards' });
    await sql`update outbox set published_at = now() where type = 'customers.account.banned.v1'`.execute(
      service.database,
    );
    const { erasedAt } = await customers.eraseCustomer({ customerId: 'gone' });
    expect(Date.parse(erasedAt)).not.toBeNaN();
    expect(await customers.findCustomer({ customerId: 'gone' })).toEqual({
      ...{ customerId: 'gone', name: 'erased customer', email: 'erased@customer.invalid', country: 'GB' },
      status: 'erased',
    });
    expect(await types('gone')).toEqual(['customers.customer.erased.v1']);
    expect(await scanDatabase(service.database, [ada.name, ada.email])).toEqual([]);
  });

  test('again tells of it again, with a higher version, and who has had it done is kept each time', async () => {
    await customers.importCustomers({ customers: [customer('twice')] });
    await customers.eraseCustomer({ customerId: 'twice' });
    await customers.eraseCustomer({ customerId: 'twice' });
    expect(await types('twice')).toEqual(['customers.customer.erased.v1', 'customers.customer.erased.v1']);
    const { rows } = await sql`select erased_by from erasures where customer_id = 'twice'`.execute(service.database);
    expect(rows).toEqual([{ erased_by: 'tester' }, { erased_by: 'tester' }]);
  });

  test('of nobody is refused', async () => {
    await expect(customers.eraseCustomer({ customerId: 'nobody' })).rejects.toMatchObject({ type: 'CustomerNotFound' });
  });

  test('can be undone neither by an import, nor by a ban or its end', async () => {
    await customers.importCustomers({ customers: [customer('stays')] });
    await customers.eraseCustomer({ customerId: 'stays' });
    expect(await customers.importCustomers({ customers: [customer('stays')] })).toEqual({
      ...{ imported: 0, stillBanned: [], stillErased: ['stays'] },
    });
    await customers.banCustomer({ customerId: 'stays', reason: 'x' });
    await customers.unbanCustomer({ customerId: 'stays', reason: 'x' });
    expect(await customers.findCustomer({ customerId: 'stays' })).toMatchObject({ status: 'erased' });
  });
});

describe('an archived message', () => {
  const about = (data: object) => Buffer.from(JSON.stringify({ id: '1', data }));

  test('loses the person whom it is about, and nothing else', () => {
    const data = { customerId: 'c-1', customer: { name: 'Ada', email: 'a@example.org' }, amounts: { total: 1 } };
    expect(JSON.parse(String(withoutPerson(about(data), 'c-1')))).toEqual({
      id: '1',
      data: { ...data, customer: { name: 'erased customer', email: 'erased@customer.invalid' } },
    });
    const account = { customerId: 'c-1', name: 'Ada', email: 'a@example.org', version: 3 };
    expect(JSON.parse(String(withoutPerson(about(account), 'c-1')))).toMatchObject({
      data: { customerId: 'c-1', name: 'erased customer', email: 'erased@customer.invalid', version: 3 },
    });
  });

  test('about another one stays as it is, and one that cannot be read is emptied', () => {
    expect(withoutPerson(about({ customerId: 'c-2', note: 'c-1', name: 'Bob' }), 'c-1')).toBeUndefined();
    expect(withoutPerson(Buffer.from('{"customerId":"c-1"'), 'c-1')?.length).toBe(0);
    expect(withoutPerson(Buffer.from('null'), 'c-1')).toBeUndefined();
  });
});
