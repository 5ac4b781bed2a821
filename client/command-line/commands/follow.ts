import type { Command } from 'commander';
import type { Act } from '../act.ts';
import { describeResult, describeStatus, incomplete } from '../describe-process.ts';

/** What names a process, on the command line. */
export const processArgument = [
  '<process>',
  'its id where it is a checkout, and `KIND/ID` for one of another kind',
] as const;

/** `status`, `wait` and `cancel`. */
export function addFollowCommands(program: Command, act: Act): void {
  program
    .command('status')
    .description('where a process stands')
    .argument(...processArgument)
    .action(
      act(async (session, name: string) => {
        const process = await session.process(name);
        const status = await process.client.status();
        return { document: status, text: describeStatus(process, status, process.webPage) };
      }),
    );
  program
    .command('wait')
    .description('wait for the end of a process')
    .argument(...processArgument)
    .action(
      act(async (session, name: string) => {
        const process = await session.process(name);
        const result = await process.client.waitForResult();
        return {
          document: result,
          text: describeResult(process, result, process.webPage),
          complaint: incomplete(process, result.outcome, result.reason),
        };
      }),
    );
  program
    .command('cancel')
    .description('cancel a process that is not past its pivot, and wait until everything is undone')
    .argument(...processArgument)
    .action(
      act(async (session, name: string) => {
        const process = await session.process(name);
        const result = await process.client.cancel();
        return {
          document: result,
          text: describeResult(process, result, process.webPage),
          ...(result.outcome !== 'cancelled' && { complaint: incomplete(process, result.outcome, result.reason) }),
        };
      }),
    );
}
