import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { listCheckouts } from '../../client/checkout-list.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { waitUntil } from '../../ops/parts/wait.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { openClients } from '../clients.ts';
import { expectComplaint, expectRows, flagsOf, newCart, stockOwnProduct } from './command-line-expectations.ts';
import { cli } from './command-line-shop.ts';
import { startBare } from './temporal-means.ts';

let temporal: Client;
let connection: Connection;

beforeAll(async () => {
  const clients = await openClients();
  ({ temporal, connection } = clients);
  await stockOwnProduct(clients.services);
});

afterAll(() => connection?.close());

describe("a checkout that was started with Temporal's own client", () => {
  test('is answered like any other after its end, and other content under its id is a conflict', async () => {
    const input = newCart({ paymentMethod: 'pm_card_visa' });
    await startBare(temporal, input);
    expect(await cli(['wait', input.checkoutId])).toMatchObject({ exitCode: 0 });
    const again = await cli(['place', ...flagsOf(input)]);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toMatch(/^Answer +accepted$/m);
    const other = { ...input, country: 'GB' };
    expectComplaint(await cli(['place', ...flagsOf(other)]), /^error: IdempotencyConflict: /);
    await expectRows(['list', '--state', 'completed'], input.checkoutId, [{ state: 'completed' }]);
  });

  test('is listed as running before it has told anything', async () => {
    const input = newCart();
    const handle = await startBare(temporal, input, { taskQueue: `nobody-${input.checkoutId}` });
    await expectRows(['list', '--state', 'running'], input.checkoutId, [{ state: 'running' }]);
    await handle.terminate('the test is over');
  });

  test('is listed by the id of its workflow where that names no checkout', async () => {
    const workflowId = `it's "theirs"/${randomUUID()}`;
    const start = { workflowId, taskQueue: `nobody-${randomUUID()}`, args: [newCart()] };
    const handle = await temporal.workflow.start(checkoutWorkflow, start);
    await expectRows(['list'], workflowId, [{ workflowId, checkoutId: workflowId, state: 'running' }]);
    await handle.terminate('a stranger');
    await expectRows(['list', '--state', 'terminated'], workflowId, [{ state: 'terminated' }]);
  });

  test('is listed by its newest run only, when it was started again after its end', async () => {
    const input = newCart();
    const start = { taskQueue: `nobody-${input.checkoutId}` };
    await (await startBare(temporal, input, start)).terminate('the first');
    const again = await startBare(temporal, input, start);
    await expectRows(['list'], input.checkoutId, [{ state: 'running' }]);
    await expectRows(['list', '--state', 'terminated'], input.checkoutId, []);
    await again.terminate('the second');
    await expectRows(['list'], input.checkoutId, [{ state: 'terminated' }]);
  });
});

describe('the list', () => {
  const asking = async (state: 'needs-action' | 'in-review' | 'payment-unknown', ask: () => Promise<unknown>) => {
    const input = newCart();
    const handle = await startBare(temporal, input, { taskQueue: `nobody-${input.checkoutId}`, state });
    const workflowId = checkoutWorkflowId(input.checkoutId);
    const list = async () => {
      const rows = await listCheckouts(temporal, { state }, (id) => (id === workflowId ? ask() : never()) as never);
      return rows.find(({ checkoutId }) => checkoutId === input.checkoutId);
    };
    expect(await waitUntil(async () => (await list()) !== undefined, { within: 20_000 })).toBe(true);
    const row = await list();
    await handle.terminate('the test is over');
    return row;
  };
  const never = async () => {
    throw new ServiceFailure('NotFound', 'it was deleted meanwhile');
  };

  test.each(['needs-action', 'in-review', 'payment-unknown'] as const)('says what %s waits for', async (state) => {
    const waitingFor = { who: 'provider', message: `tell about ${state}` } as const;
    const row = await asking(state, async () => ({ waitingFor, needsOperator: [] }));
    expect(row).toMatchObject({ state, waitingFor });
  });

  test('goes on where a checkout cannot say what it waits for', async () => {
    const row = await asking('in-review', never);
    expect(row).toMatchObject({ state: 'in-review' });
    expect(row).not.toHaveProperty('waitingFor');
  });
});

test('a checkout on the queue of the workers is listed with its customer as soon as it has told that', async () => {
  const input = newCart();
  await startBare(temporal, input, { taskQueue: taskQueues.checkout });
  await expectRows(['list', '--state', 'needs-action'], input.checkoutId, [{ state: 'needs-action' }]);
  expect((await cli(['cancel', input.checkoutId])).exitCode).toBe(0);
});
