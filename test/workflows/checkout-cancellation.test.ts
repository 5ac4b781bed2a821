import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateStage } from '@temporalio/client';
import { waitUntil } from '../../parts/wait.ts';
import { cancelUpdate } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';

// In a file, and so on a server, of its own: an activity that was still running when its workflow ended keeps the test
// server from skipping time ever after.

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const eventsOf = async (handle: CheckoutHandle) => (await handle.fetchHistory()).events ?? [];

/** Waits until the workflow has done what it does at once when it is cancelled, by itself or by the customer. */
async function cancellationTakenIn(handle: CheckoutHandle): Promise<void> {
  const isTakenIn = await waitUntil(
    async () => {
      const events = await eventsOf(handle);
      const isAccepted = events.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      const asked = events.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
      return (
        isAccepted || (asked >= 0 && events.slice(asked).some((event) => event.workflowTaskCompletedEventAttributes))
      );
    },
    { within: 20_000 },
  );
  if (!isTakenIn) throw new Error('the workflow has not taken its cancellation in within 20 s');
}

/** Services of which one call waits, once it is reached, until it may go on. */
function hold(operation: Operation) {
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const services = new FakeServices().interfere(operation, {
    before: async () => {
      reached.resolve();
      await goOn.promise;
    },
  });
  return { services, reached: reached.promise, goOn: goOn.resolve };
}

const cancelledCalls = async (handle: CheckoutHandle) =>
  (await eventsOf(handle)).filter((event) => event.activityTaskCancelRequestedEventAttributes);

describe('a cancellation by the customer', () => {
  test.each(['findCustomer', 'quote', 'placeOrder', 'reserve', 'authorize'] as const)(
    'while %s is under way undoes everything',
    async (operation) => {
      const { services, reached, goOn } = hold(operation);
      const handle = await environment.start(services);
      await reached;
      const result = await handle.executeUpdate(cancelUpdate);
      goOn();
      expect(await handle.result()).toEqual(result);
      expect(result).toMatchObject({ outcome: 'cancelled', reason: { type: 'CancelledByCustomer' } });
      // The call that was under way arrives after its undo: the tombstone has to refuse it.
      expectNothingLeft(services);
    },
  );

  test('is refused once the payment is being captured, and says why', async () => {
    const { services, reached, goOn } = hold('capture');
    const handle = await environment.start(services);
    await reached;
    const cancelled = handle
      .startUpdate(cancelUpdate, { waitForStage: WorkflowUpdateStage.ACCEPTED })
      .finally(goOn)
      .then((update) => update.result());
    await expect(cancelled).rejects.toMatchObject({
      cause: { type: 'InvalidState', message: expect.stringContaining('refund') },
    });
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

  test('of the workflow itself changes nothing once the payment is being captured', async () => {
    const { services, reached, goOn } = hold('capture');
    const handle = await environment.start(services);
    await reached;
    await handle.cancel();
    await cancellationTakenIn(handle).finally(goOn);
    const ended = await handle.result().catch(() => undefined);
    expect(await cancelledCalls(handle)).toEqual([]);
    expect(ended).toMatchObject({ outcome: 'completed' });
    expect(services).toMatchObject({ order: 'completed', reservation: 'committed', payment: 'captured', purchases: 1 });
  });

  test('while a declined card is being voided lets the void end, and undoes the rest', async () => {
    const { services, reached, goOn } = hold('void');
    const request = checkoutRequest({ paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' });
    const handle = await environment.start(services, request);
    await reached;
    const cancelled = handle.executeUpdate(cancelUpdate);
    await cancellationTakenIn(handle).finally(goOn);
    expect(await cancelled).toMatchObject({
      outcome: 'cancelled',
      undone: ['cancel the order', 'release the stock'],
    });
    await handle.result();
    expect(await cancelledCalls(handle)).toEqual([]);
    expect(services.calls.filter((call) => call === 'void')).toHaveLength(1);
    expectNothingLeft(services);
  });
});
