import type { OrderAmounts } from '../../contracts/amounts.ts';
import { proportion } from '../../contracts/proportion.ts';

/** Pieces of one line of an order, with the price of one piece in minor units, net of tax. */
interface PricedPieces {
  readonly quantity: number;
  readonly unitPrice: number;
}

/** A line of an order, with the pieces of it that earlier refunds have taken. */
export interface RefundableLine extends PricedPieces {
  readonly refunded: number;
}

/**
 * What is paid back for some pieces of an order, in minor units: `total = goods - discount + shipping + tax`.
 *
 * Goods come back by their unit prices, discount and tax in proportion to them, and shipping with the last piece. Each
 * amount is what is due for all refunds together, rounded half up once, less what the earlier ones have given: however an
 * order is divided, all parts add up to exactly the order, and no part is below zero.
 *
 * @param order what the whole order cost; its discount is at most its goods
 * @param lines all lines of the order, before this refund
 * @param pieces how many pieces of each of the lines are refunded now, in the same order
 * @param given what the earlier refunds have given, without those that were cancelled
 */
export function refundAmounts(
  order: OrderAmounts,
  lines: readonly RefundableLine[],
  pieces: readonly number[],
  given: OrderAmounts,
): OrderAmounts {
  const after = lines.map(({ unitPrice, refunded }, index) => ({
    unitPrice,
    quantity: refunded + (pieces[index] ?? 0),
  }));
  const isAll = after.every(({ quantity }, index) => quantity === lines[index]?.quantity);
  const share = { part: goodsValue(after), whole: goodsValue(lines) };
  const due = (amount: number) => (isAll ? amount : proportion(amount, share));
  const goods = Math.max(0, due(order.goods) - given.goods);
  // Cancelled refunds can leave a rounding behind, so that a piece of little worth would bring more discount than goods.
  const discount = Math.min(goods, Math.max(0, due(order.discount) - given.discount));
  const tax = Math.max(0, due(order.tax) - given.tax);
  const shipping = isAll ? order.shipping - given.shipping : 0;
  return { currency: order.currency, goods, discount, shipping, tax, total: goods - discount + shipping + tax };
}

const goodsValue = (pieces: readonly PricedPieces[]) =>
  pieces.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
