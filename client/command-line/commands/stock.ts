import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { inventoryContract } from '../../../services/inventory/contract.ts';
import type { Act } from '../act.ts';
import { repeatable } from '../repetition.ts';

export function addStockCommand(program: Command, act: Act): void {
  repeatable(program.command('stock'))
    .description('the stock of one product, or of all')
    .argument('[sku]')
    .action(
      act(async (session, sku: string | undefined) => {
        const input = parse(inventoryContract.operations.listStock.input, { sku });
        const document = await (await session.door()).goods.listStock(input);
        const text = table(
          ['product', 'received', 'on hand', 'reserved', 'available', 'committed'],
          document.stock.map(({ sku, received, onHand, reserved, committed }) => [
            sku,
            received,
            onHand,
            reserved,
            onHand - reserved,
            committed,
          ]),
        );
        return { document, text };
      }),
    );
}
