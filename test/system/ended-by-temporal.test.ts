import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutInput } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { type Clients, openClients } from '../clients.ts';
import { expectComplaint, expectRows, flagsOf, newCart, rowsOf, stockOwnProduct } from './command-line-expectations.ts';
import { type Called, cli } from './command-line-shop.ts';
import { failAsFirstTask, reset, startBare } from './temporal-means.ts';

let clients: Clients;
let temporal: Client;
let connection: Connection;

beforeAll(async () => {
  clients = await openClients();
  ({ temporal, connection } = clients);
  await stockOwnProduct(clients.services);
});

afterAll(() => connection?.close());

const handleOf = (checkoutId: string) => temporal.workflow.getHandle(checkoutWorkflowId(checkoutId));

async function waiting(): Promise<CheckoutInput> {
  const input = newCart();
  expect(await clients.checkouts.startCheckout(input)).toMatchObject({ answer: 'needs-action' });
  return input;
}

describe('a checkout that was terminated in the Web UI', () => {
  let input: CheckoutInput;
  let watched: Called;
  const ended = (id: string) =>
    new RegExp(`^error: InvalidState: the checkout ${id} has ended: terminated in Temporal \\("a \\\\"duplicate\\\\"`);

  beforeAll(async () => {
    input = await waiting();
    const watching = cli(['watch', input.checkoutId]);
    await handleOf(input.checkoutId).terminate('a "duplicate"\nof c-7 \u009b31m');
    watched = await watching;
  }, 60_000);

  test('ends a watch with exit code 1', () => {
    expectComplaint(watched, ended(input.checkoutId));
    expect(watched.stdout).toMatch(/ {2}terminated \(InvalidState\)$/);
  });

  test('is terminated in its status, which quotes the reason and says what comes of money and stock', async () => {
    const status = await cli(['status', input.checkoutId]);
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(status.stdout).toMatch(/^State +terminated$/m);
    expect(status.stdout).toMatch(/^Reason +InvalidState: .+the sweeper gives back the money and stock/m);
    expect(status.stdout).toMatch(/^■ +authorize the payment/m);
    expect(status.stdout).not.toMatch(/Waits for|Next|…/);
    const document = JSON.parse((await cli(['status', input.checkoutId, '--json'])).stdout);
    expect(document).toMatchObject({ state: 'terminated', amounts: { total: 5998 }, needsOperator: [] });
    expect(document).not.toHaveProperty('waitingFor');
  });

  test.each<[string, (input: CheckoutInput) => readonly string[]]>([
    ['wait', ({ checkoutId }) => ['wait', checkoutId]],
    ['watch', ({ checkoutId }) => ['watch', checkoutId]],
    ['cancel', ({ checkoutId }) => ['cancel', checkoutId]],
    ['place again', (placed) => ['place', ...flagsOf(placed)]],
    ['place again and wait', (placed) => ['place', ...flagsOf(placed), '--wait']],
  ])('%s says that it has ended, and how', async (_, parameters) => {
    expectComplaint(await cli(parameters(input)), ended(input.checkoutId));
  });

  test('takes no card, no review and no decision of an operator any more', async () => {
    const { checkouts } = clients;
    const { checkoutId } = input;
    const decided = { by: 'Joan Clarke', note: 'looked at it' };
    for (const late of [
      () => checkouts.changePaymentMethod(checkoutId, { paymentMethod: 'pm_card_visa' }),
      () => checkouts.decideReview(checkoutId, { decision: 'approve', ...decided }),
      () => checkouts.resolve(checkoutId, { decision: 'retry', ...decided }),
    ]) {
      await expect(late()).rejects.toMatchObject({
        type: 'InvalidState',
        message: expect.stringContaining('has ended: terminated in Temporal ("a '),
      });
    }
  });

  test('is listed as terminated only', async () => {
    await expectRows(['list'], input.checkoutId, [{ state: 'terminated', needsOperator: false }]);
    await expectRows(['list', '--state', 'terminated'], input.checkoutId, [{ state: 'terminated' }]);
    expect(await rowsOf(['list', '--state', 'needs-action'], input.checkoutId)).toEqual([]);
    expect((await cli(['list', '--limit', '1000'])).stdout).toMatch(
      new RegExp(`${input.checkoutId} +customer-123 +terminated$`, 'm'),
    );
  });
});

describe('a checkout whose answer is waited for', () => {
  /** The provider takes the money and hangs: time enough. */
  async function authorizing(): Promise<{ input: CheckoutInput; placing: Promise<Called> }> {
    const input = newCart({ paymentMethod: 'pm_fault_apply_then_hang' });
    const placing = cli(['place', ...flagsOf(input)]);
    const isAuthorizing = async () => {
      const { steps } = await clients.checkouts.status(input.checkoutId).catch(() => ({ steps: [] }));
      return steps.some(({ name }) => name === 'authorize the payment');
    };
    expect(await waitUntil(isAuthorizing, { within: 20_000, every: 50 })).toBe(true);
    return { input, placing };
  }

  test('says that it was terminated', async () => {
    const { input, placing } = await authorizing();
    await handleOf(input.checkoutId).terminate();
    expectComplaint(await placing, /^error: InvalidState: .+ has ended: terminated in Temporal/);
  });

  test('says that it was cancelled in the Web UI, also to the customer who cancels it at the same time', async () => {
    const { input, placing } = await authorizing();
    const cancelling = clients.checkouts.cancel(input.checkoutId);
    await handleOf(input.checkoutId).cancel();
    expectComplaint(await placing, /^error: CancelledByCustomer: /);
    expect((await placing).stdout).toMatch(/^Answer +cancelled$/m);
    expect(await cancelling).toMatchObject({ outcome: 'cancelled' });
  });
});

test('a checkout that was accepted and then terminated is not accepted when it is placed again', async () => {
  const input = newCart({ paymentMethod: 'pm_fault_capture_then_hang' });
  expect(await clients.checkouts.startCheckout(input)).toMatchObject({ answer: 'accepted' });
  await handleOf(input.checkoutId).terminate('too late');
  expectComplaint(
    await cli(['place', ...flagsOf(input)]),
    /^error: InvalidState: .+ terminated in Temporal \("too late"\)/,
  );
});

describe('a checkout that was cancelled in the Web UI', () => {
  let input: CheckoutInput;
  let watched: Called;

  beforeAll(async () => {
    input = await waiting();
    const watching = cli(['watch', input.checkoutId]);
    await handleOf(input.checkoutId).cancel();
    watched = await watching;
  }, 60_000);

  test('ends a watch with exit code 1', () => {
    expectComplaint(watched, /^error: CancelledByCustomer: /);
  });

  test.each<[string, (input: CheckoutInput) => readonly string[], RegExp]>([
    ['wait', ({ checkoutId }) => ['wait', checkoutId], /^Outcome +cancelled$/m],
    ['place again', (placed) => ['place', ...flagsOf(placed)], /^Answer +cancelled$/m],
    ['place again and wait', (placed) => ['place', ...flagsOf(placed), '--wait'], /^Outcome +cancelled$/m],
  ])('%s says that it was cancelled, with exit code 1', async (_, parameters, shown) => {
    const called = await cli(parameters(input));
    expectComplaint(called, /^error: CancelledByCustomer: /);
    expect(called.stdout).toMatch(shown);
  });

  test('has a result that names what was undone, as one that the customer has cancelled', async () => {
    expect(await clients.checkouts.waitForResult(input.checkoutId)).toMatchObject({
      outcome: 'cancelled',
      amounts: { total: 5998 },
      undone: ['cancel the order', 'void the payment', 'release the stock'],
    });
  });

  test('is not cancelled twice, and is listed as cancelled', async () => {
    expectComplaint(await cli(['cancel', input.checkoutId]), /^error: InvalidState: .+ has ended: cancelled/);
    await expectRows(['list', '--state', 'cancelled'], input.checkoutId, [{ state: 'cancelled' }]);
  });
});

describe('without a worker', () => {
  const outcomes: [string, string, (checkoutId: string, taskQueue: string) => Promise<unknown>, RegExp][] = [
    ['terminated', 'terminated', (id) => handleOf(id).terminate('why not'), /terminated in Temporal \("why not"\)/],
    [
      'timed out',
      'timed-out',
      (id) =>
        handleOf(id)
          .result()
          .catch(() => undefined),
      /timed out in Temporal/,
    ],
    [
      'failed for a reason that is not in the catalogue',
      'failed',
      (_, taskQueue) => failAsFirstTask(temporal, taskQueue, { message: 'no such thing', type: 'TypeError' }),
      /^error: InvalidState: .+ failed in Temporal \("no such thing"\)/,
    ],
    [
      'failed for a reason of the catalogue',
      'failed',
      (_, taskQueue) => failAsFirstTask(temporal, taskQueue, { message: 'lines: is missing', type: 'InvalidRequest' }),
      /^error: InvalidRequest: lines: is missing$/,
    ],
  ];

  test.each(outcomes)('a checkout that was %s is told as such', async (_, state, end, complaint) => {
    const input = newCart();
    const { checkoutId } = input;
    const taskQueue = `without-workers-${checkoutId}`;
    await startBare(temporal, input, {
      taskQueue,
      ...(state === 'timed-out' && { workflowExecutionTimeout: '1s' }),
    });
    await end(checkoutId, taskQueue);
    expect(await clients.checkouts.status(checkoutId)).toMatchObject({
      checkoutId,
      orderId: checkoutId,
      state,
      steps: [],
    });
    expectComplaint(await cli(['wait', checkoutId]), complaint);
    await expect(clients.checkouts.cancel(checkoutId)).rejects.toMatchObject({
      type: 'InvalidState',
      message: expect.stringContaining(` has ended: ${state.replace('-', ' ')}`),
    });
    await expectRows(['list', '--state', state], checkoutId, [{ state }]);
  });
});

describe('a checkout that was reset in the Web UI', () => {
  test('goes on in its newest run, for those who wait for it as for those who ask', async () => {
    const { checkoutId } = await waiting();
    const waited = cli(['wait', checkoutId]);
    const watched = cli(['watch', checkoutId]);
    await reset(temporal, checkoutWorkflowId(checkoutId));
    const isWaiting = async () =>
      (await clients.checkouts.status(checkoutId).catch(() => undefined))?.state === 'needs-action';
    expect(await waitUntil(isWaiting, { within: 20_000 })).toBe(true);
    await expectRows(['list'], checkoutId, [{ state: 'needs-action' }]);
    expect(await rowsOf(['list', '--state', 'terminated'], checkoutId)).toEqual([]);
    expect(await cli(['cancel', checkoutId])).toMatchObject({ exitCode: 0, stderr: '' });
    expectComplaint(await waited, /^error: CancelledByCustomer: /);
    expectComplaint(await watched, /^error: CancelledByCustomer: /);
    await expectRows(['list'], checkoutId, [{ state: 'cancelled' }]);
  });
});
