import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

export function addBanCommand(program: Command, act: Act): void {
  program
    .command('ban')
    .description(
      'ban an account: its open checkouts are cancelled, new ones refused; import it as active to take it back',
    )
    .argument('<customer>')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(async (session, customerId: string, flags: { readonly reason: string }) => {
        const input = parse(customersContract.operations.banCustomer.input, { customerId, ...flags });
        const customer = await session.services().customers.banCustomer(input);
        const text = details([
          ['Customer', customer.customerId],
          ['Name', customer.name],
          ['Status', customer.status],
        ]);
        return { document: customer, text };
      }),
    );
}
