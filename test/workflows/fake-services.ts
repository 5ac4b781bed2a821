import { type FailureType, failures } from '../../contracts/catalogue.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { EventName } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { BrokerUnavailableError, MessageRefusedError } from '../../messaging/connection/errors.ts';
import type { CallOptions } from '../../platform/http/contract.ts';
import type { Payment } from '../../services/payments/contract.ts';
import { FakeBilling } from '../faults/services/billing.ts';
import { FakeBroker } from '../faults/services/broker.ts';
import { quote } from '../faults/services/catalog.ts';
import { FakeCommunities } from '../faults/services/communities.ts';
import { FakeCustomers } from '../faults/services/customers.ts';
import { FakeInventory } from '../faults/services/inventory.ts';
import { FakeOrders } from '../faults/services/orders.ts';
import { FakePayments } from '../faults/services/payments.ts';
import { FakePayroll } from '../faults/services/payroll.ts';
import { FakeStaff } from '../faults/services/staff.ts';

/** What the activities call: a method of a service, or the publication of events. */
export type Operation =
  | 'findCustomer'
  | 'quote'
  | 'placeOrder'
  | 'cancelOrder'
  | 'completeOrder'
  | 'recordOrderPublication'
  | 'recordRefundPublication'
  | 'findOrder'
  | 'recallOrder'
  | 'reconcilePage'
  | 'findUnseen'
  | 'listUnfinishedOrders'
  | 'listUnfinishedRefunds'
  | 'listClaimedPayments'
  | 'findInvoicePayment'
  | 'listActiveReservations'
  | 'recallRefund'
  | 'requestRefund'
  | 'completeRefund'
  | 'cancelRefund'
  | 'findReservation'
  | 'reserve'
  | 'release'
  | 'commit'
  | 'restock'
  | 'authorize'
  | 'findPayment'
  | 'approveReview'
  | 'void'
  | 'capture'
  | 'refund'
  | 'findProviderRefund'
  | 'recordProviderRefund'
  | 'findDispute'
  | 'findReversal'
  | 'rememberFact'
  | 'addPurchase'
  | 'changeBalance'
  | 'recallInvoice'
  | 'issueInvoice'
  | 'findInvoice'
  | 'recallPayment'
  | 'claimPayment'
  | 'applyPayment'
  | 'releaseClaim'
  | 'reversePayment'
  | 'reinstatePayment'
  | 'remindDue'
  | 'findCommunity'
  | 'listBillable'
  | 'openRun'
  | 'issueBatch'
  | 'closeRun'
  | 'calculateBatch'
  | 'recalculateRun'
  | 'excludeEmployee'
  | 'freezeRun'
  | 'cancelRun'
  | 'postRun'
  | 'sendPayslips'
  | 'payBatch'
  | 'findCorrection'
  | 'cancelCorrection'
  | 'postCorrection'
  | 'findPerson'
  | 'findApprovers'
  | 'askApprovers'
  | 'publishMilestones';

/** Where a call comes from. */
export interface Caller {
  /** Of the workflow. */
  readonly runId: string;
  /** The name of the activity; of one that makes the calls of others, that of the other. */
  readonly activity: string;
  /** Of the activity in its workflow, and which attempt at it this is, from 1. */
  readonly activityId: string;
  readonly activityAttempt: number;
  /** Whether it is a local activity, which the server knows nothing of. */
  readonly isLocal: boolean;
  /** When the attempt was scheduled: milliseconds, on the clock of the test server. */
  readonly now: number;
  /** The time-outs of the activity, in milliseconds. */
  readonly startToClose: number;
  readonly heartbeat: number | undefined;
}

/** One call, as an interference sees it. */
export interface Call extends Caller {
  readonly operation: Operation;
  /** How it ended: its service answered or refused, an interference did; absent while it is under way. */
  ended?: 'answered' | 'refused' | 'interfered';
  /** The place of its beginning and of its end among those of all calls. */
  readonly startedAt: number;
  endedAt?: number;
  /** Of this operation and workflow, from 1. */
  readonly attempt: number;
  /** Aborted when the activity is cancelled. */
  readonly signal: AbortSignal | undefined;
  /** How long the caller waits for the answer. */
  readonly timeoutMilliseconds: number | undefined;
  /** What the caller says that the call belongs to. */
  readonly correlationId: string | undefined;
  /** Lets the request arrive at its service: for one that was under way for longer than its caller has waited. */
  readonly deliver: () => unknown;
}

export interface Interference {
  /** Runs before the effect; what it throws is the answer. */
  readonly before?: (attempt: number, call: Call) => void | Promise<void>;
  /** Runs after the effect; what it throws is the answer, though the effect stays. */
  readonly after?: (attempt: number, call: Call) => void | Promise<void>;
}

export const refuse =
  (type: FailureType, message = `${type} in a test`) =>
  () => {
    throw new ServiceFailure(failures[type], message);
  };

/** Holds the answers to an operation after their effect, until they may go on. */
export function holdAfter(
  services: FakeServices,
  operation: Operation,
): { readonly reached: Promise<void>; readonly goOn: () => void } {
  const reached = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  let isOver = false;
  services.interfereWith((call) =>
    isOver || call.operation !== operation
      ? undefined
      : {
          after: async () => {
            reached.resolve();
            await goesOn.promise;
          },
        },
  );
  const goOn = () => {
    isOver = true;
    goesOn.resolve();
  };
  return { reached: reached.promise, goOn };
}

const unknownCaller: Caller = {
  runId: '',
  activity: '',
  activityId: '',
  activityAttempt: 1,
  isLocal: false,
  now: 0,
  startToClose: 0,
  heartbeat: undefined,
};

/** The services of one workflow in memory: idempotent and with tombstones, as the real ones are. */
export class FakeServices {
  readonly customers = new FakeCustomers();
  readonly orders = new FakeOrders();
  readonly inventory = new FakeInventory();
  readonly payments = new FakePayments();
  readonly communities = new FakeCommunities();
  readonly broker = new FakeBroker();
  readonly billing = new FakeBilling((events) => this.broker.publish(events));
  readonly payroll = new FakePayroll((events) => this.broker.publish(events));
  readonly staff = new FakeStaff();
  readonly calls: Operation[] = [];
  /** Every call with its activity, the attempts among them. */
  readonly callers: Call[] = [];
  /** Told of every call that has ended, however it did, before its caller is. */
  onEnd: (call: Call) => Promise<void> | void = () => undefined;
  readonly #interferences: ((call: Call) => Interference | undefined)[] = [];
  readonly #attempts = new Map<Operation, number>();
  #moment = 0;

  /** Interferes with every call of an operation; the newest interference with it counts. */
  interfere(operation: Operation, interference: Interference): this {
    return this.interfereWith((call) => (call.operation === operation ? interference : undefined));
  }

  /** Interferes with the calls for which `choose` gives an interference. */
  interfereWith(choose: (call: Call) => Interference | undefined): this {
    this.#interferences.unshift(choose);
    return this;
  }

  /** The state of the order, or `none`; so are those below. */
  get order(): 'none' | 'pending' | 'completed' | 'cancelled' {
    return [...this.orders.orders.values()].at(-1)?.state ?? 'none';
  }

  get reservation(): 'none' | 'active' | 'committed' | 'released' {
    return [...this.inventory.reservations.values()].at(-1)?.state ?? 'none';
  }

  /** Of the newest payment; `refunded` when all of it was given back. */
  get payment(): 'none' | 'refunded' | Payment['state'] {
    const payment = this.payments.list().at(-1);
    if (!payment) return 'none';
    return payment.state === 'captured' && payment.refunded === payment.amount.amount ? 'refunded' : payment.state;
  }

  get purchases(): number {
    return this.customers.purchases.size;
  }

  get published(): readonly EventName[] {
    return this.broker.events.map(({ name }) => name);
  }

  set customerStatus(status: 'active' | 'banned') {
    this.customers.status = status;
  }

  /** The customer passes the bank's challenge, or fails it. */
  completeChallenge(outcome?: 'complete' | 'fail'): void {
    this.payments.completeChallenge(outcome);
  }

  /** Forgets who has called: what comes now is looked at by itself. */
  forgetCalls(): void {
    this.calls.length = 0;
    this.callers.length = 0;
    this.#attempts.clear();
  }

  /** Calls a method of one of the services. */
  call(
    service: string,
    method: string,
    input: object,
    options: CallOptions = {},
    caller = unknownCaller,
  ): Promise<unknown> {
    const services: Readonly<Record<string, object>> = {
      customers: this.customers,
      catalog: { quote },
      orders: this.orders,
      inventory: this.inventory,
      payments: this.payments,
      billing: this.billing,
      communities: this.communities,
      payroll: this.payroll,
      staff: this.staff,
    };
    const fake = services[service] as Record<string, ((input: object, now: number) => unknown) | undefined>;
    if (!fake?.[method]) throw new Error(`the fakes have no ${service}.${method}`);
    return this.#call(method as Operation, () => fake[method]?.(input, caller.now), caller, options);
  }

  /** Publishes events, as the publisher of the bridge does. */
  async publish(events: readonly IntegrationEvent[], caller = unknownCaller): Promise<void> {
    try {
      await this.#call('publishMilestones', () => this.broker.publish(events), caller, {});
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      const isAway = ['Unavailable', 'DeadlineExceeded', 'Internal'].includes(error.type);
      throw isAway ? new BrokerUnavailableError(error.message) : new MessageRefusedError(error.message);
    }
  }

  #deliver(call: Call): unknown {
    try {
      return call.deliver();
    } catch (error) {
      call.ended = 'refused';
      throw error;
    }
  }

  async #call(
    operation: Operation,
    effect: () => unknown,
    caller: Caller,
    { signal, timeoutMilliseconds, correlationId }: CallOptions,
  ): Promise<unknown> {
    const attempt = (this.#attempts.get(operation) ?? 0) + 1;
    this.#attempts.set(operation, attempt);
    this.#moment += 1;
    const startedAt = this.#moment;
    const call: Call = {
      ...{ ...caller, operation, attempt, signal, timeoutMilliseconds, correlationId },
      ...{ startedAt, deliver: effect },
    };
    this.calls.push(operation);
    this.callers.push(call);
    const interference = this.#interferences.map((choose) => choose(call)).find((found) => found !== undefined);
    try {
      await interference?.before?.(attempt, call);
      const result = this.#deliver(call);
      await interference?.after?.(attempt, call);
      call.ended = 'answered';
      return result;
    } finally {
      call.ended ??= 'interfered';
      this.#moment += 1;
      call.endedAt = this.#moment;
      await this.onEnd(call);
    }
  }
}
