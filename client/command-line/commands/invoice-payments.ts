import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { billingContract } from '../../../services/billing/contract.ts';
import { type InvoicePaymentResult, invoicePaymentRequestSchema } from '../../../workflows/invoice-payment/contract.ts';
import { untilAnswered } from '../../front-door.ts';
import type { AnyResult } from '../../process-kinds.ts';
import type { Act } from '../act.ts';
import { describeInvoice } from '../describe-invoice.ts';
import { describeReason, incomplete, nameOf } from '../describe-process.ts';
import { details } from '../details.ts';
import { programName } from '../program-name.ts';
import type { Session } from '../session.ts';
import { readTypedAmount } from '../typed-amount.ts';
import { addTransferCommands } from './invoice-transfers.ts';

const { operations } = billingContract;

/** `invoice pay`, `credit`, `apply-credit` and `statement`, and those of transfers. */
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
        const document = await (await session.door()).accounts.readStatement(input);
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
          const [{ accounts }, process] = await Promise.all([
            session.door(),
            session.process(`invoice-payment/${paymentId}`),
          ]);
          await untilAnswered(() => accounts.payInvoice(request));
          const { client, webPage: page } = process;
          if (!flags.wait) {
            const text = details([
              ['Payment', paymentId],
              ['Invoice', invoiceId],
              ['Status', `${programName} status ${nameOf(process)}`],
              ['Web UI', page],
            ]);
            return { document: { paymentId, invoiceId, webPage: page }, text };
          }
          const result: AnyResult & Pick<InvoicePaymentResult, 'amount'> = await client.waitForResult();
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
        const note = await (await session.door()).billing.issueCreditNote(input);
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
        const document = await (await session.door()).billing.applyCredit(input);
        const { applied, invoice: paid } = document;
        const text = `${formatMoney(applied, paid.amounts.currency)} of credit applied\n\n${describeInvoice(paid)}`;
        return { document, text };
      }),
    );
}

/** An amount as it was typed, in the currency of its invoice. */
async function amountOf(session: Session, invoiceId: string, text: string) {
  const { accounts } = await session.door();
  const { amounts } = await accounts.readInvoice(parse(operations.findInvoice.input, { invoiceId }));
  return { amount: readTypedAmount(text, amounts.currency, 'amount'), currency: amounts.currency };
}
