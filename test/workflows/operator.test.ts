import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate, cancelUpdate, statusQuery } from '../../workflows/checkout/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';
import { by, resolve } from './looked-after.ts';
import { skipToStatus, waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const rejected = (type: string, text = '') => ({ cause: { type, message: expect.stringContaining(text) } });

/** A declined checkout whose undo fails for a reason that no retry helps, as long as `isStuck` says so. */
async function stuck(operation: Operation, isStuck: () => boolean = () => true) {
  const services = new FakeServices().interfere('authorize', { before: refuse('CardDeclined') }).interfere(operation, {
    before: () => {
      if (isStuck()) refuse('Rejected', 'the shelf is locked')();
    },
  });
  const handle = await environment.start(services);
  const status = await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
  return { services, handle, status };
}

describe('an undo that keeps failing', () => {
  test('shows that it needs an operator, with the reason, and gives nothing up', async () => {
    const { handle, status } = await stuck('release');
    expect(status).toMatchObject({
      state: 'compensating',
      waitingFor: { who: 'operator', message: 'release the stock: the shelf is locked' },
      needsOperator: [{ what: 'release the stock', message: 'the shelf is locked', canBeSettled: true }],
    });
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(searchAttributes.needsOperator)).toBe(true);
    await resolve(handle, { decision: 'settle' });
    await handle.result();
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.needsOperator)).toBe(false);
  });

  test('is tried again at once when the operator says so, and asks again when it fails again', async () => {
    let failures = 2;
    const { services, handle, status } = await stuck('release', () => failures-- > 0);
    expect(status.needsOperator[0]?.since).toEqual(expect.stringMatching(/^\d{4}-.*Z$/));
    const before = services.calls.filter((call) => call === 'release').length;
    await resolve(handle, { decision: 'retry' });
    await waitForStatus(handle, () => services.calls.filter((call) => call === 'release').length > before);
    const again = await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
    expect(again.needsOperator).toEqual(status.needsOperator);
    await resolve(handle, { decision: 'retry' });
    expect((await handle.result()).undone).toEqual(['cancel the order', 'release the stock']);
    expectNothingLeft(services);
  });

  test('counts as done when an operator has done it by hand; who and why stays with the checkout', async () => {
    const { services, handle } = await stuck('cancelOrder');
    expect(await resolve(handle, { decision: 'settle', what: 'cancel the order' })).toMatchObject(by);
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'refused', undone: ['cancel the order', 'release the stock'] });
    expect(services.published).toContain('OrderCancelled');
    const { decisions } = await handle.query(statusQuery);
    expect(decisions).toEqual([{ what: 'cancel the order', decision: 'settle', ...by, at: expect.any(String) }]);
  });

  test('of a call that was refused says nothing of it when an operator settles it', async () => {
    const services = new FakeServices()
      .interfere('reserve', { before: refuse('OutOfStock') })
      .interfere('release', { before: refuse('Rejected', 'the shelf is locked') });
    const handle = await environment.start(services);
    await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
    await resolve(handle, { decision: 'settle' });
    expect(await handle.result()).toMatchObject({ outcome: 'refused', undone: ['cancel the order'] });
    expect(services.published).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  test('of a call whose answer never came counts as done when an operator settles it: it may have happened', async () => {
    const services = new FakeServices()
      .interfere('reserve', { before: refuse('Unavailable') })
      .interfere('release', { before: refuse('Rejected', 'the shelf is locked') });
    const handle = await environment.start(services);
    await skipToStatus(environment, handle, ({ needsOperator }) => needsOperator.length > 0);
    await resolve(handle, { decision: 'settle' });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'Unavailable', details: [{ undone: ['cancel the order', 'release the stock'] }] },
    });
  });

  test('goes on by itself once it is mended, without anybody', async () => {
    let failures = 4;
    const { services, handle } = await stuck('void', () => failures-- > 0);
    expect((await handle.result()).outcome).toBe('refused');
    expectNothingLeft(services);
  });

  test('grows so slowly that a year of it fits into one history', async () => {
    const { handle } = await stuck('release');
    const before = (await handle.fetchHistory()).events?.length ?? 0;
    const days = 30;
    await environment.skipTime(days * 24 * 60 * 60_000);
    const grown = ((await handle.fetchHistory()).events?.length ?? 0) - before;
    await resolve(handle, { decision: 'settle' });
    await handle.result();
    expect(grown).toBeGreaterThan(days);
    // Temporal ends a workflow at 51,200 events.
    expect((grown / days) * 365).toBeLessThan(51_200 / 2);
  });
});

describe('a manual resolution of an operator who is known by an issuer', () => {
  const issuer = 'https://login.example';
  const first = { by: 'olga', issuer, note: 'put back on the shelf' };
  const second = { by: 'oscar', issuer, note: 'seen it there' };

  test('is carried out once another operator confirms it; both stand in the history', async () => {
    const { handle } = await stuck('release');
    expect(await resolve(handle, { decision: 'settle', ...first })).toMatchObject({ ...first, state: 'requested' });
    const { needsOperator } = await handle.query(statusQuery);
    expect(needsOperator).toMatchObject([{ what: 'release the stock', requested: { by: 'olga', issuer } }]);

    await expect(resolve(handle, { decision: 'settle', ...first })).rejects.toMatchObject(
      rejected('SecondPersonNeeded', 'olga has asked for this'),
    );
    expect(await resolve(handle, { decision: 'settle', ...second })).toMatchObject({
      ...second,
      confirms: { by: 'olga', issuer },
    });
    expect((await handle.result()).outcome).toBe('refused');
    const { decisions } = await handle.query(statusQuery);
    expect(decisions.map(({ by, state }) => [by, state])).toEqual([
      ['olga', 'requested'],
      ['oscar', undefined],
    ]);
  });

  test('stays asked for while the call is tried again, and is withdrawn by a decision to retry', async () => {
    const { services, handle } = await stuck('release');
    const tries = () => services.calls.filter((call) => call === 'release').length;
    await resolve(handle, { decision: 'settle', ...first });
    const before = tries();
    await skipToStatus(environment, handle, () => tries() > before);
    const asked = await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
    expect(asked.needsOperator[0]?.requested).toMatchObject({ by: 'olga' });

    const again = tries();
    await resolve(handle, { decision: 'retry', ...second });
    await waitForStatus(handle, ({ needsOperator }) => tries() > again && needsOperator[0]?.requested === undefined);
    expect(await resolve(handle, { decision: 'settle', ...first })).toMatchObject({ state: 'requested' });
    await resolve(handle, { decision: 'settle', ...second });
    await handle.result();
  });
});

describe('a decision of an operator is refused', () => {
  test('when nothing needs one', async () => {
    const handle = await environment.start(
      new FakeServices(),
      checkoutRequest({ paymentMethod: 'pm_card_authenticationRequired' }),
    );
    await handle.executeUpdate(answerUpdate);
    await expect(resolve(handle, { decision: 'retry' })).rejects.toMatchObject(rejected('InvalidState', 'nothing'));
    await handle.executeUpdate(cancelUpdate);
    await handle.result();
  });

  test.each([
    ['decision', { decision: 'perhaps' as 'retry' }],
    ['by', { decision: 'retry', by: '' } as const],
    ['note', { decision: 'retry', note: '   ' } as const],
    ['what', { decision: 'retry', what: 'eat the stock' } as const],
  ])('when it lacks a proper %s', async (field, resolution) => {
    const { handle } = await stuck('release');
    await expect(resolve(handle, resolution)).rejects.toMatchObject(rejected('InvalidRequest', field));
    await resolve(handle, { decision: 'settle' });
    await handle.result();
  });

  test('when another one has decided already, and the call is being made again', async () => {
    const { services, handle } = await stuck('release');
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    services.interfere('release', {
      before: async () => {
        reached.resolve();
        await goOn.promise;
      },
    });
    await resolve(handle, { decision: 'retry' });
    await reached.promise;
    const second = resolve(handle, { decision: 'settle', by: 'Ada Lovelace' }).finally(goOn.resolve);
    await expect(second).rejects.toMatchObject(rejected('InvalidState', 'Grace Hopper has decided about it already'));
    await handle.result();
    expectNothingLeft(services);
  });
});

test('what was paid for and cannot be completed needs an operator, and the money stays taken', async () => {
  const services = new FakeServices().interfere('commit', { before: refuse('Rejected', 'the shelf is locked') });
  const handle = await environment.start(services);
  await waitForStatus(handle, ({ needsOperator }) => needsOperator.length > 0);
  await resolve(handle, { decision: 'settle' });
  expect((await handle.result()).outcome).toBe('completed');
  expect(services.payment).toBe('captured');
});

test('milestones cannot be published by hand', async () => {
  let isDown = true;
  const services = new FakeServices().interfere('publishMilestones', {
    before: () => {
      if (isDown) refuse('Unavailable')();
    },
  });
  const handle = await environment.start(services);
  await skipToStatus(environment, handle, ({ needsOperator }) => needsOperator.length > 0);
  await expect(resolve(handle, { decision: 'settle' })).rejects.toMatchObject(rejected('InvalidState', 'by hand'));
  isDown = false;
  await resolve(handle, { decision: 'retry' });
  expect((await handle.result()).outcome).toBe('completed');
  expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
});
