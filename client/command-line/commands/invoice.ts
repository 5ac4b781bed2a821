import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Currency, formatMoney, minorDigits } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { billingContract } from '../../../services/billing/contract.ts';
import { invoiceStates } from '../../../services/billing/shapes.ts';
import { type InvoiceInput, invoiceRequestSchema } from '../../../workflows/invoice/contract.ts';
import { readJsonFile } from '../../files/json-file.ts';
import { untilAnswered } from '../../front-door.ts';
import type { Act } from '../act.ts';
import { describeInvoice, describePayments } from '../describe-invoice.ts';
import { describeReason, incomplete } from '../describe-process.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import { readTypedAmount } from '../typed-amount.ts';
import { addInvoicePaymentCommands } from './invoice-payments.ts';

const { operations } = billingContract;

/** A line as it was typed; whether its figures make sense is for the schema to say. */
interface TypedInvoiceLine {
  readonly description: string;
  readonly quantity: number;
  /** In major units: `100.00`. */
  readonly price: string;
  /** In per cent. */
  readonly tax: string;
}

interface Flags {
  readonly customer?: string;
  readonly line?: readonly TypedInvoiceLine[];
  readonly currency: string;
  readonly due?: string;
  readonly days?: number;
  readonly zone?: string;
  readonly id?: string;
  readonly file?: string;
}

const requestFlags = ['customer', 'line', 'currency', 'due', 'days', 'zone', 'id'];

/** `invoice create`, `show` and `list`, and what is paid and credited of invoices. */
export function addInvoiceCommands(program: Command, act: Act): void {
  const invoice = program.command('invoice').description('invoices: to issue them, and to see what is open of them');
  invoice
    .command('create')
    .description('issue an invoice; the same id with the same content again is the same invoice')
    .option('--customer <id>', 'who owes it')
    .option('--line <text>', 'DESCRIPTION;QUANTITY;PRICE;TAX, such as "Desk, May;1;100.00;19"; once for each', addLine)
    .option('--currency <code>', 'ISO 4217', 'EUR')
    .addOption(new Option('--due <date>', 'the last day to pay, such as 2026-01-31').conflicts('days'))
    .option('--days <number>', 'how many days it may take (default: 30)', wholeNumber(0, 365))
    .option('--zone <name>', 'the time zone of its dates (default: UTC)')
    .option('--id <id>', 'the id of the invoice (default: a new one)')
    .addOption(new Option('--file <path>', 'a JSON file with the invoice; - is standard input').conflicts(requestFlags))
    .action(
      act(async (session, flags: Flags, command: Command) => {
        const request = flags.file
          ? (await readJsonFile(flags.file)).read(invoiceRequestSchema)
          : fromFlags(flags, command);
        const [{ billing }, { webPage }] = await Promise.all([
          session.door(),
          session.process(`invoice/${request.invoiceId}`),
        ]);
        const result = await untilAnswered(() => billing.issueInvoice(request));
        const { invoiceId, number, invoiceAmounts: amounts, dueDate, reason } = result;
        const text = details([
          ['Outcome', result.outcome === 'completed' ? 'issued' : result.outcome],
          ['Invoice', invoiceId],
          ['Number', number],
          ['Total', amounts && formatMoney(amounts.total, amounts.currency)],
          ['Due', dueDate],
          ['Reason', describeReason(reason)],
          ['Web UI', webPage],
        ]);
        const process = { kind: 'invoice', id: invoiceId };
        return { document: result, text, complaint: incomplete(process, result.outcome, reason) };
      }),
    );
  invoice
    .command('show')
    .description('one invoice with its lines, and what was paid of it')
    .argument('<invoice>')
    .action(
      act(async (session, invoiceId: string) => {
        const input = parse(operations.findInvoice.input, { invoiceId });
        const { accounts, billing } = await session.door();
        const found = await accounts.readInvoice(input);
        const { payments } = await billing.listInvoicePayments({ invoiceId: input.invoiceId, limit: 1_000 });
        const paid = payments.length > 0 ? `\n\n${describePayments(payments)}` : '';
        return { document: { ...found, payments }, text: `${describeInvoice(found)}${paid}` };
      }),
    );
  repeatable(invoice.command('list'))
    .description('invoices, newest first')
    .option('--customer <id>', 'only those of one customer')
    .addOption(new Option('--state <state>', 'only those in this state').choices(invoiceStates))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 20)
    .action(
      act(async (session, { customer, state, limit }: { customer?: string; state?: string; limit: number }) => {
        const input = parse(operations.listInvoices.input, { customerId: customer, state, limit });
        const document = await (await session.door()).accounts.listInvoices(input);
        const text = table(
          ['number', 'invoice', 'customer', 'state', 'total', 'open', 'due'],
          document.invoices.map(({ number, invoiceId, customerId, state, amounts, open, dueDate }) => [
            number,
            invoiceId,
            customerId,
            state,
            formatMoney(amounts.total, amounts.currency),
            formatMoney(open, amounts.currency),
            dueDate,
          ]),
        );
        return { document, text };
      }),
    );
  addInvoicePaymentCommands(invoice, act);
}

/** Reads `DESCRIPTION;QUANTITY;PRICE;TAX`: from the end, since a description may have any character. */
function addLine(text: string, lines: readonly TypedInvoiceLine[] = []): TypedInvoiceLine[] {
  const match = /^(.*);([+-]?\d+(?:\.\d+)?);([+-]?\d+(?:\.\d+)?);(\d+(?:\.\d{1,2})?)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('It is DESCRIPTION;QUANTITY;PRICE;TAX, such as "Desk, May;1;100.00;19".');
  const [, description = '', quantity, price = '', tax = ''] = match;
  return [...lines, { description, quantity: Number(quantity), price, tax }];
}

function fromFlags(flags: Flags, command: Command): InvoiceInput {
  const { customer, line = [], currency, due, days, zone, id = randomUUID() } = flags;
  if (customer === undefined) command.error("required option '--customer <id>' not specified, nor '--file <path>'");
  return parse(invoiceRequestSchema, {
    invoiceId: id,
    customerId: customer,
    currency,
    lines: line.map(({ description, quantity, price, tax }, index) => ({
      description,
      quantity,
      // An unknown currency has no minor units; the schema refuses it by name.
      unitPrice: currency in minorDigits ? readTypedAmount(price, currency as Currency, `lines.${index}.unitPrice`) : 0,
      taxRate: Math.round(Number(tax) * 100),
    })),
    ...(zone !== undefined && { timeZone: zone }),
    ...(due !== undefined && { dueDate: due }),
    ...(days !== undefined && { paymentDays: days }),
  });
}
