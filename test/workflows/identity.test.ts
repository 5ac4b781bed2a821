import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sku } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { answerUpdate, cancelUpdate, statusQuery } from '../../workflows/checkout/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { expectNothingLeft, left } from './expectations.ts';
import { type Call, FakeServices, holdAfter, refuse } from './fake-services.ts';

/**
 * The services are the memory, Temporal is the engine: a run that follows another one under the same id leaves everything as
 * one run would have. For the workflow it is the same whether Temporal has forgotten the earlier run, or it was reset.
 */
let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

describe('a checkout that runs again', () => {
  test('after it was completed changes nothing, and gives the same answer', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    const first = await environment.start(services, request);
    const answer = await first.executeUpdate(answerUpdate);
    const result = await first.result();
    const before = await left(services);

    const again = await environment.start(services, request);
    expect(await again.executeUpdate(answerUpdate)).toEqual(answer);
    expect(await again.result()).toEqual(result);
    expect(await left(services)).toEqual(before);
    expect(services.calls.filter((call) => call === 'capture' || call === 'authorize')).toHaveLength(2);
  });

  test('counts the order as it was placed, whatever customer and prices are by now', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    const result = await (await environment.start(services, request)).result();
    const before = await left(services);

    services.customerStatus = 'banned';
    services.interfere('quote', { before: refuse('UnknownProduct') });
    expect(await (await environment.start(services, request)).result()).toEqual(result);
    expect(await left(services)).toEqual(before);
  });

  test.each(['CardDeclined', 'InsufficientFunds', 'OutOfStock', 'Internal'] as const)(
    'after %s tells it as it was, and writes no second mail',
    async (type) => {
      const operation = type === 'OutOfStock' ? 'reserve' : 'authorize';
      const services = new FakeServices().interfere(operation, {
        before: refuse(type === 'Internal' ? 'Rejected' : type),
      });
      const request = checkoutRequest();
      const first = await environment.start(services, request);
      await first.result().catch(() => undefined);
      const status = await first.query(statusQuery);
      const before = await left(services);

      services.interfere(operation, {});
      const again = await environment.start(services, request);
      await again.result().catch(() => undefined);
      expect(await again.query(statusQuery)).toMatchObject({ state: status.state, reason: status.reason });
      expect(status.state).toBe(type === 'Internal' ? 'failed' : 'refused');
      expect(await left(services)).toEqual(before);
    },
  );

  test.each(['pm_card_chargeDeclined', 'pm_card_visa'])(
    'tells what a cancelled one (%s) had not told yet: the same facts, and one mail',
    async (paymentMethod) => {
      const request = checkoutRequest({ paymentMethod });
      const refusedByStock = (services: FakeServices) =>
        paymentMethod === 'pm_card_visa' && services.interfere('reserve', { before: refuse('OutOfStock') });
      const undisturbed = new FakeServices();
      refusedByStock(undisturbed);
      await (await environment.start(undisturbed, checkoutRequest({ paymentMethod }))).result();

      const services = new FakeServices();
      refusedByStock(services);
      const reached = Promise.withResolvers<void>();
      const away = refuse('Unavailable');
      services.interfere('publishMilestones', {
        before: () => {
          reached.resolve();
          away();
        },
      });
      const first = await environment.start(services, request);
      await reached.promise;
      await first.terminate('while the broker was away');
      services.interfere('publishMilestones', {});
      expect(services.published).toEqual([]);
      const again = await environment.start(services, request);
      expect(await again.result()).toMatchObject({ outcome: 'refused' });
      expect(services.published).toEqual(undisturbed.published);
      expect(services.broker.events.map(({ sequence }) => sequence)).toEqual(
        undisturbed.broker.events.map(({ sequence }) => sequence),
      );
      expect(await services.broker.mails()).toHaveLength(1);
    },
  );

  test('with other content is a conflict, and touches nothing', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    await (await environment.start(services, request)).result();
    const before = await left(services);

    const other = await environment.start(services, {
      ...request,
      lines: [{ ...request.lines[0], quantity: 3 }],
    } as never);
    await expect(other.result()).rejects.toMatchObject({ cause: { type: 'IdempotencyConflict' } });
    expect(await left(services)).toEqual(before);
    // It has told nothing, so nothing is kept as told.
    expect(services.calls.filter((call) => call === 'recordOrderPublication')).toHaveLength(1);
  });

  test('after it was terminated between two steps goes on where the first has ended', async () => {
    const expected = await left(await completed());
    for (const operation of ['placeOrder', 'reserve', 'authorize', 'capture', 'commit', 'completeOrder'] as const) {
      const services = new FakeServices();
      const request = checkoutRequest();
      const reached = Promise.withResolvers<void>();
      const goesOn = Promise.withResolvers<void>();
      services.interfere(operation, {
        after: async () => {
          reached.resolve();
          await goesOn.promise;
        },
      });
      const first = await environment.start(services, request);
      await reached.promise;
      await first.terminate('in a test');
      goesOn.resolve();
      services.interfere(operation, {});
      expect(await (await environment.start(services, request)).result()).toMatchObject({ outcome: 'completed' });
      expect([operation, await left(services)]).toEqual([operation, expected]);
    }
  });

  test.each(['placeOrder', 'reserve', 'authorize'] as const)(
    'after it was terminated after %s undoes all of it when it is cancelled before it does anything',
    async (operation) => {
      const services = new FakeServices();
      const request = checkoutRequest();
      const { reached, goOn } = holdAfter(services, operation);
      const first = await environment.start(services, request);
      await reached;
      await first.terminate('in a test');
      goOn();
      const recall = holdAfter(services, 'recallOrder');
      const again = await environment.start(services, request);
      await recall.reached;
      const cancelled = again.executeUpdate(cancelUpdate);
      await again.query(statusQuery);
      recall.goOn();
      expect((await cancelled).outcome).toBe('cancelled');
      expectNothingLeft(services);
      expect(services.broker.conflicts).toEqual([]);
      // The worker learns that its workflow was terminated only when its local activities are done.
      expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'OrderCancelled', 'InventoryReleased']);
    },
  );

  test.each(['release', 'void'] as const)(
    'after it was terminated while it undid itself (%s) is told as it was, also when that call arrives late',
    async (operation) => {
      const declined = () => new FakeServices().interfere('authorize', { before: refuse('CardDeclined') });
      const undisturbed = declined();
      const result = await (await environment.start(undisturbed)).result();
      expect(result.outcome).toBe('refused');

      const services = declined();
      const request = checkoutRequest();
      const stuck = Promise.withResolvers<Call>();
      services.interfere(operation, {
        before: (_, call) => {
          stuck.resolve(call);
          refuse('Unavailable')();
        },
      });
      const first = await environment.start(services, request);
      const { deliver } = await stuck.promise;
      const answer = await first.executeUpdate(answerUpdate);
      await first.terminate('in a test');
      services.interfere('authorize', {}).interfere(operation, {});
      const again = await environment.start(services, request);
      expect(await again.executeUpdate(answerUpdate)).toEqual(answer);
      expect(await again.result()).toMatchObject({ outcome: 'refused', reason: result.reason });
      deliver();
      expect(await left(services)).toEqual(await left(undisturbed));
      expect(services.broker.events.map(({ sequence }) => sequence)).toEqual(
        undisturbed.broker.events.map(({ sequence }) => sequence),
      );
    },
  );

  test('of an order that is completed cannot be cancelled any more', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    await (await environment.start(services, request)).result();
    const before = await left(services);
    const asked = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    services.interfere('recallOrder', {
      before: async () => {
        asked.resolve();
        await goesOn.promise;
      },
    });
    const again = await environment.start(services, request);
    await asked.promise;
    const cancelled = again.executeUpdate(cancelUpdate);
    await again.query(statusQuery);
    goesOn.resolve();
    expect((await cancelled).outcome).toBe('completed');
    expect(await left(services)).toEqual(before);
  });

  test('under a workflow id of its own has the checkout do the work', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    const result = await (await environment.start(services, request)).result();
    const before = await left(services);
    const stranger = await environment.start(services, request, { workflowId: `stranger-${request.checkoutId}` });
    expect(await stranger.result()).toEqual(result);
    expect(await left(services)).toEqual(before);
  });
});

describe('a checkout', () => {
  test('that any Temporal client has started is found by what its starter left out', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    const handle = await environment.start(services, request);
    await handle.result();
    const { memo, typedSearchAttributes } = await handle.describe();
    expect(memo).toMatchObject({ contentHash: contentHash(request), currency: 'USD' });
    expect(typedSearchAttributes.get(searchAttributes.customerId)).toBe('customer-123');
    expect(typedSearchAttributes.get(searchAttributes.orderId)).toBe(request.checkoutId);
    expect(typedSearchAttributes.get(searchAttributes.checkoutStatus)).toBe('completed');
  });

  test('does not undo what another process has made under its id', async () => {
    const services = new FakeServices();
    const request = checkoutRequest();
    const lines = [{ sku: 'product-1' as Sku, quantity: 9 }];
    services.inventory.reserve({ reservationId: request.checkoutId, lines }, 0);
    const handle = await environment.start(services, request);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'IdempotencyConflict' } });
    expect(services).toMatchObject({ order: 'cancelled', reservation: 'active', payment: 'none' });
  });
});

describe('a checkout of nothing', () => {
  test('completes without a payment, and again changes nothing', async () => {
    const services = new FakeServices();
    const request = checkoutRequest({ acceptedTotal: 0, lines: [{ sku: 'free-product', quantity: 1 }] });
    const result = await (await environment.start(services, request)).result();
    expect(result).toMatchObject({ outcome: 'completed', amounts: { total: 0 } });
    expect(services).toMatchObject({ order: 'completed', reservation: 'committed', payment: 'none', purchases: 1 });
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'OrderCompleted']);
    const before = await left(services);
    expect(await (await environment.start(services, request)).result()).toEqual(result);
    expect(await left(services)).toEqual(before);
  });
});

async function completed(): Promise<FakeServices> {
  const services = new FakeServices();
  await (await environment.start(services)).result();
  return services;
}
