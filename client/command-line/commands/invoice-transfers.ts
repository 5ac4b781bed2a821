import { type Command, InvalidArgumentError, Option } from 'commander';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { parse } from '../../../contracts/validation.ts';
import { showProgress } from '../../../platform/progress-bar.ts';
import { billingContract, type InvoicePayment } from '../../../services/billing/contract.ts';
import type { IgnoredEntries } from '../../files/bank-entry.ts';
import { readTransfers } from '../../files/transfers.ts';
import type { Act } from '../act.ts';
import { type Complaint, complaintOf } from '../complaint.ts';
import { describePayments } from '../describe-invoice.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import { readTypedAmount } from '../typed-amount.ts';

const { operations } = billingContract;

interface TypedAllocation {
  readonly invoiceId: string;
  /** In major units: `100.00`. */
  readonly amount: string;
}

/** `invoice transfers`, `payments` and `assign`. */
export function addTransferCommands(invoice: Command, act: Act): void {
  invoice
    .command('transfers')
    .description('take in what has come at the bank; the same file again takes nothing in twice')
    .argument('<file>', 'a statement (ISO 20022 camt.053) or a CSV file; - is standard input')
    .action(
      act(async (session, file: string) => {
        const { transfers, ignored } = await readTransfers(file);
        const bar = session.json ? undefined : showProgress(transfers.length, 'transfers');
        const { billing } = await session.door();
        const payments: InvoicePayment[] = [];
        const conflicts: Complaint[] = [];
        try {
          for (const transfer of transfers) {
            try {
              payments.push(await billing.receiveTransfer(transfer));
            } catch (error) {
              // Money that came in waits for no other.
              if (!isConflict(error)) throw error;
              conflicts.push(complaintOf(error));
            }
            bar?.advance();
          }
        } finally {
          bar?.stop();
        }
        const text = [
          describePayments(payments),
          ...(ignored ? [describeIgnored(ignored)] : []),
          ...(conflicts.length > 0 ? [`not taken in:\n${conflicts.map(({ message }) => message).join('\n')}`] : []),
        ].join('\n\n');
        const told = conflicts.map(({ type, message, field }) => ({ type, message, field }));
        const document = { payments, ...(ignored && { ignored }), ...(conflicts.length > 0 && { conflicts: told }) };
        return { document, text, complaint: conflicts[0] };
      }),
    );
  repeatable(invoice.command('payments'))
    .description('payments of invoices, newest first')
    .option('--customer <id>', 'only those of one customer')
    .option('--invoice <id>', 'only those of one invoice')
    .addOption(
      new Option('--state <state>', 'only those in this state').choices(['claimed', 'applied', 'failed', 'unmatched']),
    )
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 20)
    .action(
      act(async (session, flags: { customer?: string; invoice?: string; state?: string; limit: number }) => {
        const { customer: customerId, invoice: invoiceId, state, limit } = flags;
        const input = parse(operations.listPayments.input, { customerId, invoiceId, state, limit });
        const document = await (await session.door()).billing.listInvoicePayments(input);
        return { document, text: describePayments(document.payments) };
      }),
    );
  invoice
    .command('assign')
    .description('say whose a transfer is that names no invoice; what is left over is their credit')
    .argument('<payment>')
    .requiredOption('--customer <id>', 'whose it is')
    .option('--allocate <invoice=amount>', 'what it pays, such as i-1=108.00; once for each invoice', addAllocation)
    .requiredOption('--note <text>', 'why; it is kept')
    .action(
      act(
        async (
          session,
          paymentId: string,
          flags: { customer: string; allocate?: readonly TypedAllocation[]; note: string },
        ) => {
          const { billing, customers } = await session.door();
          const known = await billing.readTransfer(parse(operations.findInvoicePayment.input, { paymentId }));
          const { name, email } = await customers.readCustomer({ customerId: flags.customer });
          const allocations = (flags.allocate ?? []).map(({ invoiceId, amount }, index) => ({
            invoiceId,
            amount: readTypedAmount(amount, known.currency ?? 'EUR', `allocations.${index}.amount`),
          }));
          const { customer: customerId, note } = flags;
          const input = parse(operations.assignTransfer.input, {
            ...{ paymentId, customerId, contact: { name, email }, allocations, note },
          });
          const payment = await billing.assignTransfer(input);
          return { document: payment, text: describePayments([payment]) };
        },
      ),
    );
}

const isConflict = (error: unknown): boolean => error instanceof ServiceFailure && error.type === 'IdempotencyConflict';

const describeIgnored = ({ debits, reversals, pending }: IgnoredEntries): string =>
  `left out: debits ${debits}, reversals ${reversals}, pending ${pending}`;

function addAllocation(text: string, allocations: readonly TypedAllocation[] = []): TypedAllocation[] {
  const match = /^(.+)=([+-]?\d+(?:\.\d+)?)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('It is INVOICE=AMOUNT, such as i-1=108.00.');
  return [...allocations, { invoiceId: match[1] ?? '', amount: match[2] ?? '' }];
}
