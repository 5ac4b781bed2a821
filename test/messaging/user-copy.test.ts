import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { CommunityId, CustomerId, InvoiceId, PaymentId } from '../../contracts/identifiers.ts';
import { type CopyKeeper, copyKeepers } from '../../contracts/user-copy.ts';
import { checksumsOf } from '../../events/consuming/read-copy.ts';
import { userCopyConsumer, userCopyHandlers } from '../../events/consuming/user-copy.ts';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { claimPayment } from '../../services/billing/claims.ts';
import { billingConsumer } from '../../services/billing/consumer.ts';
import { applyCredit } from '../../services/billing/credit.ts';
import { issueInvoice } from '../../services/billing/issue.ts';
import { findInvoice } from '../../services/billing/store.ts';
import { receiveTransfer } from '../../services/billing/transfers.ts';
import { importCommunity, importResidents, listResidents } from '../../services/communities/store.ts';
import { userEvent } from '../../services/customers/account-events.ts';
import { banCustomer, unbanCustomer } from '../../services/customers/banning.ts';
import type { Account, Customer } from '../../services/customers/contract.ts';
import { importCustomers } from '../../services/customers/store.ts';
import { republish, users } from '../../services/customers/users.ts';
import { oakCourt } from '../services/communities-environment.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';

type Schema = Awaited<ReturnType<typeof openTestSchema>>;

let broker: TestBroker;
let schemas: Schema[];
/** The tables of the customers service, and those of the service that keeps the copy. */
let customers: Kysely<unknown>;
let keeping: Kysely<unknown>;
let consumer: Consumer<Record<never, never>>;
let relay: OutboxRelay<unknown>;
let publish: (events: readonly IntegrationEvent[]) => Promise<void>;

const consumers = { billing: billingConsumer, communities: userCopyConsumer(subscriptions.communities) };

/** Has a service keep its copy. */
async function keepBy(keeper: CopyKeeper): Promise<void> {
  broker = await openTestBroker({ subscriptions: [subscriptions[keeper]] });
  schemas = [await openTestSchema('customers'), await openTestSchema(keeper)];
  [customers, keeping] = schemas.map(({ database }) => database) as [Kysely<unknown>, Kysely<unknown>];
  const { connection, publisher } = await broker.connectWithPublisher();
  publish = (events) => publisher.publish(events);
  relay = new OutboxRelay({ decode: decodeEvent, database: customers, publisher, logger: quiet, pollMilliseconds: 20 });
  const database = keeping as Kysely<Record<never, never>>;
  const definition = consumers[keeper];
  consumer = new Consumer({ connection, publisher, definition, database, logger: quiet });
  await consumer.ready;
}

afterEach(async () => {
  await relay.stop();
  await consumer.stop();
  await broker.close();
  for (const schema of schemas) await schema.close();
});

const customerId = 'ada' as CustomerId;
const ada = { customerId, name: 'Ada', email: 'ada@example.org', country: 'GB', status: 'active' } as Customer & {
  status: 'active';
};

async function copy(id: string = customerId): Promise<Record<string, unknown> | undefined> {
  const { rows } = await sql<Record<string, unknown>>`
    select customer_id as "customerId", name, email, country, status, version from customers_copy
    where customer_id = ${id}
  `.execute(keeping);
  return rows[0];
}

const copied = (version: number) => eventually(async () => (await copy())?.['version'] === version);

/** Done with all that was sent before. */
async function handled(count: number): Promise<void> {
  await eventually(async () => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from inbox`.execute(keeping);
    return rows[0]?.count === count;
  });
}

const account = (version: number, change: Partial<Account> = {}): Account => ({
  ...ada,
  name: `Ada ${version}`,
  version,
  ...change,
});

describe.each(copyKeepers)('the copy that %s keeps', (keeper) => {
  beforeEach(() => keepBy(keeper));

  test('is what the newest version says, in whatever order they come and however often', async () => {
    const changed = (version: number) => userEvent('UserChanged', account(version));
    await publish([changed(3)]);
    await handled(1);
    await publish([changed(2), userEvent('UserCreated', account(1)), changed(2), changed(3)]);
    await handled(3);
    expect(await copy()).toEqual(account(3));
    // Together, in one transaction.
    await publish([
      changed(6),
      changed(4),
      changed(5),
      userEvent('UserCreated', account(1, { customerId: 'bob' as never })),
    ]);
    await handled(7);
    expect(await copy()).toEqual(account(6));
    expect(await copy('bob')).toMatchObject({ version: 1 });
  });

  test('follows an account through all that happens to it', async () => {
    await importCustomers(customers, [ada]);
    await copied(1);
    expect(await copy()).toEqual({ ...ada, version: 1 });
    await banCustomer(customers, { customerId, reason: 'stolen cards' });
    await copied(2);
    expect(await copy()).toEqual({ ...ada, status: 'banned', version: 2 });
    await importCustomers(customers, [{ ...ada, name: 'Ada King' }]);
    await copied(3);
    expect(await copy()).toEqual({ ...ada, name: 'Ada King', status: 'banned', version: 3 });
    await unbanCustomer(customers, { customerId, reason: 'it was another one' });
    await copied(4);
    expect(await copy()).toEqual({ ...ada, name: 'Ada King', version: 4 });
  });

  test('has a row again that was deleted, or damaged, when the account is published again', async () => {
    await importCustomers(customers, [ada]);
    await banCustomer(customers, { customerId, reason: 'stolen cards' });
    await copied(2);
    for (const damage of [sql`delete from customers_copy`, sql`update customers_copy set status = 'active'`]) {
      await damage.execute(keeping);
      await republish(customers, [customerId]);
      await eventually(async () => (await copy())?.['status'] === 'banned');
      expect(await copy()).toEqual({ ...ada, status: 'banned', version: 2 });
    }
  });

  test('has the checksums of the accounts, and others while a row is deleted, damaged, behind, or of nobody', async () => {
    await importCustomers(customers, [ada]);
    await importCustomers(customers, [{ ...ada, name: 'Ada King' }]);
    await copied(2);
    const copy = userCopyHandlers(keeping);
    const isInStep = async () => {
      const [{ buckets }, accounts] = await Promise.all([copy.copyChecksums(), checksumsOf(customers, users)]);
      return contentHash(buckets) === contentHash(accounts);
    };
    expect(await isInStep()).toBe(true);
    const nobody = 'nobody' as CustomerId;
    for (const damage of [
      sql`delete from customers_copy`,
      sql`update customers_copy set status = 'banned'`,
      sql`update customers_copy set version = 1`,
      sql`insert into customers_copy select ${nobody}, version, name, email, country, status from customers_copy`,
    ]) {
      await damage.execute(keeping);
      expect(await isInStep()).toBe(false);
      await copy.dropCopies({ customerIds: [nobody] });
      await republish(customers, [customerId]);
      await eventually(isInStep);
    }
  });

  test('has an account from before the versions as soon as it is banned', async () => {
    await sql`
      insert into customers (customer_id, name, email, country, status) values ('ada', 'Ada', 'ada@example.org', 'GB', 'active')
    `.execute(customers);
    await banCustomer(customers, { customerId, reason: 'stolen cards' });
    await copied(2);
    expect(await copy()).toEqual({ ...ada, status: 'banned', version: 2 });
  });
});

describe('the residents of a community', () => {
  beforeEach(() => keepBy('communities'));

  test('are listed by the names that their accounts have, and as banned while they are', async () => {
    const { communityId } = await importCommunity(keeping, { ...oakCourt, communityId: 'oak-court' as CommunityId });
    const bob = 'bob' as CustomerId;
    const resident = { movedIn: '2026-01-01', charges: [] };
    await importResidents(keeping, communityId, [
      { ...resident, customerId },
      { ...resident, customerId: bob, movedOut: '2026-02-01' },
    ]);
    const list = () => listResidents(keeping, { communityId, limit: 100 });
    const unknown = { ...resident, customerId: bob, movedOut: '2026-02-01', banned: false };
    expect(await list()).toEqual({ residents: [{ ...resident, customerId, banned: false }, unknown] });
    await importCustomers(customers, [ada]);
    await banCustomer(customers, { customerId, reason: 'stolen cards' });
    await copied(2);
    expect(await list()).toEqual({ residents: [{ ...resident, customerId, name: 'Ada', banned: true }, unknown] });
    await unbanCustomer(customers, { customerId, reason: 'it was another one' });
    await copied(3);
    const [first] = (await listResidents(keeping, { communityId, limit: 1 })).residents;
    expect(first).toEqual({ ...resident, customerId, name: 'Ada', banned: false });
    const { residents } = await listResidents(keeping, { communityId, after: customerId, limit: 1 });
    expect(residents).toEqual([unknown]);
  });
});

describe('the invoices of a banned customer', () => {
  const invoiceId = 'invoice-1' as InvoiceId;
  const paymentId = (id: string) => id as PaymentId;
  const transfer = (id: string, remittance: string, amount: number) =>
    receiveTransfer(keeping, {
      ...{ paymentId: paymentId(id), account: 'DE02120300000000202051', bankReference: id, currency: 'EUR', amount },
      ...{ receivedOn: '2026-02-10', remittance, payer: 'Ada' },
    });

  beforeEach(async () => {
    await keepBy('billing');
    await issueInvoice(keeping, {
      ...{ invoiceId, customerId, contact: { name: 'Ada', email: 'ada@example.org' }, currency: 'EUR' },
      lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
      ...{ timeZone: 'UTC', paymentDays: 30 },
    });
  });

  test('are on hold until the ban is lifted; transfers are booked all the same', async () => {
    // A customer of whom nothing was told is not on hold.
    expect(await findInvoice(keeping, invoiceId)).toMatchObject({ held: false });
    const early = { paymentId: paymentId('early'), invoiceId, amount: 1_000 };
    await claimPayment(keeping, early);
    await importCustomers(customers, [ada]);
    await banCustomer(customers, { customerId, reason: 'stolen cards' });
    await copied(2);

    expect(await findInvoice(keeping, invoiceId)).toMatchObject({ held: true, state: 'open' });
    const claim = claimPayment(keeping, { paymentId: paymentId('card'), invoiceId });
    await expect(claim).rejects.toMatchObject({ type: 'InvoiceHeld' });
    // What was claimed before is answered as it was.
    expect(await claimPayment(keeping, early)).toMatchObject({ state: 'claimed' });
    const { number } = await findInvoice(keeping, invoiceId);
    expect(await transfer('bank-1', number, 4_000)).toMatchObject({ state: 'applied', credit: 0 });
    await expect(applyCredit(keeping, invoiceId)).rejects.toMatchObject({ type: 'CustomerBanned' });
    expect(await findInvoice(keeping, invoiceId)).toMatchObject({ held: true, state: 'partly-paid', open: 6_800 });

    await unbanCustomer(customers, { customerId, reason: 'it was another one' });
    await copied(3);
    expect(await findInvoice(keeping, invoiceId)).toMatchObject({ held: false });
    expect(await applyCredit(keeping, invoiceId)).toMatchObject({ applied: 0 });
    expect(await claimPayment(keeping, { paymentId: paymentId('card'), invoiceId })).toMatchObject({ amount: 5_800 });
  });

  test('that were issued meanwhile are mailed once when the ban is lifted, and never again', async () => {
    await importCustomers(customers, [{ ...ada, status: 'banned' }]);
    await copied(1);
    const meanwhile = 'invoice-2' as InvoiceId;
    await issueInvoice(keeping, {
      ...{ invoiceId: meanwhile, customerId, contact: { name: 'Ada', email: 'ada@example.org' }, currency: 'EUR' },
      lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
      ...{ timeZone: 'UTC', paymentDays: 30 },
    });
    const mails = async () => {
      const { rows } = await sql<{ subject: string }>`
        select subject from outbox where type = 'notification.send-invoice-email.v1' order by position
      `.execute(keeping);
      return rows.map(({ subject }) => subject);
    };
    expect(await mails()).toEqual([invoiceId]);
    for (const version of [2, 4]) {
      await unbanCustomer(customers, { customerId, reason: 'it was another one' });
      await copied(version);
      expect(await mails()).toEqual([invoiceId, meanwhile]);
      await banCustomer(customers, { customerId, reason: 'stolen cards' });
      await copied(version + 1);
    }
  });

  test('that are paid are not on hold, and say that they are paid', async () => {
    const { number } = await findInvoice(keeping, invoiceId);
    await transfer('bank-2', number, 15_000);
    await importCustomers(customers, [{ ...ada, status: 'banned' }]);
    await copied(1);
    expect(await findInvoice(keeping, invoiceId)).toMatchObject({ held: false, state: 'paid' });
    const claim = claimPayment(keeping, { paymentId: paymentId('card'), invoiceId });
    await expect(claim).rejects.toMatchObject({ type: 'InvoiceAlreadyPaid' });
    await expect(applyCredit(keeping, invoiceId)).rejects.toMatchObject({ type: 'CustomerBanned' });
  });
});
