import { accounts } from '../../../../services/ledger/accounts.ts';
import type { Left } from './left.ts';

type Rule = readonly [holds: boolean, rule: string];

/** What does not hold of what a sequence has left: its order says what one run would have left. */
export function brokenRules(left: Left): string[] {
  const rules = [
    ...moneyRules(left),
    ...stockRules(left),
    ...bookRules(left),
    ...historyRules(left),
    ...mailRules(left),
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => rule);
}

const isCompleted = ({ state }: Left) => state === 'completed';

const refundsOf = ({ order }: Left) => (order?.refunds ?? []).filter(({ state }) => state === 'completed');

const givenBack = (left: Left) => refundsOf(left).reduce((sum, { amounts }) => sum + amounts.total, 0);

/** What the shop keeps of an order. */
const kept = (left: Left) => (isCompleted(left) ? (left.order?.amounts.total ?? 0) - givenBack(left) : 0);

function moneyRules(left: Left): Rule[] {
  const { movements, intents, order, state } = left;
  const sum = (kind: string) =>
    movements.filter((movement) => movement.kind === kind).reduce((all, { amount }) => all + amount, 0);
  const captures = movements.filter(({ kind }) => kind === 'captured');
  const [captured, refunded] = [sum('captured'), sum('refunded')];
  const open = intents.filter(({ status }) => !['succeeded', 'canceled'].includes(status));
  const refundIds = movements.flatMap(({ kind, refundId }) => (kind === 'refunded' ? [refundId] : []));
  return [
    [state !== 'pending', 'the order is pending at the end'],
    [captures.length <= 1, `captured ${captures.length} times`],
    [captured - refunded === kept(left), `${state}: ${captured} captured, ${refunded} refunded, ${kept(left)} kept`],
    [!isCompleted(left) || captured === order?.amounts.total, `${captured} captured of ${order?.amounts.total}`],
    [order === undefined || order.refunded === givenBack(left), `the order says that ${order?.refunded} were refunded`],
    [!isCompleted(left) || refundIds.length === refundsOf(left).length, `${refundIds.length} refunds at the provider`],
    [open.length === 0, `open at the provider: ${open.map(({ status }) => status).join(', ')}`],
    [(order?.refunds ?? []).every(({ state }) => state !== 'requested'), 'a refund is requested at the end'],
  ];
}

function stockRules(left: Left): Rule[] {
  const { stock, reservation, order, purchases } = left;
  const pieces = order?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  const back = refundsOf(left).reduce((sum, { lines }) => sum + lines.reduce((all, line) => all + line.quantity, 0), 0);
  const sold = isCompleted(left) ? pieces : 0;
  const { received = 0, restocked = 0, onHand = 0, reserved = 0, committed = 0 } = stock ?? {};
  return [
    [
      received + restocked === onHand + committed,
      `${received} + ${restocked} in, ${onHand} + ${committed} there or gone`,
    ],
    [reserved === 0, `${reserved} reserved`],
    [committed === sold, `${committed} left the shelf, ${sold} sold`],
    [restocked === back, `${restocked} restocked, ${back} given back`],
    [(reservation === 'committed') === isCompleted(left), `${left.state}, the reservation is ${reservation}`],
    [purchases === Number(isCompleted(left)), `${left.state}, ${purchases} purchases in the history`],
  ];
}

function bookRules(left: Left): Rule[] {
  const { journals } = left;
  const kinds = journals.map(({ kind }) => kind).sort();
  const owed = isCompleted(left) ? ['payment', ...refundsOf(left).map(() => 'refund')] : [];
  const owes = journals
    .flatMap(({ lines }) => lines)
    .filter(({ account }) => account === accounts.providerClearing)
    .reduce((sum, { debit, credit }) => sum + (debit ?? 0) - (credit ?? 0), 0);
  return [
    [kinds.join() === owed.join(), `${left.state}, journals: ${kinds.join(', ') || 'none'}`],
    [owes === kept(left), `the provider owes ${owes} by the books, and ${kept(left)} by the order`],
  ];
}

/** Which events there are of an order, and that each was told once. */
function historyRules(left: Left): Rule[] {
  const { timeline, deadLetters, order } = left;
  const times = (name: string) => timeline.filter(({ event }) => event === name).length;
  const has = (name: string, wanted: number): Rule => [
    times(name) === wanted,
    `${left.state}, ${name} ${times(name)} times`,
  ];
  const isCancelled = order !== undefined && left.state === 'cancelled';
  return [
    [deadLetters === undefined, `dead letters: ${deadLetters}`],
    has('OrderPlaced', Number(order !== undefined)),
    [
      times('InventoryReserved') === (isCompleted(left) ? 1 : times('InventoryReleased')),
      `${left.state}, reserved ${times('InventoryReserved')} times, released ${times('InventoryReleased')} times`,
    ],
    [times('InventoryReleased') <= Number(isCancelled), `InventoryReleased ${times('InventoryReleased')} times`],
    [times('PaymentFailed') <= Number(isCancelled), `${left.state}, PaymentFailed ${times('PaymentFailed')} times`],
    has('PaymentProcessed', Number(isCompleted(left))),
    has('OrderCompleted', Number(isCompleted(left))),
    has('OrderCancelled', Number(isCancelled)),
    has('OrderRefunded', refundsOf(left).length),
  ];
}

function mailRules(left: Left): Rule[] {
  const { mails, order, state } = left;
  const sent = mails.map(({ template }) => template).sort();
  const copies = mails.filter((mail) => mail.copies !== 1).length;
  const endings = isCompleted(left) ? ['order-confirmation'] : ['order-cancelled', 'payment-failed'];
  const ending = sent.filter((template) => template !== 'order-refunded');
  const refunds = sent.length - ending.length;
  return [
    [copies === 0, `${copies} mails came more than once`],
    [
      order === undefined ? ending.length === 0 : ending.length === 1 && endings.includes(ending[0] ?? ''),
      `${state}, mails sent: ${sent.join(', ') || 'none'}`,
    ],
    [refunds === refundsOf(left).length, `${refunds} mails of ${refundsOf(left).length} refunds`],
  ];
}
