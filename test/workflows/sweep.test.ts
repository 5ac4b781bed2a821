import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefundId } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../parts/wait.ts';
import { statusQuery } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, holdAfter, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

/** A checkout that was terminated while the call of an operation was answered, with its effect. */
async function terminatedAfter(
  operation: Operation,
  request = checkoutRequest(),
  services = new FakeServices(),
): Promise<FakeServices> {
  const { reached, goOn } = holdAfter(services, operation);
  const handle = await environment.start(services, request);
  await reached;
  await handle.terminate('in a test');
  goOn();
  return services;
}

describe('a sweep', () => {
  test.each(['placeOrder', 'reserve', 'authorize'] as const)(
    'gives back what a checkout holds that was terminated after %s',
    async (operation) => {
      const services = await terminatedAfter(operation);
      expect((await environment.sweep(services)).recovered).toMatchObject([
        { process: 'checkout', outcome: 'refused' },
      ]);
      expectNothingLeft(services);
      expect(services.order).toBe('cancelled');
      expect((await services.broker.mails()).map(({ template }) => template)).toEqual(['order-cancelled']);
    },
  );

  test.each(['capture'] as const)(
    'completes a checkout that was terminated after %s: its money is taken',
    async (operation) => {
      const services = await terminatedAfter(operation);
      await environment.sweep(services);
      expect(services).toMatchObject({
        order: 'completed',
        reservation: 'committed',
        payment: 'captured',
        purchases: 1,
      });
      expect(services.payments.movements.map(({ kind }) => kind)).toEqual(['authorized', 'captured']);
      expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
      expect(await services.broker.mails()).toHaveLength(1);
    },
  );

  test('completes a checkout whose stock has left the shelf, though all was given back since at the provider', async () => {
    const services = new FakeServices();
    let terminated: string | undefined;
    services.interfereWith(({ operation, runId }) => {
      terminated ??= runId;
      const isLost = runId === terminated && (operation === 'completeOrder' || operation === 'addPurchase');
      return isLost ? { before: refuse('Unavailable') } : undefined;
    });
    await terminatedAfter('commit', checkoutRequest(), services);
    services.payments.refundAtProvider('re_all', 5998);
    expect((await environment.sweep(services)).recovered).toMatchObject([{ outcome: 'completed' }]);
    expect(services).toMatchObject({ order: 'completed', reservation: 'committed', purchases: 1 });
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
  });

  test('leaves a running checkout alone, and does nothing a second time', async () => {
    const services = new FakeServices();
    const handle = await environment.start(
      services,
      checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' }),
    );
    await waitUntil(async () => (await handle.query(statusQuery)).state === 'needs-action', { within: 20_000 });
    expect(await environment.sweep(services)).toMatchObject({ recovered: [] });
    expect(services).toMatchObject({ order: 'pending', reservation: 'active', payment: 'requires_action' });

    await handle.terminate('in a test');
    expect((await environment.sweep(services)).recovered).toHaveLength(1);
    expectNothingLeft(services);
    expect(services.broker.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'OrderCancelled', 'InventoryReleased']);
    const published = [...services.published];
    expect(await environment.sweep(services)).toEqual({ looked: 0, recovered: [] });
    expect(services.published).toEqual(published);
  });

  test.each([
    ['completed', 'addPurchase', 'pm_card_visa', 'OrderCompleted', 'order-confirmation'],
    ['cancelled', 'cancelOrder', 'pm_card_chargeDeclined', 'OrderCancelled', 'payment-failed'],
  ] as const)(
    'publishes the facts of an order that was %s and terminated before its publication, though its id was used for another cart',
    async (state, lastCall, paymentMethod, fact, letter) => {
      const request = checkoutRequest({ paymentMethod });
      // A worker goes on with what it does locally until it hears of the end.
      const away = new FakeServices().interfere('publishMilestones', { before: refuse('Unavailable') });
      const services = await terminatedAfter(lastCall, request, away);
      expect(services).toMatchObject({ order: state, published: [] });
      const other = { ...request, lines: [{ sku: 'product-2' as never, quantity: 1 }] };
      await expect((await environment.start(services, other)).result()).rejects.toThrow();
      expect(services.published).toEqual([]);

      services.interfere('publishMilestones', {});
      expect((await environment.sweep(services)).recovered).toHaveLength(1);
      expect(services.published).toContain(fact);
      expect((await services.broker.mails()).map(({ template }) => template)).toEqual([letter]);
      expect(await environment.sweep(services)).toEqual({ looked: 0, recovered: [] });
    },
  );

  test('publishes the facts of a refund that was terminated before its publication', async () => {
    const services = new FakeServices();
    const bought = checkoutRequest();
    await (await environment.start(services, bought)).result();
    const { reached, goOn } = holdAfter(services, 'completeRefund');
    const request = {
      refundId: `refund-${bought.checkoutId}` as RefundId,
      orderId: bought.checkoutId as never,
      reason: 'too small',
    };
    const handle = await environment.startRefund(services, request);
    await reached;
    await handle.terminate('in a test');
    goOn();
    const other = await environment.startRefund(services, { ...request, reason: 'too large' });
    await expect(other.result()).rejects.toThrow();

    expect((await environment.sweep(services)).recovered).toMatchObject([{ process: 'refund', outcome: 'completed' }]);
    expect(services.published.at(-1)).toBe('OrderRefunded');
    expect(await environment.sweep(services)).toEqual({ looked: 0, recovered: [] });
  });

  test('publishes what a checkout that was terminated while the broker was away could not', async () => {
    const services = new FakeServices();
    const asked = Promise.withResolvers<void>();
    const refuseAll = refuse('Unavailable', 'the broker is away');
    services.interfere('publishMilestones', {
      before: () => {
        asked.resolve();
        refuseAll();
      },
    });
    const handle = await environment.start(services, checkoutRequest());
    await asked.promise;
    await handle.terminate('in a test');
    services.interfere('publishMilestones', {});
    expect((await environment.sweep(services)).recovered).toHaveLength(1);
    expect(services.published.at(-1)).toBe('OrderCompleted');
  });

  test('makes up for a publication that the orders could not keep: the same facts, and no second mail', async () => {
    const services = new FakeServices().interfere('recordOrderPublication', { before: refuse('Unavailable') });
    expect(await (await environment.start(services, checkoutRequest())).result()).toMatchObject({
      outcome: 'completed',
    });
    const published = [...services.published];
    services.interfere('recordOrderPublication', {});
    expect((await environment.sweep(services)).recovered).toHaveLength(1);
    expect(services.published).toEqual(published);
    expect(services.broker.conflicts).toEqual([]);
    expect(await services.broker.mails()).toHaveLength(1);
    expect(await environment.sweep(services)).toEqual({ looked: 0, recovered: [] });
  });

  test('answers a swept checkout that is placed again that it was interrupted', async () => {
    const request = checkoutRequest();
    const services = await terminatedAfter('authorize', request);
    await environment.sweep(services);
    const movements = [...services.payments.movements];
    const again = await environment.start(services, request);
    expect(await again.result()).toMatchObject({ outcome: 'refused', reason: { type: 'CheckoutInterrupted' } });
    expect(services.payments.movements).toEqual(movements);
    expect(await services.broker.mails()).toHaveLength(1);
  });

  test.each(['requestRefund', 'refund'] as const)(
    'finishes a refund that was terminated after %s',
    async (operation) => {
      const services = new FakeServices();
      const bought = checkoutRequest();
      await (await environment.start(services, bought)).result();
      const { reached, goOn } = holdAfter(services, operation);
      const refundId = `refund-${bought.checkoutId}` as RefundId;
      const handle = await environment.startRefund(services, {
        refundId,
        orderId: bought.checkoutId as never,
        reason: 'does not fit',
        restock: false,
      });
      await reached;
      await handle.terminate('in a test');
      goOn();
      expect((await environment.sweep(services)).recovered).toEqual([
        { process: 'refund', id: refundId, outcome: 'completed' },
      ]);
      expect(services.payment).toBe('refunded');
      expect(services.published.at(-1)).toBe('OrderRefunded');
      expect(services.inventory.stock.get('product-1')).toMatchObject({ restocked: 0 });
    },
  );
});
