import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { type Customer, customersContract } from '../../../services/customers/contract.ts';
import type { Act } from '../act.ts';
import type { Answer } from '../answer.ts';
import { details } from '../details.ts';

interface Flags {
  readonly reason: string;
}

const { banCustomer, unbanCustomer } = customersContract.operations;

/** `ban` and `unban`. */
export function addBanCommands(program: Command, act: Act): void {
  program
    .command('ban')
    .description('ban an account: its open checkouts are cancelled, new ones refused; `unban` lifts the ban')
    .argument('<customer>')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(async (session, customerId: string, flags: Flags) => {
        const input = parse(banCustomer.input, { customerId, ...flags });
        return describeCustomer(await (await session.door()).customers.banCustomer(input));
      }),
    );
  program
    .command('unban')
    .description('lift the ban of an account; an import never does')
    .argument('<customer>')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(async (session, customerId: string, flags: Flags) => {
        const input = parse(unbanCustomer.input, { customerId, ...flags });
        return describeCustomer(await (await session.door()).customers.unbanCustomer(input));
      }),
    );
}

function describeCustomer(customer: Customer): Answer {
  const text = details([
    ['Customer', customer.customerId],
    ['Name', customer.name],
    ['Status', customer.status],
  ]);
  return { document: customer, text };
}
