import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { CustomerId, InvoiceId } from '../../contracts/identifiers.ts';
import { decodeEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { issueInvoice } from '../../services/billing/issue.ts';
import { ledgerConsumer } from '../../services/ledger/consumer.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker, takeFrom } from './environment.ts';

type Schema = Awaited<ReturnType<typeof openTestSchema>>;

let broker: TestBroker;
let billing: Schema;
let ledger: Schema;
let relay: OutboxRelay<unknown>;
let consumer: Consumer<Record<never, never>>;
let gate: Awaited<ReturnType<TestBroker['connect']>>['gate'];

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.ledger, subscriptions.notificationCommands] });
  [billing, ledger] = [await openTestSchema('billing'), await openTestSchema('ledger')];
  const ofBilling = await broker.connectWithPublisher();
  gate = ofBilling.gate;
  relay = new OutboxRelay({
    ...{ decode: decodeEvent, database: billing.database as Kysely<unknown>, publisher: ofBilling.publisher },
    ...{ logger: quiet, pollMilliseconds: 50 },
  });
  const { connection, publisher } = await broker.connectWithPublisher();
  consumer = new Consumer({
    ...{ connection, publisher, definition: ledgerConsumer, database: ledger.database, logger: quiet },
  });
  await consumer.ready;
});

afterEach(async () => {
  await relay.stop();
  await consumer.stop();
  await broker.close();
  await billing.close();
  await ledger.close();
});

const unpublished = async () => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from outbox where published_at is null
  `.execute(billing.database);
  return rows[0]?.count;
};

test('an invoice is issued while the broker is away; its journal and the command for its mail follow', async () => {
  gate.shut();
  const invoice = await issueInvoice(billing.database as Kysely<unknown>, {
    ...{ invoiceId: 'invoice-1' as InvoiceId, customerId: 'ada' as CustomerId, currency: 'EUR' },
    contact: { name: 'Ada', email: 'ada@example.org' },
    lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
    ...{ timeZone: 'UTC', paymentDays: 30 },
  });
  expect(invoice).toMatchObject({ number: 'INV-000001', state: 'open' });
  expect(await unpublished()).toBe(2);

  gate.open();
  const accounts = await eventually(async () => {
    const { rows } = await sql<{ account: string }>`select account from entries order by 1`.execute(ledger.database);
    return rows.length > 0 && rows.map(({ account }) => account);
  });
  expect(accounts).toEqual(['1200', '2200', '4000']);
  const command = await takeFrom(broker.channel, queueOf(broker.topology, subscriptions.notificationCommands).work);
  expect(JSON.parse(command.content.toString())).toMatchObject({
    type: 'notification.send-invoice-email.v1',
    data: { number: 'INV-000001', amounts: { total: 10_800 } },
  });
  await eventually(async () => (await unpublished()) === 0);
});
