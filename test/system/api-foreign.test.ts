import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { apiContract } from '../../api/contract.ts';
import { InvoiceClient } from '../../client/invoice-client.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import { openClients } from '../clients.ts';
import { apiFor, send, tokenOf } from './api-people.ts';

/** What a customer gets to see of what is another one's: nothing, as of what there is not. */

const ada = apiFor('customer-123', 'customer');
const run = `foreign-${randomUUID().slice(0, 8)}`;
const checkoutId = `${run}-waits`;
const orderId = `${run}-done`;
const refundId = `${run}-refund`;
const invoiceId = `${run}-invoice`;
const paymentId = `${run}-payment`;

beforeAll(async () => {
  const olga = apiFor('olga', 'operator');
  const cart = { lines: [{ sku: 'product-1', quantity: 1 }], currency: 'USD', country: 'US' } as const;
  const placing = { ...cart, lines: [...cart.lines] };
  await ada.placeCheckout({ ...placing, checkoutId, paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' });
  await ada.placeCheckout({ ...placing, checkoutId: orderId, paymentMethod: 'pm_card_visa' });
  for await (const _ of await ada.watchCheckout({ checkoutId: orderId }));
  await olga.requestRefund({ refundId, orderId, reason: 'returned' });
  for await (const _ of await ada.watchRefund({ refundId }));
  const { temporal, services, connection } = await openClients();
  const line = { description: 'Rent', quantity: 1, unitPrice: 10_000, taxRate: 0 };
  const content = { customerId: 'customer-123', currency: 'EUR', lines: [line] } as const;
  await new InvoiceClient(temporal, services.billing).issue({ ...content, invoiceId, lines: [line] });
  await connection.close();
  await ada.payInvoice({ paymentId, invoiceId, paymentMethod: 'pm_card_visa' });
  for await (const _ of await ada.watchInvoicePayment({ paymentId }));
});

const ids: Readonly<Record<string, string>> = {
  ...{ checkoutId, orderId, refundId, invoiceId, paymentId },
  customerId: 'customer-123',
};

/** Who calls them makes the thing that they name. */
const making = ['placeCheckout', 'submitReview'];

/** The calls of customers that name a thing in their path, but for those that make it. */
const calls = Object.entries(apiContract.operations as Readonly<Record<string, HttpOperation>>).filter(
  ([name, { access, path }]) =>
    access !== 'public' && access.includes('customer') && path.includes('/:') && !making.includes(name),
);

const call = async ({ method, path, example }: HttpOperation, subject: string, named: (field: string) => string) => {
  const token = await tokenOf(subject, 'customer');
  const fields = [...path.matchAll(/:(\w+)/g)].map(([, field = '']) => field);
  const rest = Object.entries(example?.input ?? {})
    .filter(([name]) => !fields.includes(name) && name !== 'version')
    .map(([name, value]): [string, unknown] => [name, name in ids ? named(name) : value]);
  const query = method === 'GET' ? `?${new URLSearchParams(rest as [string, string][])}` : '';
  const route = path.replace(/:(\w+)/g, (_, field: string) => named(field));
  return send(method, `${route}${query}`, { token, ...(method !== 'GET' && { body: Object.fromEntries(rest) }) });
};

describe.each(calls)('%s', (_, operation) => {
  test('answers for a foreign id exactly as for one that there is not', async () => {
    const foreign = await call(operation, 'customer-456', (field) => ids[field] ?? '');
    const never = await call(operation, 'customer-456', () => `${run}-never`);

    expect(foreign.status).toBe(404);
    const told = JSON.stringify(foreign.body);
    const renamed = Object.values(ids).reduce((text, id) => text.replaceAll(id, `${run}-never`), told);
    expect(JSON.parse(renamed)).toEqual(never.body);
  });
});

test('a customer sees their own order, its history, their invoice, its payment and their statement', async () => {
  const own = { customerId: 'customer-123' };
  expect(await ada.readOrder({ orderId })).toMatchObject({ ...own, orderId });
  expect(await ada.readOrderHistory({ orderId })).toMatchObject({ ...own, orderId });
  expect((await ada.listOrders({ ...own, limit: 1_000 })).orders.map((order) => order.orderId)).toContain(orderId);
  expect(await ada.readInvoice({ invoiceId })).toMatchObject({ ...own, state: 'paid' });
  expect((await ada.listInvoices({})).invoices.map((invoice) => invoice.invoiceId)).toContain(invoiceId);
  expect(await ada.readInvoicePayment({ paymentId })).toMatchObject({ state: 'completed', invoiceId });
  const { lines } = await ada.readStatement({ ...own, currency: 'EUR' });
  expect(lines.map(({ id }) => id)).toEqual(expect.arrayContaining([invoiceId, paymentId]));
  const alan = apiFor('customer-456', 'customer');
  expect((await alan.listInvoices({})).invoices.filter((invoice) => invoice.customerId !== 'customer-456')).toEqual([]);
  expect(await alan.listInvoices(own)).toEqual({ invoices: [] });
});

test('no list of a customer has what is another one’s, whatever it asks for', async () => {
  const token = await tokenOf('customer-456', 'customer');
  const { body: own } = await send('GET', '/v1/checkouts?limit=100', { token });
  const { body: asked } = await send('GET', '/v1/checkouts?limit=100&customerId=customer-123', { token });
  expect((own['checkouts'] as { customerId: string }[]).filter((row) => row.customerId !== 'customer-456')).toEqual([]);
  expect(asked).toEqual({ checkouts: [] });
});

test('nobody orders in the name of another customer, nor takes a checkout over by its id', async () => {
  const token = await tokenOf('customer-456', 'customer');
  const body = {
    lines: [{ sku: 'product-1', quantity: 1 }],
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
  };
  const named = await send('PUT', `/v1/checkouts/${run}-named`, {
    token,
    body: { ...body, customerId: 'customer-123' },
  });
  expect(named).toMatchObject({ status: 403, body: { field: 'customerId' } });
  const taken = await send('PUT', `/v1/checkouts/${orderId}`, { token, body });
  expect(taken).toMatchObject({ status: 409, body: { type: expect.stringContaining('IdempotencyConflict') } });
  expect(JSON.stringify(taken.body)).not.toContain('customer-123');
});

test('what the shop works on stays to be seen by its owner', async () => {
  expect(await ada.readCheckout({ checkoutId })).toMatchObject({ state: 'needs-action' });
  expect(await ada.readRefund({ refundId })).toMatchObject({ state: 'completed' });
  expect(await ada.cancelCheckout({ checkoutId })).toMatchObject({ outcome: 'cancelled' });
});
