import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Bill, BillLine, Mismatch } from './bill-shapes.ts';
import type { Order } from './order-shapes.ts';

/** What a bill may differ in from its order without a person. */
export interface MatchingTolerance {
  /** In basis points: 200 is 2 %. */
  readonly price: number;
  /** How much all bills of an order may ask for above its prices, in minor units. */
  readonly excess: Readonly<Record<Currency, number>>;
}

type OrderedLine = Order['lines'][number];

/**
 * What a bill differs in from its order and what has come of it.
 *
 * @param excess what earlier bills have asked for above the prices of the order
 * @returns none when it fits
 * @throws {ServiceFailure} `NotFound` when the order has no such line
 */
export function mismatchesOf(
  bill: Pick<Bill, 'amounts' | 'lines'>,
  order: Order | undefined,
  excess: number,
  tolerance: MatchingTolerance,
): Mismatch[] {
  if (!order) return [{ kind: 'no-order', allowed: 0, billed: bill.amounts.total }];
  const quantities = [...billedQuantities(order, bill.lines)].flatMap(([ordered, quantity]): Mismatch[] => {
    const allowed = ordered.received - ordered.billed;
    return quantity > allowed ? [{ kind: 'quantity', line: ordered.line, allowed, billed: quantity }] : [];
  });
  const prices = bill.lines.flatMap((line, index): Mismatch[] => {
    const ordered = orderedLine(order, line, index);
    const allowed = Number((BigInt(ordered.unitPrice) * BigInt(10_000 + tolerance.price)) / 10_000n);
    return line.unitPrice > allowed ? [{ kind: 'price', line: ordered.line, allowed, billed: line.unitPrice }] : [];
  });
  const asked = excessOf(bill, order);
  const allowed = Math.max(0, tolerance.excess[order.currency] - excess);
  const above: Mismatch[] = asked > allowed ? [{ kind: 'excess', allowed, billed: asked }] : [];
  return [...quantities, ...prices, ...above];
}

/** What a bill asks for above the prices of its order, in minor units. */
export function excessOf(bill: Pick<Bill, 'lines'>, order: Order): number {
  const excess = bill.lines.reduce((sum, line, index) => {
    const difference = line.unitPrice - orderedLine(order, line, index).unitPrice;
    return sum + BigInt(line.quantity) * BigInt(Math.max(0, difference));
  }, 0n);
  return Number(excess);
}

/** How many pieces of each ordered line a bill is for. */
export function billedQuantities(order: Order, lines: readonly BillLine[]): Map<OrderedLine, number> {
  const quantities = new Map<OrderedLine, number>();
  for (const [index, line] of lines.entries()) {
    const ordered = orderedLine(order, line, index);
    quantities.set(ordered, (quantities.get(ordered) ?? 0) + line.quantity);
  }
  return quantities;
}

/**
 * What accepting a bill takes from the reservation of its order: the order price of the billed pieces. The last one takes the rest.
 */
export function releaseOf(order: Order, lines: readonly BillLine[]): number {
  const quantities = billedQuantities(order, lines);
  const rest = order.total - order.released;
  const isLast = order.lines.every((line) => line.billed + (quantities.get(line) ?? 0) === line.quantity);
  if (isLast) return rest;
  const release = [...quantities].reduce(
    (sum, [line, quantity]) => sum + BigInt(quantity) * BigInt(line.unitPrice),
    0n,
  );
  return Math.min(Number(release), rest);
}

function orderedLine({ number, lines }: Order, { line }: BillLine, index: number): OrderedLine {
  const ordered = lines.find((one) => one.line === line);
  if (ordered) return ordered;
  throw new ServiceFailure('NotFound', `the order ${number} has no line ${line}`, { field: `lines.${index}.line` });
}
