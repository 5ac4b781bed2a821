import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { CheckoutEnvironment, type CheckoutHandle } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const beforePivot = ['placeOrder', 'reserve', 'authorize'] as const;

async function failure(handle: CheckoutHandle): Promise<ApplicationFailure> {
  const error = await handle.result().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw new Error(`the workflow did not fail as expected: ${error}`);
}

describe('a step whose effect happened though its answer was a defect', () => {
  test.each([...beforePivot, 'capture'] as const)('%s is undone', async (operation) => {
    const services = new FakeServices().interfere(operation, { after: refuse('Rejected') });
    const failed = await failure(await environment.start(services));
    expect(failed.type).toBe('Rejected');
    expect(failed.details?.[0]).toMatchObject({ outcome: 'failed' });
    expectNothingLeft(services);
  });
});

describe('a service that stays away', () => {
  test.each(beforePivot)('%s: the deadline of the step passes and everything is undone', async (operation) => {
    const services = new FakeServices().interfere(operation, { before: refuse('Unavailable') });
    const failed = await failure(await environment.start(services));
    expect(failed.type).toBe('Unavailable');
    expectNothingLeft(services);
  });

  test.each(['findCustomer', 'quote'] as const)('%s: nothing was begun', async (operation) => {
    const services = new FakeServices().interfere(operation, { before: refuse('Unavailable') });
    const failed = await failure(await environment.start(services));
    expect(failed.type).toBe('Unavailable');
    expect(services.calls).not.toContain('placeOrder');
  });

  const comesBack: Operation[] = [
    'findCustomer',
    'quote',
    ...beforePivot,
    'capture',
    'commit',
    'completeOrder',
    'addPurchase',
    'publishMilestones',
  ];
  test.each(comesBack)('%s: the checkout completes once it is back', async (operation) => {
    const services = new FakeServices().interfere(operation, {
      before: (attempt) => {
        if (attempt <= 4) refuse('Unavailable')();
      },
    });
    const result = await (await environment.start(services)).result();
    expect(result.outcome).toBe('completed');
    expect(services).toMatchObject({ order: 'completed', reservation: 'committed', payment: 'captured', purchases: 1 });
  });
});

describe('a call that timed out after it had happened', () => {
  test.each([...beforePivot, 'capture', 'commit', 'completeOrder'] as const)(
    '%s is not done twice',
    async (operation) => {
      const services = new FakeServices().interfere(operation, {
        after: (attempt) => {
          if (attempt <= 3) refuse('DeadlineExceeded')();
        },
      });
      const result = await (await environment.start(services)).result();
      expect(result.outcome).toBe('completed');
      expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
    },
  );
});

describe('an undo that fails', () => {
  test('for a while is tried until it is done', async () => {
    const services = new FakeServices()
      .interfere('authorize', { before: refuse('CardDeclined') })
      .interfere('release', {
        before: (attempt) => {
          if (attempt <= 12) refuse('Unavailable')();
        },
      });
    const result = await (await environment.start(services)).result();
    expect(result.undone).toEqual(['cancel the order', 'release the stock']);
    expectNothingLeft(services);
  });

  test('for a reason that no retry helps asks for an operator, and goes on once it is mended', async () => {
    const services = new FakeServices()
      .interfere('authorize', { before: refuse('CardDeclined') })
      .interfere('release', {
        before: (attempt) => {
          if (attempt === 1) refuse('Rejected', 'the shelf is locked')();
        },
      });
    const asked = Promise.withResolvers<void>();
    services.interfere('cancelOrder', { before: () => asked.resolve() });
    const result = await (await environment.start(services)).result();
    await asked.promise;
    expect(result.undone).toEqual(['cancel the order', 'release the stock']);
    expectNothingLeft(services);
  });
});
