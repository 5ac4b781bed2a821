import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

/** Milliseconds: a thousand orders are read one by one. */
const longestExport = 120_000;

/** `customers erase` and `customers export`. */
export function addCustomersCommands(program: Command, act: Act): void {
  const customers = program.command('customers').description('what is kept about people: hand it out, or erase it');
  customers
    .command('erase')
    .description('erase a person everywhere: name, mail address, what was said of them; orders and books keep their id')
    .argument('<customer>')
    .action(
      act(async (session, customerId: string) => {
        const input = parse(customersContract.operations.eraseCustomer.input, { customerId });
        const erasure = await (await session.door()).customers.eraseCustomer(input);
        const text = details([
          ['Erased', erasure.customerId],
          ['At', erasure.erasedAt],
          ['Sealed histories', `until ${erasure.historiesUntil}; of what still runs, as long after its end`],
        ]);
        return { document: erasure, text };
      }),
    );
  customers
    .command('export')
    .description('all that is kept about a person, as JSON')
    .argument('<customer>')
    .action(
      act(async (session, customerId: string) => {
        const input = parse(customersContract.operations.findCustomer.input, { customerId });
        const { customers: accounts } = await session.door();
        const document = await accounts.exportCustomer(input, { timeoutMilliseconds: longestExport });
        return { document, text: JSON.stringify(document, null, 2) };
      }),
    );
}
