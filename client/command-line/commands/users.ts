import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';

/** `users check` and `users republish`. */
export function addUsersCommand(program: Command, act: Act): void {
  const users = program.command('users').description('the copies of the accounts that services keep');
  users
    .command('check')
    .description("compare billing's copy of the accounts with the accounts, and publish again what differs")
    .action(
      act(async (session) => {
        const [{ UserCheckClient }, temporal] = await Promise.all([
          import('../../user-check-client.ts'),
          session.temporal(),
        ]);
        const document = await new UserCheckClient(temporal).check(`billing-${randomUUID()}`);
        const { accounts, differed, republished } = document;
        const text = details([
          ['Accounts', accounts],
          ['Parts that differed', differed],
          ['Published again', republished],
        ]);
        return { document, text };
      }),
    );
  users
    .command('republish')
    .description('publish accounts as they stand, for those who keep copies of them')
    .argument('<customer...>')
    .action(
      act(async (session, customerIds: string[]) => {
        const input = parse(customersContract.operations.republish.input, { customerIds });
        const document = await session.services().customers.republish(input);
        const { republished, unknown } = document;
        const text = details([
          ['Published again', republished],
          ['Unknown', unknown.length > 0 ? unknown.join(', ') : undefined],
        ]);
        return { document, text };
      }),
    );
}
