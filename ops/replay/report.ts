import { formatMoney } from '../../contracts/currency.ts';
import { type Comparison, revenueAccount } from './compare.ts';
import type { Placement } from './place.ts';
import { currency, type Plan, reasons } from './plan.ts';
import type { Warning } from './warnings.ts';

/** A line of the file that was not ordered. */
export interface NotOrdered {
  readonly line: number;
  readonly invoice: string;
  readonly stockCode: string;
  /** A reason of the plan, or the type of the failure with which the checkout ended. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
}

export interface Run {
  readonly file: { readonly name: string; readonly hash: string; readonly lines: number };
  readonly plan: Plan;
  readonly placements: readonly Placement[];
  /** How many of the orders an earlier run had placed. */
  readonly placedBefore: number;
  /** How long the placing took. */
  readonly seconds: number;
  readonly comparison: Comparison;
  readonly warnings: readonly Warning[];
}

/** What a replay did. Amounts are in minor units. */
export function reportOf({ file, plan, placements, placedBefore, seconds, comparison, warnings }: Run) {
  const notOrdered = notOrderedLines(plan, placements);
  const byReason = [...Map.groupBy(notOrdered, ({ reason }) => reason)]
    .map(([reason, { length: lines }]) => ({ reason, lines }))
    .sort((a, b) => b.lines - a.lines);
  const ending = (outcome: Placement['outcome']) => placements.filter((one) => one.outcome === outcome).length;
  const failed = ending('failed');
  const placedNow = Math.max(placements.length - placedBefore, 0);
  return {
    ok: comparison.differences.length === 0 && failed === 0,
    currency,
    file,
    loaded: {
      customers: plan.customers.length,
      products: plan.products.length,
      units: plan.stock.reduce((sum, { quantity }) => sum + quantity, 0),
    },
    orders: {
      planned: plan.orders.length,
      lines: plan.orders.reduce((sum, { request }) => sum + request.lines.length, 0),
      net: plan.orders.reduce((sum, { net }) => sum + net, 0),
      placedNow,
      placedBefore,
      completed: ending('completed'),
      refused: ending('refused'),
      cancelled: ending('cancelled'),
      failed,
    },
    seconds: Math.round(seconds * 10) / 10,
    checkoutsPerSecond: Math.round((placedNow / seconds) * 10) / 10,
    warnings,
    notOrdered: { total: notOrdered.length, byReason, lines: notOrdered },
    ledger: { account: revenueAccount, ...comparison },
  };
}

export type ReplayReport = ReturnType<typeof reportOf>;

function notOrderedLines({ refused }: Plan, placements: readonly Placement[]): NotOrdered[] {
  const unplaced = placements.flatMap(({ order, outcome, reason }) =>
    outcome === 'completed'
      ? []
      : order.lines.map(({ line, InvoiceNo, StockCode }) => ({
          line,
          invoice: InvoiceNo,
          stockCode: StockCode,
          reason: reason?.type ?? outcome,
          message: reason?.message ?? `the checkout was ${outcome}`,
        })),
  );
  return [...refused, ...unplaced].sort((a, b) => a.line - b.line);
}

const shownDifferences = 10;
const shownWarnings = 20;
const count = (value: number) => value.toLocaleString('en-GB');
const money = (amount: number) => formatMoney(amount, currency);

/** The report as text for people, without the list of lines. */
export function describeReport({ file, loaded, orders, warnings, notOrdered, ledger, ...run }: ReplayReport): string {
  const { differences } = ledger;
  return [
    `${file.name}: ${count(file.lines)} lines`,
    `Loaded       ${count(loaded.customers)} customers, ${count(loaded.products)} products, ${count(loaded.units)} units of stock`,
    `Orders       ${count(orders.planned)} with ${count(orders.lines)} lines, ${money(orders.net)} net`,
    `Placed       ${count(orders.placedNow)} now, ${count(orders.placedBefore)} before; ${run.seconds} s, ${run.checkoutsPerSecond} checkouts/s`,
    `Ended        ${count(orders.completed)} completed, ${count(orders.refused)} refused, ${count(orders.cancelled)} cancelled, ${count(orders.failed)} failed`,
    `Not ordered  ${count(notOrdered.total)} lines of the file${notOrdered.total > 0 ? ' (--report FILE lists each one)' : ''}`,
    ...notOrdered.byReason.map(({ reason, lines }) => {
      const meaning = Object.hasOwn(reasons, reason) ? `: ${reasons[reason as keyof typeof reasons]}` : '';
      return `${count(lines).padStart(11)}  ${reason}${meaning}`;
    }),
    ...(warnings.length > 0 ? [`Warnings     ${count(warnings.length)} (--report FILE names their lines)`] : []),
    ...warnings.slice(0, shownWarnings).map(({ kind, message }) => `             ${kind}: ${message}`),
    `Ledger       revenue (account ${ledger.account}) ${money(ledger.ledger)}, completed orders by the file ${money(ledger.file)}`,
    differences.length === 0
      ? '             They agree to the penny, order by order.'
      : `             THEY DIFFER for ${count(differences.length)} orders:`,
    ...differences
      .slice(0, shownDifferences)
      .map((one) => `             ${one.checkoutId}: ledger ${money(one.ledger)}, file ${money(one.file)}`),
  ].join('\n');
}
