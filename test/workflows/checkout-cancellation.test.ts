import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelUpdate } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, refuse } from './fake-services.ts';

// In a file, and so on a server, of its own: an activity that was still running when its workflow ended keeps the test
// server from skipping time ever after.

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

describe('a cancellation by the customer', () => {
  test.each(['findCustomer', 'quote', 'placeOrder', 'reserve', 'authorize'] as const)(
    'while %s is under way undoes everything',
    async (operation) => {
      const reached = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const services = new FakeServices().interfere(operation, {
        before: async () => {
          reached.resolve();
          await goOn.promise;
        },
      });
      const handle = await environment.start(services);
      await reached.promise;
      const result = await handle.executeUpdate(cancelUpdate);
      goOn.resolve();
      expect(await handle.result()).toEqual(result);
      expect(result).toMatchObject({ outcome: 'cancelled', reason: { type: 'CancelledByCustomer' } });
      // The call that was under way arrives after its undo: the tombstone has to refuse it.
      expectNothingLeft(services);
    },
  );

  test('is refused once the payment is being captured, and says why', async () => {
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const services = new FakeServices().interfere('capture', {
      before: async () => {
        reached.resolve();
        await goOn.promise;
      },
    });
    const handle = await environment.start(services);
    await reached.promise;
    await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({
      cause: { type: 'InvalidState', message: expect.stringContaining('refund') },
    });
    goOn.resolve();
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('of the workflow itself undoes everything and leaves it cancelled', async () => {
    const reached = Promise.withResolvers<void>();
    const services = new FakeServices().interfere('authorize', {
      before: (attempt) => {
        if (attempt === 2) reached.resolve();
        refuse('Unavailable')();
      },
    });
    const handle = await environment.start(services);
    await reached.promise;
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow('cancelled');
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expectNothingLeft(services);
  });
});
