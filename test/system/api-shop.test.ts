import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { openTemporalClient } from '../../platform/temporal-client.ts';
import { apiFor } from './api-people.ts';

/** Accounts, goods and communities through the front door, by those who may. */

const run = `shop-${randomUUID().slice(0, 8)}`;
const [sku, customerId, communityId] = [`${run}-lamp`, `${run}-customer`, `${run}-court`];

const olga = apiFor('olga', 'operator');
const fiona = apiFor('fiona', 'finance');
const mara = apiFor('mara', 'manager');
const rita = apiFor('rita', 'reviewer');
const buyer = apiFor(customerId, 'customer');

const person = { customerId, name: 'Grace Hopper', email: `${run}@example.org`, country: 'US' } as const;

let temporal: ReturnType<typeof openTemporalClient>;

afterAll(() => temporal?.connection.close());

beforeAll(async () => {
  temporal = openTemporalClient(process.env);

  await olga.importCustomers({ customers: [person] });
  await olga.importProducts({ products: [{ sku, name: 'Lamp', prices: { USD: 2999 } }] });
  await olga.receiveStock({ receiptId: run, lines: [{ sku, quantity: 10 }] });
});

describe('goods', () => {
  test('are imported by operators and seen by everyone', async () => {
    expect(await rita.readProduct({ sku })).toMatchObject({ sku, prices: { USD: 2999 } });
    expect(await olga.listStock({ sku })).toMatchObject({ stock: [{ sku, received: 10 }] });
    await expect(rita.importProducts({ products: [] })).rejects.toMatchObject({ type: 'Forbidden' });
    await expect(buyer.listStock({ sku })).rejects.toMatchObject({ type: 'Forbidden' });
  });

  test('are reviewed by a customer in their own name alone', async () => {
    const review = { reviewId: `${run}-1`, sku, rating: 5, text: 'It shines.' };
    expect(await buyer.submitReview(review)).toMatchObject({ customerId, rating: 5 });
    await expect(buyer.submitReview({ ...review, customerId: 'customer-123' })).rejects.toMatchObject({
      ...{ type: 'Forbidden', detail: { field: 'customerId' } },
    });
    await expect(olga.submitReview({ ...review, reviewId: `${run}-2` })).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'customerId' } },
    });
    expect(await rita.listReviews({ sku })).toMatchObject({ reviewCount: 1, reviews: [{ customerId }] });
  });
});

describe('an account', () => {
  test('is banned, and the ban is lifted, by an operator', async () => {
    await expect(fiona.banCustomer({ customerId, reason: 'x' })).rejects.toMatchObject({ type: 'Forbidden' });
    expect(await olga.banCustomer({ customerId, reason: 'cards of others' })).toMatchObject({ status: 'banned' });
    expect(await olga.importCustomers({ customers: [{ ...person, status: 'active' }] })).toMatchObject({
      stillBanned: [customerId],
    });
    expect(await olga.unbanCustomer({ customerId, reason: 'a mistake' })).toMatchObject({ status: 'active' });
  });

  test('is handed out by an operator, with what every service keeps about the person, and erased', async () => {
    const kept = `${run}-kept`;
    const account = { ...person, customerId: kept };
    await olga.importCustomers({ customers: [account] });
    await olga.banCustomer({ customerId: kept, reason: 'cards of others' });
    await olga.unbanCustomer({ customerId: kept, reason: 'a mistake' });
    const review = { reviewId: `${run}-of-kept`, sku, rating: 5, text: 'It shines.' };
    await apiFor(kept, 'customer').submitReview(review);
    const invoiceId = `${run}-invoice`;
    const line = { description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 800 };
    await fiona.issueInvoice({ invoiceId, customerId: kept, currency: 'EUR', lines: [line] });
    await fiona.issueCreditNote({ creditNoteId: `${run}-note`, invoiceId, reason: 'a mistake' });
    await olga.importCommunity({
      ...{ communityId: `${run}-home`, timeZone: 'UTC', billingDay: 1, dueDay: 31 },
      manager: { name: 'Mary', email: 'mary@example.org' },
    });
    const residence = { movedIn: '2025-01-01', charges: [] };
    await olga.importResidents({ communityId: `${run}-home`, residents: [{ customerId: kept, ...residence }] });

    await expect(fiona.exportCustomer({ customerId: kept })).rejects.toMatchObject({ type: 'Forbidden' });
    expect(await olga.exportCustomer({ customerId: kept })).toMatchObject({
      customer: account,
      bans: { times: 1, lifted: [{ reason: 'a mistake' }] },
      invoices: [{ invoiceId, lines: [line] }],
      creditNotes: [{ invoiceId, reason: 'a mistake' }],
      reviews: [review],
      residences: [{ communityId: `${run}-home`, movedIn: '2025-01-01' }],
      isComplete: true,
    });
    const { erasedAt, historiesUntil } = await olga.eraseCustomer({ customerId: kept });
    const { workflowService } = temporal.connection;
    const { config } = await workflowService.describeNamespace({ namespace: temporal.client.options.namespace });
    const retention = Number(config?.workflowExecutionRetentionTtl?.seconds) * 1_000;
    expect(retention).toBeGreaterThan(0);
    expect(Date.parse(historiesUntil) - Date.parse(erasedAt)).toBe(retention);
    expect(await olga.readCustomer({ customerId: kept })).toMatchObject({ status: 'erased' });
  });
});

test('a check of a copy is a process that can be followed', async () => {
  const { checkId } = await olga.checkCopy({ name: run, service: 'communities' });
  expect(checkId).toBe(`communities/${run}`);
  for await (const _ of await olga.watchProcess({ kind: 'user-check', id: checkId }));
  expect(await olga.readResult({ kind: 'user-check', id: checkId })).toMatchObject({
    ...{ outcome: 'completed', service: 'communities' },
  });
});

test('how a process has ended is not told before its end', async () => {
  const id = `${run}-held`;
  await olga.placeCheckout({
    ...{ checkoutId: id, customerId: 'customer-123', lines: [{ sku, quantity: 1 }], currency: 'USD', country: 'US' },
    paymentMethod: 'pm_card_riskLevelElevated',
  });
  for (const early of [
    () => olga.readResult({ kind: 'checkout', id }),
    () => rita.readCheckoutResult({ checkoutId: id }),
  ]) {
    await expect(early()).rejects.toMatchObject({
      type: 'InProgress',
      message: 'it is in-review, and has not ended: watch it to its end',
    });
  }
  await olga.cancelCheckout({ checkoutId: id });
  expect(await rita.readCheckoutResult({ checkoutId: id })).toMatchObject({ checkoutId: id, outcome: 'cancelled' });
});

test('dead letters that meet a filter are told before anything is done, and never all of them', async () => {
  expect(await olga.replayDeadLetters({ subject: run, dryRun: true })).toMatchObject({ dryRun: true, matched: 0 });
  expect(await olga.discardDeadLetters({ subject: run, reason: 'x' })).toMatchObject({ matched: 0 });
  await expect(olga.discardDeadLetters({ reason: 'x' })).rejects.toMatchObject({ type: 'InvalidRequest' });
  await expect(fiona.discardDeadLetters({ subject: run, reason: 'x' })).rejects.toMatchObject({ type: 'Forbidden' });
});

describe('the month of a community', () => {
  const month = { communityId, period: '2026-02' };
  const id = `${communityId}/2026-02`;

  test('is invoiced when a manager asks for it, and tells who could not be', async () => {
    const manager = { name: 'Mara', email: `${run}-mara@example.org` };
    const community = { communityId, timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 31, manager };
    expect(await olga.importCommunity(community)).toEqual(community);
    const charges = [{ description: 'Rent', unitPrice: 10_000, taxRate: 800, currency: 'EUR' as const }];
    const residents = [{ customerId: `${run}-none`, movedIn: '2025-01-01', charges }];
    expect(await olga.importResidents({ communityId, residents })).toEqual({ imported: 1 });
    expect(await mara.listResidents({ communityId })).toMatchObject({ residents: [{ customerId: `${run}-none` }] });
    expect(await mara.countBillable({ communityId, date: '2026-02-01' })).toEqual({ residents: 1 });

    expect(await mara.runInvoicing(month)).toEqual({ invoicingId: id });
    for await (const _ of await mara.watchProcess({ kind: 'monthly-invoicing', id }));
    expect(await mara.readResult({ kind: 'monthly-invoicing', id })).toMatchObject({ outcome: 'completed', failed: 1 });
    const failures = async () => (await fiona.listInvoicingFailures(month)).failures;
    expect(await waitUntil(async () => (await failures()).length === 1, { within: 10_000 })).toBe(true);
    expect(await failures()).toMatchObject([{ reason: { type: 'CustomerNotFound' } }]);
    const paused = fiona.pauseInvoicing({ ...month, note: 'too late' });
    await expect(paused).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(buyer.runInvoicing(month)).rejects.toMatchObject({ type: 'Forbidden' });
  });

  test('is scheduled once, by who looks after it', async () => {
    const scheduled = { scheduleId: `monthly-invoicing/${communityId}`, communityId, timeZone: 'Europe/Berlin' };
    expect(await mara.scheduleInvoicing({ communityId })).toMatchObject(scheduled);
    expect(await mara.scheduleInvoicing({ communityId })).toMatchObject(scheduled);
    await expect(mara.scheduleInvoicing({ communityId: `${run}-none` })).rejects.toMatchObject({
      type: 'UnknownCommunity',
    });
  });
});
