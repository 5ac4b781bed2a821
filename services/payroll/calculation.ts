import { type Kysely, sql, type Transaction } from 'kysely';
import { dayOfMonth, firstDayOf } from '../../contracts/calendar.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { EmployeeId, PayrollRunId, PayslipId } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { balancesOf } from './employees.ts';
import { payslipAmounts } from './payslip-amounts.ts';
import { lockRun, requireState } from './runs.ts';
import type { Employee, PayrollCounts, PayrollFailure, PayrollRun } from './shapes.ts';

interface Batch {
  readonly runId: PayrollRunId;
  readonly calculation: number;
  readonly after?: EmployeeId | undefined;
  readonly limit: number;
}

type EmployedPerson = Pick<Employee, 'employeeId' | 'name' | 'currency' | 'earnings' | 'deductions'> & {
  readonly excluded: boolean;
  /** Has a payslip of the month in another run. */
  readonly paidElsewhere: boolean;
};

/**
 * Calculates the payslips of the next employees, in one transaction. The same batch again replaces what it has calculated.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when the run is not open, or is calculated another time by now
 */
export function calculateBatch(
  database: Kysely<unknown>,
  { runId, calculation, after, limit }: Batch,
): Promise<{ counts: PayrollCounts; next?: EmployeeId }> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'open');
    requireCalculation(run, calculation);
    const found = await employedPeople(transaction, run, { after, limit });
    const batch = found.slice(0, limit);
    const counts = await calculate(transaction, run, batch);
    const last = batch.at(-1)?.employeeId;
    return { counts, ...(found.length > limit && last && { next: last }) };
  });
}

function requireCalculation(run: { readonly calculation: number; readonly runId: string }, expected: number): void {
  if (run.calculation === expected) return;
  throw new ServiceFailure('InvalidState', `the run ${run.runId} is calculated time ${run.calculation} by now`);
}

/** One more than the batch has, when it is not the last one. */
async function employedPeople(
  transaction: Transaction<unknown>,
  { runId, groupId, period }: PayrollRun,
  { after = '' as EmployeeId, limit }: Pick<Batch, 'after' | 'limit'>,
): Promise<EmployedPerson[]> {
  const { rows } = await sql<EmployedPerson>`
    select employee_id as "employeeId", name, currency, earnings, deductions,
      exists (
        select from exclusions where run_id = ${runId} and exclusions.employee_id = employees.employee_id
      ) as excluded,
      exists (
        select from payslips where payslips.employee_id = employees.employee_id and period = ${period}
          and state <> 'reversed' and run_id <> ${runId}
      ) as "paidElsewhere"
    from employees
    where group_id = ${groupId} and employee_id > ${after} and employed_from <= ${dayOfMonth(period, 31)}
      and (employed_until is null or employed_until >= ${firstDayOf(period)})
    order by employee_id limit ${limit + 1}
    -- Nobody is moved to another group meanwhile, and paid there as well.
    for update of employees
  `.execute(transaction);
  return rows;
}

async function calculate(
  transaction: Transaction<unknown>,
  run: PayrollRun & { readonly calculation: number },
  people: readonly EmployedPerson[],
): Promise<PayrollCounts> {
  const included = people.filter(({ excluded }) => !excluded);
  const ids = included.map(({ employeeId }) => employeeId);
  const { runId, calculation, period } = run;
  await sql`delete from payslips where run_id = ${runId} and employee_id = any(${ids}::text[])`.execute(transaction);
  await sql`delete from failures where run_id = ${runId} and employee_id = any(${ids}::text[])`.execute(transaction);
  const balances = await balancesOf(transaction, ids);
  const failures: PayrollFailure[] = [];
  const payslips = included.flatMap((person) => {
    const { employeeId, name, earnings, deductions: rules } = person;
    try {
      const amounts = amountsOf(run, person);
      const carried = balances.get(employeeId) ?? 0;
      const payable = Math.max(0, amounts.net + carried);
      return [
        { payslipId: payslipIdOf(employeeId, period), employeeId, name, earnings, rules, ...amounts, carried, payable },
      ];
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      failures.push({ employeeId, reason: { type: error.type, message: error.message } });
      return [];
    }
  });
  await sql`
    insert into payslips (
      payslip_id, run_id, calculation, employee_id, employee_name, period, earnings, rules, deductions, gross, withheld, net,
      carried, payable
    )
    select "payslipId", ${runId}, ${calculation}, "employeeId", name, ${period}, earnings, rules, deductions, gross, withheld,
      net, carried, payable
    from jsonb_to_recordset(${JSON.stringify(payslips)}::jsonb) as payslip (
      "payslipId" text, "employeeId" text, name text, earnings jsonb, rules jsonb, deductions jsonb, gross bigint,
      withheld bigint, net bigint, carried bigint, payable bigint
    )
  `.execute(transaction);
  await sql`
    insert into failures (run_id, calculation, employee_id, type, message)
    select ${runId}, ${calculation}, "employeeId", reason ->> 'type', reason ->> 'message'
    from jsonb_to_recordset(${JSON.stringify(failures)}::jsonb) as failure ("employeeId" text, reason jsonb)
  `.execute(transaction);
  return { payslips: payslips.length, failed: failures.length, excluded: people.length - included.length };
}

/** The same employee and month have the same payslip, however often it is calculated. */
export const payslipIdOf = (employeeId: EmployeeId, period: string, correctionId = ''): PayslipId =>
  `${period}-${contentHash([employeeId, period, correctionId]).slice(0, 40)}` as PayslipId;

function amountsOf(run: PayrollRun, { paidElsewhere, currency, earnings, deductions }: EmployedPerson) {
  if (paidElsewhere) {
    throw new ServiceFailure(payrollRefusals.PaidInOtherGroup, `${run.period} is paid by another run`);
  }
  if (currency !== run.currency) {
    throw new ServiceFailure(
      invoiceRefusals.CurrencyMismatch,
      `the salary is in ${currency}, the run in ${run.currency}`,
    );
  }
  return payslipAmounts(earnings, deductions);
}

/**
 * Has a run calculated from the beginning. What was frozen is open again, so that no approval of it counts; who has that done
 * is one of its authors from now on.
 *
 * @param calculation which time it is
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is posted or discarded, or is calculated a later time by now
 */
export function recalculateRun(
  database: Kysely<unknown>,
  { runId, calculation, by }: { readonly runId: PayrollRunId; readonly calculation: number; readonly by: string },
): Promise<PayrollRun> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'open', 'frozen');
    if (calculation < run.calculation) requireCalculation(run, calculation);
    await sql`
      update runs set state = case when calculation = ${calculation} then state else 'open' end,
        content_hash = case when calculation = ${calculation} then content_hash end, calculation = ${calculation}
      where run_id = ${runId}
    `.execute(transaction);
    await addAuthor(transaction, runId, by);
    return withoutCalculation(await lockRun(transaction, runId));
  });
}

/**
 * Leaves an employee out of a run; what was frozen is open again.
 *
 * @throws {ServiceFailure} `NotFound` when the run has no such employee; `InvalidState` when it is posted or discarded
 */
export function excludeEmployee(
  database: Kysely<unknown>,
  exclusion: {
    readonly runId: PayrollRunId;
    readonly employeeId: EmployeeId;
    readonly by: string;
    readonly note: string;
  },
): Promise<PayrollRun> {
  const { runId, employeeId, by, note } = exclusion;
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'open', 'frozen');
    const { rows: known } = await sql`
      select 1 from exclusions where run_id = ${runId} and employee_id = ${employeeId}
    `.execute(transaction);
    if (known.length > 0) return withoutCalculation(run);
    const { rows } = await sql`
      with slip as (delete from payslips where run_id = ${runId} and employee_id = ${employeeId} returning 1),
        failed as (delete from failures where run_id = ${runId} and employee_id = ${employeeId} returning 1)
      select 1 from slip union all select 1 from failed
    `.execute(transaction);
    if (rows.length === 0) throw new ServiceFailure('NotFound', `the run ${runId} has no employee ${employeeId}`);
    await sql`
      insert into exclusions (run_id, employee_id, excluded_by, note) values (${runId}, ${employeeId}, ${by}, ${note})
    `.execute(transaction);
    await sql`update runs set state = 'open', content_hash = null where run_id = ${runId}`.execute(transaction);
    await addAuthor(transaction, runId, by);
    return withoutCalculation(await lockRun(transaction, runId));
  });
}

async function addAuthor(transaction: Transaction<unknown>, runId: PayrollRunId, by: string): Promise<void> {
  await sql`
    update runs set authors = authors || ${by}::text where run_id = ${runId} and not ${by}::text = any(authors)
  `.execute(transaction);
}

export const withoutCalculation = ({
  calculation: _,
  ...run
}: PayrollRun & { readonly calculation: number }): PayrollRun => run;

/** Whose month could not be calculated, the smallest id first. */
export async function listRunFailures(
  database: Kysely<unknown>,
  {
    runId,
    after = '',
    limit,
  }: { readonly runId: PayrollRunId; readonly after?: string | undefined; readonly limit: number },
): Promise<PayrollFailure[]> {
  const { rows } = await sql<PayrollFailure>`
    select employee_id as "employeeId", json_build_object('type', type, 'message', message) as reason
    from failures join runs using (run_id, calculation)
    where run_id = ${runId} and employee_id > ${after} order by employee_id limit ${limit}
  `.execute(database);
  return rows;
}
