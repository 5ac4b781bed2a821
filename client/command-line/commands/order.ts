import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { ordersContract } from '../../../services/orders/contract.ts';
import type { Act } from '../act.ts';
import { describeAmounts } from '../describe-checkout.ts';
import { details } from '../details.ts';

export function addOrderCommand(program: Command, act: Act): void {
  program
    .command('order')
    .description('one order with its lines')
    .argument('<order>')
    .action(
      act(async (session, orderId: string) => {
        const input = parse(ordersContract.operations.findOrder.input, { orderId });
        const order = await session.services().orders.findOrder(input);
        const { amounts, lines } = order;
        const facts = details([
          ['Order', order.orderId],
          ['Checkout', order.checkoutId],
          ['Customer', order.customerId],
          ['State', order.state],
          ['Reason', order.reason],
          ['Placed', order.placedAt],
          ['Total', describeAmounts(amounts)],
        ]);
        const rows = table(
          ['product', 'quantity', 'unit price', 'amount'],
          lines.map(({ sku, quantity, unitPrice }) => [
            sku,
            quantity,
            formatMoney(unitPrice, amounts.currency),
            formatMoney(quantity * unitPrice, amounts.currency),
          ]),
        );
        return { document: order, text: `${facts}\n\n${rows}` };
      }),
    );
}
