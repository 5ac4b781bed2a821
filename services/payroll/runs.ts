import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollRunId } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import type { OpenedRun, PayrollRun } from './shapes.ts';

type Database = Kysely<unknown>;

/** Salaries are paid in the morning of the pay day. */
const payTime = '06:00';

/** What a run comes to, as columns; what reads them is the table `runs`, under no other name. */
const runColumns = sql`
  run_id as "runId", group_id as "groupId", period, state, currency, pay_day::text as "payDay", authors,
  content_hash as "contentHash", calculation, (pay_day + ${payTime}::time) at time zone time_zone as "payAt",
  json_build_object(
    'payslips', (
      select count(*) from payslips where payslips.run_id = runs.run_id and state <> 'reversed'
        and payslips.calculation = runs.calculation
    ),
    'failed', (
      select count(*) from failures where failures.run_id = runs.run_id and failures.calculation = runs.calculation
    ),
    'excluded', (select count(*) from exclusions where exclusions.run_id = runs.run_id)
  ) as counts,
  case when content_hash is not null then (
    select json_build_object(
      'gross', coalesce(sum(gross), 0), 'withheld', coalesce(sum(withheld), 0), 'net', coalesce(sum(net), 0),
      'payable', coalesce(sum(payable), 0)
    ) from payslips where payslips.run_id = runs.run_id and state <> 'reversed'
  ) end as totals
`;

interface RunRow extends Omit<PayrollRun, 'contentHash' | 'totals'> {
  readonly contentHash: string | null;
  readonly totals: PayrollRun['totals'] | null;
  readonly calculation: number;
}

/**
 * Opens a run.
 *
 * @throws {ServiceFailure} `RunInProgress` when the month of the group has a run, or the group one that is not posted;
 * `IdempotencyConflict` when the id is that of another run; `InvalidState` when it was cancelled before it came
 */
export function openRun(database: Database, run: OpenedRun): Promise<PayrollRun> {
  const { runId, groupId, period, currency, payDay, timeZone, preparedBy } = run;
  return database.transaction().execute(async (transaction) => {
    await lockRunId(transaction, runId);
    const { rows: cancelled } = await sql`select from cancelled_runs where run_id = ${runId}`.execute(transaction);
    if (cancelled.length > 0) {
      throw new ServiceFailure('InvalidState', `the run ${runId} was cancelled before it was opened`);
    }
    const inserted = await sql`
      insert into runs (run_id, group_id, period, currency, pay_day, time_zone, authors)
      values (${runId}, ${groupId}, ${period}, ${currency}, ${payDay}, ${timeZone}, array[${preparedBy}]::text[])
      on conflict do nothing returning 1
    `.execute(transaction);
    if (inserted.rows.length === 0) await requireSame(transaction, run);
    return findRun(transaction, runId);
  });
}

/** Until the transaction ends neither an opening nor a cancellation of the run is missed by the other one. */
async function lockRunId(transaction: Transaction<unknown>, runId: PayrollRunId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('payroll/' || ${runId}, 0))`.execute(transaction);
}

async function requireSame(transaction: Transaction<unknown>, run: OpenedRun): Promise<void> {
  const { runId, groupId, period, currency, payDay, timeZone, preparedBy } = run;
  const { rows } = await sql<{ runId: string; period: string; isSame: boolean }>`
    select run_id as "runId", period, (
      run_id = ${runId} and group_id = ${groupId} and period = ${period} and currency = ${currency}
      and pay_day = ${payDay} and time_zone = ${timeZone} and authors[1] = ${preparedBy} and state <> 'cancelled'
    ) as "isSame"
    from runs where run_id = ${runId}
      or (group_id = ${groupId} and (state in ('open', 'frozen') or (period = ${period} and state <> 'cancelled')))
  `.execute(transaction);
  const own = rows.find((row) => row.runId === runId);
  if (own?.isSame) return;
  if (own) {
    throw new ServiceFailure('IdempotencyConflict', `the run ${runId} was opened before with other content`, {
      field: 'runId',
    });
  }
  const other = rows.find((row) => row.period === period) ?? rows[0];
  throw new ServiceFailure(
    monthlyInvoicingRefusals.RunInProgress,
    other?.period === period
      ? `${period} of ${groupId} has a run already: ${other.runId}`
      : `${groupId} has a run that is not posted yet, that of ${other?.period}: ${other?.runId}`,
    { field: 'period' },
  );
}

/**
 * Discards a run that is not posted, with its payslips. One that was not opened yet is refused when that comes.
 *
 * @returns whether there was one to discard
 * @throws {ServiceFailure} `InvalidState` when it is posted
 */
export function cancelRun(database: Database, runId: PayrollRunId): Promise<{ wasOpen: boolean }> {
  return database.transaction().execute(async (transaction) => {
    await lockRunId(transaction, runId);
    const { rows } = await sql<{ state: PayrollRun['state'] }>`
      select state from runs where run_id = ${runId} for update
    `.execute(transaction);
    const [run] = rows;
    if (!run) {
      await sql`insert into cancelled_runs (run_id) values (${runId}) on conflict do nothing`.execute(transaction);
      return { wasOpen: false };
    }
    if (run.state === 'cancelled') return { wasOpen: true };
    if (run.state === 'posted' || run.state === 'paid') {
      throw new ServiceFailure('InvalidState', `the run ${runId} is posted: correct its payslips`);
    }
    await sql`delete from payslips where run_id = ${runId}`.execute(transaction);
    await sql`
      update runs set state = 'cancelled', content_hash = null, ended_at = now() where run_id = ${runId}
    `.execute(transaction);
    return { wasOpen: true };
  });
}

/** A run that this transaction is about to change. */
export async function lockRun(
  transaction: Transaction<unknown>,
  runId: PayrollRunId,
): Promise<PayrollRun & { readonly calculation: number }> {
  await sql`select from runs where run_id = ${runId} for update`.execute(transaction);
  return onlyRun(transaction, sql`where run_id = ${runId}`, `there is no run ${runId}`);
}

/** @throws {ServiceFailure} `NotFound` */
async function findRun(database: Database, runId: PayrollRunId): Promise<PayrollRun> {
  const { calculation: _, ...run } = await onlyRun(database, sql`where run_id = ${runId}`, `there is no run ${runId}`);
  return run;
}

/** The newest run of a month. @throws {ServiceFailure} `NotFound` */
export async function findLastRun(
  database: Database,
  { groupId, period }: Pick<PayrollRun, 'groupId' | 'period'>,
): Promise<PayrollRun> {
  const { calculation: _, ...run } = await onlyRun(
    database,
    sql`where group_id = ${groupId} and period = ${period} order by opened_at desc limit 1`,
    `${period} of ${groupId} was never paid`,
  );
  return run;
}

async function onlyRun(
  database: Database,
  where: RawBuilder<unknown>,
  absent: string,
): Promise<PayrollRun & { readonly calculation: number }> {
  const { rows } = await sql<RunRow>`select ${runColumns} from runs ${where}`.execute(database);
  const [row] = rows;
  if (!row) throw new ServiceFailure('NotFound', absent);
  const { contentHash, totals, ...run } = row;
  return { ...run, ...(contentHash !== null && { contentHash }), ...(totals && { totals }) };
}

/** @throws {ServiceFailure} `InvalidState` when the run is in none of these states */
export function requireState(run: Pick<PayrollRun, 'runId' | 'state'>, ...states: PayrollRun['state'][]): void {
  if (states.includes(run.state)) return;
  throw new ServiceFailure('InvalidState', `the run ${run.runId} is ${run.state}, and not ${states.join(' or ')}`);
}
