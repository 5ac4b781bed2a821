import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { CreditNoteId, CustomerId, InvoiceId, PaymentId } from '../../contracts/identifiers.ts';
import { decodeEvent, typeOf } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { applyPayment, claimPayment } from '../../services/billing/claims.ts';
import { applyCredit } from '../../services/billing/credit.ts';
import { issueCreditNote } from '../../services/billing/credit-notes.ts';
import { issueInvoice } from '../../services/billing/issue.ts';
import { statement } from '../../services/billing/statement.ts';
import { findInvoice } from '../../services/billing/store.ts';
import { receiveTransfer } from '../../services/billing/transfers.ts';
import { changeBalance, listBalances } from '../../services/customers/balance.ts';
import { customersConsumer } from '../../services/customers/consumer.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';

type Schema = Awaited<ReturnType<typeof openTestSchema>>;

let broker: TestBroker;
let schemas: Schema[];
let billing: Kysely<unknown>;
let customers: Kysely<unknown>;
let relay: OutboxRelay<unknown>;
let consumer: Consumer<Record<never, never>>;

beforeEach(async () => {
  // An invoice is mailed by a command, which needs its queue.
  broker = await openTestBroker({ subscriptions: [subscriptions.customers, subscriptions.notificationCommands] });
  schemas = [await openTestSchema('billing'), await openTestSchema('customers')];
  [billing, customers] = schemas.map(({ database }) => database) as [Kysely<unknown>, Kysely<unknown>];
  const { connection, publisher } = await broker.connectWithPublisher();
  relay = new OutboxRelay({ decode: decodeEvent, database: billing, publisher, logger: quiet, pollMilliseconds: 20 });
  const database = customers as Kysely<Record<never, never>>;
  consumer = new Consumer({ connection, publisher, definition: customersConsumer, database, logger: quiet });
  await consumer.ready;
});

afterEach(async () => {
  await relay.stop();
  await consumer.stop();
  await broker.close();
  for (const schema of schemas) await schema.close();
});

const customerId = 'ada' as CustomerId;
const invoiceId = 'invoice-1' as InvoiceId;

/** An invoice of 108.00 EUR. */
const issue = (id: InvoiceId = invoiceId) =>
  issueInvoice(billing, {
    ...{ invoiceId: id, customerId, contact: { name: 'Ada', email: 'ada@example.org' }, currency: 'EUR' },
    lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
    ...{ timeZone: 'UTC', paymentDays: 30 },
  });

async function transfer(id: string, amount: number): Promise<void> {
  const { number } = await findInvoice(billing, invoiceId);
  await receiveTransfer(billing, {
    ...{ paymentId: id as PaymentId, account: 'DE02120300000000202051', bankReference: id, currency: 'EUR', amount },
    ...{ receivedOn: '2026-02-10', remittance: number, payer: 'Ada' },
  });
}

/** Once everything that billing has told is handled. */
async function balances(): Promise<unknown> {
  const told = await sql<{ count: number }>`
    select count(*) as count from outbox where type = any(${subscriptions.customers.events.map(typeOf)}::text[])
  `.execute(billing);
  await eventually(async () => {
    const handled = await sql<{ count: number }>`select count(*) as count from inbox`.execute(customers);
    return handled.rows[0]?.count === told.rows[0]?.count;
  });
  return listBalances(customers, customerId);
}

const euros = (amount: number) => [{ currency: 'EUR', amount }];

describe('the balance of a customer', () => {
  test('is what they owe less their credit, whatever they pay and is credited', async () => {
    expect(await balances()).toEqual([]);
    await issue();
    expect(await balances()).toEqual(euros(10_800));
    // 150.00 on 108.00.
    await transfer('bank-1', 15_000);
    expect(await balances()).toEqual(euros(-4_200));
    await issueCreditNote(billing, {
      ...{ creditNoteId: 'note-1' as CreditNoteId, invoiceId, amount: 1_000, reason: 'late' },
    });
    expect(await balances()).toEqual(euros(-5_200));
    await issue('invoice-2' as InvoiceId);
    await applyCredit(billing, 'invoice-2' as InvoiceId);
    expect(await balances()).toEqual(euros(5_600));
    const { open, credit, balance } = await statement(billing, { customerId, currency: 'EUR' });
    expect([open - credit, balance]).toEqual([5_600, 5_600]);
  });

  test('changes once by a payment, whether its workflow or its event tells of it first, and however often', async () => {
    await issue();
    expect(await balances()).toEqual(euros(10_800));
    const paymentId = 'card-1' as PaymentId;
    await claimPayment(billing, { paymentId, invoiceId, amount: 4_000 });
    const told = { customerId, key: `payment/${paymentId}`, currency: 'EUR', amount: -4_000 } as const;
    for (let time = 0; time < 2; time++) {
      expect(await changeBalance(customers, told)).toEqual({ currency: 'EUR', amount: 6_800 });
    }
    await applyPayment(billing, paymentId);
    expect(await balances()).toEqual(euros(6_800));
    expect(await changeBalance(customers, told)).toEqual({ currency: 'EUR', amount: 6_800 });
  });

  test('is one for each currency, the first one first', async () => {
    await changeBalance(customers, { customerId, key: 'invoice/usd', currency: 'USD', amount: 500 });
    await changeBalance(customers, { customerId, key: 'invoice/eur', currency: 'EUR', amount: 700 });
    expect(await listBalances(customers, customerId)).toEqual([
      { currency: 'EUR', amount: 700 },
      { currency: 'USD', amount: 500 },
    ]);
  });

  test('is what fifty changes at once have made of it, each of which comes three times', async () => {
    const change = (index: number) =>
      changeBalance(customers, { customerId, key: `invoice/i-${index}`, currency: 'EUR', amount: 100 });
    await Promise.all(Array.from({ length: 150 }, (_, index) => change(index % 50)));
    expect(await listBalances(customers, customerId)).toEqual(euros(5_000));
  });

  test.each([
    ['another amount', { amount: -3_999 }],
    ['another currency', { currency: 'USD' as const }],
    ['another customer', { customerId: 'bob' as CustomerId }],
  ])('does not change by the same key with %s', async (_, change) => {
    const told = { customerId, key: 'payment/p-1', currency: 'EUR', amount: -4_000 } as const;
    await changeBalance(customers, told);
    await expect(changeBalance(customers, { ...told, ...change })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'key' },
    });
    expect(await listBalances(customers, customerId)).toEqual(euros(-4_000));
  });
});
