import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { billOperations } from '../../../api/bills-contract.ts';
import { formatMoney } from '../../../contracts/currency.ts';
import { currencySchema } from '../../../contracts/money.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { billStates } from '../../../services/purchasing/bill-shapes.ts';
import type { Act } from '../act.ts';
import { describeBill, describedMismatches, describedOpen } from '../describe-bill.ts';
import { describeDecision, incomplete } from '../describe-process.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';
import { readTypedAmount } from '../typed-amount.ts';

/** How often `enter` asks whether it is compared with its order. */
const pollMs = 500;
const billArgument = ['<bill>', 'the id of the bill'] as const;

/** A line as it was typed. */
interface TypedLine {
  readonly line?: number;
  readonly quantity: number;
  readonly price: string;
  readonly description: string;
}

/** Reads `LINE=QUANTITY=PRICE=DESCRIPTION`, of no order without the line, and adds it to those before. */
function addLine(text: string, lines: readonly TypedLine[] = []): TypedLine[] {
  const [, line, quantity, price, description] = /^(?:(\d{1,4})=)?(\d{1,9})=([^=]+)=(.+)$/s.exec(text) ?? [];
  if (!quantity || !price || !description) {
    throw new InvalidArgumentError('It is LINE=QUANTITY=PRICE=DESCRIPTION, such as 1=2=19.90=Lamps.');
  }
  return [...lines, { ...(line && { line: Number(line) }), quantity: Number(quantity), price, description }];
}

interface EnterFlags {
  readonly vendor: string;
  readonly number: string;
  readonly currency: string;
  readonly due: string;
  readonly line: readonly TypedLine[];
  readonly order?: string;
  readonly tax?: string;
  readonly id?: string;
}

/** `bill enter`, `approve`, `reject`, `match`, `pay`, `show`, `list`. */
export function addBillCommands(program: Command, act: Act): void {
  const bill = program.command('bill').description('bills of vendors: what is owed for what was ordered, and paid');
  bill
    .command('enter')
    .description('enter a bill: you neither approve it nor pay it')
    .requiredOption('--vendor <id>', 'whose bill it is')
    .requiredOption('--number <text>', 'as the vendor has written it')
    .requiredOption('--currency <code>', 'the currency of its prices')
    .requiredOption('--due <date>', 'the last day on which it is paid in time')
    .requiredOption('--line <line=quantity=price=description>', 'for a line of the order; again for each', addLine)
    .option('--order <id>', 'what was ordered; without it the lines name none, and a manager approves')
    .option('--tax <amount>', 'what it asks for above its lines')
    .option('--id <bill>', 'the id of the bill; the same again is the same bill')
    .action(
      act(async (session, flags: EnterFlags) => {
        const currency = parse(currencySchema, flags.currency);
        const draft = {
          ...{ billId: flags.id ?? randomUUID(), vendorId: flags.vendor, number: flags.number, currency },
          ...{ dueDate: flags.due, ...(flags.order && { poId: flags.order }) },
          lines: flags.line.map(({ price, ...line }) => ({
            ...{ ...line, unitPrice: readTypedAmount(price, currency, 'line') },
          })),
          ...(flags.tax && { tax: readTypedAmount(flags.tax, currency, 'tax') }),
        };
        const input = parse(billOperations.enterVendorBill.input, draft);
        const { billId } = await (await session.door()).bills.enterVendorBill(input);
        let document = await statusOf(session, billId);
        while (document.state === 'running' && document.needsOperator.length === 0) {
          await delay(pollMs);
          document = await statusOf(session, billId);
        }
        const { state, reason } = document;
        const isWaiting = state === 'mismatched' || state === 'awaiting-payment';
        const complaint = isWaiting ? undefined : incomplete({ kind: 'bill', id: billId }, state, reason);
        return { document, text: describeBill(document), complaint };
      }),
    );
  repeatable(bill.command('show'))
    .description('where a bill stands: what it differs in from its order, and what is open')
    .argument(...billArgument)
    .action(
      act(async (session, billId: string) => {
        const document = await statusOf(session, billId);
        return { document, text: describeBill(document) };
      }),
    );
  addList(bill, act);
  addDecisions(bill, act);
}

function addList(bill: Command, act: Act): void {
  repeatable(bill.command('list'))
    .description('bills, newest first')
    .option('--vendor <id>', 'only those of this vendor')
    .option('--order <id>', 'only those of this order')
    .addOption(new Option('--state <state>', 'only those in this state').choices(billStates))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, flags: Readonly<Record<string, string | number>>) => {
        const { vendor: vendorId, order: poId, state, limit } = flags;
        const given = Object.entries({ vendorId, poId, state, limit }).filter(([, value]) => value !== undefined);
        const filter = parse(billOperations.listVendorBills.input, Object.fromEntries(given));
        const document = await (await session.door()).bills.listVendorBills(filter);
        const rows = document.bills.map(({ number, billId, state: stands, vendorName, amounts, open, dueDate }) => [
          ...[number, billId, stands, vendorName, formatMoney(amounts.total, amounts.currency)],
          ...[formatMoney(open, amounts.currency), dueDate],
        ]);
        return { document, text: table(['number', 'bill', 'state', 'vendor', 'total', 'open', 'due'], rows) };
      }),
    );
}

function addDecisions(bill: Command, act: Act): void {
  bill
    .command('approve')
    .description('approve, as a manager, what a bill differs in from its order')
    .argument(...billArgument)
    .requiredOption('--version <hash>', 'what was looked at, as `bill show` says')
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, billId: string, { version, note }: { readonly version: string; readonly note: string }) => {
        const input = parse(billOperations.approveVendorBill.input, { billId, version, note });
        const document = await (await session.door()).bills.approveVendorBill(input);
        return { document, text: describeDecision(document) };
      }),
    );
  bill
    .command('reject')
    .description('reject a bill that is not accepted, which ends it')
    .argument(...billArgument)
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, billId: string, { note }: { readonly note: string }) => {
        const input = parse(billOperations.rejectVendorBill.input, { billId, note });
        const document = await (await session.door()).bills.rejectVendorBill(input);
        return { document, text: describeDecision(document) };
      }),
    );
  bill
    .command('match')
    .description('compare a bill with its order again, at once: a delivery has come')
    .argument(...billArgument)
    .action(
      act(async (session, billId: string) => {
        const input = parse(billOperations.matchVendorBill.input, { billId });
        const document = await (await session.door()).bills.matchVendorBill(input);
        return { document, text: describedMismatches(document) || 'it fits its order' };
      }),
    );
  bill
    .command('pay')
    .description('record that a bill was paid, whole or in part, which you have not entered')
    .argument(...billArgument)
    .requiredOption('--reference <text>', 'the reference of the bank: once for each')
    .requiredOption('--amount <amount>', 'how much')
    .action(
      act(async (session, billId: string, flags: { readonly reference: string; readonly amount: string }) => {
        const { currency = 'EUR' } = await statusOf(session, billId);
        const amount = readTypedAmount(flags.amount, currency, 'amount');
        const payment = { billId, bankReference: flags.reference, amount };
        const input = parse(billOperations.payVendorBill.input, payment);
        const document = await (await session.door()).bills.payVendorBill(input);
        return { document, text: details([['Open', describedOpen(document)]]) };
      }),
    );
}

const statusOf = async (session: Session, billId: string) =>
  (await session.door()).bills.readVendorBill(parse(billOperations.readVendorBill.input, { billId }));
