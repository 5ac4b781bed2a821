import type { OrderAmounts } from '../../contracts/amounts.ts';

/** What is left of an order after the refunds that were given, in minor units; no part is below zero. */
export function amountsLeft(order: OrderAmounts, given: OrderAmounts): OrderAmounts {
  const net = Math.max(0, order.goods - order.discount - (given.goods - given.discount));
  const goods = Math.max(net, order.goods - given.goods);
  const shipping = Math.max(0, order.shipping - given.shipping);
  const tax = Math.max(0, order.tax - given.tax);
  return { currency: order.currency, goods, discount: goods - net, shipping, tax, total: net + shipping + tax };
}

/**
 * Divides an amount that was given back without naming pieces: in proportion of what is left of the order, so that all
 * refunds together add up to exactly the order in each of its parts. Minor units that a division leaves over go to the
 * parts that lose most by rounding down.
 *
 * @param amount at most the total that is left
 */
export function divideAmount(left: OrderAmounts, amount: number): OrderAmounts {
  if (amount === left.total) return left;
  const net = left.goods - left.discount;
  const [netShare = 0, shipping = 0, tax = 0] = apportion(amount, [net, left.shipping, left.tax]);
  const discount = netShare === 0 ? 0 : floorShare(left.discount, netShare, net);
  return { currency: left.currency, goods: netShare + discount, discount, shipping, tax, total: amount };
}

/**
 * Cuts what is due for pieces to what is left of the order: less where the provider has given money back without naming
 * pieces.
 */
export function cutToLeft(due: OrderAmounts, left: OrderAmounts): OrderAmounts {
  const goods = Math.min(due.goods, left.goods);
  const net = Math.min(goods, Math.max(0, goods - due.discount), left.goods - left.discount);
  // Where nothing of the goods is left over, neither is anything of the discount.
  const isRest = goods === left.goods && due.discount >= left.discount;
  const discount = isRest ? left.discount : goods - net;
  const shipping = Math.min(due.shipping, left.shipping);
  const tax = Math.min(due.tax, left.tax);
  return { currency: due.currency, goods, discount, shipping, tax, total: goods - discount + shipping + tax };
}

/** Shares that add up to the amount, by the largest remainders. */
function apportion(amount: number, parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const shares = parts.map((part) => floorShare(amount, part, whole));
  const remainder = (index: number) => (BigInt(amount) * BigInt(parts[index] ?? 0)) % BigInt(whole);
  const over = amount - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = parts
    .map((_, index) => index)
    .sort((a, b) => (remainder(a) < remainder(b) ? 1 : remainder(a) > remainder(b) ? -1 : a - b));
  const raised = new Set(byRemainder.slice(0, over));
  return shares.map((share, index) => share + (raised.has(index) ? 1 : 0));
}

/** `amount × part / whole`, rounded down. The product may be larger than a number holds exactly. */
const floorShare = (amount: number, part: number, whole: number) =>
  Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
