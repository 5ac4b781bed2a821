import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Kysely } from 'kysely';
import { cart } from '../../demo/shop.ts';
import { scanDatabase } from '../../ops/leak-scan/database.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { type Clients, openClients } from '../clients.ts';
import { cli } from './command-line-shop.ts';

const id = `erased-${randomUUID().slice(0, 8)}`;
const person = { name: `Ottilie Q${id}`, email: `ottilie.${id}@example.org` };
const needles = Object.values(person);

let clients: Clients;
let database: Kysely<unknown>;

beforeAll(async () => {
  clients = await openClients();
  database = openDatabase({ url: process.env['DATABASE_URL'] ?? '', schema: 'public', connections: 1 });
  const { services, checkouts } = clients;
  await services.customers.importCustomers({ customers: [{ customerId: id, ...person, country: 'US' }] });
  const order = cart(`${id}-order`, { customerId: id });
  await checkouts.startCheckout(order);
  expect(await checkouts.waitForResult(order.checkoutId)).toMatchObject({ outcome: 'completed' });
  const invoice = ['--id', `${id}-invoice`, '--customer', id, '--line', 'Desk;1;100.00;19'];
  expect(await cli(['invoice', 'create', ...invoice])).toMatchObject({ exitCode: 0, stderr: '' });
}, 60_000);

afterAll(async () => {
  await database?.destroy();
  await clients?.connection.close();
});

/** Tables that name the person, but the mail server's, which stands in for what is outside. */
const places = async () =>
  [...new Set((await scanDatabase(database, needles)).map(({ place }) => place))].filter(
    (place) => !place.startsWith('mail_sink.'),
  );

describe('a person who is erased', () => {
  test('is handed out whole before', async () => {
    const { stdout } = await cli(['customers', 'export', id]);
    expect(JSON.parse(stdout)).toMatchObject({
      customer: { customerId: id, ...person },
      purchases: [{ orderId: `${id}-order` }],
      orders: [{ orderId: `${id}-order`, contact: person }],
      invoices: [{ invoiceId: `${id}-invoice`, contact: person }],
      isComplete: true,
    });
  });

  test('is named in no table any more, and every copy has let go of them', async () => {
    expect(await places()).toEqual(
      expect.arrayContaining(['billing.invoices', 'customers.customers', 'orders.orders']),
    );

    const erased = await cli(['--json', 'customers', 'erase', id]);

    expect(JSON.parse(erased.stdout)).toMatchObject({ customerId: id, historiesUntil: expect.any(String) });
    const again = await cli(['customers', 'erase', id]);
    expect(again.stdout).toMatch(/^Sealed histories +until 20\d\d-.*Z; of what still runs, as long after its end$/m);
    await waitUntil(async () => (await places()).length === 0, { within: 20_000, every: 200 });
    expect(await places()).toEqual([]);
  });

  test('keeps orders, purchases and books under the id', async () => {
    const { services } = clients;
    expect(await services.orders.findOrder({ orderId: `${id}-order` })).toMatchObject({ state: 'completed' });
    const { purchases } = await services.customers.listPurchases({ customerId: id });
    expect(purchases).toHaveLength(1);
    const { journals } = await services.ledger.listJournals({ subject: `order/${id}-order` });
    expect(journals).toHaveLength(1);
  });

  test('is refused an order, by a type of its own, and is not brought back by an import', async () => {
    const { services, checkouts } = clients;
    const answer = await checkouts.startCheckout(cart(`${id}-again`, { customerId: id }));
    expect(answer).toMatchObject({ answer: 'refused', reason: { type: 'AccountErased' } });
    const again = await services.customers.importCustomers({
      customers: [{ customerId: id, ...person, country: 'US' }],
    });
    expect(again).toEqual({ imported: 0, stillBanned: [], stillErased: [id] });
    expect(await services.customers.findCustomer({ customerId: id })).toMatchObject({ status: 'erased' });
    expect(await places()).toEqual([]);
  });

  test('has the money back for an order all the same, without a mail', async () => {
    const { services, refunds } = clients;
    await refunds.startRefund({ refundId: `${id}-refund`, orderId: `${id}-order`, reason: 'does not fit' });
    expect(await refunds.waitForResult(`${id}-refund`)).toMatchObject({ outcome: 'completed' });
    const isBooked = async () =>
      (await services.ledger.listJournals({ subject: `order/${id}-order` })).journals.length === 2;
    expect(await waitUntil(isBooked, { within: 20_000 })).toBe(true);
    const { mails } = await services.mailSink.listMails({ to: 'erased@customer.invalid' } as never);
    expect(mails).toEqual([]);
  });
});
