import { type BackOfficeClients, createBackOfficeActivities } from '../../activities/back-office.ts';
import { createCheckoutActivities, type ServiceClients } from '../../activities/index.ts';
import { createPayrollActivities } from '../../activities/payroll.ts';
import { createBridgeActivities } from '../../bridge/activities.ts';
import type { Call, Operation } from '../workflows/fake-services.ts';
import type { Role, Scenario } from './scenario.ts';
import type { Trial } from './trial.ts';
import type { PayrollClients } from './workers.ts';
import { parts } from './workers.ts';

/** One call of a scenario, as it goes when nothing fails. */
export interface Step {
  readonly scenario: Scenario;
  readonly activity: string;
  readonly operation: Operation;
  /** Which call of the activity it is, from 1. */
  readonly nth: number;
  readonly role: Role;
  readonly isLocal: boolean;
  /** Whether the customer can still cancel, while it is under way and before the next call leaves. */
  readonly isOpen: boolean;
  readonly isOpenAfter: boolean;
  /** Whether a cancellation ends the call, and the next one. */
  readonly isEnded: boolean;
  readonly isNextEnded: boolean;
  /** Whether the scenario asks for an operator even when nothing more fails. */
  readonly asksOperator: boolean;
  /** Milliseconds that the scenario takes when nothing fails. */
  readonly usual: number;
}

/** Those of schedules, whose next run makes the call again: they read, or decide by what is there. */
const ofSchedules: ReadonlySet<string> = new Set([
  'remindDue',
  'findInvoicingPeriod',
  'compareUsers',
  'republishUsers',
  'dropUnknownCopies',
  'findInvoicePayment',
]);

/** What an event does as well. */
const noted: ReadonlySet<string> = new Set(['changeBalance']);

/** The activities that there are: a new one is a row of the matrix by itself, unless it makes the calls of others. */
export function activityNames(): string[] {
  const none = new Proxy({} as ServiceClients & BackOfficeClients & PayrollClients, { get: () => ({}) });
  const bridge = createBridgeActivities({ contracts: {}, publisher: { publish: async () => undefined } });
  const checkout = [createCheckoutActivities(none), createBackOfficeActivities(none), bridge];
  const all = [...checkout, createPayrollActivities(none)].flatMap(Object.keys);
  const called = all.flatMap((name) => Object.values(parts[name] ?? { name }));
  return [...new Set(called)].filter((name) => !ofSchedules.has(name));
}

/** Those that only the processes of what was done at the provider call. */
const ofProvider: ReadonlySet<string> = new Set([
  'recordProviderRefund',
  'findProviderRefund',
  'findDispute',
  'rememberFact',
  'reconcilePage',
  'findUnseen',
]);

/** Those of invoices, their payments and their months. */
export const activitiesOfInvoices: readonly string[] = [
  ...['recallInvoice', 'findCustomer', 'issueInvoice', 'recallPayment', 'findInvoice', 'claimPayment', 'applyPayment'],
  ...['releaseClaim', 'authorizePayment', 'findPayment', 'approveReview', 'capturePayment', 'voidPayment'],
  ...['changeBalance', 'findCommunity', 'openRun', 'listBillable', 'issueBatch', 'closeInvoicingRun'],
];

/** Those of checkouts, refunds and sweeps. */
export function activitiesOfOrders(): string[] {
  const onlyOfInvoices = new Set(activitiesOfInvoices.filter((name) => !ofCardsAndCustomers.has(name)));
  const none = new Proxy({} as PayrollClients, { get: () => ({}) });
  const ofSalaries = new Set(Object.keys(createPayrollActivities(none)));
  const others = (name: string) => ofProvider.has(name) || onlyOfInvoices.has(name) || ofSalaries.has(name);
  return activityNames().filter((name) => !others(name));
}

const ofCardsAndCustomers: ReadonlySet<string> = new Set([
  ...['findCustomer', 'authorizePayment', 'findPayment', 'approveReview', 'capturePayment', 'voidPayment'],
]);

/** The steps of the scenarios, from runs of them without a fault; each kind of step once. */
export function stepsOf(trials: readonly Trial[]): Step[] {
  const undoes = new Set(trials.flatMap(calledOnTheWayBack));
  const kinds = new Set<string>();
  return trials.flatMap((trial) => stepsOfOne(trial, undoes)).filter(({ kind }) => kinds.size < kinds.add(kind).size);
}

/** What cannot be undone: it moves the money, or issues for good. */
const pivots: ReadonlySet<Operation> = new Set([
  ...(['capture', 'refund', 'issueInvoice', 'closeRun', 'postRun', 'postCorrection'] as const),
]);

const publication = 'publishMilestones';

/** What a run begins with, before it knows what an earlier one has left. */
const lookUps: ReadonlySet<string> = new Set([
  'recallCheckout',
  'findCustomer',
  'quoteCart',
  'recallRefund',
  'recallInvoice',
  'recallPayment',
]);

const recalls: ReadonlySet<string> = new Set(['findReservation', 'findPayment']);

const ofSweeps: ReadonlySet<string> = new Set([
  'findAbandoned',
  'recallOrder',
  'recallRefundRequest',
  'recordOrderPublication',
  'recordRefundPublication',
]);

/** Whether a cancellation ends a call, so that its answer is not waited for. */
const isGivenUp = (activity: string, role: Role, { process }: Scenario) =>
  !['until done', 'undo', 'publication', 'recall', 'record', 'entry', 'sweep', 'update'].includes(role) &&
  !process.shielded?.includes(activity);

const isAnswered = ({ ended }: Call) => ended === 'answered' || ended === 'refused';

function calledOnTheWayBack({ scenario, services }: Trial): string[] {
  if (scenario.outcome === 'completed' || scenario.isSwept) return [];
  const refusal = services.callers.findIndex(({ ended }) => ended === 'refused');
  return services.callers.slice(refusal + 1).flatMap(({ activity }) => (activity === publication ? [] : [activity]));
}

function stepsOfOne(
  { scenario, services, took, askedOperator: asksOperator }: Trial,
  undoes: ReadonlySet<string>,
): (Step & { kind: string })[] {
  const isComparison = scenario.process.scheduled !== undefined;
  // What has happened at the provider cannot be cancelled.
  const isFact = scenario.process.cancellation === 'none';
  // A comparison starts processes with calls of their own.
  const own = services.callers.filter(({ activity }) => !isComparison || scenario.rows?.includes(activity));
  // In the order in which they were scheduled: those side by side come as they like.
  const callers = own.toSorted((one, other) => Number(one.activityId) - Number(other.activityId));
  // What an earlier run has paid for only goes forward.
  const isPaid = scenario.earlier === 'completed' || scenario.earlier === 'capture';
  const pivot = callers.findIndex(({ activity, operation }) =>
    isPaid ? !lookUps.has(activity) : pivots.has(operation),
  );
  const refusal = scenario.outcome === 'completed' ? -1 : callers.findIndex(({ ended }) => ended === 'refused');
  const isClosedAt = (index: number) =>
    scenario.isSwept || isFact || (pivot !== -1 && index >= pivot) || (refusal !== -1 && index > refusal);
  const roleOf = ({ activity, operation }: Call, nth: number, isAfterPivot: boolean): Role => {
    const told = scenario.roles?.[`${activity} ${nth}`] ?? scenario.roles?.[activity];
    if (told) return told;
    if (noted.has(activity)) return 'noted';
    if (activity === publication) return 'publication';
    if (ofSweeps.has(activity)) return 'sweep';
    if (scenario.earlier && recalls.has(activity)) return 'recall';
    if (scenario.looks.includes(activity)) return 'look';
    if (undoes.has(activity)) return 'undo';
    if (scenario.untilDone.includes(`${activity} ${nth}`)) return 'until done';
    if (pivots.has(operation)) return 'pivot';
    return isAfterPivot ? 'until done' : 'forward';
  };
  const counts = new Map<string, number>();
  return callers.flatMap((call, index) => {
    const { activity, operation, isLocal } = call;
    if (!isAnswered(call) || !(scenario.rows?.includes(activity) ?? true)) return [];
    const nth = (counts.get(activity) ?? 0) + 1;
    counts.set(activity, nth);
    const role = roleOf(call, nth, pivot !== -1 && (isPaid ? index >= pivot : index > pivot));
    const isOpen = !isClosedAt(index);
    const next = callers.findIndex(({ startedAt }) => startedAt > (call.endedAt ?? Number.POSITIVE_INFINITY));
    const isOpenAfter = next !== -1 && !isClosedAt(next);
    // A local activity hides the cancellation: with it the next call is the one that is in flight then.
    const isEnded = isOpen && isGivenUp(activity, role, scenario) && !(isPaid && isLocal);
    const follower = callers[next] ?? call;
    const isNextEnded = isOpenAfter && isGivenUp(follower.activity, roleOf(follower, 1, false), scenario);
    const before = nth > 1 && role !== 'publication' ? callers[index - 1]?.activity : '';
    const { process, earlier, isSwept } = scenario;
    const kind = [process.name, earlier, isSwept, activity, role, isOpen, before].join();
    return [
      {
        scenario,
        activity,
        operation,
        nth,
        role,
        isLocal,
        isOpen,
        isOpenAfter,
        isEnded,
        isNextEnded,
        asksOperator,
        usual: took,
        kind,
      },
    ];
  });
}
