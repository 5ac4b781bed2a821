import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { type BillActivities, createBillActivities } from '../../activities/bills.ts';
import { createPurchaseOrderActivities } from '../../activities/purchase-orders.ts';
import { BillClient } from '../../client/bill-client.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { BillId } from '../../contracts/identifiers.ts';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { StaffClient } from '../../services/staff/contract.ts';
import { workflowCode } from '../../workers/workflow-code.ts';
import type { BillInput, BillResult, BillStatus, Payment } from '../../workflows/bill/contract.ts';
import { billWorkflowId } from '../../workflows/bill/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { Clock } from '../faults/clock.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import { people } from './purchase-order-environment.ts';
import {
  approvedOrder,
  draftOf,
  emptied,
  openPurchasing,
  outboxOf,
  type PurchasingEnvironment,
} from './purchasing-environment.ts';
import { openStaff, type StaffEnvironment } from './staff-environment.ts';

/** Runs when a call of the worker is made, before it reaches its service. */
type Interference = (call: keyof BillActivities) => Promise<void> | void;

type Server = Awaited<ReturnType<typeof startTimeSkippingServer>>;

/** What the one who pays says of a payment. */
export const paymentOf = (bankReference: string, amount: number, by = 'fred'): Payment => ({
  ...{ bankReference, amount, by, issuer: 'test' },
});

/** The services of bills on real databases, and a worker of their process, on a server of its own that skips time. */
export class BillEnvironment {
  readonly purchasing: PurchasingEnvironment;
  readonly bills: BillClient;
  interfere: Interference = () => undefined;
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #staff: StaffEnvironment;
  #worker: Worker | undefined;
  #run: Promise<void> | undefined;

  private constructor(server: Server, clock: Clock, purchasing: PurchasingEnvironment, staff: StaffEnvironment) {
    this.#server = server;
    this.#clock = clock;
    this.#staff = staff;
    this.purchasing = purchasing;
    const { failureConverterPath } = workflowCode;
    this.#client = new Client({ connection: server.connection, dataConverter: { failureConverterPath } });
    this.bills = new BillClient(this.#client, purchasing.purchasing);
  }

  static async open(): Promise<BillEnvironment> {
    const server = await startTimeSkippingServer(await temporalTestServer(() => undefined));
    await registerSearchAttributes(server.connection as never, 'default');
    const [clock, purchasing, staff] = await Promise.all([
      ...([Clock.connect(server.address), openPurchasing(), openStaff()] as const),
    ]);
    const environment = new BillEnvironment(server, clock, purchasing, staff);
    await emptied(purchasing);
    await staff.staff.importStaff({ people } as never);
    await environment.#startWorker();
    return environment;
  }

  async #startWorker(): Promise<void> {
    const { purchasing } = this.purchasing;
    const staff = this.#staff.staff as StaffClient;
    const activities = {
      ...createPurchaseOrderActivities({ purchasing, staff }),
      ...createBillActivities({ purchasing }),
    };
    const watched = Object.entries(activities).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        await this.interfere(name as keyof BillActivities);
        return (call as (...args: never[]) => Promise<unknown>)(...args);
      },
    ]);
    this.#worker = await Worker.create({
      connection: this.#server.nativeConnection,
      taskQueue: taskQueues.backOffice,
      workflowBundle: await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('ERROR') }),
      activities: Object.fromEntries(watched),
      dataConverter: { failureConverterPath: workflowCode.failureConverterPath },
    });
    this.#run = this.#worker.run();
  }

  /** An approved order of a hundred pieces of 600.00, of which so many have come. */
  async order(received: number): Promise<string> {
    const poId = `po-${randomUUID()}`;
    const lines = [{ description: 'Steel', quantity: 100, unitPrice: 60_000 }];
    await approvedOrder(this.purchasing.purchasing, draftOf(poId, 0, { lines }));
    if (received > 0) await this.receive(poId, received);
    return poId;
  }

  async receive(poId: string, quantity: number): Promise<void> {
    const receipt = { receiptId: `r-${randomUUID()}`, poId, lines: [{ line: 1, quantity }] };
    await this.purchasing.purchasing.receive(receipt);
  }

  /** A bill of Rita's for so many pieces. */
  enter(poId: string | undefined, quantity: number, unitPrice: number, change: object = {}): Promise<BillId> {
    const billId = `b-${randomUUID()}`;
    const line = { description: 'Steel', quantity, unitPrice };
    const lines = [poId ? { ...line, line: 1 } : line];
    const about = { vendorId: 'v-1', number: `R-${billId}`, currency: 'EUR', dueDate: '2026-03-22', enteredBy: 'rita' };
    return this.bills.enter({ billId, ...about, lines, ...(poId && { poId }), ...change } as BillInput);
  }

  status(billId: string): Promise<BillStatus> {
    return this.bills.status(billId);
  }

  /** Waits until it is in a state. */
  async until(billId: string, state: BillStatus['state']): Promise<BillStatus> {
    const isReached = async () => (await this.status(billId)).state === state;
    const reached = await waitUntil(isReached, { within: 30_000, every: 20 });
    const status = await this.status(billId);
    if (!reached) throw new Error(`it is not ${state} in time: ${JSON.stringify(status)}`);
    return status;
  }

  /** How a bill ends, without any time being skipped. */
  result(billId: string): Promise<BillResult> {
    return this.bills.waitForResult(billId);
  }

  bill(billId: BillId) {
    return this.purchasing.purchasing.findBill({ billId });
  }

  /** The names and data of the events about a bill, in their order. */
  async published(billId: string) {
    return (await outboxOf(this.purchasing.service))
      .filter(({ subject }) => subject === billId)
      .map(({ name, data }) => ({ name, data: data as Readonly<Record<string, unknown>> }));
  }

  /** What only Temporal's own client does. */
  handle(billId: string) {
    return this.#client.workflow.getHandle(billWorkflowId(billId));
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#clock.sleep(milliseconds);
  }

  /** Holds one kind of call back until it may go on. */
  hold(held: keyof BillActivities) {
    const [reached, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.interfere = async (call) => {
      if (call !== held) return;
      reached.resolve();
      await goesOn.promise;
    };
    return { reached: reached.promise, goOn: goesOn.resolve };
  }

  async close(): Promise<void> {
    this.#worker?.shutdown();
    await this.#run;
    await this.#clock.close();
    await this.#server.teardown();
    await this.purchasing.service.stop();
    await this.#staff.service.stop();
  }
}
