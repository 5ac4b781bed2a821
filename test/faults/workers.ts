import { activityInfo } from '@temporalio/activity';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { type BackOfficeClients, createBackOfficeActivities } from '../../activities/back-office.ts';
import { correlationOfActivity } from '../../activities/correlation.ts';
import { createCheckoutActivities, type ServiceClients } from '../../activities/index.ts';
import { createPayrollActivities } from '../../activities/payroll.ts';
import { createBridgeActivities } from '../../bridge/activities.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import type { CallOptions } from '../../platform/http/contract.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import type { Caller } from '../workflows/fake-services.ts';

/** A refund of more than this, which no recorded history, no scenario and no random case gives back, takes two people. */
const refundLimits = { USD: 1_000_000 };

export type PayrollClients = Parameters<typeof createPayrollActivities>[0];

/** A call of a service by an activity, on its way to the fakes of its workflow. */
export interface ServiceCall {
  readonly workflowId: string;
  /** `broker` has one method, `publish`. */
  readonly service: string;
  readonly method: string;
  readonly input: object;
  readonly caller: Caller;
}

export type AnswerCall = (call: ServiceCall, options?: CallOptions) => Promise<unknown>;

/**
 * Activities that make several calls in one go, and what each of them is to a step: the activity that makes it alone, where
 * there is one, so that what goes wrong with such a call goes wrong there as well.
 */
export const parts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lookUpCheckout: { recallOrder: 'recallCheckout', findCustomer: 'findCustomer', quote: 'quoteCart' },
  fulfilCheckout: { commit: 'commitStock', completeOrder: 'completeOrder', addPurchase: 'addPurchase' },
  openInvoicingRun: { findCommunity: 'findCommunity', openRun: 'openRun' },
  askApprovers: { findApprovers: 'findApprovers', askApprovers: 'askApprovers' },
  issueInvoicingPage: { listBillable: 'listBillable', findCustomer: 'findCustomer', issueBatch: 'issueBatch' },
};

interface TestWorkerOptions extends Partial<WorkerOptions> {
  readonly workflowBundle: { readonly codePath: string };
  /** Whether there is a worker of the back office: the server that skips time has no more pollers than it needs. */
  readonly withBackOffice?: boolean;
  /** The same for the salaries. */
  readonly withPayroll?: boolean;
}

/** The workers of the checkout, the back office and the bridge, with the real activities; what these call is answered by `answer`. */
export function createWorkers(
  connection: NativeConnection,
  answer: AnswerCall,
  { withBackOffice = false, withPayroll = false, ...options }: TestWorkerOptions,
): Promise<Worker[]> {
  const call = (service: string, method: string, input: object, callOptions?: CallOptions) =>
    answer({ ...callOfActivity(method), service, method, input }, callOptions);
  const clients = new Proxy({} as ServiceClients & BackOfficeClients & PayrollClients, {
    get: (_, service: string) =>
      new Proxy(
        {},
        {
          get: (__, method: string) => (input: object, callOptions: CallOptions) =>
            call(service, method, input, callOptions),
        },
      ),
  });
  const publisher = { publish: async (events: readonly object[]) => void (await call('broker', 'publish', events)) };
  const bridge = createBridgeActivities({ contracts: integrationEvents, publisher });
  return Promise.all([
    Worker.create({
      ...options,
      connection,
      taskQueue: taskQueues.checkout,
      interceptors: { activity: [correlationOfActivity] },
      activities: { ...createCheckoutActivities(clients, { refundLimits }), ...bridge },
    }),
    ...(withBackOffice
      ? [
          Worker.create({
            ...options,
            connection,
            taskQueue: taskQueues.backOffice,
            interceptors: { activity: [correlationOfActivity] },
            activities: { ...createBackOfficeActivities(clients), ...bridge },
          }),
        ]
      : []),
    ...(withPayroll
      ? [
          Worker.create({
            ...options,
            connection,
            taskQueue: taskQueues.payroll,
            interceptors: { activity: [correlationOfActivity] },
            activities: { ...createPayrollActivities(clients), ...bridge },
          }),
        ]
      : []),
    Worker.create({
      connection,
      taskQueue: taskQueues.bridge,
      activities: bridge,
    }),
  ]);
}

function callOfActivity(method: string): Pick<ServiceCall, 'workflowId' | 'caller'> {
  const info = activityInfo();
  return {
    workflowId: info.workflowExecution?.workflowId ?? '',
    caller: {
      runId: info.workflowExecution?.runId ?? '',
      activity: parts[info.activityType]?.[method] ?? info.activityType,
      activityId: info.activityId,
      activityAttempt: info.attempt,
      isLocal: info.isLocal,
      now: info.currentAttemptScheduledTimestampMs,
      startToClose: info.startToCloseTimeoutMs,
      heartbeat: info.heartbeatTimeoutMs,
    },
  };
}
