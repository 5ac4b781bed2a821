import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Resolution } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import type { RefundRequest, RefundStatus } from '../../workflows/refund/contract.ts';
import { refundStatusQuery } from '../../workflows/refund/messages.ts';
import { CheckoutEnvironment, checkoutRequest, type RefundHandle } from './environment.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const total = 5998;

/** An order of two pieces that was completed, and a refund of it that was not asked for yet. */
async function completedOrder(changes: Partial<RefundRequest> = {}) {
  const services = new FakeServices();
  const checkout = checkoutRequest();
  expect((await (await environment.start(services, checkout)).result()).outcome).toBe('completed');
  const request: RefundRequest = {
    refundId: `refund-${randomUUID()}` as RefundId,
    orderId: checkout.checkoutId as string as OrderId,
    reason: 'does not fit',
    ...changes,
  };
  return { services, request };
}

const moneyBack = ({ payments }: FakeServices) =>
  payments.movements.filter(({ kind }) => kind === 'refunded').reduce((sum, { amount }) => sum + amount, 0);
const onHand = ({ inventory }: FakeServices) => inventory.stock.get('product-1')?.onHand ?? 0;

async function needsOperator(handle: RefundHandle): Promise<RefundStatus> {
  const asks = async () => {
    if ((await handle.query(refundStatusQuery)).needsOperator.length > 0) return true;
    await environment.skipTime(60_000);
    return false;
  };
  expect(await waitUntil(asks, { within: 20_000 })).toBe(true);
  return handle.query(refundStatusQuery);
}

test('gives all of an order back: the money, the pieces, and says so', async () => {
  const { services, request } = await completedOrder();
  const before = onHand(services);
  const result = await (await environment.startRefund(services, request)).result();
  expect(result).toMatchObject({ outcome: 'completed', amounts: { total } });
  expect(moneyBack(services)).toBe(total);
  expect(onHand(services)).toBe(before + 2);
  expect(services.published.at(-1)).toBe('OrderRefunded');
});

test('its calls belong to the order, as its events do', async () => {
  const { services, request } = await completedOrder();
  services.forgetCalls();
  await (await environment.startRefund(services, request)).result();
  const calls = services.callers.filter(({ operation }) => operation !== 'publishMilestones');
  expect(calls.length).toBeGreaterThan(4);
  expect(new Set(calls.map(({ correlationId }) => correlationId))).toEqual(new Set([request.orderId]));
});

describe('a call whose answer was lost', () => {
  const calls: Operation[] = ['requestRefund', 'refund', 'restock', 'completeRefund', 'publishMilestones'];
  test.each(calls)('%s is not done twice', async (operation) => {
    const { services, request } = await completedOrder();
    const before = onHand(services);
    services.interfere(operation, { after: (attempt) => (attempt <= 3 ? refuse('DeadlineExceeded')() : undefined) });
    expect((await (await environment.startRefund(services, request)).result()).outcome).toBe('completed');
    expect(moneyBack(services)).toBe(total);
    expect(onHand(services)).toBe(before + 2);
  });
});

test('what the provider refuses gives the claim up, so that it can be asked for again', async () => {
  const { services, request } = await completedOrder();
  services.interfere('refund', { before: (attempt) => (attempt === 1 ? refuse('RefundTooLarge')() : undefined) });
  const refused = await (await environment.startRefund(services, request)).result();
  expect(refused).toMatchObject({ outcome: 'refused', undone: ['give up the claim'] });
  expect(moneyBack(services)).toBe(0);
  const again = { ...request, refundId: `${request.refundId}-2` as RefundId };
  expect((await (await environment.startRefund(services, again)).result()).outcome).toBe('completed');
  expect(moneyBack(services)).toBe(total);
});

test('a claim that was never answered is given up, and a late one is refused', async () => {
  const { services, request } = await completedOrder();
  services.interfere('requestRefund', { before: refuse('DeadlineExceeded') });
  await expect((await environment.startRefund(services, request)).result()).rejects.toThrow();
  expect(moneyBack(services)).toBe(0);
  expect(() => services.orders.requestRefund(request)).toThrow('cancelled');
});

test('a provider that stays away needs an operator, and the refund goes on once it is back', async () => {
  const { services, request } = await completedOrder();
  let isDown = true;
  services.interfere('refund', { before: () => (isDown ? refuse('Unavailable')() : undefined) });
  const handle = await environment.startRefund(services, request);
  expect((await needsOperator(handle)).needsOperator).toMatchObject([
    { what: 'pay the money back', canBeSettled: false },
  ]);
  isDown = false;
  const retry: Resolution = { decision: 'retry', by: 'Grace Hopper', note: 'it is back' };
  await handle.executeUpdate(resolveUpdate, { args: [retry] });
  expect((await handle.result()).outcome).toBe('completed');
  expect(moneyBack(services)).toBe(total);
});

test('cancelling the workflow before the money is paid back gives the claim up; after it nothing stops', async () => {
  const early = await completedOrder();
  const reached = Promise.withResolvers<void>();
  early.services.interfere('requestRefund', {
    before: (attempt) => {
      if (attempt === 2) reached.resolve();
      refuse('Unavailable')();
    },
  });
  const cancelled = await environment.startRefund(early.services, early.request);
  await reached.promise;
  await cancelled.cancel();
  await expect(cancelled.result()).rejects.toThrow('cancelled');
  expect(moneyBack(early.services)).toBe(0);

  const late = await completedOrder();
  const paying = Promise.withResolvers<void>();
  late.services.interfere('refund', {
    after: (attempt) => {
      if (attempt > 2) return;
      paying.resolve();
      refuse('Unavailable')();
    },
  });
  const completed = await environment.startRefund(late.services, late.request);
  await paying.promise;
  await completed.cancel();
  expect((await completed.result()).outcome).toBe('completed');
  expect(moneyBack(late.services)).toBe(total);
});

test.each([
  ['refundId', { refundId: '../etc' as RefundId }],
  ['lines', { lines: [] }],
  ['reason', { reason: '' }],
])('a request that is not valid names %s, even when a bare Temporal client sent it', async (field, changes) => {
  const { services, request } = await completedOrder(changes as Partial<RefundRequest>);
  const result = await (await environment.startRefund(services, request)).result();
  expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'InvalidRequest', field } });
  expect(services.calls).not.toContain('requestRefund');
});
