import type { CartLine } from '../../contracts/cart-lines.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Sku } from '../../contracts/identifiers.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import type { RefundableLine } from './refund-amounts.ts';

/** A line of an order as it was bought; a SKU may be in several, at different prices. */
export interface BoughtLine extends RefundableLine {
  readonly sku: Sku;
}

/**
 * How many pieces of each line of the order a refund takes: those that are asked for, from the first lines of a SKU
 * first, or all that are left.
 *
 * @throws {ServiceFailure} `LineNotBought` for the first line that asks for more pieces than are left
 */
export function takePieces(bought: readonly BoughtLine[], asked: readonly CartLine[] | undefined): number[] {
  const left = bought.map(({ quantity, refunded }) => quantity - refunded);
  if (asked === undefined) return left;
  const taken = bought.map(() => 0);
  for (const [index, { sku, quantity }] of asked.entries()) {
    let missing = quantity;
    for (const [position, line] of bought.entries()) {
      if (line.sku !== sku) continue;
      const pieces = Math.min(missing, (left[position] ?? 0) - (taken[position] ?? 0));
      taken[position] = (taken[position] ?? 0) + pieces;
      missing -= pieces;
    }
    if (missing > 0) throw notBought(bought, asked, index);
  }
  return taken;
}

function notBought(lines: readonly BoughtLine[], asked: readonly CartLine[], index: number): ServiceFailure {
  const sku = asked[index]?.sku as Sku;
  const same = lines.filter((line) => line.sku === sku);
  const bought = same.reduce((sum, { quantity }) => sum + quantity, 0);
  const refunded = same.reduce((sum, line) => sum + line.refunded, 0);
  const requested = asked.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
  const message =
    bought === 0
      ? `${sku} is not in the order; refund only what was bought`
      : `${requested} of ${sku} were to be refunded, ${bought - refunded} of the ${bought} bought are left; ask for fewer`;
  return new ServiceFailure(refundRefusals.LineNotBought, message, {
    field: `lines.${index}.sku`,
    facts: { sku, requested, bought, refunded },
  });
}
