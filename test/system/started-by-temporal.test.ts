import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import type { CheckoutRow } from '../../client/checkout-client.ts';
import { listProcesses } from '../../client/process-list.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { waitUntil } from '../../parts/wait.ts';
import { checkoutProcess } from '../../workflows/checkout/definition.ts';
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
    const handle = await startBare(temporal, input, { taskQueue: `without-workers-${input.checkoutId}` });
    await expectRows(['list', '--state', 'running'], input.checkoutId, [{ state: 'running' }]);
    await handle.terminate('the test is over');
  });

  test('is listed by the id of its workflow where that names no checkout', async () => {
    const workflowId = `it's "theirs"/${randomUUID()}`;
    const start = { workflowId, taskQueue: `without-workers-${randomUUID()}`, args: [newCart()] };
    const handle = await temporal.workflow.start(checkoutWorkflow, start);
    await expectRows(['list'], workflowId, [{ workflowId, checkoutId: workflowId, state: 'running' }]);
    await handle.terminate('a stranger');
    await expectRows(['list', '--state', 'terminated'], workflowId, [{ state: 'terminated' }]);
  });

  test('is listed once, as it ended, where another workflow had it done', async () => {
    const input = newCart({ paymentMethod: 'pm_card_chargeDeclined' });
    const workflowId = `stranger-${input.checkoutId}`;
    const start = { workflowId, taskQueue: taskQueues.checkout, args: [input] };
    await temporal.workflow.execute(checkoutWorkflow, start);
    await expectRows(['list'], input.checkoutId, [{ state: 'refused' }]);
    await expectRows(['list'], workflowId, []);
  });

  test('is listed by its newest run only, when it was started again after its end', async () => {
    const input = newCart();
    const start = { taskQueue: `without-workers-${input.checkoutId}` };
    await (await startBare(temporal, input, start)).terminate('the first');
    const again = await startBare(temporal, input, start);
    await expectRows(['list'], input.checkoutId, [{ state: 'running' }]);
    await expectRows(['list', '--state', 'terminated'], input.checkoutId, []);
    await again.terminate('the second');
    await expectRows(['list'], input.checkoutId, [{ state: 'terminated' }]);
  });
});

describe('the list', () => {
  type State = 'needs-action' | 'in-review' | 'payment-unknown';

  /** Checkouts that no worker takes, as soon as they are listed in the state that they were started with. */
  async function listed(state: State, count: number) {
    const inputs = Array.from({ length: count }, () => newCart());
    const ids = new Set(inputs.map(({ checkoutId }) => checkoutId));
    const handles = await Promise.all(
      inputs.map((input) => startBare(temporal, input, { taskQueue: `without-workers-${input.checkoutId}`, state })),
    );
    const list = async (ask: () => Promise<unknown>) =>
      (await listProcesses<CheckoutRow>(temporal, checkoutProcess, { state }, ask as () => never)).filter(
        ({ checkoutId }) => ids.has(checkoutId),
      );
    const isListed = async () => (await list(async () => ({ needsOperator: [] }))).length === count;
    expect(await waitUntil(isListed, { within: 20_000 })).toBe(true);
    const end = () => Promise.all(handles.map((handle) => handle.terminate('the test is over')));
    return { list, end };
  }

  test.each<State>(['needs-action', 'in-review', 'payment-unknown'])('says what %s waits for', async (state) => {
    const waitingFor = { who: 'provider', message: `tell about ${state}` } as const;
    const { list, end } = await listed(state, 1);
    expect(await list(async () => ({ waitingFor, needsOperator: [] }))).toMatchObject([{ state, waitingFor }]);
    await end();
  });

  test('goes on after any number of checkouts that cannot say what they wait for', async () => {
    const waitingFor = { who: 'reviewer', message: 'decide' } as const;
    const { list, end } = await listed('in-review', 12);
    let asked = 0;
    const rows = await list(async () => {
      asked += 1;
      if (asked <= 11) throw new ServiceFailure('NotFound', 'it was deleted meanwhile');
      return { waitingFor, needsOperator: [] };
    });
    expect(rows.filter((row) => row.waitingFor)).toMatchObject([{ state: 'in-review', waitingFor }]);
    await end();
  });
});

test("a checkout that Temporal's own client has started is found by what it waits for, and cancelled", async () => {
  const input = newCart();
  await startBare(temporal, input, { taskQueue: taskQueues.checkout });
  await expectRows(['list', '--state', 'needs-action'], input.checkoutId, [{ state: 'needs-action' }]);
  expect((await cli(['cancel', input.checkoutId])).exitCode).toBe(0);
});

test('a checkout that was deleted is not found, also by those who watch it or wait for it', async () => {
  const input = newCart();
  const { checkoutId } = input;
  await startBare(temporal, input);
  const following = [cli(['wait', checkoutId]), cli(['watch', checkoutId])];
  await temporal.workflowService.deleteWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId: checkoutWorkflowId(checkoutId) },
  });
  for (const called of await Promise.all(following)) expectComplaint(called, /^error: (NotFound|InvalidState): /);
  const isGone = async () => (await cli(['status', checkoutId])).stderr.startsWith('error: NotFound: ');
  expect(await waitUntil(isGone, { within: 20_000 })).toBe(true);
  for (const parameters of [
    ['wait', checkoutId],
    ['watch', checkoutId],
    ['cancel', checkoutId],
  ]) {
    expectComplaint(await cli(parameters), /^error: NotFound: there is no checkout /);
  }
  await expectRows(['list'], checkoutId, []);
});
