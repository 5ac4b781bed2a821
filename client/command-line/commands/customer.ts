import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

export function addCustomerCommand(program: Command, act: Act): void {
  program
    .command('customer')
    .description('one customer with their purchases, and what they owe less their credit')
    .argument('<customer>')
    .action(
      act(async (session, customerId: string) => {
        const input = parse(customersContract.operations.findCustomer.input, { customerId });
        const { customers } = await session.door();
        const [customer, { purchases }, { balances }] = await Promise.all([
          customers.readCustomer(input),
          customers.listPurchases(input),
          customers.listBalances(input),
        ]);
        const facts = details([
          ['Customer', customer.customerId],
          ['Name', customer.name],
          ['Mail', customer.email],
          ['Country', customer.country],
          ['Status', customer.status],
          ['Balance', balances.map(({ amount, currency }) => formatMoney(amount, currency)).join(', ')],
          ['Purchases', purchases.length],
        ]);
        const rows = table(
          ['completed', 'order', 'items', 'total'],
          purchases.map(({ completedAt, orderId, itemCount, total }) => [
            completedAt,
            orderId,
            itemCount,
            formatMoney(total.amount, total.currency),
          ]),
        );
        return {
          document: { ...customer, balances, purchases },
          text: purchases.length > 0 ? `${facts}\n\n${rows}` : facts,
        };
      }),
    );
}
