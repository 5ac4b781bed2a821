import { randomUUID } from 'node:crypto';
import {
  Client,
  type Connection,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import type { CheckoutRequest, CheckoutResult } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId, recoverCheckoutWorkflow } from '../../workflows/checkout/messages.ts';
import type { InvoiceRequest, InvoiceResult } from '../../workflows/invoice/contract.ts';
import { invoiceWorkflow, invoiceWorkflowId } from '../../workflows/invoice/messages.ts';
import type { InvoicePaymentRequest, InvoicePaymentResult } from '../../workflows/invoice-payment/contract.ts';
import { invoicePaymentWorkflow, invoicePaymentWorkflowId } from '../../workflows/invoice-payment/messages.ts';
import type { RefundRequest, RefundResult } from '../../workflows/refund/contract.ts';
import { refundWorkflow, refundWorkflowId } from '../../workflows/refund/messages.ts';
import type { SweepRequest, SweepResult } from '../../workflows/sweep/contract.ts';
import { sweepWorkflow } from '../../workflows/sweep/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { Clock } from '../faults/clock.ts';
import { type AnswerCall, createWorkers } from '../faults/workers.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import type { FakeServices } from './fake-services.ts';

export type CheckoutHandle = WorkflowHandleWithFirstExecutionRunId<
  (request: CheckoutRequest) => Promise<CheckoutResult>
>;

export type RefundHandle = WorkflowHandleWithFirstExecutionRunId<(request: RefundRequest) => Promise<RefundResult>>;

interface StartOptions extends Pick<WorkflowStartOptions, 'workflowRunTimeout' | 'workflowTaskTimeout'> {
  /** The id that its business gives it, unless another one is tried. */
  readonly workflowId?: string;
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by the global setup of the workflow tests`);
  return value;
};

interface EnvironmentOptions {
  /**
   * Lets time jump whenever nothing is under way, for workflows side by side; `client` waits for them then. Otherwise time
   * jumps only while a result is waited for.
   */
  readonly timeIsFree?: boolean;
  /** With fewer than there are workflows, most workflow tasks replay the history, as after the loss of a worker. */
  readonly maxCachedWorkflows?: number;
  /** Whether there is a worker of the back office. @default false */
  readonly withBackOffice?: boolean;
  /** The same for the salaries. @default false */
  readonly withPayroll?: boolean;
}

/** A server that skips time, and workers whose activities call the fakes of the workflow that they belong to. */
export class CheckoutEnvironment {
  readonly client: Client;
  readonly clock: Clock;
  readonly #server: TestWorkflowEnvironment;
  readonly #fakes = new Map<string, FakeServices>();
  #workers: readonly Worker[] = [];
  #runs: readonly Promise<void>[] = [];

  private constructor(server: TestWorkflowEnvironment, clock: Clock, timeIsFree: boolean) {
    this.#server = server;
    const connection = server.connection as Connection;
    this.client = timeIsFree ? new Client({ connection }) : server.client;
    this.clock = clock;
  }

  static async create({ timeIsFree = false, ...workers }: EnvironmentOptions = {}): Promise<CheckoutEnvironment> {
    const server = await startTimeSkippingServer(setting('TEMPORAL_TEST_SERVER'));
    await registerSearchAttributes(server.connection as Connection, 'default');
    const environment = new CheckoutEnvironment(server, await Clock.connect(server.address), timeIsFree);
    await environment.#startWorkers(workers);
    if (timeIsFree) await environment.clock.release();
    return environment;
  }

  /** Answers a call of an activity by the fakes of its workflow. */
  readonly answer: AnswerCall = async ({ workflowId, service, method, input, caller }, options) => {
    const services = this.#fakes.get(workflowId);
    if (!services) throw new Error('this workflow has no fakes');
    if (service === 'broker') return services.publish(input as readonly IntegrationEvent[], caller);
    return services.call(service, method, input, options, caller);
  };

  async #startWorkers(options: Omit<EnvironmentOptions, 'timeIsFree'>): Promise<void> {
    this.#workers = await createWorkers(this.#server.nativeConnection, this.answer, {
      workflowBundle: { codePath: setting('WORKFLOW_BUNDLE') },
      ...options,
    });
    this.#runs = this.#workers.map((worker) => worker.run());
  }

  /** Starts a checkout against fakes of its own. */
  start(
    services: FakeServices,
    request: CheckoutRequest = checkoutRequest(),
    options: StartOptions = {},
  ): Promise<CheckoutHandle> {
    const { workflowId = checkoutWorkflowId(request.checkoutId) } = options;
    this.#fakes.set(checkoutWorkflowId(request.checkoutId), services);
    return this.#start(services, checkoutWorkflow, workflowId, request, options);
  }

  /** Starts the refund of an order that is in the fakes. */
  startRefund(services: FakeServices, request: RefundRequest, options: StartOptions = {}): Promise<RefundHandle> {
    const { workflowId = refundWorkflowId(request.refundId) } = options;
    this.#fakes.set(refundWorkflowId(request.refundId), services);
    return this.#start(services, refundWorkflow, workflowId, request, options);
  }

  /** Has an invoice issued against fakes of its own. */
  startInvoice(
    services: FakeServices,
    request: InvoiceRequest,
    { taskQueue = taskQueues.backOffice, ...options }: StartOptions & { readonly taskQueue?: string } = {},
  ): Promise<WorkflowHandleWithFirstExecutionRunId<(request: InvoiceRequest) => Promise<InvoiceResult>>> {
    const { workflowId = invoiceWorkflowId(request.invoiceId) } = options;
    this.#fakes.set(invoiceWorkflowId(request.invoiceId), services);
    return this.#start(services, invoiceWorkflow, workflowId, request, { ...options, taskQueue });
  }

  /** Has an invoice paid that is in the fakes. */
  startInvoicePayment(
    services: FakeServices,
    request: InvoicePaymentRequest,
    options: StartOptions = {},
  ): Promise<WorkflowHandleWithFirstExecutionRunId<(request: InvoicePaymentRequest) => Promise<InvoicePaymentResult>>> {
    const { workflowId = invoicePaymentWorkflowId(request.paymentId) } = options;
    this.#fakes.set(invoicePaymentWorkflowId(request.paymentId), services);
    return this.#start(services, invoicePaymentWorkflow, workflowId, request, {
      ...options,
      taskQueue: taskQueues.backOffice,
    });
  }

  /** Takes a checkout over, as a sweep does with one that was ended from outside. */
  recover(services: FakeServices, checkoutId: string): Promise<WorkflowHandle> {
    return this.#start(services, recoverCheckoutWorkflow, checkoutWorkflowId(checkoutId), { checkoutId }, {});
  }

  /** Sweeps what is in the fakes: by default what the processes of the checkout hold. */
  async sweep(services: FakeServices, request: SweepRequest = {}): Promise<SweepResult> {
    const { of: taskQueue = taskQueues.checkout } = request;
    const workflowId = `sweep/${randomUUID()}`;
    const handle = await this.#start<SweepRequest, SweepResult>(services, sweepWorkflow, workflowId, request, {
      taskQueue,
    });
    return handle.result();
  }

  /** Starts what takes up a refund or a dispute of a payment that is in the fakes. */
  startProviderProcess<Result>(
    services: FakeServices,
    workflowType: string,
    workflowId: string,
    request: object,
    options: StartOptions & { readonly taskQueue?: string } = {},
  ): Promise<WorkflowHandleWithFirstExecutionRunId<(request: object) => Promise<Result>>> {
    return this.#start(services, workflowType, workflowId, request, options);
  }

  /** Lets the workflows that another one starts call its fakes, too. */
  share(services: FakeServices, workflowIds: readonly string[]): void {
    for (const workflowId of workflowIds) this.#fakes.set(workflowId, services);
  }

  #start<Request, Result>(
    services: FakeServices,
    workflowType: string,
    workflowId: string,
    request: Request,
    options: StartOptions & { readonly taskQueue?: string },
  ): Promise<WorkflowHandleWithFirstExecutionRunId<(request: Request) => Promise<Result>>> {
    this.#fakes.set(workflowId, services);
    return this.client.workflow.start<(request: Request) => Promise<Result>>(workflowType, {
      workflowId,
      taskQueue: taskQueues.checkout,
      args: [request],
      ...options,
    });
  }

  /** Lets time pass on the server's clock, in milliseconds, and with it every timer that is due by then. */
  async skipTime(milliseconds: number): Promise<void> {
    await this.clock.sleep(milliseconds);
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await Promise.all(this.#runs);
    await this.clock.close();
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
