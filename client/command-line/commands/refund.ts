import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { parse } from '../../../contracts/validation.ts';
import type { Actor } from '../../../workflows/kit/contract.ts';
import { type RefundRequest, refundRequestSchema } from '../../../workflows/refund/contract.ts';
import { refundWorkflowId } from '../../../workflows/refund/messages.ts';
import type { Act } from '../act.ts';
import { describeResult, incomplete, nameOf } from '../describe-process.ts';
import { details } from '../details.ts';
import { addLine, type TypedLine } from '../option-values.ts';
import { programName } from '../program-name.ts';
import type { Session } from '../session.ts';
import { addListOf } from './list.ts';

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
        const { by: subject, issuer } = await session.actor('operator', 'finance', 'manager');
        const request = readRequest(orderId, flags, { subject, issuer });
        const { refundId } = request;
        const { client, webPage } = await openRefunds(session);
        await client.startRefund(request);
        const page = webPage(refundId);
        const process = { kind: 'refund', id: refundId };
        if (flags.wait) {
          const result = await client.waitForResult(refundId);
          return {
            document: result,
            text: describeResult(process, result, page),
            complaint: incomplete(process, result.outcome, result.reason),
          };
        }
        await client.requireNotCutOff(refundId);
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

/** Loaded when it is needed, as Temporal's packages take most of the time of a command. */
async function openRefunds(session: Session) {
  const [{ RefundClient }, temporal] = await Promise.all([import('../../refund-client.ts'), session.temporal()]);
  return {
    client: new RefundClient(temporal, session.services().orders),
    webPage: (id: string) => session.webPage(refundWorkflowId(id), temporal),
  };
}

function readRequest(
  orderId: string,
  { line, reason, restock, id = randomUUID() }: Flags,
  requestedBy: Actor,
): RefundRequest {
  return parse(refundRequestSchema, {
    refundId: id,
    orderId,
    reason,
    ...(line && { lines: line }),
    ...(!restock && { restock }),
    requestedBy,
  });
}
