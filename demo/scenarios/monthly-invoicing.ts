import { type Kysely, sql } from 'kysely';
import { InvoicePaymentClient } from '../../client/invoice-payment-client.ts';
import { MonthlyInvoicingClient } from '../../client/monthly-invoicing-client.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { monthIn } from '../../platform/zoned-time.ts';
import type { Invoice } from '../../services/billing/shapes.ts';
import { invoiceRemindersId } from '../../workflows/invoice-reminders/messages.ts';
import { accountOf, importCommunity, rent, residentId } from '../community.ts';
import type { BackOfficeScenario, ProcessScenarios, Stage } from '../scenario.ts';

const communityId = 'demo-court';
const residents = 40;
/** Residents by their place: one has no account, one owes nothing, and one is banned. */
const [unknown, free, banned] = [3, 7, 11];
const paidByCard = 5;
const paidByTransfer = 20;
const within = 20_000;

/** Where it is day now, as there are no reminders at night. */
const timeZone =
  ['Europe/Berlin', 'Pacific/Auckland'].find((zone) => {
    const hour = Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format());
    return hour >= 9 && hour < 23;
  }) ?? 'America/Los_Angeles';
const month = `${communityId}/${monthIn(timeZone, new Date())}`;

/** The steps of the community's month, one after the other. */
const backOffice: readonly BackOfficeScenario[] = [
  {
    title: `a month of a community of ${residents}`,
    run: (stage) =>
      withDatabase(stage, async (database) => {
        const isUnknown = (place: number) => place === unknown;
        const chargesOf = (place: number) => (place === free ? [] : [rent]);
        await importCommunity(stage.services, database, { communityId, residents, timeZone, isUnknown, chargesOf });
        await stage.services.customers.banCustomer({ customerId: at(banned), reason: 'a stolen card' });
        await copied(database, at(banned), 'banned');
        const { created, held, failed, nothingToCharge } = await invoice(stage);
        return {
          isAsExpected: [created, held, failed, nothingToCharge].join() === '38,1,1,1',
          came: `${created} invoices, ${held} of them on hold; ${failed} has no account, ${nothingToCharge} owes nothing`,
        };
      }),
  },
  {
    title: 'the same month once more, the account was opened',
    run: (stage) =>
      withDatabase(stage, async (database) => {
        await stage.services.customers.importCustomers({ customers: [accountOf(at(unknown))] });
        await copied(database, at(unknown), 'active');
        const { created, existing, failed } = await invoice(stage);
        return {
          isAsExpected: [created, existing, failed].join() === '1,38,0',
          came: `${created} invoice more; ${existing} were there and stay`,
        };
      }),
  },
  {
    title: 'most of the residents pay',
    async run(stage) {
      const payers = (await invoicesOf(stage)).filter(({ customerId }) => customerId !== at(banned));
      const byCard = await Promise.all(payers.slice(0, paidByCard).map((each) => payByCard(stage, each)));
      const transferred = payers.slice(paidByCard, paidByCard + paidByTransfer);
      const byTransfer = await Promise.all(transferred.map((each) => transfer(stage, each)));
      const paid = (await invoicesOf(stage)).filter(({ open }) => open === 0);
      return {
        isAsExpected: paid.length === paidByCard + paidByTransfer,
        came: `${byCard.length} by card and ${byTransfer.length} by transfer`,
      };
    },
  },
  {
    title: 'three days before it is due, the sweep comes by twice',
    run: (stage) =>
      withDatabase(stage, async (database) => {
        await sql`
          update billing.invoices set due_date = issue_date + 3 where community_id = ${communityId}
        `.execute(database);
        const unpaid = (await invoicesOf(stage)).filter(
          ({ open, customerId }) => open > 0 && customerId !== at(banned),
        );
        await remind(stage);
        await remind(stage);
        const { rows } = await sql<{ reminders: number }>`
          select count(*) as reminders from billing.reminders join billing.invoices using (invoice_id)
          where community_id = ${communityId}
        `.execute(database);
        const reminders = rows[0]?.reminders;
        return {
          isAsExpected: reminders === unpaid.length && reminders > 0,
          came: `${reminders} who have not paid are reminded, once`,
        };
      }),
  },
  {
    title: 'the statements of the residents',
    async run({ services: { billing } }) {
      const statements = await Promise.all(
        Array.from({ length: residents }, (_, place) => billing.statement({ customerId: at(place), currency: 'EUR' })),
      );
      const sumOf = (kind: string) =>
        statements
          .flatMap(({ lines }) => lines.filter((line) => line.kind === kind))
          .reduce((sum, { amount }) => sum + amount, 0);
      const [invoiced, paid] = [sumOf('invoice'), -sumOf('payment')];
      const open = statements.reduce((sum, statement) => sum + statement.open, 0);
      const money = (amount: number) => formatMoney(amount, 'EUR');
      return {
        isAsExpected:
          invoiced === 39 * 10_800 && paid === (paidByCard + paidByTransfer) * 10_800 && open === invoiced - paid,
        came: `${money(invoiced)} invoiced, ${money(paid)} paid, ${money(open)} open`,
      };
    },
  },
];

export const monthlyInvoicingScenarios: ProcessScenarios = { sideBySide: [], outages: [], backOffice };

const at = (place: number) => residentId(communityId, place);

async function withDatabase<Result>(
  stage: Stage,
  run: (database: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const url = String(stage.system.addresses['DATABASE_URL']);
  const database = openDatabase<unknown>({ url, schema: 'public', connections: 1 });
  return run(database).finally(() => database.destroy());
}

/** Waits until billing has heard of an account. */
async function copied(database: Kysely<unknown>, customerId: string, status: string): Promise<void> {
  const hasHeard = async () => {
    const { rows } = await sql`
      select from billing.customers_copy where customer_id = ${customerId} and status = ${status}
    `.execute(database);
    return rows.length === 1;
  };
  if (!(await waitUntil(hasHeard, { within }))) throw new Error(`billing was not told that ${customerId} is ${status}`);
}

async function invoice({ temporal, services }: Stage) {
  const invoicing = new MonthlyInvoicingClient(temporal, services.billing);
  await invoicing.start(month);
  return invoicing.waitForResult(month);
}

async function invoicesOf({ services }: Stage) {
  const { invoices } = await services.billing.listInvoices({ limit: 100 });
  return invoices
    .filter(({ customerId }) => customerId.startsWith(`${communityId}-`))
    .toSorted((one, other) => one.customerId.localeCompare(other.customerId));
}

type Listed = Pick<Invoice, 'invoiceId' | 'customerId' | 'number' | 'amounts'>;

async function payByCard({ temporal, services }: Stage, { invoiceId, customerId }: Listed): Promise<void> {
  const payments = new InvoicePaymentClient(temporal, services.billing);
  const paymentId = `payment-${customerId}`;
  await payments.startPayment({ paymentId, invoiceId, paymentMethod: 'pm_card_visa' });
  await payments.waitForResult(paymentId);
}

async function transfer({ services: { billing } }: Stage, { number, customerId, amounts }: Listed): Promise<void> {
  await billing.receiveTransfer({
    ...{ paymentId: `transfer-${customerId}`, account: 'DE02120300000000202051', bankReference: `RENT-${customerId}` },
    ...{
      currency: 'EUR',
      amount: amounts.total,
      receivedOn: new Date().toISOString().slice(0, 10),
      remittance: number,
    },
  });
}

/** Has the hourly sweep come by now, and waits for its end. */
async function remind({ temporal }: Stage): Promise<void> {
  const schedule = temporal.schedule.getHandle(invoiceRemindersId);
  const runs = async () => (await schedule.describe()).info.recentActions.map(({ action }) => action.workflow);
  const before = (await runs()).length;
  await schedule.trigger();
  const hasBegun = async () => (await runs()).length > before;
  if (!(await waitUntil(hasBegun, { within }))) throw new Error('the sweep of the invoices did not begin');
  const run = (await runs()).at(-1);
  if (run) await temporal.workflow.getHandle(run.workflowId, run.firstExecutionRunId).result();
}
