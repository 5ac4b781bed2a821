import type { Command } from 'commander';
import type { Act } from '../act.ts';
import { describeResult, describeStatus, incomplete } from '../describe-checkout.ts';

/** `status`, `wait` and `cancel`. */
export function addFollowCommands(program: Command, act: Act): void {
  program
    .command('status')
    .description('where a checkout stands')
    .argument('<checkout>')
    .action(
      act(async (session, checkoutId: string) => {
        const { client, webPage } = await session.checkouts();
        const status = await client.status(checkoutId);
        return { document: status, text: describeStatus(status, webPage(checkoutId)) };
      }),
    );
  program
    .command('wait')
    .description('wait for the end of a checkout')
    .argument('<checkout>')
    .action(
      act(async (session, checkoutId: string) => {
        const { client, webPage } = await session.checkouts();
        const result = await client.waitForResult(checkoutId);
        return {
          document: result,
          text: describeResult(result, webPage(checkoutId)),
          complaint: incomplete(result, result.outcome),
        };
      }),
    );
  program
    .command('cancel')
    .description('cancel a checkout whose payment is not taken yet, and wait until everything is undone')
    .argument('<checkout>')
    .action(
      act(async (session, checkoutId: string) => {
        const { client, webPage } = await session.checkouts();
        const result = await client.cancel(checkoutId);
        return {
          document: result,
          text: describeResult(result, webPage(checkoutId)),
          ...(result.outcome !== 'cancelled' && { complaint: incomplete(result, result.outcome) }),
        };
      }),
    );
}
