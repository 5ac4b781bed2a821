import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { refundOperations } from '../../../api/refunds-contract.ts';
import { parse } from '../../../contracts/validation.ts';
import { untilAnswered } from '../../front-door.ts';
import type { Act } from '../act.ts';
import { describeResult, incomplete, nameOf } from '../describe-process.ts';
import { details } from '../details.ts';
import { addLine, type TypedLine } from '../option-values.ts';
import { programName } from '../program-name.ts';
import { addListOf } from './list.ts';

const { requestRefund } = refundOperations;

interface Flags {
  readonly line?: readonly TypedLine[];
  readonly reason: string;
  readonly restock: boolean;
  readonly id?: string;
  readonly wait?: true;
}

/** `refund` and `refunds`. */
export function addRefundCommands(program: Command, act: Act): void {
  program
    .command('refund')
    .description('pay a completed order back, or a part of it; the same id again pays nothing back twice')
    .argument('<order>')
    .option('--line <sku=quantity>', 'what comes back; once for each product (default: all that is left)', addLine)
    .option('--reason <text>', 'told to the customer', 'returned by the customer')
    .option('--no-restock', 'the goods do not come back on the shelf')
    .option('--id <id>', 'the id of the refund (default: a new one)')
    .option('--wait', 'wait for the end')
    .action(
      act(async (session, orderId: string, flags: Flags) => {
        const request = readRequest(orderId, flags);
        const { refundId } = request;
        const [{ refunds }, process] = await Promise.all([session.door(), session.process(`refund/${refundId}`)]);
        await untilAnswered(() => refunds.requestRefund(request));
        const { client, webPage: page } = process;
        if (flags.wait) {
          const result = await client.waitForResult();
          return {
            document: result,
            text: describeResult(process, result, page),
            complaint: incomplete(process, result.outcome, result.reason),
          };
        }
        const text = details([
          ['Refund', refundId],
          ['Order', orderId],
          ['Status', `${programName} status ${nameOf(process)}`],
          ['Web UI', page],
        ]);
        return { document: { refundId, orderId, webPage: page }, text };
      }),
    );
  addListOf('refund', program.command('refunds').description('the refunds, newest first'), act);
}

function readRequest(orderId: string, { line, reason, restock, id = randomUUID() }: Flags) {
  return parse(requestRefund.input, {
    refundId: id,
    orderId,
    reason,
    ...(line && { lines: line }),
    ...(!restock && { restock }),
  });
}
