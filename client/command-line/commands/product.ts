import type { Command } from 'commander';
import { type Currency, formatMoney } from '../../../contracts/currency.ts';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';

export function addProductCommand(program: Command, act: Act): void {
  program
    .command('product')
    .description('products with their prices')
    .argument('<sku...>')
    .action(
      act(async (session, skus: string[]) => {
        const { goods } = await session.door();
        const products = await Promise.all(skus.map((sku) => goods.readProduct({ sku })));
        const text = table(
          ['product', 'name', 'prices', 'discount'],
          products.map(({ sku, name, prices, quantityDiscount }) => [
            sku,
            name,
            Object.entries(prices)
              .map(([currency, price]) => formatMoney(price, currency as Currency))
              .join(', '),
            quantityDiscount
              ? `${quantityDiscount.basisPoints / 100} % from ${quantityDiscount.minimumQuantity} pieces`
              : '',
          ]),
        );
        return { document: { products }, text };
      }),
    );
}
