import type { Product } from '../../services/catalog/contract.ts';
import type { Plan } from './plan.ts';
import { some, type Warning } from './warnings.ts';

/** The orders that come out differently because the shop has a product at another price, or with a discount. */
export function otherPrices({ orders, products, currency }: PricedPlan, shop: readonly Product[]): Warning[] {
  const expected = new Map(products.map(({ sku, price }) => [sku, price]));
  const differing = shop.filter(({ sku, prices, quantityDiscount: discount }) => {
    const ordered = (quantity: number) =>
      orders.some(({ request }) => request.lines.some((line) => line.sku === sku && line.quantity >= quantity));
    return prices[currency] !== expected.get(sku) || (discount !== undefined && ordered(discount.minimumQuantity));
  });
  if (differing.length === 0) return [];
  const skus = new Set(differing.map(({ sku }) => sku));
  const message =
    `the shop has ${differing.length} products at another price or with a discount, which were kept: ` +
    `${some([...skus])}; their orders come out differently from the file`;
  const lines = orders.flatMap((order) => order.lines.filter(({ StockCode }) => skus.has(StockCode as Product['sku'])));
  return [{ kind: 'other-price', message, lines: lines.map(({ line }) => line) }];
}

interface PricedPlan extends Pick<Plan, 'orders' | 'products'> {
  readonly currency: keyof Product['prices'];
}
