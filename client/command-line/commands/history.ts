import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { type OrderHistory, orderHistoryContract } from '../../../services/order-history/contract.ts';
import type { Act } from '../act.ts';
import { describeAmounts } from '../describe-process.ts';
import { details } from '../details.ts';
import { repeatable } from '../repetition.ts';

export function addHistoryCommand(program: Command, act: Act): void {
  repeatable(program.command('history'))
    .description('what happened to an order, as its events tell it; answers while the other services are down')
    .argument('<order>')
    .action(
      act(async (session, orderId: string) => {
        const input = parse(orderHistoryContract.operations.findHistory.input, { orderId });
        const history = await (await session.door()).accounts.readOrderHistory(input);
        const { amounts, refunded, timeline } = history;
        const facts = details([
          ['Order', history.orderId],
          ['Customer', history.customerId],
          ['State', history.state],
          ['Reason', history.reason],
          ['Total', amounts && describeAmounts(amounts)],
          ['Refunded', amounts && refunded > 0 ? formatMoney(refunded, amounts.currency) : undefined],
        ]);
        const rows = table(
          ['time', 'event', 'what it says'],
          timeline.map((entry) => [entry.occurredAt, entry.event, describeEntry(entry)]),
        );
        return { document: history, text: `${facts}\n\n${rows}` };
      }),
    );
}

function describeEntry({
  amounts,
  itemCount,
  reservationId,
  paymentId,
  refundId,
  disputeId,
  amount,
  currency,
  outcome,
  reason,
  message,
  template,
}: OrderHistory['timeline'][number]): string {
  const parts = [
    amounts && formatMoney(amounts.total, amounts.currency),
    amount !== undefined && currency && formatMoney(amount, currency),
    itemCount !== undefined && `${itemCount} ${itemCount === 1 ? 'piece' : 'pieces'}`,
    reservationId && `reservation ${reservationId}`,
    paymentId && `payment ${paymentId}`,
    refundId && `refund ${refundId}`,
    disputeId && `dispute ${disputeId}`,
    outcome,
    template,
    reason,
    message,
  ];
  return parts.filter(Boolean).join(', ');
}
