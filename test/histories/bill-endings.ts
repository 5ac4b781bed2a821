import { randomUUID } from 'node:crypto';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { BillActivities } from '../../activities/bills.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { EnteredBill } from '../../workflows/bill/contract.ts';
import {
  approveVarianceUpdate,
  billWorkflow,
  billWorkflowId,
  matchAgainUpdate,
  recordPaymentUpdate,
  rejectBillUpdate,
} from '../../workflows/bill/messages.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';

type Handle = Pick<WorkflowHandle, 'result' | 'fetchHistory'>;
type Act = (handle: WorkflowHandle) => Promise<unknown>;

const mary = { by: 'mary', issuer: 'test', note: 'looked at it' };
const amount = 60_000;

const away = () => ApplicationFailure.create({ type: 'Unavailable', message: 'it is away', nonRetryable: false });
const refusal = (type: string) => ApplicationFailure.create({ type, message: 'it was refused', nonRetryable: true });

const asBill = (change: object = {}) =>
  ({
    ...{ billId: 'b-1', number: 'R-1', poNumber: 'PO-000001', state: 'matched', open: amount },
    ...{ amounts: { currency: 'EUR', net: amount, tax: 0, total: amount }, dueDate: '2026-03-22', enteredBy: 'rita' },
    ...{ mismatches: [], version: 'none', ...change },
  }) as unknown as EnteredBill;

const differing = (kind: string) =>
  asBill({ state: 'mismatched', mismatches: [{ kind, line: 1, allowed: 1, billed: 2 }], version: kind });

/** What the worker of bills answers about one bill of 600.00. */
function answers(change: Partial<BillActivities>): BillActivities {
  let open = amount;
  return {
    enterBill: async () => asBill({ state: 'entered' }),
    matchBill: async () => asBill(),
    acceptBill: async () => asBill({ state: 'accepted' }),
    rejectBill: async () => true,
    async recordBillPayment(_, payment) {
      open -= payment.amount;
      return asBill({ state: open === 0 ? 'paid' : 'accepted', open });
    },
    findDecider: async (personId) => ({
      ...{ personId, active: true, delegations: [], reports: [], roles: ['manager'] },
    }),
    ...change,
  };
}

/** Runs a bill to its end; `act` does what people do meanwhile. */
const ending =
  (act: Act, change: () => Partial<BillActivities> = () => ({})) =>
  async ({ client }: CheckoutEnvironment): Promise<Handle> => {
    const { address } = (client.connection as Connection).options;
    const connection = await NativeConnection.connect({ address });
    const taskQueue = `bills-${randomUUID()}`;
    const worker = await Worker.create({
      ...{ connection, taskQueue, workflowBundle: { codePath: String(process.env['WORKFLOW_BUNDLE']) } },
      activities: answers(change()),
    });
    const billId = `b-${randomUUID().slice(0, 8)}`;
    const lines = [{ line: 1, description: 'Steel', quantity: 1, unitPrice: amount }];
    const about = { vendorId: 'v-1', number: 'R-1', poId: 'po-1', currency: 'EUR', tax: 0, dueDate: '2026-03-22' };
    const request = { billId, ...about, lines, enteredBy: 'rita' };
    const workflowId = billWorkflowId(billId);
    const handle = await client.workflow.start(billWorkflow, { workflowId, taskQueue, args: [request] });
    await worker.runUntil(async () => {
      await act(handle);
      await handle.result().catch(() => undefined);
    });
    await connection.close();
    return handle;
  };

const until = (handle: WorkflowHandle, state: string) =>
  waitUntil(async () => (await handle.query<ProcessStatus<string>>('status')).state === state, {
    ...{ within: 20_000, every: 20 },
  });

const paid: Act = async (handle) => {
  await until(handle, 'awaiting-payment');
  const payment = { by: 'fred', issuer: 'test', amount: amount / 2 };
  for (const bankReference of ['bank/1', 'bank/2']) {
    await handle.executeUpdate(recordPaymentUpdate, { args: [{ ...payment, bankReference }] });
  }
};

/** Once it does not fit its order. */
const mismatched =
  (act: Act): Act =>
  async (handle) => {
    await until(handle, 'mismatched');
    await act(handle);
  };

/** Fails at first, for long enough that a regular activity goes on with it. */
function awayAtFirst<Call extends (...args: never[]) => Promise<unknown>>(call: Call, failures = 3): Call {
  let left = failures;
  return (async (...args: never[]) => {
    if (left-- > 0) throw away();
    return call(...args);
  }) as Call;
}

/** Every way in which a bill ends. */
export const billEndings = {
  'bill-paid-in-two-parts': ending(paid),
  'bill-paid-after-outages': ending(paid, () => {
    const { enterBill, matchBill, acceptBill, recordBillPayment } = answers({});
    return {
      ...{ enterBill: awayAtFirst(enterBill), matchBill: awayAtFirst(matchBill) },
      ...{ acceptBill: awayAtFirst(acceptBill), recordBillPayment: awayAtFirst(recordBillPayment) },
    };
  }),
  'bill-approved-by-a-manager': ending(
    mismatched(async (handle) => {
      await handle.executeUpdate(approveVarianceUpdate, { args: [{ ...mary, version: 'price' }] });
      await paid(handle);
    }),
    () => ({ matchBill: async () => differing('price') }),
  ),
  'bill-delivered-later': ending(
    mismatched(async (handle) => {
      await handle.executeUpdate(matchAgainUpdate);
      await paid(handle);
    }),
    () => {
      let looks = 0;
      return { matchBill: async () => (looks++ === 0 ? differing('quantity') : asBill()) };
    },
  ),
  'bill-compared-again-when-it-was-not-accepted': ending(paid, () => {
    let tries = 0;
    return {
      async acceptBill() {
        if (tries++ === 0) throw refusal('InvalidState');
        return asBill({ state: 'accepted' });
      },
    };
  }),
  'bill-rejected': ending(
    mismatched((handle) => handle.executeUpdate(rejectBillUpdate, { args: [mary] })),
    () => ({ matchBill: async () => differing('price') }),
  ),
  'bill-cancelled': ending(
    mismatched((handle) => handle.cancel()),
    () => ({ matchBill: async () => differing('price') }),
  ),
  'bill-number-used-before': ending(
    async () => undefined,
    () => ({
      async enterBill() {
        throw refusal('DuplicateBill');
      },
      rejectBill: async () => false,
    }),
  ),
};
