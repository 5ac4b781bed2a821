import { ServiceFailure } from '../../contracts/failures.ts';
import { messageOf, PartError } from '../../parts/part-error.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { describeScript } from '../../platform/script.ts';
import { RoleError } from '../system/role-runner.ts';
import { invoiceOrders } from './invoice-orders.ts';
import { OrderFileError } from './read.ts';

const command = describeScript(
  'npm run invoice-orders --',
  "Issues a shop's own orders as one invoice for each customer and month, and compares billing with the file, to the penny.",
)
  .argument('<file>', 'order lines as CSV: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, …')
  .parse();

const say = (line: string) => process.stderr.write(`${line}\n`);

try {
  const report = await invoiceOrders(command.args[0] ?? '', say);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  exit(report.ok ? 0 : 1);
} catch (error) {
  const expected = [OrderFileError, ConfigurationError, ServiceFailure, PartError, RoleError];
  say(expected.some((type) => error instanceof type) ? messageOf(error) : `It broke off: ${messageOf(error)}`);
  exit(error instanceof OrderFileError ? 2 : 1);
}

/** Ends at once, after what was written has left: idle connections would keep the process for minutes. */
function exit(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
