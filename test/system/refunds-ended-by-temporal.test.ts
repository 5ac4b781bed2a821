import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import { cart } from '../../demo/shop.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { refundWorkflow, refundWorkflowId } from '../../workflows/refund/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { type Clients, openClients } from '../clients.ts';
import { expectComplaint, expectRows, rowsOf } from './command-line-expectations.ts';
import { cli } from './command-line-shop.ts';

let clients: Clients;
let temporal: Client;
let connection: Connection;

beforeAll(async () => {
  clients = await openClients();
  ({ temporal, connection } = clients);
});

afterAll(() => connection?.close());

const reason = 'does not fit';
const newRefund = () => ({ refundId: `ended-${randomUUID()}`, orderId: `never-${randomUUID()}`, reason });
type Request = ReturnType<typeof newRefund>;

const placing = ({ refundId, orderId }: Request) => ['refund', orderId, '--id', refundId, '--reason', reason];

const start = (request: Request, taskQueue: string, more: object = {}) =>
  temporal.workflow.start(refundWorkflow, {
    workflowId: refundWorkflowId(request.refundId),
    taskQueue,
    args: [request],
    ...more,
  });

describe.each([
  [
    'terminated',
    {},
    /has ended: terminated in Temporal \("stop"\); the sweeper finishes it when its pieces are claimed$/,
  ],
  [
    'timed-out',
    { workflowExecutionTimeout: '1s' },
    /has ended: timed out in Temporal; the sweeper finishes it when its pieces are claimed$/,
  ],
])('a refund that is %s', (state, more, ended) => {
  const request = newRefund();
  const { refundId } = request;

  beforeAll(async () => {
    const handle = await start(request, `without-workers-${refundId}`, {
      memo: { contentHash: contentHash(request) },
      ...more,
    });
    if (state === 'terminated') await handle.terminate('stop');
    await handle.result().catch(() => undefined);
  });

  test('is shown as such', async () => {
    const status = await cli(['status', `refund/${refundId}`]);
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(status.stdout).toMatch(new RegExp(`^State +${state}$`, 'm'));
    expect(status.stdout.split('\n').find((line) => line.startsWith('Reason'))).toMatch(ended);
    await expectRows(['refunds'], refundId, [{ state }]);
    await expectRows(['refunds', '--state', state], refundId, [{ state }]);
    expect(await rowsOf(['refunds', '--state', 'running'], refundId)).toEqual([]);
  });

  test.each<[string, string[]]>([
    ['asked for again', placing(request)],
    ['asked for again and waited for', [...placing(request), '--wait']],
    ['decided about', ['operator', `refund/${refundId}`, '--retry', '--note', 'x']],
  ])('says so when it is %s', async (_, parameters) => {
    const called = await cli(parameters);
    expectComplaint(called, /^error: InvalidState: /);
    expect(called.stderr).toMatch(ended);
    expect(called.stdout).toBe('');
  });
});

async function completedOrder(): Promise<string> {
  const { checkoutId } = await clients.checkouts.startCheckout(cart(`ended-${randomUUID()}`));
  await clients.checkouts.waitForResult(checkoutId);
  return checkoutId;
}

test('a refund that was refused is listed as refused, not as completed', async () => {
  const request = { ...newRefund(), orderId: await completedOrder() };
  expectComplaint(await cli([...placing(request), '--line', 'never=1', '--wait']), /^error: LineNotBought: /);
  await expectRows(['refunds', '--state', 'refused'], request.refundId, [{ state: 'refused' }]);
  expect(await rowsOf(['refunds', '--state', 'completed'], request.refundId)).toEqual([]);
});

test("a refund that Temporal's own client has started is the same refund for those who ask for it again", async () => {
  const request = newRefund();
  await start(request, taskQueues.checkout);
  expectComplaint(await cli([...placing(request), '--wait']), /^error: NotFound: /);
  const other = { ...request, orderId: `other-${randomUUID()}` };
  expectComplaint(await cli(placing(other)), /^error: IdempotencyConflict: /);
});

test('a refund that was cancelled in the Web UI is cancelled for all who ask', async () => {
  const request = { ...newRefund(), orderId: await completedOrder() };
  const { refundId } = request;
  const handle = await start(request, taskQueues.checkout, { startDelay: '1h' });
  await handle.cancel();
  await handle.signal('go on').catch(() => undefined);
  const waited = await cli([...placing(request), '--wait']);
  expectComplaint(waited, /^error: RefundCancelled: /);
  expect(waited.stdout).toMatch(/^Outcome +cancelled$/m);
  await expectRows(['refunds', '--state', 'cancelled'], refundId, [{ state: 'cancelled' }]);
});
