import { setTimeout as delay } from 'node:timers/promises';
import { type FailureType, failures } from '../../contracts/catalogue.ts';
import { failureOf, ServiceFailure } from '../../contracts/failures.ts';
import type { HttpContract } from '../../platform/http/contract.ts';
import { billingContract } from '../../services/billing/contract.ts';
import { communitiesContract } from '../../services/communities/contract.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { ordersContract } from '../../services/orders/contract.ts';
import { paymentsContract } from '../../services/payments/contract.ts';
import { payrollContract } from '../../services/payroll/contract.ts';
import { staffContract } from '../../services/staff/contract.ts';
import type { Call, Interference, Operation } from '../workflows/fake-services.ts';
import type { Trial } from './trial.ts';

/** How many tries go wrong where a fault passes: more than the two that a local activity has. */
const passing = 3;

/** Which calls a fault happens to: those of one activity, until its services have answered `nth` of them. */
export interface Target {
  readonly activity: string;
  readonly nth: number;
}

/** Something that goes wrong with a call. */
export type Fault = (trial: Trial, target: Target) => (call: Call) => Interference | undefined;

const contracts: readonly HttpContract[] = [
  customersContract,
  inventoryContract,
  ordersContract,
  paymentsContract,
  billingContract,
  communitiesContract,
  payrollContract,
  staffContract,
];

/** How the service refuses the call: for a reason of the business where its contract has one. */
export function refusalOf(operation: Operation): FailureType {
  if (operation === 'quote') return 'UnknownProduct';
  // There is a run where one is closed.
  if (operation === 'closeRun') return 'Rejected';
  const all = contracts.flatMap(({ operations }) => (operations[operation]?.failures ?? []).map(failureOf));
  const final = all.filter(({ retryable }) => !retryable);
  const ofBusiness = final.find(({ kind }) => kind === 'expected');
  const refusal = ofBusiness ?? final.find(({ type }) => type === 'InvalidState') ?? final[0];
  return (refusal?.type ?? 'Rejected') as FailureType;
}

/** Goes wrong until somebody mends it. */
export const forGood =
  (type: (operation: Operation) => FailureType): Fault =>
  (trial, target) =>
  (call) => {
    if (trial.isMended || !isAimedAt(trial, target, call)) return undefined;
    return {
      before: () => {
        trial.remember(call, false);
        refuseAs(type(call.operation), trial);
      },
    };
  };

/** Answers with a failure. A service refuses only what is so. */
export function refuseAs(type: FailureType, { services }: Trial): never {
  if (type === 'AuthorizationExpired') services.payments.expireAuthorization();
  if (type === 'RefundTooLarge') services.payments.dispute();
  throw new ServiceFailure(failures[type], `${type} in a test`);
}

/** Goes wrong a few times, and is well then. */
const aFewTimes =
  (goWrong: (trial: Trial, call: Call, time: number) => Promise<void>): Fault =>
  (trial, target) => {
    let times = 0;
    return (call) => {
      if (times >= passing || !isAimedAt(trial, target, call)) return undefined;
      times += 1;
      const time = times;
      return { before: () => goWrong(trial, call, time) };
    };
  };

/** The service fails: before the call took effect, then after it. */
export const failsThenWell = aFewTimes(async (_, call, time) => {
  if (time % 2 === 0) arrive(call);
  throw new ServiceFailure(time === 3 ? 'Unavailable' : 'Internal', 'the service fails in a test');
});

/** The request is stuck on its way, and arrives after everything has ended. */
export const timesOutBefore = aFewTimes(async (trial, call) => {
  trial.late.push(call);
  await timeOut(trial, call);
});

export const timesOutAfter = aFewTimes(async (trial, call) => {
  arrive(call);
  await timeOut(trial, call);
});

export const isResetAfter = aFewTimes(async (_, call) => {
  arrive(call);
  throw new ServiceFailure('Unavailable', 'the connection was reset in a test');
});

/**
 * Nobody ever reports how an attempt ended, as when its worker dies; the server gives it up by itself.
 */
export const isNeverReported = aFewTimes(async (trial, call, time) => {
  if (time % 2 === 1) arrive(call);
  else trial.late.push(call);
  await neverReport(trial, call);
});

/**
 * The customer cancels while the call is under way; `late` calls arrive only after everything has ended. A workflow hears of
 * it only when its local activities are done: with them the next call is the one that is under way then.
 *
 * @param isHeld whether the workflow goes on without the answer
 */
export const cancelledDuring =
  (effect: 'first' | 'late', isHeld: boolean): Fault =>
  (trial, target) => {
    let done = false;
    let asked: Promise<boolean> | undefined;
    const hold = async (call: Call, isAccepted: Promise<boolean>) => {
      if (!(await isAccepted) || !isHeld) return;
      if (effect === 'late') trial.late.push(call);
      await atMost(cancellationTimeoutMs, trial.ended);
      throw new ServiceFailure('Unavailable', 'the call was given up in a test');
    };
    return (call) => {
      if (asked && !call.isLocal) {
        const isAccepted = asked;
        asked = undefined;
        return { before: () => hold(call, isAccepted) };
      }
      if (done || !isAimedAt(trial, target, call)) return undefined;
      done = true;
      if (call.isLocal) {
        asked = cancel(trial);
        return undefined;
      }
      return {
        before: () => {
          if (effect === 'first') arrive(call);
          return hold(call, cancel(trial));
        },
      };
    };
  };

/** The customer cancels when the call is done, and before the next one leaves. */
export const cancelledAfter =
  (isHeld: boolean): Fault =>
  (trial, target) => {
    let done = false;
    return ({ isLocal }) => {
      // A workflow does not hear of it while a local activity is under way.
      if (done || isLocal || answered(trial, target.activity) < target.nth) return undefined;
      done = true;
      return {
        before: async () => {
          if (!(await cancel(trial)) || !isHeld) return;
          await atMost(cancellationTimeoutMs, trial.ended);
          throw new ServiceFailure('Unavailable', 'the call has never left in a test');
        },
      };
    };
  };

/** A cancellation, or an end, that does not come must not hold up its call for ever: milliseconds. */
const cancellationTimeoutMs = 20_000;

/** Whether the cancellation was accepted. */
async function cancel(trial: Trial): Promise<boolean> {
  const cancellation = await atMost(cancellationTimeoutMs, trial.cancel());
  return cancellation !== undefined && 'accepted' in cancellation;
}

const atMost = <Result>(milliseconds: number, wanted: Promise<Result>): Promise<Result | undefined> =>
  Promise.race([wanted, delay(milliseconds, undefined, { ref: false })]);

/** How many calls of an activity have their answer. */
export function answered(trial: Trial, activity: string): number {
  return trial.services.callers.filter(
    (call) => call.activity === activity && (call.ended === 'answered' || call.ended === 'refused'),
  ).length;
}

/** Whether a call is the one that a fault is meant for. */
function isAimedAt(trial: Trial, { activity, nth }: Target, call: Call): boolean {
  return call.activity === activity && answered(trial, activity) === nth - 1;
}

/** Lets a request take its effect, and loses the answer. */
export function arrive(call: Call): void {
  try {
    call.deliver();
  } catch (error) {
    // A refusal is an answer as well; it is lost like any other.
    if (!(error instanceof ServiceFailure)) throw error;
  }
}

/** The report of the attempt comes after the server has given it up. A local activity fails: only its worker waits for it. */
export async function neverReport(trial: Trial, call: Call): Promise<never> {
  if (!call.isLocal) {
    await almostAsLongAs(trial, call, timeOfServer(call), 150);
    // From here on the clock is the wall's.
    await delay(400);
  }
  throw new ServiceFailure('DeadlineExceeded', 'this report comes too late');
}

/** How long the server waits for a sign of life. */
const timeOfServer = ({ startToClose, heartbeat }: Call) => Math.min(startToClose, heartbeat || startToClose);

export async function timeOut(trial: Trial, call: Call): Promise<never> {
  if (!call.isLocal) await almostAsLongAs(trial, call, timeOfServer(call), 300);
  throw new ServiceFailure('DeadlineExceeded', 'the service did not answer in time in a test');
}

/**
 * Lets time pass on the server's clock, up to `margin` milliseconds before the server gives the attempt up by itself: its
 * count of those who hold the clock does not survive an attempt that it gives up while the clock is not held.
 */
async function almostAsLongAs(trial: Trial, call: Call, milliseconds: number, margin: number): Promise<void> {
  const { clock } = trial.environment;
  const left = call.now + milliseconds - margin - (await clock.now());
  if (left > 0) await clock.sleep(left);
}
