import { checkoutOf } from './order.ts';
import type { Judged, Rule, SubjectRules } from './rule.ts';

/** What must hold of stock, its reservations and what was bought. */
export const stockRules: SubjectRules = { rules: rulesOf };

function rulesOf(trial: Judged): Rule[] {
  const { services } = trial;
  const outcome = checkoutOf(trial);
  const { orders, inventory } = services;
  const reservations = [...inventory.reservations.values()];
  const order = [...orders.orders.values()][0];
  const isCompleted = outcome === 'completed';
  const ordered = order?.placed?.lines.reduce((all, { quantity }) => all + quantity, 0);
  return [
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
  ];
}
