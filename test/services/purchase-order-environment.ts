import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createPurchaseOrderActivities, type PurchaseOrderActivities } from '../../activities/purchase-orders.ts';
import { PurchaseOrderClient } from '../../client/purchase-order-client.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { PersonRole } from '../../contracts/access.ts';
import type { EventName } from '../../events/contracts/index.ts';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { StaffClient } from '../../services/staff/contract.ts';
import { workflowCode } from '../../workers/workflow-code.ts';
import type { ApprovalVote } from '../../workflows/kit/approvals-contract.ts';
import type {
  PurchaseOrderInput,
  PurchaseOrderResult,
  PurchaseOrderStatus,
} from '../../workflows/purchase-order/contract.ts';
import { purchaseOrderWorkflow, purchaseOrderWorkflowId } from '../../workflows/purchase-order/messages.ts';
import { Clock } from '../faults/clock.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import { emptied, openPurchasing, outboxOf, type PurchasingEnvironment } from './purchasing-environment.ts';
import { openStaff, type StaffEnvironment } from './staff-environment.ts';

export const day = 86_400_000;

/** Runs when a call of the worker is answered, and before its answer is told. */
type Interference = (call: keyof PurchaseOrderActivities) => Promise<void> | void;

interface Server {
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  /** Of a server that skips time. */
  readonly clock?: Clock;
  close(): Promise<void>;
}

/** Who works here: Anna is a manager and the CFO's equal, Otto has left. */
export const people = [
  ...[person('rita', ['employee']), person('mary', ['manager']), person('max', ['manager'])],
  ...[person('carl', ['cfo'], { superior: 'eve' }), person('anna', ['manager', 'cfo']), person('dora', [])],
  ...[person('eve', []), person('fred', ['finance']), person('otto', ['cfo'], { active: false })],
];

export function person(personId: string, roles: PersonRole[], change: object = {}) {
  return { personId, name: `Name of ${personId}`, email: `${personId}@example.org`, roles, ...change };
}

export const vote = (by: string, version = 1): ApprovalVote => ({ by, version, issuer: 'test', note: 'looked at it' });

/** One line that comes to this. */
export const linesOf = (unitPrice: number) => [{ description: 'Steel', quantity: 1, unitPrice }];

/** The services of purchase orders on real databases, and a worker of their process. */
export class PurchaseOrderEnvironment {
  readonly purchasing: PurchasingEnvironment;
  readonly staff: StaffEnvironment;
  readonly orders: PurchaseOrderClient;
  interfere: Interference = () => undefined;
  readonly #server: Server;
  readonly #client: Client;
  readonly #taskQueue = `purchase-orders-${randomUUID()}`;
  #worker: Worker | undefined;
  #run: Promise<void> | undefined;

  private constructor(server: Server, purchasing: PurchasingEnvironment, staff: StaffEnvironment) {
    this.#server = server;
    this.purchasing = purchasing;
    this.staff = staff;
    const { failureConverterPath } = workflowCode;
    this.#client = new Client({ connection: server.connection, dataConverter: { failureConverterPath } });
    this.orders = new PurchaseOrderClient(this.#client, purchasing.purchasing);
  }

  /** On a server of its own that skips time. */
  static async skippingTime(): Promise<PurchaseOrderEnvironment> {
    const server = await startTimeSkippingServer(await temporalTestServer(() => undefined));
    await registerSearchAttributes(server.connection as never, 'default');
    const clock = await Clock.connect(server.address);
    const close = async () => {
      await clock.close();
      await server.teardown();
    };
    const { connection, nativeConnection } = server;
    return PurchaseOrderEnvironment.#open({ connection: connection as Connection, nativeConnection, clock, close });
  }

  /** On a server that runs. */
  static async on(address: string): Promise<PurchaseOrderEnvironment> {
    const [connection, nativeConnection] = await Promise.all([
      Connection.connect({ address }),
      NativeConnection.connect({ address }),
    ]);
    const close = async () => {
      await connection.close();
      await nativeConnection.close();
    };
    return PurchaseOrderEnvironment.#open({ connection, nativeConnection, close });
  }

  static async #open(server: Server): Promise<PurchaseOrderEnvironment> {
    const [purchasing, staff] = await Promise.all([openPurchasing(), openStaff()]);
    const environment = new PurchaseOrderEnvironment(server, purchasing, staff);
    await emptied(purchasing);
    await staff.staff.importStaff({ people } as never);
    await environment.#startWorker();
    return environment;
  }

  async #startWorker(): Promise<void> {
    const activities = createPurchaseOrderActivities({
      purchasing: this.purchasing.purchasing,
      staff: this.staff.staff as StaffClient,
    });
    const watched = Object.entries(activities).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        const answer = await (call as (...args: never[]) => Promise<unknown>)(...args);
        await this.interfere(name as keyof PurchaseOrderActivities);
        return answer;
      },
    ]);
    this.#worker = await Worker.create({
      connection: this.#server.nativeConnection,
      taskQueue: this.#taskQueue,
      workflowBundle: await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('ERROR') }),
      activities: Object.fromEntries(watched),
      dataConverter: { failureConverterPath: workflowCode.failureConverterPath },
    });
    this.#run = this.#worker.run();
  }

  /** Starts an order of Rita's, in euros: so much for one piece. A run that has ended is followed by another one. */
  async start(unitPrice: number, change: Partial<PurchaseOrderInput> = {}): Promise<string> {
    const poId = `po-${randomUUID()}`;
    const lines = linesOf(unitPrice);
    const request = { poId, vendorId: 'v-1', requester: 'rita', currency: 'EUR', lines, ...change };
    await this.#client.workflow.start(purchaseOrderWorkflow, {
      workflowId: purchaseOrderWorkflowId(request.poId),
      ...{ taskQueue: this.#taskQueue, args: [request], workflowIdReusePolicy: 'ALLOW_DUPLICATE' },
    });
    return request.poId;
  }

  /** The same, and waits until it waits for its approvals. */
  async submit(unitPrice: number, change: Partial<PurchaseOrderInput> = {}): Promise<string> {
    const poId = await this.start(unitPrice, change);
    await this.until(poId, ({ state }) => state !== 'running');
    return poId;
  }

  status(poId: string): Promise<PurchaseOrderStatus> {
    return this.orders.status(poId as never);
  }

  async until(poId: string, holds: (status: PurchaseOrderStatus) => boolean): Promise<PurchaseOrderStatus> {
    const isReached = await waitUntil(async () => holds(await this.status(poId)), { within: 30_000, every: 20 });
    const status = await this.status(poId);
    if (!isReached) throw new Error(`it is not in time as expected: ${JSON.stringify(status)}`);
    return status;
  }

  /** How an order ends, without any time being skipped. */
  result(poId: string): Promise<PurchaseOrderResult> {
    return this.orders.waitForResult(poId as never);
  }

  /** The events about an order, in their order. */
  async published(
    poId: string,
  ): Promise<readonly { readonly name: EventName; readonly data: Record<string, unknown> }[]> {
    const events = await outboxOf(this.purchasing.service);
    return events.filter(({ subject }) => subject?.endsWith(poId)) as never;
  }

  /** How many events the history of an order has. */
  async historyLength(poId: string): Promise<number> {
    const { events } = await this.#client.workflow.getHandle(purchaseOrderWorkflowId(poId)).fetchHistory();
    return events?.length ?? 0;
  }

  /** What only Temporal's own client does. */
  handle(poId: string) {
    return this.#client.workflow.getHandle(purchaseOrderWorkflowId(poId));
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#server.clock?.sleep(milliseconds);
  }

  /** As the process has it. Milliseconds since 1970. */
  async now(): Promise<number> {
    return (await this.#server.clock?.now()) ?? Date.now();
  }

  /** Lends the roles of a person for so many days, by the clock of the process. */
  async lend(from: string, to: string, days: number): Promise<string> {
    const delegationId = `d-${randomUUID()}`;
    const endsAt = new Date((await this.now()) + days * day).toISOString();
    await this.staff.staff.delegate({ delegationId, from, to, endsAt });
    return delegationId;
  }

  /** Holds the answer of one kind of call until it may go on. */
  hold(held: keyof PurchaseOrderActivities) {
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
    await this.#server.close();
    await this.purchasing.service.stop();
    await this.staff.service.stop();
  }
}
