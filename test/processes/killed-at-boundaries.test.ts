import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { ProviderClient } from '../../client/provider-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import { withLogin } from '../../ops/privileges/logins.ts';
import type { RoleRunner } from '../../ops/system/role-runner.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutAnswer } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { disputeWorkflowId } from '../../workflows/dispute/messages.ts';
import { providerRefundWorkflowId } from '../../workflows/provider-refund/messages.ts';
import { openClients } from '../clients.ts';
import { parts } from '../faults/workers.ts';
import { startShopSystem } from '../setup/shop-system.ts';
import { activityTypes } from './activity-types.ts';
import { type Boundary, type Moment, openWires, type Wires } from './wires.ts';

let system: System;
let services: ServiceClients;
let connection: Connection;
let temporal: Client;
let checkouts: CheckoutClient;
let wires: Wires;
let checkoutWorker: RoleRunner;

beforeAll(async () => {
  system = await startShopSystem();
  ({ services, connection, temporal, checkouts } = await openClients(system.addresses));

  // Whatever a worker may call: a service that is added is on the wires by itself.
  const called = Object.entries(system.addresses).filter(([, address]) => /^(http|amqp):/.test(address));
  wires = await openWires(Object.fromEntries(called), /boundary-\d+/g);
  await Promise.all([system.stopRole('checkout-worker'), system.stopRole('bridge-worker')]);
  checkoutWorker = system.another('checkout-worker', onWires('checkout-worker'));
  // It publishes what the worker of the checkouts could not within two seconds.
  await Promise.all([checkoutWorker.start(), system.another('bridge-worker', onWires('bridge-worker')).start()]);
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await wires?.close();
  await system?.stop();
}, 60_000);

/** All addresses on the wires; the broker knows a worker by its own login. */
function onWires(name: 'checkout-worker' | 'bridge-worker'): Readonly<Record<string, string>> {
  const { username, password } = new URL(String(system.identityOf(name)['AMQP_URL']));
  return { ...wires.addresses, AMQP_URL: withLogin(String(wires.addresses['AMQP_URL']), username, password) };
}

/** Two pieces of a product that only this checkout buys, so that its id stands in every call, the quote too. */
async function place(checkoutId: string): Promise<CheckoutAnswer> {
  await Promise.all([
    services.catalog.importProducts({ products: [{ sku: checkoutId, name: checkoutId, prices: { USD: 2999 } }] }),
    services.inventory.receiveStock({ receiptId: checkoutId, lines: [{ sku: checkoutId, quantity: 2 }] }),
  ]);
  return checkouts.startCheckout(cart(checkoutId, { lines: [{ sku: checkoutId, quantity: 2 }] }));
}

async function die(worker: RoleRunner): Promise<void> {
  worker.kill('SIGKILL');
  await worker.stop();
}

/** Places a checkout, catches it at the boundary and kills the worker there; it is started again and left alone. */
async function killAt(boundary: Boundary): Promise<{ answered: Promise<CheckoutAnswer> }> {
  const { checkoutId, call, moment } = boundary;
  const publishes = call.startsWith('AMQP_URL');
  const held = wires.hold(boundary);
  const answered = place(checkoutId);
  await Promise.race([held, answered.then(() => held)]);
  // Not only at the broker: the customer has the mail, and the worker does not know that it has published anything.
  if (publishes && moment === 'after') {
    const hasMail = async () => (await services.mailSink.listMails({ checkoutId })).mails.length > 0;
    expect(await waitUntil(hasMail, { within: 30_000, every: 100 })).toBe(true);
  }
  await die(checkoutWorker);
  wires.release();
  await checkoutWorker.start();
  return { answered };
}

test('kill -9 before and after every call of a checkout: each is completed once, and the books balance', async () => {
  await place('boundary-0');
  expect(await checkouts.waitForResult('boundary-0')).toMatchObject({ outcome: 'completed' });
  const calls = [...new Set(wires.callsOf('boundary-0'))];
  const history = await temporal.workflow.getHandle(checkoutWorkflowId('boundary-0')).fetchHistory();
  // An activity that makes the calls of several others is as many boundaries.
  const made = activityTypes(history).flatMap((type) => Object.values(parts[type] ?? { type }));
  expect(calls).toHaveLength(new Set(made).size);

  const moments: readonly Moment[] = ['before', 'after'];
  const boundaries = calls
    .flatMap((call) => moments.map((moment) => ({ call, moment })))
    .map((boundary, index): Boundary => ({ ...boundary, checkoutId: `boundary-${index + 1}` }));
  const killed = [];
  for (const boundary of boundaries) killed.push({ ...boundary, ...(await killAt(boundary)) });

  const ended = await Promise.all(
    killed.map(async ({ checkoutId, answered, ...boundary }) => {
      const { answer } = await answered;
      const { outcome } = await checkouts.waitForResult(checkoutId);
      const [stock] = (await services.inventory.listStock({ sku: checkoutId })).stock;
      const madeAgain = wires.callsOf(checkoutId).filter((call) => call === boundary.call).length > 1;
      return { ...boundary, answer, outcome, bought: stock?.committed, madeAgain };
    }),
  );
  expect(ended).toEqual(
    boundaries.map(({ call, moment }) => ({
      call,
      moment,
      answer: 'accepted',
      outcome: 'completed',
      bought: 2,
      madeAgain: true,
    })),
  );
  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ holds }) => !holds)).toEqual([]);
  expect(audit.find(({ name }) => name === 'mail: orders that ended = different mails')?.left).toBe(
    String(boundaries.length + 1),
  );
}, 300_000);

/** What a person, or a bank, does at the provider to the payment of an order. */
async function atProvider(path: string, body: object): Promise<string> {
  const answer = await fetch(`${system.addresses['PAYMENT_PROVIDER_URL']}/dashboard/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { id: string }).id;
}

test('kill -9 in a comparison with the provider, before and after it has healed: it ends with everything healed once', async () => {
  const [orderId, name] = ['boundary-800', 'boundary-801'];
  await place(orderId);
  expect(await checkouts.waitForResult(orderId)).toMatchObject({ outcome: 'completed' });
  await system.stopRole('payment-webhooks');
  const refunds = [
    await atProvider(`payments/${orderId}-1/refund`, { amount: 700 }),
    await atProvider(`payments/${orderId}-1/refund`, { amount: 800 }),
  ];
  const disputeId = await atProvider(`payments/${orderId}-1/dispute`, { amount: 900, fee: 100 });
  await atProvider(`disputes/${disputeId}/lose`, {});

  const page = wires.hold({ checkoutId: name, call: 'PAYMENTS_URL POST /reconciliation/pages', moment: 'after' });
  const comparing = new ProviderClient(temporal).reconcile({}, name);
  await page;
  await die(checkoutWorker);
  const unseen = wires.hold({
    checkoutId: name,
    call: 'PAYMENTS_URL POST /reconciliation/unseen-payments',
    moment: 'before',
  });
  await checkoutWorker.start();
  await unseen;
  await die(checkoutWorker);
  wires.release();
  await checkoutWorker.start();
  const report = await comparing;

  expect(report).toMatchObject({ pages: 3, findings: [], healedCount: 3 });
  expect(report.healed.map(({ id }) => id).sort()).toEqual([...refunds, disputeId].sort());
  const handles = [...refunds.map(providerRefundWorkflowId), disputeWorkflowId(disputeId)].map((workflowId) =>
    temporal.workflow.getHandle(workflowId),
  );
  await Promise.all(handles.map((handle) => handle.result()));
  const order = await services.orders.findOrder({ orderId });
  expect(order).toMatchObject({ refunded: 1500, refunds: [{ kind: 'provider' }, { kind: 'provider' }] });
  const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
  expect(audit.filter(({ holds }) => !holds)).toEqual([]);
  const { journals } = await services.ledger.listJournals({ subject: `order/${orderId}` });
  expect(journals).toHaveLength(5);
}, 120_000);
