import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { Connection, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { createCheckoutActivities, type ServiceClients } from '../../activities/index.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { MilestoneBatch } from '../../events/contracts/index.ts';
import type { CheckoutRequest, CheckoutResult } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import type { FakeServices } from './fake-services.ts';

export type CheckoutHandle = WorkflowHandleWithFirstExecutionRunId<
  (request: CheckoutRequest) => Promise<CheckoutResult>
>;

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by the global setup of the workflow tests`);
  return value;
};

/** A server that skips time, and workers whose activities call the fakes of the checkout that they belong to. */
export class CheckoutEnvironment {
  readonly #server: TestWorkflowEnvironment;
  readonly #workers: readonly Worker[];
  readonly #runs: readonly Promise<void>[];
  readonly #fakes: Map<string, FakeServices>;

  constructor(server: TestWorkflowEnvironment, workers: readonly Worker[], fakes: Map<string, FakeServices>) {
    this.#server = server;
    this.#workers = workers;
    this.#runs = workers.map((worker) => worker.run());
    this.#fakes = fakes;
  }

  static async create(): Promise<CheckoutEnvironment> {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
    });
    const server = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: setting('TEMPORAL_TEST_SERVER') } },
    });
    await registerSearchAttributes(server.connection as Connection, 'default');
    const fakes = new Map<string, FakeServices>();
    const current = () => {
      const services = fakes.get(activityInfo().workflowExecution?.workflowId ?? '');
      if (!services) throw new Error('this checkout has no fakes');
      return services;
    };
    const clients = new Proxy({} as ServiceClients, {
      get: (_, service: keyof ServiceClients) =>
        new Proxy({}, { get: (__, method: string) => (input: object) => current().call(service, method, input) }),
    });
    const connection = server.nativeConnection;
    const workers = await Promise.all([
      Worker.create({
        connection,
        taskQueue: taskQueues.checkout,
        workflowBundle: { codePath: setting('WORKFLOW_BUNDLE') },
        activities: createCheckoutActivities(clients),
      }),
      Worker.create({
        connection,
        taskQueue: taskQueues.bridge,
        activities: { publishMilestones: (batch: MilestoneBatch) => current().publish(batch) },
      }),
    ]);
    return new CheckoutEnvironment(server, workers, fakes);
  }

  /** Starts a checkout against fakes of its own. */
  async start(services: FakeServices, request: CheckoutRequest = checkoutRequest()): Promise<CheckoutHandle> {
    const workflowId = checkoutWorkflowId(request.checkoutId);
    this.#fakes.set(workflowId, services);
    return this.#server.client.workflow.start<(request: CheckoutRequest) => Promise<CheckoutResult>>(checkoutWorkflow, {
      workflowId,
      taskQueue: taskQueues.checkout,
      args: [request],
    });
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await Promise.all(this.#runs);
    await this.#server.teardown();
  }
}

export function checkoutRequest(changes: Partial<Record<keyof CheckoutRequest, unknown>> = {}): CheckoutRequest {
  return {
    checkoutId: `checkout-${randomUUID()}`,
    customerId: 'customer-123',
    lines: [{ sku: 'product-1', quantity: 2 }],
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
    ...changes,
  } as CheckoutRequest;
}
