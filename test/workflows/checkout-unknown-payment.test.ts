import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate, cancelUpdate } from '../../workflows/checkout/messages.ts';
import { paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { CheckoutEnvironment } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, refuse } from './fake-services.ts';
import { skipToStatus, waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const unreachable = refuse('Unavailable', 'the provider cannot be reached');
const by = { by: 'Grace Hopper', note: 'the provider is back' };
const movements = ({ payments }: FakeServices) => payments.movements.map(({ kind }) => kind);

describe('an authorization whose answer never comes', () => {
  test('is found by reading the payment, and goes on under the same key', async () => {
    const services = new FakeServices().interfere('authorize', {
      after: (attempt) => {
        if (services.calls.includes('findPayment')) return;
        refuse('DeadlineExceeded', `no answer to try ${attempt}`)();
      },
    });
    expect((await (await environment.start(services)).result()).outcome).toBe('completed');
    expect(movements(services)).toEqual(['authorized', 'captured']);
    expect(services.payments.list()).toHaveLength(1);
    expect(services.calls).not.toContain('void');
  });

  test('is undone only after it is known that nothing is held', async () => {
    const services = new FakeServices().interfere('authorize', { before: refuse('DeadlineExceeded') });
    await expect((await environment.start(services)).result()).rejects.toThrow();
    expect(services.calls.indexOf('findPayment')).toBeGreaterThan(services.calls.lastIndexOf('authorize'));
    expect(services.calls.indexOf('void')).toBeGreaterThan(services.calls.lastIndexOf('findPayment'));
    expectNothingLeft(services);
  });

  test('shows that it waits while the outcome is unknown, and undoes nothing meanwhile', async () => {
    let isDown = true;
    const whileDown = () => {
      if (isDown) unreachable();
    };
    const services = new FakeServices()
      .interfere('authorize', { after: whileDown })
      .interfere('findPayment', { before: whileDown });
    const handle = await environment.start(services);
    const status = await skipToStatus(environment, handle, ({ state }) => state === 'payment-unknown');
    expect(status).toMatchObject({
      waitingFor: { who: 'provider', message: expect.stringContaining('cannot be reached') },
      needsOperator: [{ what: 'learn the outcome of the payment', canBeSettled: false }],
    });
    expect(await handle.executeUpdate(answerUpdate)).toMatchObject({ answer: 'pending' });
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved']);

    const settle = { args: [{ decision: 'settle', ...by }] as [{ decision: 'settle'; by: string; note: string }] };
    await expect(handle.executeUpdate(resolveUpdate, settle)).rejects.toMatchObject({
      cause: { type: 'InvalidState' },
    });
    isDown = false;
    await handle.executeUpdate(resolveUpdate, { args: [{ decision: 'retry', ...by }] });
    await waitForStatus(handle, ({ state }) => state === 'completed');
    expect(movements(services)).toEqual(['authorized', 'captured']);
    expect(services.calls).not.toContain('void');
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('goes on as soon as the provider says that the payment has changed', async () => {
    let isDown = true;
    const services = new FakeServices()
      .interfere('authorize', { after: () => (isDown ? unreachable() : undefined) })
      .interfere('findPayment', { before: () => (isDown ? unreachable() : undefined) });
    const handle = await environment.start(services);
    await skipToStatus(environment, handle, ({ needsOperator }) => needsOperator.length > 0);
    isDown = false;
    await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
    await waitForStatus(handle, ({ state }) => state === 'completed');
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('can be cancelled while it is looked for; the void then looks', async () => {
    const reached = Promise.withResolvers<void>();
    const services = new FakeServices()
      .interfere('authorize', { after: refuse('DeadlineExceeded') })
      .interfere('findPayment', {
        before: () => {
          reached.resolve();
          unreachable();
        },
      });
    const handle = await environment.start(services);
    await Promise.all([environment.skipTime(6 * 60_000), reached.promise]);
    expect(await handle.executeUpdate(cancelUpdate)).toMatchObject({ outcome: 'cancelled' });
    expect((await handle.result()).undone).toContain('void the payment');
    expect(movements(services)).toEqual(['authorized', 'voided']);
    expectNothingLeft(services);
  });

  test('keeps its stock for as long as it waits', async () => {
    let isDown = true;
    const services = new FakeServices()
      .interfere('authorize', { after: () => (isDown ? unreachable() : undefined) })
      .interfere('findPayment', { before: () => (isDown ? unreachable() : undefined) });
    const handle = await environment.start(services);
    await environment.skipTime(3 * 24 * 60 * 60_000);
    isDown = false;
    expect((await handle.result()).outcome).toBe('completed');
    expect(services.calls.filter((call) => call === 'reserve').length).toBeGreaterThan(3);
  });
});

describe('a capture whose answer never comes', () => {
  test('is found by reading the payment, and the money is taken once', async () => {
    const services = new FakeServices().interfere('capture', { after: refuse('DeadlineExceeded') });
    expect((await (await environment.start(services)).result()).outcome).toBe('completed');
    expect(movements(services)).toEqual(['authorized', 'captured']);
  });

  test('is tried again under the same key when the money was not taken', async () => {
    const services = new FakeServices().interfere('capture', {
      before: () => {
        if (services.calls.filter((call) => call === 'findPayment').length < 2) unreachable();
      },
    });
    expect((await (await environment.start(services)).result()).outcome).toBe('completed');
    expect(movements(services)).toEqual(['authorized', 'captured']);
    expect(services.calls).not.toContain('void');
  });

  test('leaves the checkout accepted: it waits for the provider, and cannot be cancelled any more', async () => {
    let isDown = true;
    const services = new FakeServices()
      .interfere('capture', { after: () => (isDown ? unreachable() : undefined) })
      .interfere('findPayment', { before: () => (isDown ? unreachable() : undefined) });
    const handle = await environment.start(services);
    await skipToStatus(environment, handle, ({ state }) => state === 'payment-unknown');
    expect(await handle.executeUpdate(answerUpdate)).toMatchObject({ answer: 'accepted' });
    await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({ cause: { type: 'InvalidState' } });
    isDown = false;
    expect((await handle.result()).outcome).toBe('completed');
    expect(movements(services)).toEqual(['authorized', 'captured']);
  });

  test('ends the checkout when the authorization has expired meanwhile', async () => {
    const services = new FakeServices().interfere('capture', {
      before: () => {
        services.payments.expireAuthorization();
        unreachable();
      },
    });
    expect(await (await environment.start(services)).result()).toMatchObject({
      outcome: 'refused',
      reason: { type: 'AuthorizationExpired' },
    });
    expectNothingLeft(services);
  });
});
