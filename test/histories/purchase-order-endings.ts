import { randomUUID } from 'node:crypto';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { PurchaseOrderActivities } from '../../activities/purchase-orders.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import { approveUpdate, rejectUpdate, resolveUpdate } from '../../workflows/kit/messages.ts';
import type { SubmittedOrder } from '../../workflows/purchase-order/contract.ts';
import {
  amendUpdate,
  purchaseOrderWorkflow,
  purchaseOrderWorkflowId,
  withdrawUpdate,
} from '../../workflows/purchase-order/messages.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';

type Handle = Pick<WorkflowHandle, 'result' | 'fetchHistory'>;
type Act = (handle: WorkflowHandle, environment: CheckoutEnvironment) => Promise<unknown>;

const vote = (by: string, version = 1) => ({ by, version, issuer: 'test', note: 'looked at it' });

const away = () => ApplicationFailure.create({ type: 'Unavailable', message: 'it is away', nonRetryable: false });
const refusal = (type: string) => ApplicationFailure.create({ type, message: 'it was refused', nonRetryable: true });

/** What the worker of purchase orders answers about one order of 60,000.00. */
function answers(change: Partial<PurchaseOrderActivities>): PurchaseOrderActivities {
  const order = { poId: 'po-1', number: 'PO-000001', version: 1, state: 'awaiting-approval', currency: 'EUR' };
  const submitted = { ...order, budgetId: 'b-1', total: 6_000_000, required: ['manager', 'cfo'], authors: ['rita'] };
  const asOrder = (changed: object) => ({ ...submitted, ...changed }) as unknown as SubmittedOrder;
  return {
    lookUpPurchase: async () => undefined,
    submitOrder: async () => asOrder({}),
    reserveBudget: async () => 6_000_000,
    releaseBudget: async () => true,
    amendOrder: async () => asOrder({ version: 2, authors: ['rita', 'max'] }),
    findDecider: async (personId) => ({
      ...{ personId, active: true, delegations: [], reports: [] },
      roles: [personId === 'carl' ? 'cfo' : 'manager'],
    }),
    askOrderApprovers: async () => ({ vacant: [] }),
    approveOrder: async (_, version) => asOrder({ state: 'approved', version }),
    endOrder: async (_, outcome) => outcome,
    ...change,
  };
}

/** Runs an order to its end; `act` does what people do meanwhile. */
const ending =
  (act: Act, change: () => Partial<PurchaseOrderActivities> = () => ({})) =>
  async (environment: CheckoutEnvironment): Promise<Handle> => {
    const { client, clock } = environment;
    const { address } = (client.connection as Connection).options;
    const connection = await NativeConnection.connect({ address });
    const taskQueue = `purchase-orders-${randomUUID()}`;
    const worker = await Worker.create({
      ...{ connection, taskQueue, workflowBundle: { codePath: String(process.env['WORKFLOW_BUNDLE']) } },
      activities: answers(change()),
    });
    const poId = `po-${randomUUID().slice(0, 8)}`;
    const lines = [{ description: 'Steel', quantity: 1, unitPrice: 6_000_000 }];
    const request = { poId, vendorId: 'v-1', requester: 'rita', currency: 'EUR', budgetId: 'b-1', lines };
    const workflowId = purchaseOrderWorkflowId(poId);
    const handle = await client.workflow.start(purchaseOrderWorkflow, { workflowId, taskQueue, args: [request] });
    await worker.runUntil(async () => {
      await act(handle, environment);
      await clock.release();
      await handle.result().catch(() => undefined);
      await clock.hold();
    });
    await connection.close();
    return handle;
  };

const until = (handle: WorkflowHandle, holds: (status: ProcessStatus<string>) => boolean) =>
  waitUntil(async () => holds(await handle.query<ProcessStatus<string>>('status')), { within: 20_000, every: 20 });

/** Once it waits for its approvals. */
const waiting =
  (act: Act): Act =>
  async (handle, environment) => {
    await until(handle, ({ state }) => state === 'awaiting-approval');
    await act(handle, environment);
  };

const approved =
  (version = 1): Act =>
  async (handle) => {
    for (const by of ['mary', 'carl']) await handle.executeUpdate(approveUpdate, { args: [vote(by, version)] });
  };

/** Fails at first, for long enough that a regular activity goes on with it. */
function awayAtFirst<Call extends (...args: never[]) => Promise<unknown>>(call: Call, failures = 3): Call {
  let left = failures;
  return (async (...args: never[]) => {
    if (left-- > 0) throw away();
    return call(...args);
  }) as Call;
}

/** Every way in which a purchase order ends. */
export const purchaseOrderEndings = {
  'purchaseOrder-approved': ending(waiting(approved())),
  'purchaseOrder-approved-after-outages': ending(waiting(approved()), () => {
    const { submitOrder, reserveBudget, approveOrder, askOrderApprovers } = answers({});
    return {
      ...{ submitOrder: awayAtFirst(submitOrder), reserveBudget: awayAtFirst(reserveBudget) },
      ...{ approveOrder: awayAtFirst(approveOrder), askOrderApprovers: awayAtFirst(askOrderApprovers) },
    };
  }),
  'purchaseOrder-amended': ending(
    waiting(async (handle, environment) => {
      await handle.executeUpdate(approveUpdate, { args: [vote('mary')] });
      const lines = [{ description: 'Steel', quantity: 1, unitPrice: 6_000_001 }];
      await handle.executeUpdate(amendUpdate, { args: [{ ...vote('max'), lines }] });
      await approved(2)(handle, environment);
    }),
  ),
  'purchaseOrder-rejected': ending(waiting((handle) => handle.executeUpdate(rejectUpdate, { args: [vote('carl')] }))),
  'purchaseOrder-withdrawn': ending(
    waiting((handle) => handle.executeUpdate(withdrawUpdate, { args: [vote('rita')] })),
  ),
  'purchaseOrder-expired': ending(async () => undefined),
  'purchaseOrder-approved-by-a-person-who-came-later': ending(
    waiting(async (handle, environment) => {
      await until(handle, ({ needsOperator }) => needsOperator.length > 0);
      const resolution = { decision: 'retry' as const, by: 'olga', issuer: 'test', note: 'there is one now' };
      await handle.executeUpdate(resolveUpdate, { args: [resolution] });
      await until(handle, ({ needsOperator }) => needsOperator.length === 0);
      await approved()(handle, environment);
    }),
    () => {
      let asked = 0;
      return { askOrderApprovers: async () => ({ vacant: asked++ === 0 ? ['cfo'] : [] }) };
    },
  ),
  'purchaseOrder-refused-by-the-budget': ending(
    async () => undefined,
    () => ({
      async reserveBudget() {
        throw refusal('BudgetExceeded');
      },
    }),
  ),
  'purchaseOrder-vendor-unknown': ending(
    async () => undefined,
    () => ({
      async lookUpPurchase() {
        throw refusal('VendorUnknown');
      },
    }),
  ),
};
