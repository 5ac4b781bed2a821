import { failures, isFailureType } from '../../contracts/catalogue.ts';
import type { EventName } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { accounts } from '../../services/ledger/accounts.ts';
import type { CheckoutResult } from '../../workflows/checkout/contract.ts';
import type { FakeServices } from '../workflows/fake-services.ts';
import { leftToPeople, linesOf, movedMoney, providerRules } from './provider-rules.ts';
import type { Scenario } from './scenario.ts';
import type { SentMail } from './services/broker.ts';

/** What the rules look at: a trial, for one. */
export interface Judged {
  readonly services: FakeServices;
  readonly scenario: Pick<Scenario, 'process' | 'cards' | 'earlier'>;
  readonly outcome: CheckoutResult['outcome'] | 'none';
  readonly reason: string | undefined;
  /** Whether an operator has resolved calls manually. */
  readonly isResolvedManually: boolean;
}

/** What must hold after any checkout, whatever happened to it: the rules of the audit, over the services in memory. */
export async function brokenRules(trial: Judged): Promise<string[]> {
  const mails = await trial.services.broker.mails();
  return [
    ...moneyRules(trial),
    ...stockRules(trial),
    ...eventRules(trial),
    ...mailRules(trial, mails),
    ...broken(providerRules(trial.services, isLeft(trial))),
  ];
}

export type Rule = readonly [holds: boolean, rule: string];

const broken = (rules: readonly Rule[]) => rules.filter(([holds]) => !holds).map(([, rule]) => rule);

/** How the process ended: what an earlier run has completed stays so, whatever this one tells. */
const outcomeOf = ({ outcome, scenario }: Judged) => (scenario.earlier === 'completed' ? 'completed' : outcome);

/** How the checkout ended; that of a process about an order was completed before. */
const checkoutOf = (trial: Judged) => (trial.scenario.process.isAboutOrder ? 'completed' : outcomeOf(trial));

/** Whether what was done at the provider is left to people. */
const isLeft = ({ outcome, scenario: { process } }: Judged) =>
  process.followsProvider === true && outcome !== 'completed';

function moneyRules(trial: Judged): string[] {
  const { services, scenario } = trial;
  const outcome = checkoutOf(trial);
  const payments = services.payments.list();
  const sum = (kind: string) =>
    services.payments.movements
      .filter((movement) => movement.kind === kind)
      .reduce((all, { amount }) => all + amount, 0);
  const captures = services.payments.movements.filter(({ kind }) => kind === 'captured');
  const [captured, refunded] = [sum('captured'), sum('refunded')];
  const total = payments[0]?.amount.amount ?? 0;
  const given = services.orders.refunds.completed().reduce((all, { amounts }) => all + amounts.total, 0);
  const claims = [...services.orders.refunds.rows.values()].filter(({ state }) => state === 'requested');
  const left = leftToPeople(services, isLeft(trial));
  const open = payments.filter(({ state }) => !['captured', 'voided'].includes(state)).map(({ state }) => state);
  return broken([
    [captures.length <= 1, `captured ${captures.length} times`],
    [captured === 0 || captured === total, `${captured} of ${total} captured`],
    [payments.length <= scenario.cards, `${payments.length} payments for ${scenario.cards} cards`],
    [open.length === 0, `a payment is ${open.join(', ')} at the end`],
    [
      captured - refunded === (outcome === 'completed' ? total - given - left.refunded : 0),
      `${outcome}, ${captured} captured, ${refunded} refunded, ${given} given back by the order`,
    ],
    [claims.length === 0, 'a refund is requested at the end'],
    [
      !scenario.process.givesBack || (outcomeOf(trial) === 'completed') === given > 0,
      `the refund is ${trial.outcome}, ${given} given back`,
    ],
  ]);
}

function stockRules(trial: Judged): string[] {
  const { services } = trial;
  const outcome = checkoutOf(trial);
  const { orders, inventory } = services;
  const reservations = [...inventory.reservations.values()];
  const order = [...orders.orders.values()][0];
  const isCompleted = outcome === 'completed';
  const ordered = order?.placed?.lines.reduce((all, { quantity }) => all + quantity, 0);
  return broken([
    [orders.orders.size <= 1 && reservations.length <= 1, 'more than one order or reservation'],
    [isCompleted === (order?.state === 'completed'), `${outcome}, the order is ${services.order}`],
    [order?.state !== 'pending', 'the order is pending at the end'],
    [isCompleted === (services.reservation === 'committed'), `${outcome}, the reservation is ${services.reservation}`],
    [services.reservation !== 'active', 'the reservation is active at the end'],
    [isCompleted === (services.purchases === 1), `${outcome}, ${services.purchases} purchases in the history`],
    ...[...inventory.stock].map(
      ([sku, { received, restocked, onHand, committed }]): Rule => [
        received + restocked === onHand + committed,
        `${sku}: ${received} + ${restocked} came in, ${onHand} + ${committed} are there or gone`,
      ],
    ),
    ...[...inventory.stock].map(([sku, { reserved }]): Rule => [reserved === 0, `${sku}: ${reserved} reserved`]),
    ...[...inventory.stock].map(([sku, { restocked }]): Rule => {
      const lines = orders.refunds.completed().flatMap((refund) => refund.lines.filter((line) => line.sku === sku));
      const back = lines.reduce((all, { quantity }) => all + quantity, 0);
      return [restocked === back, `${sku}: ${restocked} restocked, ${back} given back`];
    }),
    ...reservations
      .filter(({ wasReserved }) => wasReserved)
      .map(({ lines }): Rule => {
        const pieces = lines.reduce((all, { quantity }) => all + quantity, 0);
        return [ordered === undefined || pieces === ordered, `${pieces} reserved, ${ordered} ordered`];
      }),
  ]);
}

/** The order in which the milestones of one checkout come. */
const processOrder: readonly EventName[] = [
  'OrderPlaced',
  'InventoryReserved',
  'PaymentFailed',
  'PaymentProcessed',
  'OrderCompleted',
  'OrderCancelled',
  'InventoryReleased',
  'OrderRefunded',
  'ProviderRefunded',
  'DisputeOpened',
  'DisputeClosed',
];

function eventRules(trial: Judged): string[] {
  const { services } = trial;
  const outcome = checkoutOf(trial);
  const { events, conflicts } = services.broker;
  const times = (name: EventName) => events.filter((event) => event.name === name).length;
  // An operator who resolves an undo manually says that there was something to undo, where nobody knows.
  const isTold = (name: EventName, isUndone: boolean, wasThere: boolean) =>
    times(name) === Number(isUndone && wasThere) || (isUndone && trial.isResolvedManually && times(name) === 1);
  const order = [...services.orders.orders.values()][0];
  const reservation = [...services.inventory.reservations.values()][0];
  const isCompleted = outcome === 'completed';
  const left = leftToPeople(services, isLeft(trial));
  const refunds = services.orders.refunds.completed().filter(({ kind }) => kind === 'order').length;
  return broken([
    [conflicts.length === 0, `told differently a second time: ${conflicts.join(', ')}`],
    ...[...Map.groupBy(events, ({ causationId }) => causationId).values()].flatMap(sequenceRules),
    [times('OrderPlaced') <= Number(order?.placed !== undefined), 'OrderPlaced, and there is no order'],
    [times('InventoryReserved') <= Number(reservation?.wasReserved ?? false), 'InventoryReserved without reservation'],
    [
      times('PaymentProcessed') === Number(isCompleted),
      `${outcome}, PaymentProcessed ${times('PaymentProcessed')} times`,
    ],
    [times('OrderCompleted') === Number(isCompleted), `${outcome}, OrderCompleted ${times('OrderCompleted')} times`],
    [times('PaymentFailed') === 0 || !isCompleted, 'completed, and PaymentFailed'],
    [
      isTold('OrderCancelled', order?.state === 'cancelled', order?.placed !== undefined),
      `the order is ${services.order}, OrderCancelled ${times('OrderCancelled')} times`,
    ],
    [
      isTold('InventoryReleased', reservation?.state === 'released', reservation?.wasReserved ?? false),
      `the reservation is ${services.reservation}, InventoryReleased ${times('InventoryReleased')} times`,
    ],
    [times('OrderRefunded') === refunds, `${refunds} refunds, OrderRefunded ${times('OrderRefunded')} times`],
    [
      bookedMoney(services.broker.events) === movedMoney(services.payments.movements) + left.refunded + left.disputed,
      'the events tell another sum of money than the provider',
    ],
  ]);
}

/** What the events of one workflow owe to those who read them. */
function sequenceRules(events: readonly IntegrationEvent[]): Rule[] {
  const names = events.map(({ name }) => name);
  const ranks = names.map((name) => processOrder.indexOf(name));
  return [
    [
      events.every(({ sequence }, index) => sequence === index + 1),
      `sequence ${events.map(({ sequence }) => sequence)}`,
    ],
    [isAscending(ranks) && new Set(names).size === names.length, `milestones in the order ${names.join(', ')}`],
    [isAscending(events.map(({ time }) => Date.parse(time))), 'the times of the milestones do not ascend'],
  ];
}

/** Minor units that the provider owes by the books, which the ledger's own rules write of what was published. */
function bookedMoney(events: readonly IntegrationEvent[]): number {
  return events.flatMap(linesOf).reduce((sum, { account, side, amount }) => {
    if (account !== accounts.providerClearing) return sum;
    return side === 'debit' ? sum + amount : sum - amount;
  }, 0);
}

const isAscending = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));

/** A customer hears once how an order ended, and nothing of one that was never placed. */
function mailRules(trial: Judged, mails: readonly SentMail[]): string[] {
  const sent = mails.map(({ template }) => template);
  const owed = [...owedForCheckout(trial), ...trial.services.orders.refunds.completed().map(() => 'order-refunded')];
  return broken([
    // A refund may tell of itself before a sweep tells what the checkout could not tell any more.
    [
      sent.toSorted().join() === owed.toSorted().join(),
      `mails sent: ${sent.join(', ') || 'none'}; owed: ${owed.join(', ') || 'none'}`,
    ],
  ]);
}

function owedForCheckout(trial: Judged): string[] {
  const { services, reason } = trial;
  const order = [...services.orders.orders.values()][0];
  if (checkoutOf(trial) === 'completed') return ['order-confirmation'];
  if (order?.placed === undefined && !services.published.includes('OrderCancelled')) return [];
  // A payment that failed for a reason that is not the customer's is only a reason why the order was cancelled.
  const isRefusal = isFailureType(reason) && failures[reason].kind === 'expected';
  return [services.published.includes('PaymentFailed') && isRefusal ? 'payment-failed' : 'order-cancelled'];
}
