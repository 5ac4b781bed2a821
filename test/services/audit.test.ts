import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { CustomerId, InvoiceId, OrderId, PaymentId, RestockId, Sku } from '../../contracts/identifiers.ts';
import { copyKeepers } from '../../contracts/user-copy.ts';
import { claimPayment } from '../../services/billing/claims.ts';
import { billingContract } from '../../services/billing/contract.ts';
import { issueInvoice } from '../../services/billing/issue.ts';
import { receiveStock } from '../../services/inventory/receiving.ts';
import { restock } from '../../services/inventory/restocking.ts';
import * as refunds from '../../services/orders/refund-store.ts';
import * as orders from '../../services/orders/store.ts';
import { amounts, part, type Shop } from './audit-shop.ts';
import { AuditedShop } from './audited-shop.ts';
import { draft } from './billing-environment.ts';

/** An invoice as the service reads it. */
const invoice = (invoiceId: string) => billingContract.operations.issueInvoice.input.parse(draft(invoiceId));

const otherBalances = 'customers: balances other than what is open less credit = 0';
/** Credit of a customer that the books know nothing of. */
const enterCredit = (database: Kysely<unknown>, customerId: string, amount: number) =>
  sql`
    insert into credit_entries (entry_id, customer_id, currency, amount)
    values ('payment/p-0', ${customerId}, 'EUR', ${amount})
  `.execute(database);

/** What does not hold while nobody was told of an invoice. */
const toldToNobody = [
  'events: of billing that customers has neither handled nor parked = 0',
  'events: of billing that ledger has neither handled nor parked = 0',
  otherBalances,
  'ledger: receivable = open invoices',
  'ledger: tax payable = tax of invoices - of credit notes',
  'ledger: revenue = invoices, net',
  'ledger: invoice journals = invoices',
  'mail: invoices but those on hold = different mails with one',
];

const differingFrom = (service: string) => `users: accounts and rows of the copy of ${service} that differ = 0`;
const differingUsers = copyKeepers.map(differingFrom);
let audited: AuditedShop;

const fill = async (shop: Shop) => {
  for (const table of ['customers.customers', 'billing.customers_copy', 'communities.customers_copy']) {
    await shop.run(`insert into ${table} (customer_id, version, name, email, country, status)
      values ('ada', 3, 'Ada', 'ada@example.com', 'GB', 'banned')`);
  }
  await receiveStock(shop.of('inventory'), { receiptId: 'first', lines: [{ sku: 'LAMP' as Sku, quantity: 100 }] });
  for (const id of ['kept', 'returned', 'cancelled']) await shop.place(id);
  for (const id of ['kept', 'returned']) await shop.complete(id);
  await shop.cancel('cancelled');
  await shop.postRefund(await shop.refund('returned', 'r-1'));
};

beforeAll(async () => {
  audited = await AuditedShop.create(fill);
});

afterAll(() => audited?.close());

const brokenAfter: AuditedShop['brokenAfter'] = (plant) => audited.brokenAfter(plant);

describe('the audit', () => {
  test('finds nothing where everything is right', async () => {
    expect(await brokenAfter(async () => undefined)).toEqual([]);
  });

  test('asks of an order of nothing neither a payment nor a journal', async () => {
    expect(await brokenAfter((shop) => shop.completeForNothing('free'))).toEqual([]);
  });

  test('counts no mail about anything else among those of orders', async () => {
    expect(await brokenAfter((shop) => shop.mail('i-1', 'newsletter'))).toEqual([]);
  });

  test('shows money as people read it', async () => {
    const equations = await audited.audit();

    expect(equations).toContainEqual({
      name: 'money: authorized = captured + voided',
      left: '174.96 USD',
      right: '174.96 USD',
      holds: true,
    });
  });

  test.each<[string, (shop: Shop) => Promise<unknown>, string[]]>([
    [
      'a second payment that was captured for an order',
      async (shop) => {
        await shop.run(`insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
          values ('pi_again', 'succeeded', ${amounts.total}, 'usd', '{"checkout_id": "kept"}')`);
        await shop.move('authorized', 'again');
        await shop.move('captured', 'again');
      },
      [
        'money: captured - refunded = completed orders - completed refunds',
        'money: captures for one order <= 1',
        'money: completed orders with captured <> total = 0',
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
      ],
    ],
    [
      'payments that are of no checkout, which the orders know nothing of, and that were posted nowhere',
      async (shop) => {
        for (const name of ['invoice-1', 'invoice-2']) {
          await shop.run(`insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
            values ('pi_${name}', 'succeeded', ${amounts.total}, 'usd', '{"workflow_id": "invoice-payment/${name}"}')`);
          await shop.move('authorized', name);
          await shop.move('captured', name);
          await shop.move('refunded', name, 100);
        }
      },
      [
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
        'money: taken for invoices = applied payments by card',
      ],
    ],
    [
      'a second payment that was captured for a payment of an invoice',
      async (shop) => {
        for (const name of ['once', 'twice']) {
          await shop.run(`insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
            values ('pi_${name}', 'succeeded', ${amounts.total}, 'usd', '{"workflow_id": "invoice-payment/p-1"}')`);
          await shop.move('authorized', name);
          await shop.move('captured', name);
        }
      },
      [
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
        'money: captures for one payment of an invoice <= 1',
        'money: taken for invoices = applied payments by card',
      ],
    ],
    [
      'a number of an invoice that is missing, and what nobody was told of an invoice',
      async (shop) => {
        await issueInvoice(shop.of('billing'), invoice('invoice-1'));
        await shop.run(`update billing.invoices set number = 2`);
      },
      [
        'invoices: numbers = the last number',
        'invoices: the last number of a series other than that of its rows = 0',
        ...toldToNobody,
      ],
    ],
    [
      'a claim that nobody has given up, and an invoice that has forgotten it',
      async (shop) => {
        await issueInvoice(shop.of('billing'), invoice('invoice-1'));
        await claimPayment(shop.of('billing'), { paymentId: 'p-1' as PaymentId, invoiceId: 'invoice-1' as InvoiceId });
        await shop.run(`update billing.invoices set claimed = 0`);
      },
      ['invoices: with other parts than their payments say = 0', 'invoices: payments under way = 0', ...toldToNobody],
    ],
    [
      'a balance of a customer of whom nothing is open, beside one that is right',
      async (shop) => {
        await issueInvoice(shop.of('billing'), invoice('invoice-1'));
        await shop.run(`insert into customers.balance_changes (change_key, customer_id, currency, amount)
          values ('invoice/invoice-1', 'c-1', 'EUR', 10800), ('payment/p-1', 'c-2', 'EUR', -10800)`);
      },
      toldToNobody,
    ],
    [
      'nothing of a balance that is what is open',
      async (shop) => {
        await issueInvoice(shop.of('billing'), invoice('invoice-1'));
        await shop.run(`insert into customers.balance_changes (change_key, customer_id, currency, amount)
          values ('invoice/invoice-1', 'c-1', 'EUR', 10800)`);
      },
      toldToNobody.filter((name) => name !== otherBalances),
    ],
    [
      'credit that was used, but of none that came in',
      async (shop) => {
        await enterCredit(shop.of('billing'), 'c-1', 10_800);
        await issueInvoice(shop.of('billing'), invoice('invoice-1'));
        await shop.run('delete from billing.credit_uses');
      },
      [
        'invoices: entries of credit with other uses than their amount = 0',
        'ledger: customer credit = credit of customers',
        ...toldToNobody.filter((name) => name !== 'ledger: receivable = open invoices' && name !== otherBalances),
      ],
    ],
    [
      'an invoice that was on hold, and was forgotten when the ban was lifted',
      async (shop) => {
        await issueInvoice(shop.of('billing'), { ...invoice('invoice-1'), customerId: 'ada' as CustomerId });
        for (const table of ['customers.customers', 'billing.customers_copy', 'communities.customers_copy']) {
          await shop.run(`update ${table} set status = 'active', version = 4`);
        }
      },
      ['invoices: neither mailed nor on hold = 0', ...toldToNobody.filter((name) => !name.startsWith('mail:'))],
    ],
    [
      'a release that was skipped',
      async (shop) => {
        await shop.place('leaking');
        await shop.move('voided', 'leaking');
        await orders.cancelOrder(shop.of('orders'), 'leaking' as OrderId, 'OutOfStock');
        await shop.mail('leaking', 'order-cancelled');
      },
      ['stock: active reservations = 0'],
    ],
    [
      'a payment that was posted twice',
      (shop) => shop.postPayment('kept', 2),
      [
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
        'ledger: tax payable = tax of completed orders - of completed refunds',
        'ledger: revenue of orders = goods - discount',
        'ledger: shipping revenue = shipping of completed orders - of completed refunds',
        'ledger: payment journals = completed orders that cost something',
      ],
    ],
    [
      'a refund without a journal',
      (shop) => shop.refund('kept', 'r-2'),
      [
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
        'ledger: returns = goods - discount of completed refunds',
        'ledger: tax payable = tax of completed orders - of completed refunds',
        'ledger: refund journals = completed refunds',
      ],
    ],
    [
      'money that was paid back twice for one refund',
      (shop) => shop.move('refunded', 'returned', 100),
      [
        'money: captured - refunded = completed orders - completed refunds',
        'money: refunded for completed orders = completed refunds',
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
      ],
    ],
    [
      'money that was paid back for another order',
      (shop) => shop.run(`update payment_simulator.movements set intent_id = 'pi_kept' where kind = 'refunded'`),
      [
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
        'money: captured - refunded = completed orders - completed refunds',
        'money: refunded for completed orders = completed refunds',
      ],
    ],
    [
      'more paid back than was captured',
      (shop) => shop.move('refunded', 'cancelled', 100),
      [
        'money: captured - refunded = completed orders - completed refunds',
        'money: orders with refunded > captured = 0',
        'money: cancelled orders with captured <> refunded = 0',
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
      ],
    ],
    [
      'a cancelled order whose money was kept',
      (shop) => shop.run(`update payment_simulator.movements set kind = 'captured' where kind = 'voided'`),
      [
        'money: captured - refunded = completed orders - completed refunds',
        'money: cancelled orders with captured <> refunded = 0',
        'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
      ],
    ],
    [
      'goods that came back twice',
      (shop) => restock(shop.of('inventory'), 'r-1-again' as RestockId, part),
      ['stock: restocked = pieces of the refunds that came back'],
    ],
    [
      'a refund that was left open',
      (shop) =>
        refunds.requestRefund(shop.of('orders'), { orderId: 'kept', refundId: 'r-3', reason: 'broken' } as never),
      ['refunds: requested = 0'],
    ],
    [
      'more pieces refunded than were bought',
      (shop) => shop.run('update orders.refund_lines set quantity = 3'),
      [
        'stock: restocked = pieces of the refunds that came back',
        'refunds: orders with more pieces refunded than bought = 0',
      ],
    ],
    [
      'an order that has two different mails',
      (shop) => shop.mail('cancelled-again', 'payment-failed'),
      ['mail: orders that ended = different mails'],
    ],
    [
      'a mail about a refund that never came',
      (shop) => shop.run(`delete from mail_sink.mails where message_id = '<r-1>'`),
      ['mail: completed refunds = different mails about refunds'],
    ],
    [
      'an account that a copy does not have',
      (shop) => shop.run('delete from communities.customers_copy'),
      [differingFrom('communities')],
    ],
    [
      'copies of no account',
      (shop) =>
        shop.run(
          "update billing.customers_copy set customer_id = 'bob'; update communities.customers_copy set customer_id = 'bob'",
        ),
      differingUsers,
    ],
    ['copies that are behind', (shop) => shop.run('update customers.customers set version = 4'), differingUsers],
  ])('finds %s', async (_, plant, expected) => {
    expect((await brokenAfter(plant)).sort()).toEqual(expected.toSorted());
  });
});
