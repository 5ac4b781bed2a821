import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Currency, formatMoney, minorDigits, parseMinorUnits } from '../../../contracts/currency.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { parse } from '../../../contracts/validation.ts';
import { showProgress } from '../../../platform/progress-bar.ts';
import { table } from '../../../platform/table.ts';
import { billingContract, type InvoicePayment } from '../../../services/billing/contract.ts';
import { invoicePaymentRequestSchema } from '../../../workflows/invoice-payment/contract.ts';
import { readTransfers } from '../../files/transfers.ts';
import type { Act } from '../act.ts';
import { describeInvoice } from '../describe-invoice.ts';
import { describeReason, incomplete, nameOf } from '../describe-process.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { programName } from '../program-name.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';

const { operations } = billingContract;

interface TypedAllocation {
  readonly invoiceId: string;
  /** In major units: `100.00`. */
  readonly amount: string;
}

/** `invoice pay`, `transfers`, `payments`, `assign`, `credit`, `apply-credit` and `statement`. */
export function addInvoicePaymentCommands(invoice: Command, act: Act): void {
  addPayCommand(invoice, act);
  addTransferCommands(invoice, act);
  addCreditCommands(invoice, act);
  invoice
    .command('statement')
    .description('what a customer was asked for and has paid, oldest first')
    .argument('<customer>')
    .option('--currency <code>', 'ISO 4217', 'EUR')
    .action(
      act(async (session, customerId: string, { currency }: { currency: string }) => {
        const input = parse(operations.statement.input, { customerId, currency });
        const document = await session.services().billing.statement(input);
        const money = (amount: number) => formatMoney(amount, input.currency);
        const facts = details([
          ['Customer', customerId],
          ['Open', money(document.open)],
          ['Credit', money(document.credit)],
          ['Balance', money(document.balance)],
        ]);
        const rows = table(
          ['when', 'what', 'number', 'id', 'amount', 'balance'],
          document.lines.map(({ at, kind, number, id, amount, balance }) => [
            at,
            kind,
            number ?? '',
            id,
            money(amount),
            money(balance),
          ]),
        );
        return { document, text: `${facts}\n\n${rows}` };
      }),
    );
}

function addPayCommand(invoice: Command, act: Act): void {
  invoice
    .command('pay')
    .description('pay an invoice by card; the same id again takes no money twice')
    .argument('<invoice>')
    .option('--payment-method <id>', "the card, by the provider's id", 'pm_card_visa')
    .option('--amount <amount>', 'such as 40.00 (default: all that is open)')
    .option('--id <id>', 'the id of the payment (default: a new one)')
    .option('--wait', 'wait for the end')
    .action(
      act(
        async (
          session,
          invoiceId: string,
          flags: { paymentMethod: string; amount?: string; id?: string; wait?: true },
        ) => {
          const amount = flags.amount === undefined ? {} : await amountOf(session, invoiceId, flags.amount);
          const { paymentMethod, id: paymentId = randomUUID() } = flags;
          const request = parse(invoicePaymentRequestSchema, { paymentId, invoiceId, paymentMethod, ...amount });
          const { client, webPage } = await openPayments(session);
          await client.startPayment(request);
          const page = webPage(paymentId);
          const process = { kind: 'invoice-payment', id: paymentId };
          if (!flags.wait) {
            await client.requireNotCutOff(paymentId);
            const text = details([
              ['Payment', paymentId],
              ['Invoice', invoiceId],
              ['Status', `${programName} status ${nameOf(process)}`],
              ['Web UI', page],
            ]);
            return { document: { paymentId, invoiceId, webPage: page }, text };
          }
          const result = await client.waitForResult(paymentId);
          const text = details([
            ['Outcome', result.outcome],
            ['Payment', paymentId],
            ['Invoice', invoiceId],
            ['Amount', result.amount && formatMoney(result.amount.amount, result.amount.currency)],
            ['Reason', describeReason(result.reason)],
            ['Undone', result.undone.join(', ')],
            ['Web UI', page],
          ]);
          return { document: result, text, complaint: incomplete(process, result.outcome, result.reason) };
        },
      ),
    );
}

function addTransferCommands(invoice: Command, act: Act): void {
  invoice
    .command('transfers')
    .description('take in what has come at the bank; the same file again takes nothing in twice')
    .argument('<file>', 'a statement (ISO 20022 camt.053) or a CSV file; - is standard input')
    .action(
      act(async (session, file: string) => {
        const transfers = await readTransfers(file);
        const bar = session.json ? undefined : showProgress(transfers.length, 'transfers');
        const payments: InvoicePayment[] = [];
        try {
          for (const transfer of transfers) {
            payments.push(await session.services().billing.receiveTransfer(transfer));
            bar?.advance();
          }
        } finally {
          bar?.stop();
        }
        return { document: { payments }, text: describePayments(payments) };
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
        const document = await session.services().billing.listPayments(input);
        return { document, text: describePayments(document.payments) };
      }),
    );
  invoice
    .command('assign')
    .description('say whose a transfer is that names no invoice; what is left over is their credit')
    .argument('<payment>')
    .requiredOption('--customer <id>', 'whose it is')
    .option('--allocate <invoice=amount>', 'what it pays, such as i-1=108.00; once for each invoice', addAllocation)
    .requiredOption('--by <name>', 'who decides')
    .requiredOption('--note <text>', 'why; it is kept')
    .action(
      act(
        async (
          session,
          paymentId: string,
          flags: { customer: string; allocate?: readonly TypedAllocation[]; by: string; note: string },
        ) => {
          const { billing, customers } = session.services();
          const known = await billing.findInvoicePayment(parse(operations.findInvoicePayment.input, { paymentId }));
          const { name, email } = await customers.findCustomer({ customerId: flags.customer });
          const allocations = (flags.allocate ?? []).map(({ invoiceId, amount }, index) => ({
            invoiceId,
            amount: readAmount(amount, known.currency ?? 'EUR', `allocations.${index}.amount`),
          }));
          const { customer: customerId, by, note } = flags;
          const input = parse(operations.assignTransfer.input, {
            ...{ paymentId, customerId, contact: { name, email }, allocations, by, note },
          });
          const payment = await billing.assignTransfer(input);
          return { document: payment, text: describePayments([payment]) };
        },
      ),
    );
}

function addCreditCommands(invoice: Command, act: Act): void {
  invoice
    .command('credit')
    .description('take an invoice back, whole or in part; what of it was paid becomes credit')
    .argument('<invoice>')
    .option('--amount <amount>', 'with tax, such as 40.00 (default: all that was not credited yet)')
    .requiredOption('--reason <text>', 'told to the customer')
    .option('--id <id>', 'the id of the credit note (default: a new one)')
    .action(
      act(async (session, invoiceId: string, flags: { amount?: string; reason: string; id?: string }) => {
        const amount = flags.amount === undefined ? {} : await amountOf(session, invoiceId, flags.amount);
        const { reason, id: creditNoteId = randomUUID() } = flags;
        const input = parse(operations.issueCreditNote.input, {
          ...{ creditNoteId, invoiceId, reason, ...('amount' in amount && { amount: amount.amount }) },
        });
        const note = await session.services().billing.issueCreditNote(input);
        const money = (minor: number) => formatMoney(minor, note.amounts.currency);
        const text = details([
          ['Credit note', note.creditNoteId],
          ['Number', note.number],
          ['Invoice', invoiceId],
          ['Total', money(note.amounts.total)],
          ['Off the invoice', money(note.toInvoice)],
          ['To credit', money(note.toCredit)],
        ]);
        return { document: note, text };
      }),
    );
  invoice
    .command('apply-credit')
    .description('pay an invoice with the credit of its customer, as far as it goes')
    .argument('<invoice>')
    .action(
      act(async (session, invoiceId: string) => {
        const input = parse(operations.applyCredit.input, { invoiceId });
        const document = await session.services().billing.applyCredit(input);
        const { applied, invoice: paid } = document;
        const text = `${formatMoney(applied, paid.amounts.currency)} of credit applied\n\n${describeInvoice(paid)}`;
        return { document, text };
      }),
    );
}

/** Loaded when it is needed, as Temporal's packages take most of the time of a command. */
async function openPayments(session: Session) {
  const [{ InvoicePaymentClient }, { invoicePaymentWorkflowId }, temporal] = await Promise.all([
    import('../../invoice-payment-client.ts'),
    import('../../../workflows/invoice-payment/messages.ts'),
    session.temporal(),
  ]);
  return {
    client: new InvoicePaymentClient(temporal, session.services().billing),
    webPage: (id: string) => session.webPage(invoicePaymentWorkflowId(id), temporal),
  };
}

/** An amount as it was typed, in the currency of its invoice. */
async function amountOf(session: Session, invoiceId: string, text: string) {
  const { amounts } = await session.services().billing.findInvoice(parse(operations.findInvoice.input, { invoiceId }));
  return { amount: readAmount(text, amounts.currency, 'amount'), currency: amounts.currency };
}

function readAmount(text: string, currency: Currency, field: string): number {
  const amount = parseMinorUnits(text, currency);
  if (amount !== undefined) return amount;
  throw new ServiceFailure(
    'InvalidRequest',
    `${field}: ${text} is no amount in ${currency}; it is not negative and has at most ${minorDigits[currency]} decimals`,
    { field },
  );
}

function addAllocation(text: string, allocations: readonly TypedAllocation[] = []): TypedAllocation[] {
  const match = /^(.+)=([+-]?\d+(?:\.\d+)?)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('It is INVOICE=AMOUNT, such as i-1=108.00.');
  return [...allocations, { invoiceId: match[1] ?? '', amount: match[2] ?? '' }];
}

const describePayments = (payments: readonly InvoicePayment[]): string =>
  table(
    ['created', 'payment', 'by', 'state', 'customer', 'amount', 'pays', 'credit', 'text'],
    payments.map(
      ({
        createdAt,
        paymentId,
        method,
        state,
        customerId,
        amount,
        currency,
        allocations,
        credit,
        transfer,
        reason,
      }) => {
        const money = (minor: number) => (currency ? formatMoney(minor, currency) : '');
        return [
          createdAt,
          paymentId,
          method,
          state,
          customerId ?? '',
          amount === undefined ? '' : money(amount),
          allocations.map((paid) => `${paid.number} ${money(paid.amount)}`).join(', '),
          credit > 0 ? money(credit) : '',
          transfer?.remittance ?? reason?.type ?? '',
        ];
      },
    ),
  );
