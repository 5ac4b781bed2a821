import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelUpdate } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { FakeServices, holdAfter, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const lookUps: readonly Operation[] = ['recallOrder', 'findCustomer', 'quote'];
const fulfilment: readonly Operation[] = ['addPurchase', 'commit', 'completeOrder'];
const callsOf = ({ calls }: FakeServices, operations: readonly Operation[]) =>
  calls.filter((call) => operations.includes(call)).toSorted();
const markersOf = async (handle: Awaited<ReturnType<CheckoutEnvironment['start']>>) =>
  ((await handle.fetchHistory()).events ?? []).filter((event) => event.markerRecordedEventAttributes).length;

describe('the look-ups of a checkout', () => {
  test('are three calls in one activity', async () => {
    const services = new FakeServices();
    const handle = await environment.start(services);

    expect((await handle.result()).outcome).toBe('completed');
    expect(callsOf(services, lookUps)).toEqual(['findCustomer', 'quote', 'recallOrder']);
    // With it the order, the stock, what follows the payment, the publication and its record.
    expect(await markersOf(handle)).toBe(6);
  });

  test.each(lookUps)('ask only for what %s has not answered once more', async (operation) => {
    const services = new FakeServices().interfere(operation, {
      before: (attempt) => (attempt === 1 ? refuse('Unavailable')() : undefined),
    });
    const handle = await environment.start(services);

    expect((await handle.result()).outcome).toBe('completed');
    expect(callsOf(services, lookUps)).toEqual([...lookUps, operation].toSorted());
  });

  test.each([
    ['IdempotencyConflict', ['recallOrder', 'findCustomer', 'quote']],
    ['CustomerNotFound', ['findCustomer', 'quote']],
    ['UnknownProduct', ['quote']],
  ] as const)('tell %s before what comes after it', async (type, refused) => {
    const types = {
      recallOrder: 'IdempotencyConflict',
      findCustomer: 'CustomerNotFound',
      quote: 'UnknownProduct',
    } as const;
    const services = new FakeServices();
    for (const operation of refused) services.interfere(operation, { before: refuse(types[operation]) });
    const handle = await environment.start(services, checkoutRequest());

    const ended = await handle
      .result()
      .catch((error: { cause?: { details?: unknown[] } }) => error.cause?.details?.[0]);
    expect(ended).toMatchObject({ reason: { type } });
    expect(callsOf(services, lookUps)).toEqual(lookUps.toSorted());
  });
});

test('a cancellation that comes while three services are asked counts before what they answer', async () => {
  const services = new FakeServices();
  services.customerStatus = 'banned';
  const { reached, goOn } = holdAfter(services, 'quote');
  // Short, so that the workflow hears of it while the activity is under way.
  const handle = await environment.start(services, checkoutRequest(), { workflowTaskTimeout: '1s' });
  await reached;
  await handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' }).finally(goOn);

  expect(await handle.result()).toMatchObject({ outcome: 'cancelled', undone: [] });
  expect(services.calls.toSorted()).toEqual(lookUps.toSorted());
});

describe('what follows the payment', () => {
  test.each(fulfilment)('has only %s made again when it was not done', async (operation) => {
    const services = new FakeServices().interfere(operation, {
      before: (attempt) => (attempt === 1 ? refuse('Unavailable')() : undefined),
    });
    const handle = await environment.start(services);

    expect((await handle.result()).outcome).toBe('completed');
    expect(callsOf(services, fulfilment)).toEqual([...fulfilment, operation].toSorted());
  });
});
