import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrderId, RefundId, Sku } from '../../contracts/identifiers.ts';
import type { EventName } from '../../events/contracts/index.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Resolution } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import type { RefundRequest } from '../../workflows/refund/contract.ts';
import { refundStatusQuery } from '../../workflows/refund/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest, type RefundHandle } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';
import { waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const by = { by: 'Grace Hopper', note: 'done by hand' };
const settle = (handle: CheckoutHandle | RefundHandle, what?: string) =>
  handle.executeUpdate(resolveUpdate, { args: [{ ...by, decision: 'settle', ...(what && { what }) } as Resolution] });
const isListed = async (handle: CheckoutHandle | RefundHandle) =>
  (await handle.describe()).typedSearchAttributes.get(searchAttributes.needsOperator);

describe('a checkout with several calls that an operator looks after', () => {
  const all = ['add to the purchase history', 'commit the stock', 'complete the order'];
  const escalations = (handle: CheckoutHandle, count: number) =>
    waitForStatus(handle, ({ needsOperator }) => needsOperator.length === count);

  test('needs one until the last of them is settled', async () => {
    const services = new FakeServices();
    for (const operation of ['commit', 'completeOrder', 'addPurchase'] as const) {
      services.interfere(operation, { before: refuse('Rejected', `no ${operation}`) });
    }
    const handle = await environment.start(services);
    const { needsOperator } = await escalations(handle, 3);
    expect(needsOperator.map(({ what }) => what).sort()).toEqual(all);
    await expect(settle(handle)).rejects.toMatchObject({
      cause: { type: 'InvalidRequest', message: expect.stringContaining('commit the stock') },
    });

    for (const [index, what] of all.entries()) {
      expect(await isListed(handle)).toBe(true);
      await settle(handle, what);
      const { needsOperator: left, waitingFor } = await escalations(handle, 2 - index);
      expect(left.map((escalation) => escalation.what).sort()).toEqual(all.slice(index + 1));
      if (left[0])
        expect(waitingFor).toMatchObject({ who: 'operator', message: expect.stringContaining(left[0].what) });
    }

    const result = await handle.result();
    expect(result.outcome).toBe('completed');
    expect(await isListed(handle)).toBe(false);
    const { decisions } = await waitForStatus(handle, () => true);
    expect(decisions.map(({ what }) => what)).toEqual(all);
  });

  test('needs one for what is left when another call has succeeded by itself', async () => {
    let isLocked = true;
    const services = new FakeServices()
      .interfere('commit', { before: () => (isLocked ? refuse('Rejected', 'the shelf is locked')() : undefined) })
      .interfere('completeOrder', { before: refuse('Rejected', 'no order') });
    const handle = await environment.start(services);
    await escalations(handle, 2);
    isLocked = false;
    await handle.executeUpdate(resolveUpdate, { args: [{ ...by, decision: 'retry', what: 'commit the stock' }] });

    expect((await escalations(handle, 1)).needsOperator).toMatchObject([{ what: 'complete the order' }]);
    expect(await isListed(handle)).toBe(true);

    await settle(handle);
    await handle.result();
    expect(await isListed(handle)).toBe(false);
  });
});

/** Two lines of one SKU and one of another: five pieces. */
const lines = [
  { sku: 'product-1', quantity: 1 },
  { sku: 'product-2', quantity: 2 },
  { sku: 'product-1', quantity: 2 },
];

async function refundOf(services: FakeServices, orderId: string, more: Partial<RefundRequest> = {}) {
  const refundId = `refund-${randomUUID()}` as RefundId;
  const request = { refundId, orderId: orderId as OrderId, reason: 'does not fit', ...more };
  return environment.startRefund(services, request);
}

test('a refund needs an operator until both of its calls are settled', async () => {
  const request = checkoutRequest();
  const services = new FakeServices();
  await (await environment.start(services, request)).result();
  for (const operation of ['restock', 'completeRefund'] as const)
    services.interfere(operation, { before: refuse('Rejected') });
  const handle = await refundOf(services, request.checkoutId);
  const escalations = async (count: number) => {
    const isReached = async () => (await handle.query(refundStatusQuery)).needsOperator.length === count;
    expect(await waitUntil(isReached, { within: 20_000 })).toBe(true);
  };
  await escalations(2);

  await settle(handle, 'restock what comes back');
  await escalations(1);
  expect(await isListed(handle)).toBe(true);
  await settle(handle);

  expect((await handle.result()).outcome).toBe('completed');
  expect(await isListed(handle)).toBe(false);
});

describe('an order of several lines', () => {
  const itemCounts = (services: FakeServices) =>
    services.broker.events.flatMap(({ name, data }) =>
      'itemCount' in data ? [[name, (data as { itemCount: number }).itemCount] satisfies [EventName, number]] : [],
    );

  test('is told in pieces everywhere, and so are its refunds', async () => {
    const request = checkoutRequest({ lines });
    const services = new FakeServices();
    expect((await (await environment.start(services, request)).result()).outcome).toBe('completed');
    expect(itemCounts(services)).toEqual([
      ['OrderPlaced', 5],
      ['InventoryReserved', 5],
      ['OrderCompleted', 5],
    ]);
    expect([...services.customers.purchases.values()]).toMatchObject([{ itemCount: 5 }]);

    const part = { lines: [{ sku: 'product-1' as Sku, quantity: 2 }] };
    await (await refundOf(services, request.checkoutId, part)).result();
    await (await refundOf(services, request.checkoutId)).result();

    expect(itemCounts(services).slice(3)).toEqual([
      ['OrderRefunded', 2],
      ['OrderRefunded', 3],
    ]);
  });
});
