import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefundId } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../ops/parts/wait.ts';
import { statusQuery } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, holdAfter, type Operation } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

/** A checkout that was terminated while the call of an operation was answered, with its effect. */
async function terminatedAfter(operation: Operation, request = checkoutRequest()): Promise<FakeServices> {
  const services = new FakeServices();
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
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'InventoryReleased', 'OrderCancelled']);
    const published = [...services.published];
    expect(await environment.sweep(services)).toEqual({ looked: 0, recovered: [] });
    expect(services.published).toEqual(published);
  });

  test('tells whoever places a swept checkout again that it was interrupted', async () => {
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
