import { isDeepStrictEqual } from 'node:util';
import { batches } from '../../client/batches.ts';
import { InvoiceClient } from '../../client/invoice-client.ts';
import { type Addresses, createServiceClients, type ServiceClients } from '../../client/services.ts';
import { showProgress } from '../../platform/progress-bar.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { type InvoicePlan, invoiceReasons, type PlannedInvoice, planInvoices } from './invoice-plan.ts';
import { readOrderFile } from './read.ts';
import { openSystem } from './system.ts';

const customersAtOnce = 1_000;
const invoicesAtOnce = 8;

/** What became of a file; all amounts in pence. */
export interface InvoicedOrders {
  readonly invoices: number;
  readonly lines: number;
  /** By the file, and as billing has it. */
  readonly planned: number;
  readonly invoiced: number;
  readonly creditNotes: number;
  readonly plannedCredit: number;
  readonly credited: number;
  /** Lines of the file that are in neither, by their reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Invoices that billing has otherwise than the file. */
  readonly differing: readonly string[];
  /** Whether billing has all of it, to the penny. */
  readonly ok: boolean;
}

/**
 * Issues the orders of a file as invoices, one for each customer and month, takes back what was cancelled, and compares
 * billing with the file. The same file again issues nothing twice.
 *
 * @throws {OrderFileError} before anything is issued
 * @throws {ServiceFailure} when a service does not answer
 */
export async function invoiceOrders(file: string, say: (line: string) => void): Promise<InvoicedOrders> {
  const { lines, hash } = await readOrderFile(file);
  const plan = planInvoices(lines, `orders-${hash.slice(0, 12)}-`);
  const system = await openSystem(undefined, say);
  try {
    return await issueAll(plan, system.addresses);
  } finally {
    await system.close();
  }
}

async function issueAll(plan: InvoicePlan, addresses: Addresses): Promise<InvoicedOrders> {
  const services = createServiceClients(addresses);
  const { client: temporal, connection } = await connectTemporalClient(addresses);
  const progress = showProgress(plan.invoices.length + plan.creditNotes.length, 'invoices and credit notes');
  try {
    for (const customers of batches(plan.customers, customersAtOnce)) {
      await services.customers.importCustomers({ customers: [...customers], existing: 'keep' });
    }
    const invoices = new InvoiceClient(temporal, services.billing);
    const waiting = plan.invoices.values();
    const differing: string[] = [];
    let invoiced = 0;
    const takeTurns = async () => {
      for (const planned of waiting) {
        await invoices.issue({ ...planned, lines: [...planned.lines] });
        const net = await netOf(services, planned);
        invoiced += net;
        if (net !== sumOf(planned)) differing.push(planned.invoiceId);
        progress.advance();
      }
    };
    await Promise.all(Array.from({ length: invoicesAtOnce }, takeTurns));
    let credited = 0;
    // In the order of the file: each takes of what those before it have left.
    for (const note of plan.creditNotes) {
      credited += (await services.billing.issueCreditNote(note)).amounts.total;
      progress.advance();
    }
    return reportOf(plan, { invoiced, credited, differing });
  } finally {
    progress.stop();
    await connection.close();
  }
}

/** What billing asks for; 0 where it has other lines than the file. */
async function netOf({ billing }: ServiceClients, { invoiceId, lines }: PlannedInvoice): Promise<number> {
  const invoice = await billing.findInvoice({ invoiceId });
  return isDeepStrictEqual(invoice.lines.map(keyOf), lines.map(keyOf)) ? invoice.amounts.net : 0;
}

const keyOf = ({ description, quantity, unitPrice }: Omit<PlannedInvoice['lines'][number], 'taxRate'>) => [
  description.trim(),
  quantity,
  unitPrice,
];

const sumOf = ({ lines }: PlannedInvoice): number =>
  lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);

function reportOf(
  { invoices, creditNotes, refused }: InvoicePlan,
  { invoiced, credited, differing }: Pick<InvoicedOrders, 'invoiced' | 'credited' | 'differing'>,
): InvoicedOrders {
  const planned = invoices.reduce((sum, invoice) => sum + sumOf(invoice), 0);
  const plannedCredit = creditNotes.reduce((sum, { amount }) => sum + amount, 0);
  return {
    invoices: invoices.length,
    lines: invoices.reduce((sum, { lines }) => sum + lines.length, 0),
    ...{ planned, invoiced, creditNotes: creditNotes.length, plannedCredit, credited },
    refused: Object.fromEntries(
      [...Map.groupBy(refused, ({ reason }) => invoiceReasons[reason])].map(([reason, { length }]) => [reason, length]),
    ),
    differing,
    ok: differing.length === 0 && invoiced === planned && credited === plannedCredit,
  };
}
