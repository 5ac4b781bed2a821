import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { ordersContract } from '../../../services/orders/contract.ts';
import type { Act } from '../act.ts';
import { describeAmounts } from '../describe-process.ts';
import { details } from '../details.ts';

export function addOrderCommand(program: Command, act: Act): void {
  program
    .command('order')
    .description('one order with its lines and refunds')
    .argument('<order>')
    .action(
      act(async (session, orderId: string) => {
        const input = parse(ordersContract.operations.findOrder.input, { orderId });
        const order = await (await session.door()).accounts.readOrder(input);
        const { amounts, lines, refunds } = order;
        const facts = details([
          ['Order', order.orderId],
          ['Checkout', order.checkoutId],
          ['Customer', order.customerId],
          ['State', order.state],
          ['Reason', order.reason],
          ['Placed', order.placedAt],
          ['Total', describeAmounts(amounts)],
          ['Payment', order.paymentId],
          ['Refunded', order.refunded > 0 ? formatMoney(order.refunded, amounts.currency) : undefined],
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
        const back = table(
          ['refund', 'requested', 'state', 'lines', 'total', 'reason'],
          refunds.map(({ refundId, kind, requestedAt, state, lines, amounts, reason }) => [
            refundId,
            requestedAt,
            state,
            kind === 'provider' ? 'at the provider' : lines.map(({ sku, quantity }) => `${sku}=${quantity}`).join(', '),
            formatMoney(amounts.total, amounts.currency),
            reason,
          ]),
        );
        return { document: order, text: [facts, rows, ...(refunds.length > 0 ? [back] : [])].join('\n\n') };
      }),
    );
}
