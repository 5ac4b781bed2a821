import { type CartLine, quantitySchema, sumBySku } from '../contracts/cart-lines.ts';
import { contentHash } from '../platform/content-hash.ts';
import { largestReceipt, type StockReceipt } from '../services/inventory/contract.ts';
import { batches } from './batches.ts';

const largestQuantity = quantitySchema.maxValue ?? Number.POSITIVE_INFINITY;

/**
 * A delivery as the calls that take it in: one where it fits into one, otherwise parts that are taken in once each. Another
 * content under the same id is refused by every part.
 */
export function receiptCalls(receiptId: string, lines: readonly CartLine[]): StockReceipt[] {
  const summed = sumBySku(lines).flatMap((line) => [...splitLine(line)]);
  const parts = batches(summed, largestReceipt);
  if (parts.length === 1) return [{ receiptId, lines: summed }];
  const whole = { of: parts.length, contentHash: contentHash(summed) };
  return parts.map((part, index) => ({ receiptId, lines: part, part: { number: index + 1, ...whole } }));
}

/** A line of a delivery has a largest quantity; lines of one product are added up. */
export function* splitLine({ sku, quantity }: CartLine): Generator<CartLine> {
  for (let left = quantity; left > 0; left -= largestQuantity) yield { sku, quantity: Math.min(left, largestQuantity) };
}
