import { randomUUID } from 'node:crypto';
import { Argument, type Command } from 'commander';
import { type CopyKeeper, copyKeepers } from '../../../contracts/user-copy.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { customersContract } from '../../../services/customers/contract.ts';
import type { UserCheckResult } from '../../../workflows/user-check/contract.ts';
import type { AnyResult } from '../../process-kinds.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';
import type { Session } from '../session.ts';

/** `users check` and `users republish`. */
export function addUsersCommand(program: Command, act: Act): void {
  const users = program.command('users').description('the copies of the accounts that services keep');
  users
    .command('check')
    .description('compare the copies of the accounts with the accounts, and publish again what differs')
    .addArgument(new Argument('[service...]', 'whose copy (default: all)').choices(copyKeepers))
    .action(
      act(async (session, services: CopyKeeper[]) => {
        const checked = services.length > 0 ? [...new Set(services)] : copyKeepers;
        const checks = await Promise.all(checked.map((service) => check(session, service)));
        const text = table(
          ['copy of', 'accounts', 'parts that differed', 'published again', 'rows removed'],
          checks.map(({ service, accounts, differed, republished, dropped }) => [
            ...[service, accounts, differed, republished, dropped],
          ]),
        );
        return { document: { checks }, text };
      }),
    );
  users
    .command('republish')
    .description('publish accounts as they stand, for those who keep copies of them')
    .argument('<customer...>')
    .action(
      act(async (session, customerIds: string[]) => {
        const input = parse(customersContract.operations.republish.input, { customerIds });
        const document = await (await session.door()).customers.republishAccounts(input);
        const { republished, unknown } = document;
        const text = details([
          ['Published again', republished],
          ['Unknown', unknown.length > 0 ? unknown.join(', ') : undefined],
        ]);
        return { document, text };
      }),
    );
}

/** Waits until the copy of a service is in step. */
async function check(session: Session, service: CopyKeeper): Promise<UserCheckResult> {
  const { customers } = await session.door();
  const { checkId } = await customers.checkCopy({ service, name: randomUUID() });
  const { client } = await session.process(`user-check/${checkId}`);
  return (await client.waitForResult()) as AnyResult & UserCheckResult;
}
