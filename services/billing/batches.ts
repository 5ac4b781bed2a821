import { type Kysely, sql, type Transaction } from 'kysely';
import { addDays, dayOfMonth, laterOf } from '../../contracts/calendar.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, InvoiceId, InvoicingRunId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { takeNumbers } from '../../platform/numbering.ts';
import { announceIssued, type IssuedInvoice } from './announcement.ts';
import { lockBanned } from './held.ts';
import { draftOf, type ResidentInvoice } from './invoice-draft.ts';
import type { InvoicedResident, OpenedRun, RunCounts, RunFailure } from './invoicing-shapes.ts';
import { type KnownResident, knownResidents } from './known-residents.ts';
import { hashOfContent, invoiceNumber } from './store.ts';

/** An open run, on the day of a batch. */
interface LockedRun extends Pick<OpenedRun, 'runId' | 'communityId' | 'period' | 'timeZone' | 'dueDay'> {
  readonly state: string;
  readonly issuedAt: string;
  /** In the time zone of the community. */
  readonly issueDate: string;
}

/** What a run has decided about a resident. */
interface Decision {
  readonly customerId: CustomerId;
  readonly outcome: NonNullable<KnownResident['outcome']>;
  readonly invoiceId?: string;
  /** Whether the invoice is on hold, as its customer is banned. */
  readonly held?: boolean;
  readonly reason?: RunFailure['reason'];
}

/** However late it is issued, an invoice is not due before these have passed. */
const daysToPay = 14;

/**
 * Invoices residents for the month of a run, in one transaction with their numbers, the events for the books and the commands
 * for the mails. A run decides about each resident once, so the same batch again changes nothing.
 *
 * @returns what became of these residents in the run, by this call or an earlier one
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when the run is closed
 */
export function issueBatch(
  database: Kysely<unknown>,
  { runId, residents }: { readonly runId: InvoicingRunId; readonly residents: readonly InvoicedResident[] },
): Promise<RunCounts> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    const distinct = [...new Map(residents.map((resident) => [resident.customerId, resident])).values()];
    const known = await knownResidents(
      transaction,
      run,
      distinct.map(({ customerId }) => customerId),
    );
    const earlier = [...known.values()].flatMap(({ customerId, outcome, held }) =>
      outcome ? [{ customerId, outcome, held }] : [],
    );
    const decisions = await decide(
      transaction,
      run,
      distinct.filter(({ customerId }) => !known.get(customerId)?.outcome),
      known,
    );
    return countsOf([...earlier, ...decisions]);
  });
}

/** Batches of a run come one after the other, and its end after them. */
async function lockRun(transaction: Transaction<unknown>, runId: InvoicingRunId): Promise<LockedRun> {
  const { rows } = await sql<LockedRun>`
    select run_id as "runId", community_id as "communityId", period, time_zone as "timeZone", due_day as "dueDay", state,
      now() as "issuedAt", (now() at time zone time_zone)::date::text as "issueDate"
    from invoicing_runs where run_id = ${runId} for update
  `.execute(transaction);
  const [run] = rows;
  if (!run) throw new ServiceFailure('NotFound', `there is no run ${runId}`);
  if (run.state !== 'open') throw new ServiceFailure('InvalidState', `the run ${runId} is closed: it is ${run.state}`);
  return run;
}

async function decide(
  transaction: Transaction<unknown>,
  run: LockedRun,
  residents: readonly InvoicedResident[],
  known: ReadonlyMap<CustomerId, KnownResident>,
): Promise<Decision[]> {
  const banned = await lockBanned(
    transaction,
    residents.map(({ customerId }) => customerId),
  );
  const invoices: ResidentInvoice[] = [];
  const decisions = residents.map((resident): Decision => {
    const { customerId } = resident;
    const { invoiceId, contact } = known.get(customerId) ?? {};
    if (invoiceId) return { customerId, outcome: 'existing', invoiceId };
    const draft = draftOf(resident, contact);
    if (draft.outcome !== 'created') return { customerId, ...draft };
    invoices.push(draft.invoice);
    const held = banned.has(customerId);
    return { customerId, outcome: 'created', invoiceId: invoiceIdOf(run, customerId), held };
  });
  if (invoices.length > 0) await issue(transaction, run, invoices, banned);
  await sql`
    insert into run_residents (run_id, customer_id, outcome, invoice_id, held, reason)
    select ${run.runId}, "customerId", outcome, "invoiceId", coalesce(held, false), reason
    from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb)
      as decision ("customerId" text, outcome text, "invoiceId" text, held boolean, reason jsonb)
  `.execute(transaction);
  return decisions;
}

/** The same resident and month have the same invoice, whichever run issues it. */
const invoiceIdOf = ({ communityId, period }: LockedRun, customerId: CustomerId) =>
  `${period}-${contentHash([communityId, period, customerId]).slice(0, 40)}` as InvoiceId;

async function issue(
  transaction: Transaction<unknown>,
  run: LockedRun,
  drafts: readonly ResidentInvoice[],
  banned: ReadonlySet<CustomerId>,
): Promise<void> {
  const first = await takeNumbers(transaction, 'invoice', async () => drafts.length);
  const invoices = drafts.map((draft, index) => toInvoice(run, draft, first + index));
  const rows = invoices.map(({ amounts, contact, ...invoice }, index) => {
    const { lines, dueDate, timeZone, customerId } = invoice;
    const content = { customerId, currency: amounts.currency, lines, timeZone, dueDate, paymentDays: 0 };
    return {
      ...invoice,
      ...amounts,
      ...contact,
      number: first + index,
      hash: hashOfContent(content),
      held: banned.has(customerId),
    };
  });
  await sql`
    insert into invoices (
      invoice_id, number, content_hash, customer_id, contact_name, contact_email, currency, net, tax, total, lines, taxes,
      time_zone, issue_date, due_date, community_id, period, mail_commanded_at
    )
    select "invoiceId", number, hash, "customerId", name, email, currency, net, tax, total, lines, taxes, "timeZone",
      "issueDate", "dueDate", ${run.communityId}, ${run.period}, case when not held then now() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as invoice (
      "invoiceId" text, number bigint, hash text, "customerId" text, name text, email text, currency text, net bigint,
      tax bigint, total bigint, lines jsonb, taxes jsonb, "timeZone" text, "issueDate" date, "dueDate" date, held boolean
    )
  `.execute(transaction);
  await announceIssued(transaction, invoices, banned);
}

function toInvoice(run: LockedRun, draft: ResidentInvoice, number: number): IssuedInvoice {
  const { customerId, contact, currency, lines, totals } = draft;
  const { taxes, net, tax, total } = totals;
  const { timeZone, issueDate, issuedAt } = run;
  const dueDate = laterOf(dayOfMonth(run.period, run.dueDay), addDays(issueDate, daysToPay));
  return {
    ...{ invoiceId: invoiceIdOf(run, customerId), number: invoiceNumber(number), customerId, contact, state: 'open' },
    ...{ amounts: { currency, net, tax, total }, open: total, lines: [...lines], taxes: [...taxes] },
    ...{ timeZone, issueDate, dueDate, issuedAt, community: run.communityId },
  };
}

function countsOf(decisions: readonly Decision[]): RunCounts {
  const count = (outcome: Decision['outcome']) => decisions.filter((each) => each.outcome === outcome).length;
  return {
    created: count('created'),
    existing: count('existing'),
    nothingToCharge: count('nothing-to-charge'),
    held: decisions.filter(({ held }) => held).length,
    failed: count('failed'),
  };
}
