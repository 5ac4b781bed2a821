import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { type Currency, minorDigits, parseMinorUnits } from '../../../contracts/currency.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { largestAmount } from '../../../contracts/money.ts';
import { parse } from '../../../contracts/validation.ts';
import { type CheckoutRequest, checkoutRequestSchema } from '../../../workflows/checkout/contract.ts';
import { type JsonFile, readJsonFile } from '../../files/json-file.ts';
import type { Act } from '../act.ts';
import { printable } from '../answer.ts';
import { addLine, type TypedLine } from '../option-values.ts';
import { describePlaced, describePlacedTogether, place, placeTogether } from '../place-checkouts.ts';

interface Flags {
  readonly customer?: string;
  readonly line?: readonly TypedLine[];
  readonly currency: string;
  readonly country: string;
  readonly paymentMethod: string;
  readonly acceptedTotal?: string;
  readonly onDecline?: 'refuse' | 'wait';
  readonly id?: string;
  readonly file?: string;
  readonly wait?: true;
}

const patience = 10_000;
const noAnswer = 'No answer yet. What was placed is safe, and goes on as soon as a worker and the services run.';

const fromFile = new Option('--file <path>', 'a JSON file with one checkout or an array of them; - is standard input');

const onDecline = new Option(
  '--on-decline <what>',
  'wait: another card may be given with `pay` (default: refuse)',
).choices(['refuse', 'wait']);
const cartFlags = ['customer', 'line', 'currency', 'country', 'paymentMethod', 'acceptedTotal', 'onDecline', 'id'];

export function addPlaceCommand(program: Command, act: Act): void {
  program
    .command('place')
    .description('place a checkout; the same id with the same content again is the same checkout')
    .option('--customer <id>', 'who buys')
    .option('--line <sku=quantity>', 'what they buy; once for each product', addLine)
    .option('--currency <code>', 'ISO 4217', 'USD')
    .option('--country <code>', 'where it is shipped to, ISO 3166-1', 'US')
    .option('--payment-method <id>', "the card, by the provider's id", 'pm_card_visa')
    .option(
      '--accepted-total <amount>',
      'what the customer agreed to, such as 59.98; another price refuses the checkout',
    )
    .addOption(onDecline)
    .option('--id <id>', 'the id of the checkout (default: a new one)')
    .addOption(fromFile.conflicts(cartFlags))
    .option('--wait', 'wait for the end, not only for the early return')
    .action(
      act(async (session, flags: Flags, command: Command) => {
        const requests = flags.file ? readRequests(await readJsonFile(flags.file)) : fromFlags(flags, command);
        const say = (line: string) => process.stderr.write(session.json ? '' : `${printable(line)}\n`);
        const reassurance = setTimeout(() => say(noAnswer), patience);
        const tell = (line: string) => {
          clearTimeout(reassurance);
          say(line);
        };
        const options = { wait: flags.wait ?? false, tell };
        try {
          return Array.isArray(requests)
            ? describePlacedTogether(await placeTogether(session, requests, options))
            : describePlaced(await place(session, requests, options));
        } finally {
          clearTimeout(reassurance);
        }
      }),
    );
}

/** All of them are read before any is placed. */
function readRequests(file: JsonFile): CheckoutRequest | CheckoutRequest[] {
  return Array.isArray(file.content)
    ? file.read(checkoutRequestSchema.array().min(1, 'the file has no checkout'))
    : file.read(checkoutRequestSchema);
}

function fromFlags(flags: Flags, command: Command): CheckoutRequest {
  const { customer, line = [], currency, country, paymentMethod, acceptedTotal, onDecline, id = randomUUID() } = flags;
  if (customer === undefined) command.error("required option '--customer <id>' not specified, nor '--file <path>'");
  return parse(checkoutRequestSchema, {
    checkoutId: id,
    customerId: customer,
    lines: line,
    currency,
    country,
    paymentMethod,
    ...(onDecline && { onDecline }),
    // An unknown currency has no minor units; the schema refuses it by name.
    ...(acceptedTotal !== undefined &&
      currency in minorDigits && { acceptedTotal: readTotal(acceptedTotal, currency as Currency, command) }),
  });
}

function readTotal(text: string, currency: Currency, command: Command): number {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
    command.error(`option '--accepted-total <amount>' argument '${text}' is invalid. It is a decimal such as 59.98.`);
  }
  const amount = parseMinorUnits(text, currency);
  if (amount !== undefined && amount <= largestAmount) return amount;
  const digits = minorDigits[currency];
  throw new ServiceFailure(
    'InvalidRequest',
    `acceptedTotal: ${text} is no amount in ${currency}; it has at most ${digits} decimals and is between 0 and ` +
      `${(largestAmount / 10 ** digits).toLocaleString('en')}`,
    { field: 'acceptedTotal' },
  );
}
