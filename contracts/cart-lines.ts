import { z } from 'zod';
import type { Sku } from './identifiers.ts';

/** Pieces of a product in one line. */
export const quantitySchema = z
  .int('a quantity is a whole number')
  .min(1, 'a quantity is at least 1')
  .max(1_000_000, 'a quantity is at most 1,000,000');

/** Pieces of one product. */
export interface CartLine {
  readonly sku: Sku;
  readonly quantity: number;
}

/**
 * Adds up the quantities of each SKU and sorts by SKU. Rows that are locked in this order cannot deadlock.
 */
export function sumBySku(lines: readonly CartLine[]): CartLine[] {
  const quantities = new Map<Sku, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
