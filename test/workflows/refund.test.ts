import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrderId, RefundId, Sku } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { ApprovalDecision, Resolution } from '../../workflows/kit/contract.ts';
import { decideApprovalUpdate, resolveUpdate } from '../../workflows/kit/messages.ts';
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

describe('a refund above the limit of one person', () => {
  const olga = { by: 'olga', issuer: 'https://login.example', note: 'seen the lamps' };
  const mara = { by: 'mara', issuer: 'https://login.example', note: 'seen them as well' };
  const requestedBy = { subject: olga.by, issuer: olga.issuer };
  const what = 'the refund of 11,996.00 USD';

  const decide = (handle: RefundHandle, decision: Omit<ApprovalDecision, 'decision'>, choice = 'approve') =>
    handle.executeUpdate(decideApprovalUpdate, { args: [{ ...decision, decision: choice } as ApprovalDecision] });
  const refused = (type: string, text = '') => ({ cause: { type, message: expect.stringContaining(text) } });

  /** Four hundred lamps were bought, and are to be given back. */
  async function large(changes: Partial<RefundRequest> = {}) {
    const services = new FakeServices();
    const checkout = checkoutRequest({ lines: [{ sku: 'product-1' as Sku, quantity: 400 }] });
    expect((await (await environment.start(services, checkout)).result()).outcome).toBe('completed');
    const request: RefundRequest = {
      refundId: `refund-${randomUUID()}` as RefundId,
      orderId: checkout.checkoutId as string as OrderId,
      reason: 'all of them broken',
      ...changes,
    };
    const handle = await environment.startRefund(services, request);
    const waits = async () => (await handle.query(refundStatusQuery)).waitingFor?.who === 'approver';
    expect(await waitUntil(waits, { within: 20_000 })).toBe(true);
    return { services, handle };
  }

  test('waits until another person has approved it; both stand in its decisions', async () => {
    const { services, handle } = await large({ requestedBy });
    const waiting = await handle.query(refundStatusQuery);
    expect(waiting).toMatchObject({
      state: 'running',
      waitingFor: { who: 'approver', message: `${what} takes two people: approve or refuse it` },
      decisions: [{ what, decision: 'approve', by: 'olga', issuer: olga.issuer, state: 'requested' }],
    });
    expect(moneyBack(services)).toBe(0);

    await expect(decide(handle, olga)).rejects.toMatchObject(
      refused('SecondPersonNeeded', 'olga has asked for this, so that another person has to confirm it'),
    );
    expect(await decide(handle, mara)).toMatchObject({
      ...mara,
      what,
      confirms: { by: 'olga', issuer: olga.issuer, at: waiting.decisions[0]?.at },
    });
    expect((await handle.result()).outcome).toBe('completed');
    expect(moneyBack(services)).toBe(1_199_600);
    const { decisions } = await handle.query(refundStatusQuery);
    expect(decisions.map(({ by, issuer, state }) => [by, issuer, state])).toEqual([
      ['olga', olga.issuer, 'requested'],
      ['mara', mara.issuer, undefined],
    ]);
  });

  test('takes two people where it does not say who asks for it; one of another issuer is another one', async () => {
    const { services, handle } = await large();
    expect(await decide(handle, olga)).toMatchObject({ by: 'olga', state: 'requested' });
    await expect(decide(handle, olga)).rejects.toMatchObject(refused('SecondPersonNeeded'));
    expect(moneyBack(services)).toBe(0);
    await decide(handle, { ...olga, issuer: 'https://another.example' });
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('that one person refuses gives its claim up, and pays nothing back', async () => {
    const { services, handle } = await large({ requestedBy });
    await decide(handle, mara, 'refuse');
    expect(await handle.result()).toMatchObject({
      outcome: 'refused',
      reason: { type: 'RefundNotApproved', message: `mara has refused ${what}: seen them as well` },
      undone: ['give up the claim'],
    });
    expect(moneyBack(services)).toBe(0);
  });

  test('may be withdrawn by who has asked for it, and be cancelled in Temporal', async () => {
    const withdrawn = await large({ requestedBy });
    await decide(withdrawn.handle, olga, 'refuse');
    expect((await withdrawn.handle.result()).outcome).toBe('refused');

    const cancelled = await large({ requestedBy });
    await cancelled.handle.cancel();
    await expect(cancelled.handle.result()).rejects.toThrow();
    expect(moneyBack(cancelled.services)).toBe(0);
    expect((await cancelled.handle.query(refundStatusQuery)).undone).toEqual(['give up the claim']);
  });

  test('takes no decision without an issuer, of another kind, or once it is decided', async () => {
    const { handle } = await large({ requestedBy });
    const { issuer: _, ...unknown } = mara;
    await expect(decide(handle, unknown as typeof mara)).rejects.toMatchObject(refused('InvalidRequest', 'issuer: '));
    await expect(decide(handle, mara, 'settle')).rejects.toMatchObject(refused('InvalidRequest', 'decision: '));
    await decide(handle, mara);
    await handle.result();
    await expect(decide(handle, mara)).rejects.toThrow();
  });
});

test('a refund below the limit waits for no approval, and takes none', async () => {
  const { services, request } = await completedOrder();
  let isDown = true;
  services.interfere('refund', { before: () => (isDown ? refuse('Unavailable')() : undefined) });
  const handle = await environment.startRefund(services, request);
  await needsOperator(handle);
  const approve: ApprovalDecision = { decision: 'approve', by: 'mara', issuer: 'https://login.example', note: 'fine' };
  await expect(handle.executeUpdate(decideApprovalUpdate, { args: [approve] })).rejects.toMatchObject({
    cause: { type: 'InvalidState', message: 'nothing waits for an approval now: there is nothing to decide' },
  });
  isDown = false;
  expect((await handle.result()).outcome).toBe('completed');
});
