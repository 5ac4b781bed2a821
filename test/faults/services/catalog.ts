import { sumBySku } from '../../../contracts/cart-lines.ts';
import type { Sku } from '../../../contracts/identifiers.ts';
import type { CatalogClient, Quote } from '../../../services/catalog/contract.ts';

/** Minor units, for one piece. */
const priceOf = (sku: string) => (sku === 'free-product' ? 0 : 2_999);

/** The catalog in memory: everything but a free product costs the same, and ships for nothing. */
export function quote({ lines, currency }: Parameters<CatalogClient['quote']>[0]): Quote {
  const summed = sumBySku(lines.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })));
  const priced = summed.map((line) => ({ ...line, unitPrice: priceOf(line.sku) }));
  const goods = priced.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return {
    lines: priced,
    amounts: { currency, goods, discount: 0, shipping: 0, tax: 0, total: goods },
    priceVersion: '1',
  };
}
