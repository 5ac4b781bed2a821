import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { firstDayOf } from '../../contracts/calendar.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CommunityId, InvoicingRunId } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { InvoicingRun, OpenedRun, RunFailure } from './invoicing-shapes.ts';

type Database = Kysely<unknown>;

/**
 * Opens a run. One of the same owner that is open was interrupted: it is closed, and what it has issued stays.
 *
 * @throws {ServiceFailure} `PeriodNotBegun`; `RunInProgress` while another owner's run of the month is open;
 * `IdempotencyConflict` when the id is that of another month's run; `InvalidState` when it was cancelled before it came
 */
export function openRun(database: Database, run: OpenedRun): Promise<InvoicingRun> {
  const { runId, communityId, period, owner, timeZone, dueDay, manager } = run;
  return database.transaction().execute(async (transaction) => {
    await requireBegun(transaction, run);
    await requireNotCancelled(transaction, runId);
    await sql`
      update invoicing_runs set state = 'interrupted', closed_at = now()
      where community_id = ${communityId} and period = ${period} and state = 'open'
        and owner = ${owner} and run_id <> ${runId}
    `.execute(transaction);
    const inserted = await sql`
      insert into invoicing_runs (
        run_id, community_id, period, owner, time_zone, due_day, manager_name, manager_email
      ) values (
        ${runId}, ${communityId}, ${period}, ${owner}, ${timeZone}, ${dueDay}, ${manager.name}, ${manager.email}
      ) on conflict do nothing returning 1
    `.execute(transaction);
    if (inserted.rows.length === 0) await requireSame(transaction, run);
    return findRun(transaction, runId);
  });
}

/** @throws {ServiceFailure} `PeriodNotBegun` before the first day of the month in the zone of the community */
async function requireBegun(transaction: Transaction<unknown>, { period, timeZone }: OpenedRun): Promise<void> {
  const { rows } = await sql<{ today: string }>`
    select (now() at time zone ${timeZone})::date::text as today
  `.execute(transaction);
  const today = rows[0]?.today ?? '';
  if (today >= firstDayOf(period)) return;
  throw new ServiceFailure(
    monthlyInvoicingRefusals.PeriodNotBegun,
    `${period} has not begun: in ${timeZone} it is ${today}`,
    { field: 'period' },
  );
}

/** @throws {ServiceFailure} `InvalidState` when the run was cancelled before it was opened */
async function requireNotCancelled(transaction: Transaction<unknown>, runId: InvoicingRunId): Promise<void> {
  await lockRunId(transaction, runId);
  const { rows } = await sql`select from cancelled_runs where run_id = ${runId}`.execute(transaction);
  if (rows.length === 0) return;
  throw new ServiceFailure('InvalidState', `the run ${runId} was cancelled before it was opened; nothing is invoiced`);
}

/** Until the transaction ends neither an opening nor a cancellation of the run is missed by the other one. */
async function lockRunId(transaction: Transaction<unknown>, runId: InvoicingRunId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('run/' || ${runId}, 0))`.execute(transaction);
}

/** @throws {ServiceFailure} `RunInProgress`, or `IdempotencyConflict`, unless the run itself was opened before */
async function requireSame(
  transaction: Transaction<unknown>,
  { runId, communityId, period }: OpenedRun,
): Promise<void> {
  const { rows } = await sql<{ runId: string; communityId: string; period: string }>`
    select run_id as "runId", community_id as "communityId", period from invoicing_runs
    where run_id = ${runId} or (community_id = ${communityId} and period = ${period} and state = 'open')
  `.execute(transaction);
  const own = rows.find((row) => row.runId === runId);
  if (own?.communityId === communityId && own.period === period) return;
  if (own) {
    throw new ServiceFailure('IdempotencyConflict', `the run ${runId} is one of another month; choose a new runId`, {
      field: 'runId',
    });
  }
  throw new ServiceFailure(
    monthlyInvoicingRefusals.RunInProgress,
    `${period} of ${communityId} is being invoiced already: by the run ${rows[0]?.runId}`,
    { field: 'period' },
  );
}

/**
 * Closes a run; what it has come to is counted by its rows. The event about a completed one is in the same transaction. One that
 * is cancelled before it was opened is refused when its opening comes.
 *
 * @returns the run as it is closed, by this call or before
 * @throws {ServiceFailure} `NotFound`; the cancellation is kept all the same
 */
export async function closeRun(
  database: Database,
  { runId, state }: { readonly runId: InvoicingRunId; readonly state: 'completed' | 'cancelled' },
): Promise<InvoicingRun> {
  await database.transaction().execute(async (transaction) => {
    await lockRunId(transaction, runId);
    const { rows } = await sql<Pick<OpenedRun, 'manager'>>`
      update invoicing_runs set state = ${state}, closed_at = now() where run_id = ${runId} and state = 'open'
      returning json_build_object('name', manager_name, 'email', manager_email) as manager
    `.execute(transaction);
    if (state === 'cancelled' && !rows[0]) await keepCancelled(transaction, runId);
    if (!rows[0] || state !== 'completed') return;
    await announce(transaction, await findRun(transaction, runId), rows[0].manager);
  });
  return findRun(database, runId);
}

/** A run that is known was closed before: it stays as it is. */
async function keepCancelled(transaction: Transaction<unknown>, runId: InvoicingRunId): Promise<void> {
  await sql`
    insert into cancelled_runs (run_id)
    select ${runId} where not exists (select from invoicing_runs where run_id = ${runId})
    on conflict do nothing
  `.execute(transaction);
}

async function announce(
  transaction: Transaction<unknown>,
  { runId, communityId, period, counts }: InvoicingRun,
  manager: OpenedRun['manager'],
): Promise<void> {
  const origin = `invoicing-run/${runId}`;
  const completed = createEvent({
    ...{ name: 'MonthlyInvoicingCompleted', origin, sequence: 1, subject: communityId, time: new Date().toISOString() },
    ...{ correlationId: runId, causationId: origin },
    data: { communityId, period, manager, ...counts },
  });
  await appendToOutbox(transaction, completed);
}

/** The newest run of a month. @throws {ServiceFailure} `NotFound` */
export function findLastRun(
  database: Database,
  { communityId, period }: { readonly communityId: CommunityId; readonly period: string },
): Promise<InvoicingRun> {
  return onlyRun(
    database,
    sql`where community_id = ${communityId} and period = ${period} order by opened_at desc limit 1`,
    `${period} of ${communityId} was never invoiced`,
  );
}

/** @throws {ServiceFailure} `NotFound` */
const findRun = (database: Database, runId: InvoicingRunId): Promise<InvoicingRun> =>
  onlyRun(database, sql`where run_id = ${runId}`, `there is no run ${runId}`);

async function onlyRun(database: Database, where: RawBuilder<unknown>, absent: string): Promise<InvoicingRun> {
  const { rows } = await sql<InvoicingRun>`
    select run_id as "runId", community_id as "communityId", period, state, (
      select json_build_object(
        'created', count(*) filter (where outcome = 'created'),
        'existing', count(*) filter (where outcome = 'existing'),
        'nothingToCharge', count(*) filter (where outcome = 'nothing-to-charge'),
        'held', count(*) filter (where held),
        'failed', count(*) filter (where outcome = 'failed'),
        'total', count(*)
      ) from run_residents where run_residents.run_id = invoicing_runs.run_id
    ) as counts
    from invoicing_runs ${where}
  `.execute(database);
  if (rows[0]) return rows[0];
  throw new ServiceFailure('NotFound', absent);
}

/** Who could not be invoiced in a run, the smallest id first. */
export async function listRunFailures(
  database: Database,
  {
    runId,
    after = '',
    limit,
  }: { readonly runId: InvoicingRunId; readonly after?: string | undefined; readonly limit: number },
): Promise<RunFailure[]> {
  const { rows } = await sql<RunFailure>`
    select customer_id as "customerId", reason from run_residents
    where run_id = ${runId} and outcome = 'failed' and customer_id > ${after}
    order by customer_id limit ${limit}
  `.execute(database);
  return rows;
}
