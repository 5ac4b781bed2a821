import type { CartLine } from '../../contracts/cart-lines.ts';
import type { Sku } from '../../contracts/identifiers.ts';

interface Shelf {
  readonly onHand: number;
  readonly reserved: number;
}

/** The first line that the shelves cannot serve, with what is available of it; `undefined` when all can be held. */
export function findShortage(
  lines: readonly CartLine[],
  shelves: ReadonlyMap<Sku, Shelf>,
): { readonly sku: Sku; readonly requested: number; readonly available: number } | undefined {
  for (const { sku, quantity } of lines) {
    const shelf = shelves.get(sku);
    const available = shelf ? shelf.onHand - shelf.reserved : 0;
    if (quantity > available) return { sku, requested: quantity, available };
  }
  return undefined;
}
